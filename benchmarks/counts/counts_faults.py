"""Faults put into sound counts: what each kind does to a detector's day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KINDS = ("dead", "missing", "stuck", "frozen", "chatter", "day total", "impossible")
LEAST_SHARE = 0.25  # of the day, for faults that do not last all of it
WHOLE_DAY_CHANCE = 0.5
LEAST_DUE_VEH = 50.0  # a fault must have something to spoil


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One fault: bins [first, last) of one detector's day; of a step, its first day and no bin."""

    kind: str
    detector: int
    day: int
    first: int
    last: int
    factor: float = float("nan")  # of a step


def plant(veh: Floats, chance: float, random: np.random.Generator) -> tuple[Floats, list[Planted]]:
    """Return the counts with faults, of one kind each, in a share of the detector-days, and what was done.

    Days with less than 80 % of their bins, and stretches with fewer than 50 vehicles, are left alone.
    """
    out, done = veh.copy(), []
    detectors, days, bins = veh.shape
    for d, n in np.argwhere(random.random((detectors, days)) < chance):
        kind = KINDS[int(random.integers(len(KINDS)))]
        first, last = span(kind, bins, random)
        part = veh[d, n, first:last]
        if np.isnan(veh[d, n]).mean() > 0.2 or np.nansum(part) < LEAST_DUE_VEH or np.isnan(part).mean() > 0.5:
            continue
        spoiled = _spoiled(kind, veh, out, int(d), int(n), first, last, random)
        if spoiled is None:
            continue
        out[d, n, first:last] = np.where(np.isnan(part), np.nan, spoiled)
        done.append(Planted(kind=kind, detector=int(d), day=int(n), first=first, last=last))
    return out, done


def span(kind: str, bins: int, random: np.random.Generator) -> tuple[int, int]:
    """Return the bins of a day that a fault lasts: half of the times all, else a quarter or more."""
    if kind == "impossible":
        length = max(1, bins // 24)
    elif kind == "day total" or random.random() < WHOLE_DAY_CHANCE:
        return 0, bins
    else:
        length = int(random.integers(max(1, round(bins * LEAST_SHARE)), bins + 1))
    first = int(random.integers(0, bins - length + 1))
    return first, first + length


def _spoiled(
    kind: str, veh: Floats, out: Floats, d: int, n: int, first: int, last: int, random: np.random.Generator
) -> Floats | float | None:
    part = veh[d, n, first:last]
    if kind == "dead":
        return 0.0
    if kind == "missing":
        return float("nan")
    if kind == "stuck":
        return max(1.0, float(np.nan_to_num(part[0])))
    if kind == "chatter":
        return np.asarray(np.rint(part * random.uniform(1.5, 3.0)))
    if kind == "day total":
        return np.asarray(np.rint(part * random.uniform(0.2, 0.45)))
    if kind == "frozen":
        back = int(random.integers(1, 8))
        old = out[d, n - back, first:last] if n >= back else part  # what it sent, faults and all
        return None if n < back or np.isnan(old).any() else np.asarray(old)
    return np.asarray(part * random.uniform(8.0, 20.0) + 100.0)
