"""Hours of real detectors hidden on all days: how far are the inferred mean days off, and do the bounds hold?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from greenband.engine.counts.day_kinds import day_class
from greenband.engine.counts.table import Counts, Unseen, taken
from greenband.engine.counts.verdict import judge
from numpy.typing import NDArray

from ..counts.counts_data import sound_sets

DAYS, MOST_DETECTORS = 28, 60
HOURS, FIRST_H, LAST_H = (1, 4), 5, 20
LEAST_VEH_H = 10.0
FREEWAY = "pems_lane_5min.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour that was hidden: inferred and counted vehicles of the mean day, and whether the bounds hold it."""

    dataset: str
    found: float
    counted: float
    inside: bool


def hidden_hours(data: Path, times: int, seed: int = 1) -> Iterator[Hour]:
    """Yield hours hidden in all sets at hand: one to four in a row, of one detector or of a whole signal."""
    random = np.random.default_rng(seed)
    for one in sound_sets(data, "report"):
        counts = _last_days(taken(one.counts, 0, MOST_DETECTORS))
        for _ in range(times):
            rows = _rows(counts, random)
            length = int(random.integers(HOURS[0], HOURS[1] + 1))
            first_h = int(random.integers(FIRST_H, LAST_H - length + 1))
            yield from _hours(one.name, counts, rows, first_h, first_h + length)


def _last_days(counts: Counts) -> Counts:
    return replace(counts, days=counts.days[-DAYS:], veh=counts.veh[:, -DAYS:], signs=type(counts.signs)())


def _rows(counts: Counts, random: np.random.Generator) -> list[int]:
    """Return a detector, or, one time in two where there are others, all of its signal."""
    row = int(random.integers(len(counts.detectors)))
    signals = [loop.id.rpartition("/")[0] for loop in counts.detectors]
    near = [k for k, name in enumerate(signals) if name and name == signals[row]]
    return near if near and len(near) < len(signals) and random.random() < 0.5 else [row]


def _hours(name: str, counts: Counts, rows: Sequence[int], first_h: int, last_h: int) -> Iterator[Hour]:
    per_hour = 3600 // counts.interval_s
    veh = counts.veh.copy()
    veh[rows, :, first_h * per_hour : last_h * per_hour] = np.nan
    judged = judge(replace(counts, veh=veh))
    place = {loop.id: k for k, loop in enumerate(counts.detectors)}
    for one in judged.unseen:
        if day_class(one.days[0]) == 0 and place[one.detector] in rows:
            yield from _of(name, one, _working_mean(counts, place[one.detector]), per_hour)


def _working_mean(counts: Counts, row: int) -> NDArray[np.float64]:
    """Return the mean working day of a detector; nan where it was never counted."""
    working = [day_class(day) == 0 for day in counts.days]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(counts.veh[row][working], axis=0))


def _of(name: str, one: Unseen, mean: NDArray[np.float64], per_hour: int) -> Iterator[Hour]:
    for first in range(0, len(one.bins), per_hour):
        part = slice(first, first + per_hour)
        counted, found = float(mean[list(one.bins[part])].sum()), float(sum(one.veh[part]))
        middle = first + min(per_hour, len(one.bins) - first) // 2
        if counted >= LEAST_VEH_H:
            inside = one.low[middle] * found <= counted <= one.high[middle] * found
            yield Hour(dataset=name, found=found, counted=counted, inside=inside)
