"""Min-plus elimination of one signal: the least sum of tables over its offset, for all offsets of those around it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from .compiled import inner_kernel, kernel, parallel_kernel


class Factors(NamedTuple):
    """The tables that are summed: see `eliminate_one`."""

    tables: np.ndarray  # (N,) float64
    starts: np.ndarray  # (F,) int64
    members: np.ndarray  # (F, M) int64
    counts: np.ndarray  # (F,) int64


@inner_kernel
def _least_at(factors, place, offset, total):
    """Return one place of the answer, least and choice; `offset` (width,) int64, `total` (C,) float64 are scratch."""
    cycle, members = total.size, factors.members
    rest = place
    for axis in range(offset.size - 1, 0, -1):
        offset[axis] = rest % cycle
        rest //= cycle
    total[:] = 0.0
    for f in range(factors.starts.size):
        first = offset[members[f, 0]]
        row = 0
        for m in range(1, factors.counts[f]):
            row = row * cycle + (offset[members[f, m]] - first) % cycle
        at = factors.starts[f] + row * cycle
        for x in range(first, cycle):
            total[x] += factors.tables[at + x - first]
        for x in range(first):
            total[x] += factors.tables[at + x - first + cycle]
    best = 0
    for x in range(1, cycle):
        if total[x] < total[best]:
            best = x
    return total[best], best


@parallel_kernel
def eliminate_one(tables, starts, members, counts, width, cycle):
    """Return the least sum over a signal's offset, and the offset that gives it, for each choice around the signal.

    Only differences of offsets count. Offsets of the signals around it, and its own, are therefore measured from the
    first of those around it, which takes one dimension out of every table: C^width sums in all for a signal with
    `width` others around it, and tables of C^(width - 1).

    Parameters
    ----------
    tables : (N,) float64
        The tables of all factors that the signal has part in, one after the other. A factor over signals s0, s1, ...,
        of which the eliminated one is the last, has a table with one axis of length C for each of s1, s2, ..., for its
        offset less that of s0, modulo C; the last axis varies fastest.
    starts : (F,) int64
        Where each factor's table begins in `tables`.
    members : (F, M) int64
        Places, among the signals around, of each factor's signals without the eliminated one; -1 beyond `counts`.
    counts : (F,) int64
        How many those are, 1 or more.
    width : int
        Signals around the eliminated one, 1 or more.
    cycle : int
        C, the offsets there are.

    Returns
    -------
    least : (C^(width - 1),) float64
        One axis for each of the signals around but the first, for its offset less the first's; the last varies fastest.
    choice : (C^(width - 1),) int16
        The eliminated signal's offset less the first's; the smallest of equally good ones.
    """
    size = cycle ** (width - 1)
    least = np.empty(size)
    choice = np.empty(size, np.int16)
    parts = cycle if width > 1 else 1
    length = size // parts
    for part in prange(parts):
        factors = Factors(tables, starts, members, counts)
        offset = np.zeros(width, np.int64)
        total = np.empty(cycle)
        for place in range(part * length, (part + 1) * length):
            least[place], choice[place] = _least_at(factors, place, offset, total)
    return least, choice


@kernel
def eliminate_small(tables, starts, members, counts, width, cycle):
    """Return what `eliminate_one` returns, in one thread: waking several takes longer than a small table does."""
    size = cycle ** (width - 1)
    least = np.empty(size)
    choice = np.empty(size, np.int16)
    factors = Factors(tables, starts, members, counts)
    offset = np.zeros(width, np.int64)
    total = np.empty(cycle)
    for place in range(size):
        least[place], choice[place] = _least_at(factors, place, offset, total)
    return least, choice
