"""The optimum of offsets over pairwise tables where the streets form a narrow graph: eliminate junction by junction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from ....kernels.min_plus import eliminate_one, eliminate_small

Pair = tuple[int, int]

# Largest table that is laid out while a junction is eliminated: 110 million float64 are 0.9 GB, width 5 at 100 s.
LARGEST_TABLE = 110_000_000
# Most sums that the whole elimination may take: some seconds' work, about what CP-SAT would be given instead.
MOST_SUMS = 3_000_000_000
# Below so many sums one thread is faster than several that must be woken.
SMALL_SUMS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factor:
    """A cost of the offsets of some junctions, in the reverse order of their elimination.

    `table` has an axis for each but the first, for its offset less the first's.
    """

    scope: tuple[int, ...]
    table: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Choice:
    """The best offset of a junction less that of the first around it, for all offsets of those around it."""

    junction: int
    around: tuple[int, ...]
    table: NDArray[np.int16]


def eliminate(
    count: int, tables: Mapping[Pair, NDArray[np.float64]], cycle_s: int, most_sums: int | None = None
) -> list[int] | None:
    """Return offsets of `count` junctions whose tables sum to the least, or None where the graph is too wide.

    Parameters
    ----------
    tables : mapping of (a, b) to (C,) float64
        Cost of each value of (offset of b - offset of a) modulo C.
    most_sums : int or None
        Sums of tables that may be looked at before giving up; None for the usual limit.

    Notes
    -----
    Dynamic programming over junctions (min-plus variable elimination, order by least degree): the combination method
    of J. A. Hillier, Glasgow's experiment in area traffic control, Traffic Engineering and Control 7, 1965, carried
    from series and parallel links to any graph. Only differences of offsets count, which takes one dimension out of
    every table.
    """
    order = elimination_order(count, tables)
    if not _fits([len(around) for _, around in order], cycle_s, MOST_SUMS if most_sums is None else most_sums):
        return None
    rank = {junction: place for place, (junction, _) in enumerate(order)}
    factors = [pair_factor(pair, table, rank) for pair, table in tables.items()]
    choices: list[_Choice] = []
    for junction, neighbours in order:
        around = tuple(sorted(neighbours, key=rank.__getitem__, reverse=True))
        mine = [factor for factor in factors if junction in factor.scope]
        factors = [factor for factor in factors if junction not in factor.scope]
        if around:
            least, choice = least_over(mine, around, cycle_s)
            if len(around) > 1:  # with one junction around, the least sum is the same whatever that one's offset
                factors.append(Factor(scope=around, table=least))
            choices.append(_Choice(junction=junction, around=around, table=choice))
    return _offsets(count, choices, cycle_s)


def _fits(widths: Sequence[int], cycle_s: int, most_sums: int) -> bool:
    widest = max(widths, default=0)
    return cycle_s ** max(widest - 1, 0) <= LARGEST_TABLE and sum(cycle_s**width for width in widths) <= most_sums


def elimination_order(count: int, tables: Iterable[Pair]) -> list[tuple[int, frozenset[int]]]:
    """Return the junctions in the order of their elimination, each with those that its choice then depends on."""
    around: dict[int, set[int]] = {junction: set() for junction in range(count)}
    for a, b in tables:
        around[a].add(b)
        around[b].add(a)
    order: list[tuple[int, frozenset[int]]] = []
    waiting = [(len(others), junction) for junction, others in around.items()]
    heapify(waiting)
    while waiting:
        degree, junction = heappop(waiting)
        if junction not in around or degree != len(around[junction]):
            continue  # it has been eliminated, or waits elsewhere with the junctions that it now has around
        neighbours = around.pop(junction)
        for other in neighbours:
            around[other] |= neighbours
            around[other] -= {other, junction}
            heappush(waiting, (len(around[other]), other))
        order.append((junction, frozenset(neighbours)))
    return order


def pair_factor(pair: Pair, table: NDArray[np.float64], rank: Mapping[int, int]) -> Factor:
    """Return the table of a link as a factor whose first junction is the one that is eliminated later."""
    a, b = pair
    if rank[a] > rank[b]:
        return Factor(scope=(a, b), table=table)
    return Factor(scope=(b, a), table=table[-np.arange(table.size) % table.size])


def least_over(
    factors: Sequence[Factor], around: tuple[int, ...], cycle_s: int
) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
    """Return the least sum of the factors of a junction over its offset, and which that is, for those around it."""
    place = {junction: k for k, junction in enumerate(around)}
    starts = np.cumsum([0, *(factor.table.size for factor in factors)])[:-1]
    members = np.full((len(factors), len(around)), -1)
    for row, factor in zip(members, factors, strict=True):
        row[: len(factor.scope) - 1] = [place[junction] for junction in factor.scope[:-1]]
    counts = np.array([len(factor.scope) - 1 for factor in factors])
    flat = np.concatenate([np.ascontiguousarray(factor.table, dtype=np.float64).ravel() for factor in factors])
    solve = eliminate_one if cycle_s ** len(around) > SMALL_SUMS else eliminate_small
    least, choice = solve(flat, starts, members, counts, len(around), cycle_s)
    return least, choice


def _offsets(count: int, choices: Sequence[_Choice], cycle_s: int) -> list[int]:
    """Follow the choices back: who was eliminated last, of each connected part, stays at 0."""
    starts = [0] * count
    for choice in reversed(choices):
        first, *others = (starts[junction] for junction in choice.around)
        row = 0
        for other in others:
            row = row * cycle_s + (other - first) % cycle_s
        starts[choice.junction] = int((first + choice.table[row]) % cycle_s)
    return starts
