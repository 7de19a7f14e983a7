"""Coordinate descent over cyclic offsets: one signal at a time moves to where its links cost least."""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def descend(first, neighbours, tables, starts, sweeps):
    """Move each signal in turn to its best offset, until a sweep over all of them changes nothing.

    Parameters
    ----------
    first : (n + 1,) int64
        Where the links of each signal begin in `neighbours` and `tables`; every link stands at both its ends.
    neighbours : (m,) int64
        The signal at the other end of each link.
    tables : (m, C) float64
        Cost of each value of (own offset - other's offset) modulo C.
    starts : (n,) int64
        The offsets to begin with, 0 to C - 1; they are changed in place.
    sweeps : int
        Sweeps over all signals at most.

    Returns
    -------
    int
        Sweeps done.
    """
    cycle = tables.shape[1]
    total = np.empty(cycle)
    for sweep in range(sweeps):
        moved = False
        for signal in range(starts.size):
            if first[signal] == first[signal + 1]:
                continue
            total[:] = 0.0
            for link in range(first[signal], first[signal + 1]):
                other = starts[neighbours[link]]
                for x in range(other, cycle):
                    total[x] += tables[link, x - other]
                for x in range(other):
                    total[x] += tables[link, x - other + cycle]
            best = np.argmin(total)
            if total[best] < total[starts[signal]] - 1e-12:
                starts[signal] = best
                moved = True
        if not moved:
            return sweep + 1
    return sweeps
