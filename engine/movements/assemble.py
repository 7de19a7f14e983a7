"""From flows of streams to a demand: turns with bounds, where trips start and end, how bunched they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ...networks.demand import Demand, EdgeFlow, Turn, TurnFlow
from ...networks.detector import Detector
from ..forecast.day import DetectorForecast
from .unknowns import Unknowns

Floats = NDArray[np.float64]

# In bins of minutes the slow ups and downs of demand weigh in: what they alone would make is not believed.
MOST_BUNCHING = 4.0
Z90 = 1.2816  # standard normal
LEAST_END_VEH_H = 1e-3


def assemble(
    unknowns: Unknowns,
    flows_veh: Floats,
    forecast: DetectorForecast,
    used: Sequence[Detector],
    doubt_veh: Mapping[Turn, float],
) -> Demand:
    """Return the demand.

    Parameters
    ----------
    unknowns : Unknowns
        The streams.
    flows_veh : (streams, intervals) float64
        Their flows. [veh]
    forecast : DetectorForecast
        For the period, and how far days and detectors stray.
    used : sequence of Detector
        The detectors that entered the estimate.
    doubt_veh : mapping of turn to float
        Standard deviation that the equations leave to each turn's vehicles of the period.
    """
    per_hour = flows_veh * (3600 / forecast.interval_s)
    spread = _spreads(unknowns, forecast, used)
    turns = []
    for (origin, target), places in unknowns.by_turn.items():
        flow = per_hour[places].sum(axis=0)
        low, high = _bounds(
            float(flow.mean()), spread.get(origin, spread[""]), float(doubt_veh[(origin, target)]), forecast
        )
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


def _spreads(
    unknowns: Unknowns, forecast: DetectorForecast, used: Sequence[Detector]
) -> dict[str, tuple[float, float]]:
    """Return, by edge, the 10 % and 90 % bounds of its approach counts over their mean; under "" the network's."""
    sums: dict[str, Floats] = {}
    for detector in used:
        if detector.kind == "approach" and (places := unknowns.from_lane.get(detector.lane)):
            k = forecast.place[detector.id]
            row = np.array([forecast.total.mean[k], forecast.total.q10[k], forecast.total.q90[k]])
            edge = unknowns.streams[places[0]].from_edge
            sums[edge] = sums.get(edge, np.zeros(3)) + row
    level = forecast.day_level
    found = {edge: (float(s[1] / s[0]), float(s[2] / s[0])) for edge, s in sums.items() if s[0] > 0}
    return found | {"": (float(level.q10), float(level.q90))}


def _bounds(
    mean_veh_h: float, spread: tuple[float, float], doubt_veh: float, forecast: DetectorForecast
) -> tuple[float, float]:
    """Return the factors to a turn's bounds.

    Its approach's day-to-day spread, Poisson's of its own vehicles, and what the counts leave open about it.
    """
    veh = max(mean_veh_h * (forecast.end_s - forecast.begin_s) / 3600, 1.0)
    chance = Z90 * np.sqrt(veh + doubt_veh**2) / veh
    low = 1.0 - float(np.hypot(max(1.0 - spread[0], 0.0), chance))
    return max(low, 0.0), 1.0 + float(np.hypot(max(spread[1] - 1.0, 0.0), chance))


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


def _rounded(flow: Floats) -> tuple[float, ...]:
    """A millionth of a vehicle is the solver's noise."""
    return tuple(round(float(value), 6) for value in flow)
