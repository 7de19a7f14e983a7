"""Movement flows from a detector forecast, with what the counts disagree about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.demand import Demand, EdgeFlow, TurnFlow
from ...networks.detector import Detector
from ...networks.network import Network
from ..forecast.day import DetectorForecast
from .equations import (
    Equation,
    Kind,
    conservation_equations,
    count_equations,
    turn_beliefs,
)
from .solve import huber_trust, residuals_veh, solve
from .turning import History, turning_equations
from .unknowns import Unknowns, unknowns_of

Floats = NDArray[np.float64]

TRUST_ROUNDS = 4
# An interval's flows keep to the period's pattern within so much of themselves, and some vehicles.
PATTERN_SHARE, PATTERN_VEH = 0.3, 2.0
# Inflow and outflow of an edge within one interval differ by the vehicles under way on it.
UNDER_WAY_SHARE, UNDER_WAY_VEH = 0.1, 3.0
# In bins of minutes the slow ups and downs of demand weigh in: what they alone would make is not believed.
MOST_BUNCHING = 4.0
Z90 = 1.2816  # standard normal
LEAST_END_VEH_H = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResidual:
    """Detectors that are fitted together (one approach lane; all lanes of an exit or entry) and how well they fit."""

    detectors: tuple[str, ...]
    measured_veh_h: float
    fitted_veh_h: float
    trust: float  # 1, or less where the count was found to contradict the others


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """How the counts fit together. Large residuals are detectors or streets to look at; nothing is smoothed away."""

    counts: tuple[CountResidual, ...]
    unused: tuple[str, ...]  # detectors that entered no equation: a neighbouring lane's is missing

    @property
    def wape(self) -> float:
        """Sum of absolute residuals over the sum of counts."""
        off = sum(abs(count.fitted_veh_h - count.measured_veh_h) for count in self.counts)
        return off / max(sum(count.measured_veh_h for count in self.counts), 1e-9)

    def worst(self, number: int = 10) -> tuple[CountResidual, ...]:
        """Return the counts that are furthest from the fit."""
        return tuple(sorted(self.counts, key=lambda c: -abs(c.fitted_veh_h - c.measured_veh_h))[:number])


def estimate(network: Network, detectors: Sequence[Detector], forecast: DetectorForecast) -> tuple[Demand, Residuals]:
    """Return the flow of every turn in every interval of the forecast, and the residuals of the counts.

    The whole period is solved first, with Huber weights on the counts; then each interval, kept to the period's
    pattern where its few vehicles say little; the intervals add up to the period. Detectors that the forecast has
    dropped are left out.
    """
    unknowns = unknowns_of(network)
    used = [detector for detector in detectors if detector.id in forecast.place]
    hours = (forecast.end_s - forecast.begin_s) / 3600
    total = {detector.id: float(forecast.veh.mean[forecast.place[detector.id]].sum()) for detector in used}
    history = History(place=forecast.place, veh=forecast.history_veh)
    period_veh, equations, trust = _solve_period(network, unknowns, used, total, hours, history)
    parts = [
        _solve_interval(network, unknowns, used, _interval_counts(forecast, used, k), period_veh, trust)
        for k in range(forecast.veh.mean.shape[1])
    ]
    flows_veh = _adding_up(np.stack(parts, axis=1), period_veh)
    return _demand(unknowns, flows_veh, forecast, used), _residuals(equations, period_veh, trust, used, hours)


def _interval_counts(forecast: DetectorForecast, used: Sequence[Detector], interval: int) -> dict[str, float]:
    return {detector.id: float(forecast.veh.mean[forecast.place[detector.id], interval]) for detector in used}


def _solve_period(
    network: Network,
    unknowns: Unknowns,
    used: Sequence[Detector],
    veh: Mapping[str, float],
    hours: float,
    history: History,
) -> tuple[Floats, list[Equation], Floats]:
    """Return the flows of the period, the equations (counts first) and the trust in each."""
    edge_veh = _counted_edges(unknowns, used, veh)
    flows, trust = np.zeros(len(unknowns.streams)), np.ones(0)
    counts = [*count_equations(unknowns, used, veh, network)]
    fixed = [*counts, *conservation_equations(unknowns, hours, {})]
    exits = [count for count in counts if count.detectors[0] in {d.id for d in used if d.kind == "exit"}]
    loop_of_lane = {detector.lane: detector.id for detector in used if detector.kind == "approach"}
    for turn in range(TRUST_ROUNDS):
        equations = [*fixed, *turn_beliefs(unknowns, edge_veh, hours)]
        if turn:
            equations += turning_equations(unknowns, exits, loop_of_lane, history, flows)
        known = trust[: len(fixed)]
        flows = solve(equations, flows, np.concatenate((known, np.ones(len(equations) - len(known)))))
        trust = huber_trust(equations, flows)
        edge_veh = {edge: float(flows[places].sum()) for edge, places in unknowns.out_of.items()}
    return flows, equations, trust


def _counted_edges(unknowns: Unknowns, used: Sequence[Detector], veh: Mapping[str, float]) -> dict[str, float]:
    """Return what the approach detectors say about the flow out of their edges."""
    found: dict[str, float] = {}
    for detector in used:
        if detector.kind == "approach" and (places := unknowns.from_lane.get(detector.lane)):
            edge = unknowns.streams[places[0]].from_edge
            found[edge] = found.get(edge, 0.0) + veh[detector.id]
    return found


def _solve_interval(
    network: Network,
    unknowns: Unknowns,
    used: Sequence[Detector],
    veh: Mapping[str, float],
    period_veh: Floats,
    trust: Floats,
) -> Floats:
    """Return the flows of one interval: its counts, conservation but for vehicles under way, the period's pattern."""
    counts = [*count_equations(unknowns, used, veh, network)]
    matrix_veh = residuals_veh(counts, period_veh) + np.array([count.target_veh for count in counts])
    level = sum(count.target_veh for count in counts) / max(float(matrix_veh.sum()), 1e-9)
    pattern = period_veh * level
    under_way = {
        edge: UNDER_WAY_SHARE * float(pattern[places].sum()) + UNDER_WAY_VEH for edge, places in unknowns.into.items()
    }
    equations = [*counts, *conservation_equations(unknowns, 0.0, under_way)]
    equations += [
        Equation(
            kind=Kind.BELIEF,
            terms=((place, 1.0),),
            sd_veh=PATTERN_SHARE * value + PATTERN_VEH * level,
            target_veh=float(value),
        )
        for place, value in enumerate(pattern)
    ]
    trusted = np.ones(len(equations))
    trusted[: len(counts)] = trust[: len(counts)]
    return solve(equations, pattern, trusted)


