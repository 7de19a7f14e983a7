"""The forecast of one period of one day: profile, level, and bounds from days that were left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...kernels.profile import conformal_quantiles, day_profile, recent_level, scores
from ...networks.detector import Detector
from ...networks.errors import InputError
from ...networks.types import Floats
from ..counts.day_kinds import day_class
from ..counts.table import JudgedCounts
from ..counts.verdict import period_bins
from .calendar import IsHoliday, no_holidays
from .gaps import Z10, Gaps, gaps_of
from .period import PeriodTotals, period_totals

Free = frozenset[date]  # the public holidays

SUNDAY = 2  # of `day_class`

QUANTILES = (0.1, 0.5, 0.9)
HALF_LIFE_DAYS = 28.0
PULL_DAYS = 1.0
LEVEL_DAYS = 5
LEVEL_DOUBT_VEH = 200.0
# How much of the last days' level is carried to the next day; the history chooses.
LEVEL_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_HISTORY_DAYS = 2
# Weight of the learned total beside the profile's. On 9 days of each of five simulated studies the even mean was better
# than either on the arterial and better than the profile everywhere; weights chosen by ten days of history were worse.
LEARNED_SHARE = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Range:
    """A forecast: the mean and the bounds that 10, 50 and 90 of 100 outcomes stay below. Arrays of one shape."""

    mean: Floats
    q10: Floats
    q50: Floats
    q90: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class DetectorForecast:
    """What detectors will count.

    `veh` has the shape (detectors, bins), `total` (detectors,): vehicles in each bin and in the whole period.
    `day_level` is a single number: the whole network's level on a day of that class, against the mean forecast.
    `level_share` says how much of the last days' level the forecast carries on. `history_veh` are the observed counts
    of the period on the days before, of the shape (detectors, days, bins), nan where there is none. `gaps` are the
    bins that no day has seen.
    """

    day: date
    begin_s: int
    interval_s: int
    detectors: tuple[Detector, ...]
    veh: Range
    total: Range
    day_level: Range
    level_share: float
    history_veh: Floats
    gaps: Gaps

    @property
    def end_s(self) -> int:
        """End of the period, seconds after midnight."""
        return self.begin_s + self.veh.mean.shape[1] * self.interval_s

    @cached_property
    def place(self) -> dict[str, int]:
        """The row of each detector."""
        return {detector.id: k for k, detector in enumerate(self.detectors)}


def forecast_day(
    judged: JudgedCounts, day: date, begin_s: int, end_s: int, is_holiday: IsHoliday = no_holidays
) -> DetectorForecast:
    """Return the forecast of a period of a day from all days before it; dropped detectors are left out.

    The profile is the mean over days of the class of `day` (working day, Saturday, Sunday, as which public holidays
    count) with a half-life of four weeks, pulled to that over all days where days of the class are few; the level of
    the last five days is carried on as far as it helped to forecast the days that are known. The bounds come from the
    days of the history, each forecast from all the others. The total of the period is the even mean of that forecast
    and of one that is learned day after day (`period_totals`); the bins follow it.

    Raises
    ------
    InputError
        The period is not covered by the counts or is no whole number of bins, or fewer than two days precede `day`.
    """
    bins = period_bins(judged.counts, begin_s, end_s)
    before = np.array([known < day for known in judged.counts.days], dtype=np.bool_)
    if before.sum() < LEAST_HISTORY_DAYS:
        raise InputError(
            where=f"the forecast for {day}",
            found=f"counts of {before.sum()} days before it",
            rule=f"a forecast needs at least {LEAST_HISTORY_DAYS} earlier days",
            fix="give earlier counts, or plan a later day",
        )
    kept = np.asarray(~np.isnan(judged.veh).any(axis=(1, 2)))
    veh = np.ascontiguousarray(judged.veh[kept][:, before][:, :, bins])
    observed = judged.observed[kept][:, before][:, :, bins]
    days = tuple(known for known in judged.counts.days if known < day)
    free = frozenset(known for known in (*days, day) if is_holiday(known))
    share = _best_level_share(veh, days, free)
    mean = _forecast(veh, days, day, share, free)
    left_out = _each_from_the_others(veh, days, free)
    learned = period_totals(veh.sum(axis=2), days, day, free.__contains__)
    total = _mixed(_total_bounds(mean, veh, left_out), learned)
    mean = mean * (total.mean / np.maximum(mean.sum(axis=1), 1e-9))[:, None]
    detectors = tuple(d for d, keep in zip(judged.counts.detectors, kept, strict=True) if keep)
    gaps = gaps_of(judged.unseen, detectors, lambda known: bool(_alike((known,), day, free)[0]), bins)
    return DetectorForecast(
        day=day,
        begin_s=begin_s,
        interval_s=judged.counts.interval_s,
        detectors=detectors,
        veh=_wider_bins(_bin_bounds(mean, np.where(observed, veh, np.nan), left_out), gaps),
        total=_wider_total(total, gaps, mean),
        day_level=_day_level(veh, left_out),
        level_share=share,
        history_veh=np.where(observed, veh, np.nan),
        gaps=gaps,
    )


def _wider_bins(found: Range, gaps: Gaps) -> Range:
    """Return the forecast of bins with bounds, in those that no day has seen, of chance and of what is not known."""
    chance = Z10 * np.sqrt(found.mean + 1.0)
    low = np.maximum(found.mean - np.hypot(chance, found.mean * (1.0 - gaps.low)), 0.0)
    high = found.mean + np.hypot(chance, found.mean * (gaps.high - 1.0))
    return Range(
        mean=found.mean,
        q10=np.where(gaps.unseen, low, found.q10),
        q50=np.where(gaps.unseen, found.mean, found.q50),
        q90=np.where(gaps.unseen, high, found.q90),
    )


def _wider_total(found: Range, gaps: Gaps, mean: Floats) -> Range:
    """Return the totals with bounds that also hold what is not known of bins that no day has seen."""
    low = found.mean - np.hypot(found.mean - found.q10, gaps.below(mean))
    high = found.mean + np.hypot(found.q90 - found.mean, gaps.above(mean))
    gone = gaps.unseen.any(axis=1)
    q10 = np.where(gone, np.maximum(np.minimum(low, found.q10), 0.0), found.q10)
    return Range(mean=found.mean, q10=q10, q50=found.q50, q90=np.where(gone, np.maximum(high, found.q90), found.q90))


def _weights(days: tuple[date, ...], day: date) -> Floats:
    """Return each day's weight for a forecast of `day`: it halves every four weeks, before as after.

    Where all days are older than that, the age counts from four weeks after the last: weights that are all next to
    nothing would take Sundays for working days.
    """
    age = np.array([abs((day - known).days) for known in days], dtype=np.float64)
    if (age > 0).any():
        age -= max(0.0, float(age[age > 0].min()) - HALF_LIFE_DAYS)
    return np.asarray(np.where(age > 0, 0.5 ** (age / HALF_LIFE_DAYS), 0.0))


def _alike(days: tuple[date, ...], day: date, free: Free) -> NDArray[np.bool_]:
    """Return which days are of the class of `day`; public holidays run like Sundays."""
    classes = [SUNDAY if known in free else day_class(known) for known in (*days, day)]
    return np.array(classes[:-1]) == classes[-1]


def _profile(veh: Floats, days: tuple[date, ...], day: date, free: Free) -> Floats:
    return np.asarray(day_profile(veh, _weights(days, day), _alike(days, day, free), PULL_DAYS))


def _forecast(veh: Floats, days: tuple[date, ...], day: date, level_share: float, free: Free) -> Floats:
    """Return the profile of a day times the level of the five days before it, as far as that is carried on."""
    profile = _profile(veh, days, day, free)
    recent = np.zeros(len(days))
    recent[-LEVEL_DAYS:] = 1.0
    same = _alike(days, day, free)
    if (recent * same).any():
        recent *= same
    level = recent_level(veh, profile, recent, LEVEL_DOUBT_VEH)
    return np.asarray(profile * (level**level_share)[:, None])


def _best_level_share(veh: Floats, days: tuple[date, ...], free: Free) -> float:
    """Return the share with which totals of the history's later days are forecast best from the days before them."""
    later = range(LEVEL_DAYS + 1, len(days))
    errors = [
        sum(
            float(
                np.abs(_forecast(veh[:, :n], days[:n], days[n], share, free).sum(axis=1) - veh[:, n].sum(axis=1)).sum()
            )
            for n in later
        )
        for share in LEVEL_SHARES
    ]
    return LEVEL_SHARES[int(np.argmin(errors))]


