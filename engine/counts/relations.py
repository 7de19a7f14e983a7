"""Which detectors should tell the same: two on one lane, and those before and after a stretch of street."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.detector import Detector
from ...networks.network import Network
from .table import Counts, Verdict

Floats = NDArray[np.float64]

PAIR_RATIO, BALANCE_RATIO = np.log(1.3), np.log(1.2)
LEAST_SPREADS = 6.0
LEAST_DAY_VEH = 300.0
LEAST_DAYS = 5
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Two sets of detectors, by their rows, whose sums keep a ratio."""

    verdict: Verdict  # what is said of a detector that breaks it
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """The signal of each detector ('' for none), and what should tell the same."""

    signals: tuple[str, ...] = ()
    pairs: tuple[Relation, ...] = ()


def by_name(detectors: Sequence[Detector]) -> Relations:
    """Return what names tell: detector SIGNAL/CHANNEL belongs to SIGNAL."""
    return Relations(signals=tuple(d.id.rpartition("/")[0] for d in detectors))


def by_network(detectors: Sequence[Detector], network: Network) -> Relations:
    """Return the signal of each detector, the pairs on one lane, and the streets counted at both ends.

    A street is an edge, or several that follow each other without a choice; it counts if every vehicle lane has a
    detector where it begins (exit or entry) and where it ends (approach).
    """
    signal: dict[str, str] = {}
    for junction in network.junctions:
        for movement in junction.movements:
            signal[movement.from_edge] = junction.id
            signal.setdefault(movement.to_edge, junction.id)
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    names = tuple(signal.get(edge_of.get(d.lane, ""), "") for d in detectors)
    return Relations(signals=names, pairs=(*_same_lane(detectors), *_streets(detectors, network)))


def part_of(relations: Relations, first: int, last: int) -> Relations:
    """Return the relations among the detectors of rows [first, last) alone, by their rows within these."""

    def moved(rows: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(row - first for row in rows)

    return Relations(
        signals=relations.signals[first:last],
        pairs=tuple(
            Relation(verdict=one.verdict, before=moved(one.before), after=moved(one.after))
            for one in relations.pairs
            if all(first <= row < last for row in (*one.before, *one.after))
        ),
    )


def _same_lane(detectors: Sequence[Detector]) -> list[Relation]:
    rows: dict[str, list[int]] = {}
    for row in sorted(range(len(detectors)), key=lambda row: detectors[row].position_m):
        rows.setdefault(detectors[row].lane, []).append(row)
    return [
        Relation(verdict=Verdict.PAIR_DRIFT, before=(some[0],), after=(some[-1],))
        for some in rows.values()
        if len(some) > 1
    ]


def _streets(detectors: Sequence[Detector], network: Network) -> list[Relation]:
    at_start: dict[str, int] = {d.lane: row for row, d in enumerate(detectors) if d.kind != "approach"}
    at_end: dict[str, int] = {d.lane: row for row, d in enumerate(detectors) if d.kind == "approach"}
    after = {edge: tuple(targets) for edge, targets in network.turns.items()}
    before: dict[str, list[str]] = {}
    for name, targets in after.items():
        for target in targets:
            before.setdefault(target, []).append(name)
    found = []
    for edge in network.edges.values():
        last, seen = edge.id, {edge.id}
        while len(after.get(last, ())) == 1 and len(before.get(after[last][0], ())) == 1 and after[last][0] not in seen:
            last = after[last][0]
            seen.add(last)
        starts = [at_start.get(lane.id) for lane in edge.vehicle_lanes]
        ends = [at_end.get(lane.id) for lane in network.edges[last].vehicle_lanes]
        first, final = [r for r in starts if r is not None], [r for r in ends if r is not None]
        if first and final and len(first) == len(starts) and len(final) == len(ends):
            found.append(Relation(verdict=Verdict.UNBALANCED, before=tuple(first), after=tuple(final)))
    return found


def broken(counts: Counts, believed: Floats, level: Floats, relation: Relation) -> list[tuple[int, int]]:
    """Return (detector, day) that break a relation: on the day its sums are off their usual ratio, and of its
    detectors this one is most vehicles away from what it counts on days that keep it, to that side.

    Off is more than 30 % for a pair, 20 % for a street, and six times the usual spread of the ratio.

    Parameters
    ----------
    counts : Counts
    believed : (D, N, B) float64
        Counts; nan where there is none or it is not believed. [veh]
    level : (D, N) float64
        Each day's total over the typical one; nan where unknown. [-]
    relation : Relation
    """
    members = [*relation.before, *relation.after]
    seen = ~np.isnan(believed[members]).any(axis=0)
    sums = np.where(seen, believed[members], 0.0).sum(axis=2)
    first, last = sums[: len(relation.before)].sum(axis=0), sums[len(relation.before) :].sum(axis=0)
    told = (np.maximum(first, last) >= LEAST_DAY_VEH) & (seen.mean(axis=1) >= 0.25)
    if told.sum() < LEAST_DAYS:
        return []
    ratio = np.log((first + 1.0) / (last + 1.0))
    off = ratio - np.median(ratio[told])
    spread = MAD_TO_SIGMA * np.median(np.abs(off[told]))
    least = PAIR_RATIO if relation.verdict == Verdict.PAIR_DRIFT else BALANCE_RATIO
    fires = told & (np.abs(off) > max(least, LEAST_SPREADS * spread))
    own = np.nan_to_num(level[members], nan=1.0)
    stray = own / np.median(own[:, told & ~fires], axis=1, keepdims=True).clip(0.01) - 1.0
    side = np.where(np.arange(len(members)) < len(relation.before), 1.0, -1.0)
    usual = np.median(sums[:, told & ~fires], axis=1)
    return [
        (members[int(np.argmax(side * np.sign(off[n]) * stray[:, n] * usual))], int(n)) for n in np.flatnonzero(fires)
    ]
