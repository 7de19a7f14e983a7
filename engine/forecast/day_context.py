"""What else bears on a day: the same week of the year before, and that Monday knows less of Friday than of Sunday."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...kernels.forecast_peak import FURTHEST, UNIT
from ...networks.types import Floats, Floats32

YEAR, WEEK = 364, 7  # days, of the same weekday
AROUND = (-1, 0, 1)  # days of the year before that are looked at together
FIRST_DAYS = 30  # of the history: what is usual is not known well, so not either how far a day was off
MONDAY, FRIDAY, SATURDAY = 0, 4, 5
LAST, NETWORK = 0, 8  # places among `day_features`: the series' last deviation, that of all series


def of_the_year_before(values: Floats, base: Floats, classes: NDArray[np.int64]) -> Floats32:
    """Return how far days were off what was usual a year before, in tenths.

    Parameters
    ----------
    values, base : (S, D) float64
        Values of days and what was usual, on a logarithmic scale.
    classes : (D,) int64

    Returns
    -------
    (S, D, 3) float32
        The mean over three days of all series, of the week before that day, and over three days of the series itself;
        0 where a year before is not known.
    """
    off = np.clip((values - base) / UNIT, -FURTHEST, FURTHEST)
    off[:, classes >= SATURDAY] = np.nan
    off[:, :FIRST_DAYS] = np.nan
    network = mean_of(off, axis=0)[None]
    week = mean_of(np.stack([_later(network, YEAR + days) for days in range(1, WEEK + 1)]), axis=0)
    around, own = (mean_of(np.stack([_later(x, YEAR - day) for day in AROUND]), axis=0) for x in (network, off))
    found = np.stack([np.broadcast_to(x, off.shape) for x in (around, week, own)], axis=2)
    return np.nan_to_num(found).astype(np.float32)


def after_or_before_the_weekend(features: Floats32, classes: NDArray[np.int64]) -> Floats32:
    """Return the last deviations (S, D, 4) again on Mondays, whose last day is Friday, and on Fridays; else 0."""
    latest = features[:, :, [LAST, NETWORK]]
    marks = [(classes == day)[None, :, None] for day in (MONDAY, FRIDAY)]
    return np.concatenate([np.where(mark, latest, np.float32(0.0)) for mark in marks], axis=2)


def mean_of(values: Floats, axis: int) -> Floats:
    """Return the mean of what is known along an axis, nan where nothing is."""
    seen = np.isfinite(values)
    number = seen.sum(axis=axis)
    total = np.where(seen, values, 0.0).sum(axis=axis)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _later(values: Floats, days: int) -> Floats:
    found = np.full(values.shape, np.nan)
    found[:, days:] = values[:, : max(values.shape[1] - days, 0)]
    return found
