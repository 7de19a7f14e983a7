"""Movement flows from a detector forecast, with what the counts disagree about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...networks.demand import Demand
from ...networks.detector import Detector
from ...networks.network import Network
from ..forecast.day import DetectorForecast
from .assemble import assemble
from .equations import Equation, Kind, conservation_equations, count_equations, turn_beliefs
from .residuals import Residuals, count_residuals
from .solve import huber_trust, residuals_veh, solve, spread_veh
from .turning import History, turning_equations
from .unknowns import Unknowns, unknowns_of

Floats = NDArray[np.float64]

TRUST_ROUNDS = 4
# An interval's flows keep to the period's pattern within so much of themselves, and some vehicles.
PATTERN_SHARE, PATTERN_VEH = 0.3, 2.0
# Inflow and outflow of an edge within one interval differ by the vehicles under way on it.
UNDER_WAY_SHARE, UNDER_WAY_VEH = 0.1, 3.0


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
    doubt_veh = dict(
        zip(unknowns.by_turn, spread_veh(equations, period_veh, trust, tuple(unknowns.by_turn.values())), strict=True)
    )
    demand = assemble(unknowns, flows_veh, forecast, used, doubt_veh)
    return demand, count_residuals(equations, period_veh, trust, used, hours)


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
    at_exits = {detector.id for detector in used if detector.kind == "exit"}
    exits = [count for count in counts if count.detectors[0] in at_exits]
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
