"""Counts over time from many intervals at once: how many at the same time, and how long any at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]


def mean_and_most(
    key: Ints, since: Ints, until: Ints, weight: Ints, kinds: int, period: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean and the largest sum of the weights of the intervals that last, for each key over a period.

    Arrays have shape (N,), the results (kinds,). An interval that ends when another begins is over.
    """
    begin, end = period
    since, until = np.maximum(since, begin), np.minimum(until, end)
    lasts = until > since
    key, since, until, weight = key[lasts], since[lasts], until[lasts], weight[lasts].astype(np.int64)
    mean = np.bincount(key, (until - since) * weight, kinds) / max(end - begin, 1)
    keys, ticks, steps = (np.concatenate(pair) for pair in ((key, key), (since, until), (weight, -weight)))
    order = np.lexsort((steps, ticks, keys))
    most = np.zeros(kinds, dtype=np.int64)
    np.maximum.at(most, keys[order], np.cumsum(steps[order]))  # every key's steps add up to 0
    return mean, most


def covered(key: Ints, since: Ints, until: Ints, kinds: int, period: tuple[int, int]) -> NDArray[np.int64]:
    """Return how much of a period the intervals of each key cover together, overlaps counted once."""
    begin, end = period
    since, until = np.clip(since, begin, end), np.clip(until, begin, end)
    shift = key.astype(np.int64) * (end - begin + 1)  # key after key on one line
    order = np.argsort(shift + since, kind="stable")
    starts, ends = (shift + since)[order], (shift + until)[order]
    before = np.concatenate(([np.iinfo(np.int64).min], np.maximum.accumulate(ends)[:-1])) if key.size else ends
    new = np.maximum(ends - np.maximum(starts, before), 0)
    return np.bincount(key[order], new, kinds).astype(np.int64)
