"""Flow where loops did not count in the period: what the streets around and the loops' own other hours let expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...networks.detector import Detector
from ...networks.types import Floats
from ..counts.table import JudgedCounts
from ..forecast.day import DetectorForecast
from .estimate import KnownFlows
from .predict import coming, seed_of
from .unknowns import Unknowns


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredFlow:
    """Loops at one end of one street of which no day has a count in some of the period, or none that can be used.

    `spans_s` are the stretches of the period without a count, in seconds after midnight. The flow is that of their
    lanes where they are lanes of an approach or an exit, else of the street; `told_by` are detectors whose days are
    most like theirs, none where only the streets around tell.
    """

    where: str
    detectors: tuple[str, ...]
    spans_s: tuple[tuple[int, int], ...]
    flow_veh_h: float
    q10_veh_h: float
    q90_veh_h: float
    told_by: tuple[str, ...]


def inferred_flows(
    known: KnownFlows, detectors: Sequence[Detector], judged: JudgedCounts, forecast: DetectorForecast
) -> tuple[InferredFlow, ...]:
    """Return what was inferred of a period, end of street by end of street."""
    lane_edge = {stream.from_lane: stream.from_edge for stream in known.unknowns.streams}
    lane_edge |= {stream.to_lane: stream.to_edge for stream in known.unknowns.streams}
    ends: dict[tuple[str, str], list[Detector]] = {}
    for loop in detectors:
        if loop.lane in lane_edge and _spans(forecast, loop.id):
            ends.setdefault((loop.kind, lane_edge[loop.lane]), []).append(loop)
    if not ends:
        return ()
    draws = np.stack(
        [known.draws_veh[:, _places(known.unknowns, *end, loops)].sum(axis=1) for end, loops in ends.items()], axis=1
    )
    bounds = coming(draws, [edge for _, edge in ends], forecast, known.history, seed_of(forecast))
    flows = [known.flows_veh[_places(known.unknowns, *end, loops)].sum() for end, loops in ends.items()]
    told_by = {one.detector: one.told_by for one in judged.unseen}
    return tuple(
        _inferred(end, loops, float(flow), bound, forecast, told_by)
        for (end, loops), flow, bound in zip(ends.items(), flows, bounds, strict=True)
    )


def _inferred(
    end: tuple[str, str],
    loops: Sequence[Detector],
    veh: float,
    bounds_veh: Floats,
    forecast: DetectorForecast,
    told_by: Mapping[str, tuple[str, ...]],
) -> InferredFlow:
    hours = (forecast.end_s - forecast.begin_s) / 3600
    names = {name: None for loop in loops for name in told_by.get(loop.id, ())}
    return InferredFlow(
        where=" ".join(end),
        detectors=tuple(loop.id for loop in loops),
        spans_s=tuple(sorted({span for loop in loops for span in _spans(forecast, loop.id)})),
        flow_veh_h=veh / hours,
        q10_veh_h=min(float(bounds_veh[0]), veh) / hours,
        q90_veh_h=max(float(bounds_veh[1]), veh) / hours,
        told_by=tuple(names)[:3],
    )


def _places(unknowns: Unknowns, kind: str, edge: str, loops: Sequence[Detector]) -> list[int]:
    """Return the streams that pass these loops: those of their lanes, or of the whole edge for loops at an entry."""
    if kind == "entry":
        return unknowns.out_of.get(edge, unknowns.into.get(edge, []))
    of_lane = unknowns.to_lane if kind == "exit" else unknowns.from_lane
    return [place for loop in loops for place in of_lane.get(loop.lane, ())]


def _spans(forecast: DetectorForecast, detector: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches of the period in which a detector was never counted; all of it if it was dropped."""
    if detector not in forecast.place:
        return ((forecast.begin_s, forecast.end_s),)
    gone = forecast.gaps.unseen[forecast.place[detector]]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], gone, [False])).astype(np.int8)))
    return tuple(
        (forecast.begin_s + int(a) * forecast.interval_s, forecast.begin_s + int(b) * forecast.interval_s)
        for a, b in edges.reshape(-1, 2)
    )
