"""A lower bound for offsets where the streets form too wide a graph: elimination in which junctions are torn apart.

Mini-buckets: R. Dechter and I. Rish, Mini-buckets: a general scheme for bounded inference, Journal of the ACM 50,
2003. A junction with too many others around it is replaced by several, each with a part of its links, which may choose
different offsets: that can only cost less. The links may also be shared among several such relaxations; where
their answers differ, cost is moved from one to the other (dual decomposition by subgradients: N. Komodakis, N. Paragios
and G. Tziritas, MRF energy minimization and beyond via dual decomposition, IEEE Transactions on Pattern Analysis and
Machine Intelligence 33, 2011).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .bands_of_junctions import covers
from .elimination import Factor, Pair, elimination_order, least_over, pair_factor

Tables = Mapping[Pair, NDArray[np.float64]]

# Where relaxations disagree on a link, cost moves at the differences near those that they chose, too, or it would take
# as many rounds as a cycle has seconds. The share of the cycle on each side:
BUMP = 0.125
SLOWER_AFTER = 20


@dataclass(slots=True, kw_only=True, eq=False)
class _Bucket:
    """A part of a torn junction: its links, the junctions around them, and what it then chooses."""

    junction: int
    around: tuple[int, ...]
    links: list[Pair]
    choice: NDArray[np.int16]
    onward: _Bucket | None = None  # where its least sum went
    offsets: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """A factor on its way: of a link, or the least sum of a bucket."""

    factor: Factor
    link: Pair | None = None
    source: _Bucket | None = None


def relaxed(
    count: int, tables: Tables, cycle_s: int, width: int, order: Sequence[int]
) -> tuple[float, dict[Pair, int]]:
    """Return a lower bound of the cost of any offsets, and for each link the difference that the relaxation chose.

    Parameters
    ----------
    tables : mapping of (a, b) to (C,) float64
        Cost of each value of (offset of b - offset of a) modulo C.
    width : int
        Junctions around a part of a torn junction at most: C^width sums for each part.
    order : sequence of int
        Every junction once, in the order of their elimination.
    """
    rank = {junction: place for place, junction in enumerate(order)}
    waiting: dict[int, list[_Held]] = {junction: [] for junction in range(count)}
    for pair, table in tables.items():
        factor = pair_factor(pair, table, rank)
        waiting[factor.scope[-1]].append(_Held(factor=factor, link=pair))
    bound, buckets = 0.0, []
    for junction in order:
        for held in _parts(waiting.pop(junction), width):
            bucket, least = _eliminated(junction, held, rank, cycle_s)
            buckets.append(bucket)
            if len(bucket.around) > 1:
                onward = Factor(scope=bucket.around, table=least)
                waiting[bucket.around[-1]].append(_Held(factor=onward, source=bucket))
            else:
                bound += float(least[0])
    return bound, _differences(buckets, cycle_s)


def _parts(held: Sequence[_Held], width: int) -> list[list[_Held]]:
    """Return the factors of a junction in parts with few others around each; those with most around them first."""
    parts: list[tuple[set[int], list[_Held]]] = []
    for one in sorted(held, key=lambda h: -len(h.factor.scope)):
        others = set(one.factor.scope[:-1])
        for around, members in parts:
            if len(around | others) <= width:
                around |= others
                members.append(one)
                break
        else:
            parts.append((others, [one]))
    return [members for _, members in parts]


def _eliminated(
    junction: int, held: Sequence[_Held], rank: Mapping[int, int], cycle_s: int
) -> tuple[_Bucket, NDArray[np.float64]]:
    others = {other for one in held for other in one.factor.scope[:-1]}
    around = tuple(sorted(others, key=rank.__getitem__, reverse=True))
    least, choice = least_over([one.factor for one in held], around, cycle_s)
    bucket = _Bucket(
        junction=junction, around=around, links=[one.link for one in held if one.link is not None], choice=choice
    )
    for one in held:
        if one.source is not None:
            one.source.onward = bucket
    return bucket, least


def _differences(buckets: Sequence[_Bucket], cycle_s: int) -> dict[Pair, int]:
    """Follow the choices back: each bucket takes the offsets around it from the one that its least sum went to."""
    found: dict[Pair, int] = {}
    for bucket in reversed(buckets):
        known = bucket.onward.offsets if bucket.onward is not None else {bucket.around[0]: 0}
        first, *others = (known[junction] for junction in bucket.around)
        row = 0
        for other in others:
            row = row * cycle_s + (other - first) % cycle_s
        own = int((first + bucket.choice[row]) % cycle_s)
        bucket.offsets = {junction: known[junction] for junction in bucket.around} | {bucket.junction: own}
        for a, b in bucket.links:
            found[(a, b)] = (bucket.offsets[b] - bucket.offsets[a]) % cycle_s
    return found


def lower_bound(count: int, tables: Tables, cycle_s: int, upper: float, *, width: int = 2, rounds: int = 40) -> float:
    """Return a lower bound of the cost of any offsets, from narrow parts that overlap.

    Parameters
    ----------
    tables : mapping of (a, b) to (C,) float64
        Cost of each value of (offset of b - offset of a) modulo C.
    upper : float
        The cost of some offsets: how far the bound may rise.
    width : int
        How wide the parts are: C^width sums for each junction, part and round.
    rounds : int
        How often cost is moved between the parts at most.
    """
    parts = covers(count, sorted(tables), width)
    orders = [[junction for junction, _ in elimination_order(count, part)] for part in parts]
    holders: dict[Pair, list[int]] = {pair: [] for pair in tables}
    for k, part in enumerate(parts):
        for pair in part:
            holders[pair].append(k)
    shares = [{pair: tables[pair] / len(holders[pair]) for pair in part} for part in parts]
    alone = sum(float(table.min()) for pair, table in tables.items() if not holders[pair])
    best = sum(float(table.min()) for table in tables.values())
    for done in range(rounds):
        found = [relaxed(count, share, cycle_s, width, order) for share, order in zip(shares, orders, strict=True)]
        total = alone + sum(bound for bound, _ in found)
        best = max(best, total)
        moves = _moves([chosen for _, chosen in found], holders, cycle_s)
        gain = sum(float(move[found[k][1][pair]]) for k, pair, move in moves)
        if gain <= 1e-9 or upper - best <= 1e-9 * abs(upper):
            break
        step = (upper - total) / gain / (1 + done / SLOWER_AFTER)
        for k, pair, move in moves:
            shares[k][pair] = shares[k][pair] + step * move
    return best


def _moves(
    chosen: Sequence[Mapping[Pair, int]], holders: Mapping[Pair, Sequence[int]], cycle_s: int
) -> list[tuple[int, Pair, NDArray[np.float64]]]:
    """Return what goes to which part's table of which link: more at what it chose, less at what the others did."""
    away = np.minimum(np.arange(cycle_s), cycle_s - np.arange(cycle_s))
    bump = np.maximum(0.0, 1.0 - away / (1 + BUMP * cycle_s))
    moves = []
    for pair, ks in holders.items():
        if len({chosen[k][pair] for k in ks}) > 1:
            bumps = [np.roll(bump, chosen[k][pair]) for k in ks]
            mean = sum(bumps) / len(ks)
            moves += [(k, pair, one - mean) for k, one in zip(ks, bumps, strict=True)]
    return moves