def _adding_up(flows_veh: Floats, period_veh: Floats) -> Floats:
    """Return the flows (streams, intervals), each stream scaled so that its intervals add up to its period."""
    sums = flows_veh.sum(axis=1, keepdims=True)
    even = np.broadcast_to(flows_veh.sum(axis=0) / max(float(flows_veh.sum()), 1e-9), flows_veh.shape)
    shares = np.where(sums > 0, flows_veh / np.where(sums > 0, sums, 1.0), even)
    return np.asarray(shares * period_veh[:, None])


def _demand(unknowns: Unknowns, flows_veh: Floats, forecast: DetectorForecast, used: Sequence[Detector]) -> Demand:
    per_hour = flows_veh * (3600 / forecast.interval_s)
    spread = _spreads(forecast, used)
    turns = []
    for (origin, target), places in unknowns.by_turn.items():
        flow = per_hour[places].sum(axis=0)
        low, high = _bounds(float(flow.mean()), spread.get(origin, spread[""]), forecast)
        turns.append(
            TurnFlow(
                from_edge=origin,
                to_edge=target,
                flow_veh_h=_rounded(flow),
                q10_veh_h=_rounded(flow * low),
                q90_veh_h=_rounded(flow * high),
            )
        )
    sources, sinks = _ends(unknowns, per_hour)
    return Demand(
        begin_s=forecast.begin_s,
        end_s=forecast.end_s,
        interval_s=forecast.interval_s,
        turns=tuple(turns),
        sources=sources,
        sinks=sinks,
        bunching=_bunching(unknowns, forecast),
    )


