"""Good offsets where the streets form too wide a graph: descents, then band after band is solved exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ....kernels.coordinate_descent import descend
from .bands_of_junctions import layers
from .elimination import Pair, eliminate

Tables = Mapping[Pair, NDArray[np.float64]]

SWEEPS = 200
# Most sums for a band: a second for some hundred junctions with three others around each.
BAND_SUMS = 40_000_000
# Junctions of all descents that go on together, and of all rounds in one of them: large networks get fewer of both.
GO_ON, SOLVED = 300, 2000


def good_offsets(count: int, tables: Tables, cycle_s: int, *, starts: int, rounds: int, seed: int) -> list[int]:
    """Return offsets that no change of one junction, nor of a narrow band of junctions, makes cheaper.

    Parameters
    ----------
    tables : mapping of (a, b) to (C,) float64
        Cost of each value of (offset of b - offset of a) modulo C.
    starts : int
        Coordinate descents, the first from 0 everywhere; the best few go on.
    rounds : int
        How often all bands are solved at most, each time cut elsewhere.
    seed : int
        Of the offsets that descents start from.
    """
    layer = layers(count, sorted(tables))
    found = _descended(count, tables, cycle_s, starts, seed)[: max(1, min(3, GO_ON // max(1, count)))]
    rounds = max(1, min(rounds, SOLVED // max(1, count)))
    solved = [_with_bands(one, tables, cycle_s, layer, rounds) for one in found]
    return min(solved, key=lambda one: cost_of(one, tables, cycle_s))


def _with_bands(starts: list[int], tables: Tables, cycle_s: int, layer: Mapping[int, int], rounds: int) -> list[int]:
    """Return the offsets after rounds of solving band after band, each round cut elsewhere."""
    cost = cost_of(starts, tables, cycle_s)
    for height in range(2, 2 + rounds):
        for shift in range(height):
            bands: dict[int, list[int]] = {}
            for junction in range(len(starts)):
                bands.setdefault((layer[junction] + shift) // height, []).append(junction)
            for band in bands.values():
                starts = with_band(starts, tables, cycle_s, band)
        before, cost = cost, cost_of(starts, tables, cycle_s)
        if before - cost <= 1e-9 * max(1.0, abs(cost)) and height > 2:
            break
    return starts


def cost_of(starts: Sequence[int], tables: Tables, cycle_s: int) -> float:
    """Return the sum of the tables at some offsets."""
    return float(sum(table[(starts[b] - starts[a]) % cycle_s] for (a, b), table in tables.items()))


def with_band(starts: Sequence[int], tables: Tables, cycle_s: int, band: Sequence[int]) -> list[int]:
    """Return the offsets in which those of a band are the best there are while all others stay.

    All others stand for one more junction at offset 0, to which the links that leave the band lead. A band that is too
    wide for that stays as it is.
    """
    place = {junction: k for k, junction in enumerate(band, start=1)}
    inside: dict[Pair, NDArray[np.float64]] = {}
    for (a, b), table in tables.items():
        if a not in place and b not in place:
            continue
        if a in place and b in place:
            pair, part = (place[a], place[b]), table
        elif b in place:
            pair, part = (0, place[b]), np.roll(table, starts[a])
        else:
            pair, part = (0, place[a]), np.roll(table[::-1], starts[b] + 1)
        inside[pair] = inside[pair] + part if pair in inside else part
    found = eliminate(len(band) + 1, inside, cycle_s, BAND_SUMS)
    if found is None:
        return list(starts)
    after = list(starts)
    for junction, k in place.items():
        after[junction] = (found[k] - found[0]) % cycle_s
    return after


def _descended(count: int, tables: Tables, cycle_s: int, number: int, seed: int) -> list[list[int]]:
    """Return what several descents that move one junction at a time to its best offset come to, the cheapest first."""
    first, neighbours, rows = _both_ways(count, tables, cycle_s)
    generator = np.random.default_rng(seed)
    found = []
    for attempt in range(number):
        starts = np.zeros(count, np.int64) if attempt == 0 else generator.integers(0, cycle_s, count)
        descend(first, neighbours, rows, starts, SWEEPS)
        found.append([int(start) for start in starts])
    return sorted(found, key=lambda one: cost_of(one, tables, cycle_s))


def _both_ways(
    count: int, tables: Tables, cycle_s: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the links of each junction, seen from it: where they begin, who is at the other end, and their tables."""
    seen: list[list[tuple[int, NDArray[np.float64]]]] = [[] for _ in range(count)]
    for (a, b), table in sorted(tables.items(), key=lambda item: item[0]):
        seen[b].append((a, table))
        seen[a].append((b, np.roll(table[::-1], 1)))
    first = np.cumsum([0, *(len(links) for links in seen)])
    flat = [link for links in seen for link in links]
    rows = np.array([table for _, table in flat]) if flat else np.zeros((0, cycle_s))
    return first, np.array([other for other, _ in flat], dtype=np.int64), rows
