"""Tomorrow's busiest hour in the morning and in the afternoon, for every day of every series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.forecast_peak import (
    FURTHEST,
    MORE_VEH,
    TWIN,
    UNIT,
    Calendar,
    day_base,
    day_bounds,
    day_features,
    day_levels,
    day_values,
)
from ...networks.types import Floats
from .day_context import after_or_before_the_weekend, of_the_year_before
from .learning import Prior, Regression
from .short import Profiles

WINDOWS_H = {"peakAM": (6, 10), "peakPM": (15, 19)}
DAY_H, EVENING_H = (6, 22), (19, 24)
# Chosen on the half year (or the week) before the ones that benchmark forecast reports; flat around these values.
PRIOR = Prior(ridge=40.0, pool=30.0, block_pool=0.0, half_life=120.0, huber=1.0)
DAY_DEPENDENCE = 0.3  # correlation of the series' errors of one day: S series teach less than S days
FIRST_DAYS, WEEK = 28, 7
TRUST_HALF_LIFE, TRUST_DAYS = 120.0, 15.0
HOLIDAY = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayOutlook:
    """Forecasts of each day's busiest hour, (S, D), bounds (3, S, D). [veh/h]"""

    mean: Floats
    bounds: Floats


def day_outlooks(known: Profiles, day_bins: int, calendar: Calendar, lead: int) -> dict[str, DayOutlook]:
    """Return the forecasts of `peakAM` and `peakPM` for each day from all days at least `lead` days before it."""
    hour = day_bins // 24
    spans = [(*span, 1) for span in WINDOWS_H.values()] + [(*DAY_H, 0), (*EVENING_H, 0)]
    windows = np.array([(a * hour, b * hour, rolling) for a, b, rolling in spans], dtype=np.int64)
    values = day_values(known.clean, known.usual, day_bins, windows, hour)
    usual = usual_days(values, calendar, lead)
    return {task: window_outlook(values, usual, target, calendar, lead) for target, task in enumerate(WINDOWS_H)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UsualDays:
    """What is usual for each day, what the calendar adds, and the twins' deviations: (4, S, D), as of `day_base`."""

    base: Floats
    hoped: Floats
    twins: Floats

    @property
    def whole(self) -> Floats:
        """What is usual, calendar included."""
        return self.base + UNIT * self.hoped


def usual_days(values: Floats, calendar: Calendar, lead: int) -> UsualDays:
    """Return what is usual for each day from values (4, S, D) of days at least `lead` days before it."""
    base, hoped, twins = day_base(values, calendar, lead)
    return UsualDays(base=base, hoped=hoped, twins=twins)


def window_outlook(
    values: Floats, usual: UsualDays, target: int, calendar: Calendar, lead: int, *, context: bool = True
) -> DayOutlook:
    """Return the forecast of one of the first two windows.

    Parameters
    ----------
    values : (4, S, D) float64
        As `kernels.forecast_peak.day_values` returns them: two windows, the day, the evening.
    usual : UsualDays
    target : int
        Which window.
    calendar : Calendar
    lead : int
        Days before the one foretold that are known: 1 for all, 2 for all but the last.
    context : bool
        Whether medians of the last weeks, the weekend and the year before are listened to as well.
    """
    classes, expected = calendar.day_class, usual.whole
    features = day_features(values, expected, target, classes, lead)
    features[:, :, TWIN] = usual.twins[target]
    if context:
        level = values[target] - UNIT * usual.hoped[target]
        more = (
            day_levels(level, usual.base[target], classes, lead),
            after_or_before_the_weekend(features, classes),
            of_the_year_before(values[target], usual.base[target], classes),
        )
        features = np.concatenate([features, *more], axis=2)
    off = np.where(classes < HOLIDAY, (values[target] - expected[target]) / UNIT, np.nan)
    told = _regressed(features, np.clip(off, -FURTHEST, FURTHEST).astype(np.float32), lead)
    told[:, classes == HOLIDAY] = 0.0
    forecast = expected[target] + UNIT * told * _trust(off, told, lead)
    bounds = day_bounds(values[target], forecast, classes, lead)
    return DayOutlook(mean=_vehicles(forecast), bounds=_vehicles(bounds))


def _regressed(features: NDArray[np.float32], off: NDArray[np.float32], lead: int) -> Floats:
    series, days, size = features.shape
    regression = Regression(series, 1, size, PRIOR)
    importance = np.full((series, days), 1.0 / (1.0 + DAY_DEPENDENCE * (series - 1)), dtype=np.float32)
    told = np.zeros((series, days))
    begin = 0
    while begin < days:
        end = min(begin + (1 if begin < FIRST_DAYS else WEEK), days)
        span = slice(begin, end)
        told[:, span] = regression.step(
            np.ascontiguousarray(features[:, span]),
            np.ascontiguousarray(off[:, span]),
            np.ascontiguousarray(importance[:, span]),
            np.zeros(end - begin, dtype=np.int64),
            late=lead > 1,
        )
        begin = end
    return told


def _trust(off: Floats, told: Floats, lead: int) -> Floats:
    """Return how much of the regression's word has been worth taking so far, 0 to 1; shape (D,).

    The share w that makes the squares of off - w told least over the days known by then, shrunk to 0 as if there had
    been 15 days on which the regression said nothing true: with few days it is noise.
    """
    seen = np.isfinite(off)
    number = np.maximum(seen.sum(axis=0), 1)
    along = np.where(seen, off * told, 0.0).sum(axis=0) / number
    square = np.where(seen, told**2, 0.0).sum(axis=0) / number
    keep = 0.5 ** (1.0 / TRUST_HALF_LIFE)
    trust = np.zeros(off.shape[1])
    top, bottom, days = 0.0, 0.0, 0.0
    for day in range(lead, off.shape[1]):
        past = day - lead
        top, bottom = top * keep + along[past], bottom * keep + square[past]
        days = days * keep + float(square[past] > 0.0)
        if bottom > 0.0:
            trust[day] = min(max(top / (bottom * (1.0 + TRUST_DAYS / max(days, 1e-9))), 0.0), 1.0)
    return trust


def _vehicles(value: Floats) -> Floats:
    return np.asarray(np.maximum(np.exp(value) - MORE_VEH, 0.0))