def _bunching(unknowns: Unknowns, forecast: DetectorForecast) -> float:
    """Return the variance over the mean of counts where traffic enters, between 1 and 4.

    The variance comes from second differences along each day (a trend has none; their variance is six times that of
    the counts). Vehicles enter a street in bunches because signals outside the network release them so.
    """
    lanes = {stream.from_lane for stream in unknowns.streams if stream.from_edge in unknowns.entries}
    rows = [k for k, loop in enumerate(forecast.detectors) if loop.lane in lanes and loop.kind != "exit"]
    counts = forecast.history_veh[rows]
    if counts.size == 0 or counts.shape[2] < 3:
        return 1.0
    bends = np.diff(counts, n=2, axis=2)
    seen = ~np.isnan(bends)
    mean = np.where(seen, (counts[..., :-2] + counts[..., 1:-1] + counts[..., 2:]) / 3, 0.0).sum()
    variance = np.where(seen, bends**2 / 6, 0.0).sum()
    return float(np.clip(variance / max(float(mean), 1e-9), 1.0, MOST_BUNCHING))


def _ends(unknowns: Unknowns, per_hour: Floats) -> tuple[tuple[EdgeFlow, ...], tuple[EdgeFlow, ...]]:
    """Return where trips start and end: what conservation over the whole period leaves, in the pattern of the street.

    Within one interval, inflow and outflow of an edge differ by what is under way, which is neither.
    """
    sources: list[EdgeFlow] = []
    sinks: list[EdgeFlow] = []
    for edge in unknowns.edges:
        into, out = (per_hour[places.get(edge, [])].sum(axis=0) for places in (unknowns.into, unknowns.out_of))
        more = float((into - out).mean())
        side, found = (into, sinks) if more > 0 else (out, sources)
        if abs(more) > LEAST_END_VEH_H:
            found.append(EdgeFlow(edge=edge, flow_veh_h=_rounded(side * abs(more) / side.mean())))
    return tuple(sources), tuple(sinks)


def _rounded(flow: Floats) -> tuple[float, ...]:
    """A millionth of a vehicle is the solver's noise."""
    return tuple(round(float(value), 6) for value in flow)


def _spreads(forecast: DetectorForecast, used: Sequence[Detector]) -> dict[str, tuple[float, float]]:
    """Return, by edge, the 10 % and 90 % bounds of its approach counts over their mean; under "" the network's."""
    sums: dict[str, Floats] = {}
    for detector in used:
        if detector.kind == "approach":
            k = forecast.place[detector.id]
            row = np.array([forecast.total.mean[k], forecast.total.q10[k], forecast.total.q90[k]])
            edge = detector.lane.rpartition("_")[0]
            sums[edge] = sums.get(edge, np.zeros(3)) + row
    level = forecast.day_level
    found = {edge: (float(s[1] / s[0]), float(s[2] / s[0])) for edge, s in sums.items() if s[0] > 0}
    return found | {"": (float(level.q10), float(level.q90))}


def _bounds(mean_veh_h: float, spread: tuple[float, float], forecast: DetectorForecast) -> tuple[float, float]:
    """Return the factors to a turn's bounds: its approach's day-to-day spread, and Poisson's of its own vehicles."""
    veh = mean_veh_h * (forecast.end_s - forecast.begin_s) / 3600
    chance = Z90 / np.sqrt(max(veh, 1.0))
    low = 1.0 - float(np.hypot(max(1.0 - spread[0], 0.0), chance))
    return max(low, 0.0), 1.0 + float(np.hypot(max(spread[1] - 1.0, 0.0), chance))


def _residuals(
    equations: Sequence[Equation], flows_veh: Floats, trust: Floats, used: Sequence[Detector], hours: float
) -> Residuals:
    off = residuals_veh(equations, flows_veh)
    counts = tuple(
        CountResidual(
            detectors=equation.detectors,
            measured_veh_h=equation.target_veh / hours,
            fitted_veh_h=(equation.target_veh + float(off[k])) / hours,
            trust=float(trust[k]),
        )
        for k, equation in enumerate(equations)
        if equation.kind == Kind.COUNT
    )
    entered = {name for count in counts for name in count.detectors}
    return Residuals(counts=counts, unused=tuple(d.id for d in used if d.id not in entered))
