"""Which detectors should tell the same: two on one lane, and those before and after a stretch of street."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.detector import Detector
from ...networks.network import Network
from ...networks.types import Floats
from .table import DetectorVerdict

PAIR_RATIO, BALANCE_RATIO = np.log(1.3), np.log(1.2)
LEAST_SPREADS = 6.0
LEAST_DAY_VEH = 300.0
LEAST_DAYS = 5
# A third of normal values stays within 0.39 sigma: told by the calmest days, as drifts may take half of a fortnight.
CALM_SHARE, CALM_SIGMAS = 0.3, 0.3853


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Two sets of detectors, by their rows, whose sums keep a ratio."""

    verdict: DetectorVerdict  # what is said of a detector that breaks it
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
        Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(some[0],), after=(some[-1],))
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
            found.append(Relation(verdict=DetectorVerdict.UNBALANCED, before=tuple(first), after=tuple(final)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """How a relation did: on which days it told anything, on which it was broken, and how far each member strayed.

    `told`, `fires` have shape (days,), `stray` (members, days): vehicles off what the member counts on days that keep
    the relation, counted positive to the side that breaks it.
    """

    relation: Relation
    told: NDArray[np.bool_]
    fires: NDArray[np.bool_]
    stray: Floats

    @property
    def members(self) -> tuple[int, ...]:
        """The rows of its detectors."""
        return (*self.relation.before, *self.relation.after)


def broken(believed: Floats, level: Floats, relations: Sequence[Relation]) -> list[tuple[int, int, DetectorVerdict]]:
    """Return (detector, day, verdict) of those that break relations.

    A relation is broken on a day on which its sums are off their usual ratio by more than 30 % for a pair, 20 % for a
    street, and six times the usual spread of the ratio. Blamed is the detector of which more relations are broken than
    kept that day; among equals, the one most vehicles away from what it counts on days that keep the relation, to the
    side that breaks it. What is blamed explains the other relations that it is in.

    Parameters
    ----------
    believed : (D, N, B) float64
        Counts; nan where there is none or it is not believed. [veh]
    level : (D, N) float64
        Each day's total over the typical one; nan where unknown. [-]
    relations : sequence of Relation
    """
    watched = [kept for one in relations if (kept := _kept(believed, level, one)) is not None]
    days = np.zeros(believed.shape[1], dtype=np.bool_)
    for one in watched:
        days |= one.fires
    return [found for n in np.flatnonzero(days) for found in _blamed(watched, int(n))]


def _blamed(watched: Sequence[Kept], n: int) -> list[tuple[int, int, DetectorVerdict]]:
    """Return whom to blame for the relations broken on a day, one after the other until none is left unexplained."""
    votes: dict[int, int] = {}
    for one in watched:
        for row in one.members if one.told[n] else ():
            votes[row] = votes.get(row, 0) + (1 if one.fires[n] else -1)
    left, found = [one for one in watched if one.fires[n]], []
    while left:
        claims = [
            (votes[row], float(one.stray[k, n]), row, one.relation.verdict)
            for one in left
            for k, row in enumerate(one.members)
        ]
        _, _, row, verdict = max(claims, key=lambda claim: claim[:2])
        found.append((row, n, verdict))
        left = [one for one in left if row not in one.members]
    return found


def _kept(believed: Floats, level: Floats, relation: Relation) -> Kept | None:
    """Return how a relation did, or None where too few days tell."""
    members = [*relation.before, *relation.after]
    seen = ~np.isnan(believed[members]).any(axis=0)
    sums = np.where(seen, believed[members], 0.0).sum(axis=2)
    first, last = sums[: len(relation.before)].sum(axis=0), sums[len(relation.before) :].sum(axis=0)
    told = (np.maximum(first, last) >= LEAST_DAY_VEH) & (seen.mean(axis=1) >= 0.25)
    if told.sum() < LEAST_DAYS:
        return None
    ratio = np.log((first + 1.0) / (last + 1.0))
    off = ratio - np.median(ratio[told])
    spread = np.quantile(np.abs(off[told]), CALM_SHARE) / CALM_SIGMAS
    least = PAIR_RATIO if relation.verdict == DetectorVerdict.PAIR_DRIFT else BALANCE_RATIO
    fires = told & (np.abs(off) > max(least, LEAST_SPREADS * spread))
    own = np.nan_to_num(level[members], nan=1.0)
    sound = told & ~fires
    stray = own / np.median(own[:, sound], axis=1, keepdims=True).clip(0.01) - 1.0
    side = np.where(np.arange(len(members)) < len(relation.before), 1.0, -1.0)
    usual = np.median(sums[:, sound], axis=1)
    return Kept(
        relation=relation,
        told=told,
        fires=fires,
        stray=side[:, None] * np.sign(off)[None, :] * stray * usual[:, None],
    )
