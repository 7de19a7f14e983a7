"""From flows of streams to a demand: turns with bounds, where trips start and end, how bunched they come."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...networks.demand import Demand, EdgeFlow, TurnFlow
from ...networks.types import Floats
from ..forecast.day import DetectorForecast
from .predict import shaped
from .turning import day_levels
from .unknowns import Unknowns

LEAST_END_VEH_H = 1e-3


def assemble(
    unknowns: Unknowns,
    flows_veh: Floats,
    forecast: DetectorForecast,
    bounds_veh: Floats,
    *,
    one_day: bool = False,
) -> Demand:
    """Return the demand.

    Parameters
    ----------
    unknowns : Unknowns
        The streams.
    flows_veh : (streams, intervals) float64
        Their flows. [veh]
    forecast : DetectorForecast
        For the period.
    bounds_veh : (turns, 2) float64
        Vehicles of the period that each turn, in the order of `unknowns.by_turn`, stays below on 10 and on 90 of 100
        days.
    one_day : bool
        Whether the flows are those of a single day; see `Demand`.
    """
    per_hour = flows_veh * (3600 / forecast.interval_s)
    hours = (forecast.end_s - forecast.begin_s) / 3600
    turns = []
    for (turn, places), (low, high) in zip(unknowns.by_turn.items(), bounds_veh, strict=True):
        flow = per_hour[places].sum(axis=0)
        usual = per_hour[unknowns.out_of[turn[0]]].sum(axis=0)
        turns.append(
            TurnFlow(
                from_edge=turn[0],
                to_edge=turn[1],
                flow_veh_h=_rounded(flow),
                q10_veh_h=_rounded(shaped(flow, min(float(low), float(flow.mean()) * hours), hours, usual)),
                q90_veh_h=_rounded(shaped(flow, max(float(high), float(flow.mean()) * hours), hours, usual)),
            )
        )
    sources, sinks = _ends(unknowns, per_hour, _entering(forecast))
    return Demand(
        begin_s=forecast.begin_s,
        end_s=forecast.end_s,
        interval_s=forecast.interval_s,
        turns=tuple(turns),
        sources=sources,
        sinks=sinks,
        bunching=_bunching(unknowns, forecast),
        one_day=one_day,
    )


def _ends(
    unknowns: Unknowns, per_hour: Floats, entering: Mapping[str, Floats]
) -> tuple[tuple[EdgeFlow, ...], tuple[EdgeFlow, ...]]:
    """Return where trips start and end: what conservation over the whole period leaves, in the pattern of the street.

    Within one interval, inflow and outflow of an edge differ by what is under way, which is neither. What enters has
    the pattern of the loops at the entry, where there are any: that of the stop line is one of queues and lamps.
    """
    sources: list[EdgeFlow] = []
    sinks: list[EdgeFlow] = []
    for edge in unknowns.edges:
        into, out = (per_hour[places.get(edge, [])].sum(axis=0) for places in (unknowns.into, unknowns.out_of))
        more = float((into - out).mean())
        side, found = (into, sinks) if more > 0 else (entering.get(edge, out), sources)
        if abs(more) > LEAST_END_VEH_H:
            found.append(EdgeFlow(edge=edge, flow_veh_h=_rounded(side * abs(more) / side.mean())))
    return tuple(sources), tuple(sinks)


def _entering(forecast: DetectorForecast) -> dict[str, Floats]:
    """Return what the loops at each entry will count, in each interval; entries that count nobody are left out."""
    found: dict[str, Floats] = {}
    for k, loop in enumerate(forecast.detectors):
        if loop.kind == "entry":
            edge = loop.lane.rsplit("_", 1)[0]
            found[edge] = found.get(edge, np.zeros(forecast.veh.mean.shape[1])) + forecast.veh.mean[k]
    return {edge: veh for edge, veh in found.items() if veh.sum() > 0}


def _bunching(unknowns: Unknowns, forecast: DetectorForecast) -> float:
    """Return the variance over the mean of counts where traffic enters, at least 1.

    The variance is that over days at the same time of day, each day's level apart: along a day the profile that all
    days have in common would count as bunching. Vehicles enter a street in bunches where signals outside the network
    release them so.
    """
    lanes = {stream.from_lane for stream in unknowns.streams if stream.from_edge in unknowns.entries}
    rows = [k for k, loop in enumerate(forecast.detectors) if loop.lane in lanes and loop.kind != "exit"]
    veh = forecast.history_veh[rows]
    level = day_levels(forecast.history_veh)[None, :, None]
    seen = ~np.isnan(veh)
    days = seen.sum(axis=1, keepdims=True)
    counts = np.where(seen, veh, 0.0)
    due = level * (counts.sum(axis=1, keepdims=True) / np.maximum((seen * level).sum(axis=1, keepdims=True), 1e-9))
    # The mean of the days takes one of them: so much less do they vary around it.
    told = seen & (days > 1)
    off = np.where(told, (counts - due) ** 2 * days / np.maximum(days - 1, 1), 0.0).sum()
    return max(float(off / max(float(np.where(told, due, 0.0).sum()), 1e-9)), 1.0)


def _rounded(flow: Floats) -> tuple[float, ...]:
    """A millionth of a vehicle is the solver's noise."""
    return tuple(round(float(value), 6) for value in flow)
