"""Holes in the bundled study's counts: hours, streets and junctions that nobody counted, on any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from greenband.networks.detector import Detector
from greenband.networks.network import Network
from numpy.typing import NDArray

KINDS = ("hours", "street", "junction", "junction hours")
QUARTER_S = 900
HOURS_MORE = (0.0, 1.5)  # before the period and after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Rows of detectors, taken out of all days from `begin_s` to `end_s`; then a period of a later day is planned."""

    kind: str
    rows: tuple[int, ...]
    begin_s: int
    end_s: int
    day: int  # the place of the day that is forecast, which the planner does not see
    period: int  # which of the study's


def holes(
    network: Network, detectors: Sequence[Detector], days: Sequence[int], periods: Sequence[tuple[int, int]], seed: int
) -> list[Hole]:
    """Return one hole of each kind, by the seed: another seed, others."""
    random = np.random.default_rng(seed)
    streets = _streets(network, detectors)
    junctions = _junctions(network, streets)
    found = []
    for kind in KINDS:
        day, period = int(random.choice(days)), int(random.integers(len(periods)))
        places = junctions if kind.startswith("junction") else streets
        rows = places[sorted(places)[int(random.integers(len(places)))]]
        whole = kind in ("street", "junction")
        begin_s, end_s = (0, 86_400) if whole else _hours(periods[period], random)
        found.append(Hole(kind=kind, rows=rows, begin_s=begin_s, end_s=end_s, day=day, period=period))
    return found


def _hours(period: tuple[int, int], random: np.random.Generator) -> tuple[int, int]:
    """Return a stretch of time that holds the period, or begins or ends within it."""
    more = random.uniform(*HOURS_MORE, 2) * 3600
    begin_s, end_s = period[0] - int(more[0]), period[1] + int(more[1])
    if random.random() < 0.25:
        begin_s = period[0] + 2 * QUARTER_S
    return begin_s // QUARTER_S * QUARTER_S, -(-end_s // QUARTER_S) * QUARTER_S


def _streets(network: Network, detectors: Sequence[Detector]) -> dict[str, tuple[int, ...]]:
    """Return the rows of each street: an edge and those that it leads into without a choice."""
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    head = {edge: edge for edge in network.edges}
    for edge in network.edges:
        last = edge
        while (
            len(network.turns.get(last, ())) == 1 and len(into := _into(network, next(iter(network.turns[last])))) == 1
        ):
            last = next(iter(network.turns[last]))
            head[last] = head[into[0]]
    found: dict[str, list[int]] = {}
    for row, loop in enumerate(detectors):
        found.setdefault(head[edge_of[loop.lane]], []).append(row)
    return {street: tuple(rows) for street, rows in found.items()}


def _into(network: Network, edge: str) -> list[str]:
    return [name for name, targets in network.turns.items() if edge in targets]


def _junctions(network: Network, streets: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the rows of all streets that lead to each signal or from it."""
    ends: dict[str, set[str]] = {}
    for junction in network.signals:
        ends[junction.id] = {edge for m in junction.movements for edge in (m.from_edge, m.to_edge)}
    head = {row: street for street, rows in streets.items() for row in rows}
    return {
        name: tuple(row for row, street in head.items() if _meets(network, street, near)) for name, near in ends.items()
    }


def _meets(network: Network, street: str, near: set[str]) -> bool:
    last = street
    while last not in near and len(network.turns.get(last, ())) == 1:
        last = next(iter(network.turns[last]))
    return last in near


def with_hole(veh: NDArray[np.float64], hole: Hole, interval_s: int) -> NDArray[np.float64]:
    """Return the counts (detectors, days, bins) of the days before the one that is forecast, with the hole in them."""
    before = veh[:, : hole.day].copy()
    before[list(hole.rows), :, hole.begin_s // interval_s : hole.end_s // interval_s] = np.nan
    return before