def _mixed(plain: Range, learned: PeriodTotals) -> Range:
    """Return the mean of two forecasts, bound by bound; the plain one where nothing could be learned."""

    def mix(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.where(np.isnan(b), a, (1.0 - LEARNED_SHARE) * a + LEARNED_SHARE * b))

    low, middle, high = (mix(a, b) for a, b in zip((plain.q10, plain.q50, plain.q90), learned.bounds, strict=True))
    return Range(mean=mix(plain.mean, learned.mean), q10=low, q50=middle, q90=high)


def _each_from_the_others(veh: Floats, days: tuple[date, ...], free: Free) -> Floats:
    """Return what each day of the history would have been forecast as from all other days; shape of `veh`.

    A day that no other is like (the only Sunday) says nothing of how far forecasts from like days stray: it is nan,
    as long as two days are left.
    """
    found = np.stack([_profile(veh, days, day, free) for day in days], axis=1)
    alone = np.array([_alike(days, day, free).sum() < 2 for day in days])
    if (~alone).sum() >= LEAST_HISTORY_DAYS:
        found[:, alone] = np.nan
    return found


def _bin_bounds(mean: Floats, observed: Floats, left_out: Floats) -> Range:
    """Return bounds of single bins; all bins of a detector share their scores."""
    series = observed.shape[0]
    found = scores(observed.reshape(series, -1), left_out.reshape(series, -1))
    return _range(mean, conformal_quantiles(found, np.array(QUANTILES))[:, :, None])


def _total_bounds(mean: Floats, veh: Floats, left_out: Floats) -> Range:
    found = scores(veh.sum(axis=2), left_out.sum(axis=2))
    return _range(mean.sum(axis=1), conformal_quantiles(found, np.array(QUANTILES)))


def _range(mean: Floats, bounds: Floats) -> Range:
    """Return the forecast whose bounds are scores above or below the mean. `bounds` is (detectors, 3, …)."""
    spread = np.sqrt(mean + 1.0)
    low, middle, high = (np.maximum(mean + np.nan_to_num(bounds[:, q]) * spread, 0.0) for q in range(3))
    return Range(mean=mean, q10=low, q50=middle, q90=high)


def _day_level(veh: Floats, left_out: Floats) -> Range:
    told = ~np.isnan(left_out).all(axis=(0, 2))
    level = veh[:, told].sum(axis=(0, 2)) / np.maximum(left_out[:, told].sum(axis=(0, 2)), 1.0)
    low, middle, high = conformal_quantiles(level[None, :], np.array(QUANTILES))[0]
    return Range(mean=np.array(level.mean()), q10=np.array(low), q50=np.array(middle), q90=np.array(high))
