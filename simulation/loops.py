"""Loops in the street: where they lie, and what SUMO's induction loops counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from ..networks.detector import Detector, DetectorKind, usual_position_m
from ..networks.junction import Lane
from ..networks.network import Network
from .measure.trips import elements

LEAST_GAP_M = 10.0  # two loops closer than this on one lane tell the same


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoopCounts:
    """Counts and occupancies of shape (intervals, detectors); intervals follow each other from `begin_s` on."""

    begin_s: int
    interval_s: int
    counts: NDArray[np.int64]
    occupancy: NDArray[np.float64]  # share of the time, 0 to 1


def place_loops(network: Network) -> tuple[Detector, ...]:
    """Return loops in every vehicle lane before and after every signal, and on every entry that leads to one.

    Approach loops lie 3 m before the stop line, exit loops 5 m past the junction, entry loops 20 m into the network;
    on lanes that are too short for that, half-way. On a lane that leads from one signal to the next both loops exist
    unless they would be less than 10 m apart: then only the approach loop does. An entry is an edge that no vehicle can
    reach from another one (turning round apart) and from which a signal can be reached.
    """
    movements = [movement for junction in network.signals for movement in junction.movements]
    approaches = dict.fromkeys(movement.from_edge for movement in movements)
    exits = dict.fromkeys(movement.to_edge for movement in movements)
    found = [_usual(lane, "approach") for edge in approaches for lane in network.edges[edge].vehicle_lanes]
    places: tuple[tuple[Iterable[str], DetectorKind], ...] = (
        (exits, "exit"),
        (dict.fromkeys(_entries(network, approaches)), "entry"),
    )
    for edges, kind in places:
        taken = {(loop.lane, loop.position_m) for loop in found}
        for lane in (lane for edge in edges for lane in network.edges[edge].vehicle_lanes):
            loop = _usual(lane, kind)
            if all(abs(at_m - loop.position_m) >= LEAST_GAP_M for on, at_m in taken if on == lane.id):
                found.append(loop)
    return tuple(sorted(found, key=lambda loop: loop.id))


def _usual(lane: Lane, kind: DetectorKind) -> Detector:
    at_m = usual_position_m(kind, lane.length_m)
    return Detector(id=f"{lane.id}.{kind}", lane=lane.id, position_m=at_m, kind=kind)


def _entries(network: Network, approaches: dict[str, None]) -> Iterator[str]:
    feeding = _upstream(network, approaches)
    reached = {
        target
        for origin, targets in network.turns.items()
        for target in targets
        if (origin, target) not in network.turn_rounds
    }
    for name, edge in network.edges.items():
        if name in feeding and name not in reached and edge.vehicle_lanes:
            yield name


def _upstream(network: Network, approaches: dict[str, None]) -> set[str]:
    """Return the edges from which an approach can be reached, the approaches themselves included."""
    before: dict[str, list[str]] = {}
    for origin, targets in network.turns.items():
        for target in targets:
            before.setdefault(target, []).append(origin)
    found, waiting = set(approaches), list(approaches)
    while waiting:
        for edge in before.get(waiting.pop(), ()):
            if edge not in found:
                found.add(edge)
                waiting.append(edge)
    return found


def loops_xml(detectors: Sequence[Detector], *, interval_s: int, output: str) -> etree._Element:
    """Return the root of an additional file with the loops; SUMO writes `output` beside that file."""
    root = etree.Element("additional")
    for place, detector in enumerate(detectors):
        # Numbers as names: what a network calls its lanes need not be a name that SUMO's loops may have.
        etree.SubElement(
            root,
            "inductionLoop",
            id=str(place),
            lane=detector.lane,
            pos=str(detector.position_m),
            period=str(interval_s),
            file=output,
        )
    return root


def read_loops(path: Path, detectors: int, *, begin_s: int, intervals: int, interval_s: int) -> LoopCounts:
    """Return what the loops of `loops_xml` counted from `begin_s` on: the vehicles that came onto each loop.

    Intervals that started before `begin_s` belong to the warm-up; they are left out, and so is a last part of one.
    """
    shape = (intervals, detectors)
    counts, occupancy = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    for element in elements(path, "interval"):
        row = round((float(element.get("begin", "0")) - begin_s) / interval_s)
        if 0 <= row < shape[0]:
            column = int(element.get("id", "0"))
            counts[row, column] = int(float(element.get("nVehEntered", "0")))
            occupancy[row, column] = float(element.get("occupancy", "0")) / 100
    return LoopCounts(begin_s=begin_s, interval_s=interval_s, counts=counts, occupancy=np.round(occupancy, 4))
