"""A verdict on every count: what its detector counts on other days, and what the network did on this one."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from .table import Counts, Verdict

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Zeros are doubted when so many vehicles were to be expected in their run: a Poisson count is 0 with e^-7 < 0.1 %.
SILENT_VEH = 7.0
# More than one vehicle every 1.2 s on one lane; above what FHWA's quality rules for archived data let through.
MOST_VEH_H = 3000.0
STUCK_BINS = 6
STUCK_CHANCE = 1e-5
DAY_TOTAL_LIMITS = (0.5, 1.8)
STRETCH_BINS = 6
# A stretch of the day is doubted that far from its expectation, in standard deviations of a count that strays by
# Poisson's law and by a tenth of its size.
STRETCH_SIGMAS = 4.5
OWN_SHARE = 0.1
LEAST_DAYS = 3  # of one class for a median of its own


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectation:
    """What each count should be about: `veh` of the shape of the counts, already times the network's day factors."""

    veh: Floats
    day_factor: Floats  # (days,)


def day_class(day: date) -> int:
    """Return 0 for Monday to Friday, 1 for Saturday, 2 for Sunday."""
    return max(0, day.weekday() - 4)


def expectation(counts: Counts) -> Expectation:
    """Return the median over days of the same class in each bin, times how busy the whole network was on the day."""
    classes = np.array([day_class(day) for day in counts.days])
    usual = np.empty_like(counts.veh)
    for n, kind in enumerate(classes):
        same = classes == kind
        usual[:, n] = _nanmedian(counts.veh[:, same if same.sum() >= LEAST_DAYS else slice(None)], axis=1)
    factor = _day_factors(counts.veh, usual)
    return Expectation(veh=np.nan_to_num(usual) * factor[:, None], day_factor=factor)


def _day_factors(veh: Floats, usual: Floats) -> Floats:
    """Return the median over detectors, those under 30 vehicles left out, of the day's total over the usual one."""
    both = ~np.isnan(veh) & ~np.isnan(usual)
    counted = np.where(both, veh, 0.0).sum(axis=2)
    expected = np.where(both, usual, 0.0).sum(axis=2)
    ratio = np.where(expected >= 30.0, counted / np.maximum(expected, 1.0), np.nan)
    return np.nan_to_num(_nanmedian(ratio, axis=0), nan=1.0)


def _nanmedian(values: Floats, axis: int) -> Floats:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all nan: nan is the answer
        return np.asarray(np.nanmedian(values, axis=axis))


def screen(counts: Counts, expected: Expectation) -> NDArray[np.uint8]:
    """Return a `Verdict` for each count, of the shape of the counts. The first rule that fires stands."""
    verdicts = np.full(counts.veh.shape, Verdict.OBSERVED, dtype=np.uint8)
    rules = (
        (Verdict.MISSING, np.isnan(counts.veh)),
        (Verdict.IMPOSSIBLE, counts.veh > MOST_VEH_H * counts.interval_s / 3600),
        (Verdict.SILENT, _silent(counts.veh, expected.veh)),
        (Verdict.STUCK, _stuck(counts.veh, expected.veh)),
    )
    for verdict, fires in rules:
        verdicts[fires & (verdicts == Verdict.OBSERVED)] = verdict
    believed = np.where(verdicts == Verdict.OBSERVED, counts.veh, np.nan)
    for verdict, fires in (
        (Verdict.DAY_TOTAL, _day_total(believed, expected.veh)),
        (Verdict.OUT_OF_LINE, _out_of_line(believed, expected.veh)),
    ):
        verdicts[fires & (verdicts == Verdict.OBSERVED)] = verdict
    return verdicts


def _runs(same: Flags) -> NDArray[np.int64]:
    """Return a number for each run of bins along the last axis; a new one starts where `same` is False."""
    return np.cumsum(~same.reshape(-1)).reshape(same.shape) - 1


def _sum_by_run(runs: NDArray[np.int64], values: Floats) -> Floats:
    return np.asarray(np.bincount(runs.reshape(-1), weights=values.reshape(-1))[runs], dtype=np.float64)


def _as_before(veh: Floats) -> Flags:
    same = np.zeros(veh.shape, dtype=np.bool_)
    same[..., 1:] = veh[..., 1:] == veh[..., :-1]
    return same


def _silent(veh: Floats, expected: Floats) -> Flags:
    return (veh == 0) & (_sum_by_run(_runs(_as_before(veh)), expected) >= SILENT_VEH)


def _stuck(veh: Floats, expected: Floats) -> Flags:
    """A run of equal counts that chance would hardly give: equal small counts do follow each other in quiet streets."""
    runs = _runs(_as_before(veh))
    length = _sum_by_run(runs, np.ones_like(veh))
    chance = np.asarray(poisson.logpmf(np.nan_to_num(np.rint(veh)), np.maximum(expected, 0.1)))
    return (veh > 0) & (length >= STUCK_BINS) & (_sum_by_run(runs, chance) < np.log(STUCK_CHANCE))


def _sigmas(counted: Floats, expected: Floats) -> Floats:
    return (counted - expected) / np.sqrt(expected + (OWN_SHARE * expected) ** 2 + 1.0)


def _day_total(veh: Floats, expected: Floats) -> Flags:
    seen = ~np.isnan(veh)
    counted = np.where(seen, veh, 0.0).sum(axis=2, keepdims=True)
    due = np.where(seen, expected, 0.0).sum(axis=2, keepdims=True)
    low, high = DAY_TOTAL_LIMITS
    outside = (counted < low * due) | (counted > high * due)
    return np.broadcast_to(outside & (np.abs(_sigmas(counted, due)) > 3.0), veh.shape)


def _out_of_line(veh: Floats, expected: Floats) -> Flags:
    """Every bin of a stretch of six that lies too far off; days shorter than that are one stretch."""
    width = min(STRETCH_BINS, veh.shape[2])
    seen = ~np.isnan(veh)
    windows = np.lib.stride_tricks.sliding_window_view
    counted = windows(np.where(seen, veh, 0.0), width, axis=2).sum(axis=-1)
    due = windows(np.where(seen, expected, 0.0), width, axis=2).sum(axis=-1)
    off = np.abs(_sigmas(counted, due)) > STRETCH_SIGMAS
    fires = np.zeros(veh.shape, dtype=np.bool_)
    for shift in range(width):
        fires[..., shift : shift + off.shape[2]] |= off
    # Within the stretch, only bins that stray the same way by themselves.
    return fires & (np.abs(_sigmas(np.nan_to_num(veh), expected)) > 1.0)
