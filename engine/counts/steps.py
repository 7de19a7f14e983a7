"""Steps: a detector counts more or fewer from one day on, and stays there (works, a new lane, a retuned loop)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from ...networks.types import Floats

SIDE_DAYS = 14
SHARPEN_DAYS = 4
LEAST_SEEN = 7  # days on either side
LEAST_JUMP = np.log(1.15)
LEAST_SIGMAS = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of level: the first day of the new level, and new over old. Kept, not rejected: the level restarts."""

    detector: str
    day: date
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A step by its row and column."""

    detector: int
    day: int
    ratio: float

    def named(self, detector: str, day: date) -> Step:
        """Return the step with names."""
        return Step(detector=detector, day=day, ratio=self.ratio)


def steps(level: Floats, days: Sequence[date]) -> list[Place]:
    """Return the steps of daily levels, of shape (detectors, days), nan where a day tells nothing.

    A step lies where the median of the two weeks from a day on is more than 15 % away from that of the two weeks
    before, and further than their noise; of neighbouring candidates the one with the largest jump stands.
    """
    if len(days) < 2 * LEAST_SEEN:
        return []
    with np.errstate(divide="ignore"):
        logs = np.where(level > 0, np.log(level), np.nan)
    jump, sigma = _jumps(logs)
    found = []
    for d in np.flatnonzero((np.abs(jump) > np.maximum(LEAST_JUMP, LEAST_SIGMAS * sigma)).any(axis=1)):
        peaks = _peaks(int(d), jump[d], np.maximum(LEAST_JUMP, LEAST_SIGMAS * sigma[d]))
        found += [_sharpened(place, logs[d]) for place in peaks]
    return found


def _sharpened(place: Place, logs: Floats) -> Place:
    """Return the step on the day near by that parts the two weeks before from the two weeks after best."""
    first, last = max(0, place.day - SIDE_DAYS), min(logs.size, place.day + SIDE_DAYS)
    old, new = np.nanmedian(logs[first : place.day]), np.nanmedian(logs[place.day : last])
    better = np.nan_to_num(np.abs(logs[first:last] - old) - np.abs(logs[first:last] - new))
    tries = range(max(first + 1, place.day - SHARPEN_DAYS), min(last, place.day + SHARPEN_DAYS + 1))
    # Days before the step should be nearer to the old level, days from it on nearer to the new one.
    loss = [float(better[: day - first].sum() - better[day - first :].sum()) for day in tries]
    return Place(detector=place.detector, day=tries[int(np.argmin(loss))], ratio=place.ratio)


def _jumps(logs: Floats) -> tuple[Floats, Floats]:
    """Return the median of the days from each on less that before, and the standard error of that: (D, N) each."""
    wide = np.pad(logs, ((0, 0), (SIDE_DAYS, SIDE_DAYS)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(wide, SIDE_DAYS, axis=1)
    before, after = windows[:, : logs.shape[1]], windows[:, SIDE_DAYS : SIDE_DAYS + logs.shape[1]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing seen: nan, which is no step
        old, new = np.nanmedian(before, axis=2), np.nanmedian(after, axis=2)
        stray = np.nanmedian(np.abs(before - old[:, :, None]), axis=2) + np.nanmedian(
            np.abs(after - new[:, :, None]), axis=2
        )
    seen = np.minimum((~np.isnan(before)).sum(axis=2), (~np.isnan(after)).sum(axis=2))
    # 1.4826 / 2: mean of two median deviations as a normal's sigma; 1.25: a median's error over a mean's.
    sigma = 1.25 * 0.7413 * stray * np.sqrt(2.0 / np.maximum(seen, 1))
    return np.where(seen >= LEAST_SEEN, np.nan_to_num(new - old), 0.0), np.nan_to_num(sigma)


def _peaks(detector: int, jump: Floats, least: Floats) -> list[Place]:
    """Return the steps of one detector: the largest jumps that are at least two weeks from each other."""
    left, found = np.where(np.abs(jump) > least, np.abs(jump), 0.0), []
    while left.max() > 0:
        day = int(left.argmax())
        found.append(Place(detector=detector, day=day, ratio=float(np.exp(jump[day]))))
        left[max(0, day - SIDE_DAYS + 1) : day + SIDE_DAYS] = 0.0
    return sorted(found, key=lambda place: place.day)


def levels_between(found: Sequence[Place], level: Floats) -> Floats:
    """Return (detectors, days) the median level between one step and the next; 1 for detectors without a step."""
    flat = np.ones_like(level)
    by_row: dict[int, list[int]] = {}
    for place in found:
        by_row.setdefault(place.detector, []).append(place.day)
    for d, days in by_row.items():
        edges = [0, *days, level.shape[1]]
        for first, last in pairwise(edges):
            part = level[d, first:last]
            if (part > 0).any():
                flat[d, first:last] = max(0.02, float(np.nanmedian(part[part > 0])))
    return flat
