"""What a whole day brings: the busiest hour of a window of tomorrow, from the days before."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel

MORE_VEH = 2.0  # the logarithm is taken of so much more than the count, so that 0 has one
CLASS_HALF_LIFE, WORKING_HALF_LIFE = 4.0, 20.0  # days of the class; working days: both about a month
CLASS_PULL, WEEKEND_PULL, HOLIDAY_PULL = 2.0, 0.5, 3.0  # days of its own that outweigh what a class borrows
SURPRISE = 0.15  # a day further off is moved to this bound, unless the day before was off to the same side
SURE_DAYS = 2.5
FEATURES = 19
UNIT = 0.1  # deviations are told in tenths of the volume
FURTHEST = 6.0  # in these units
TWIN_SHARE = 0.7  # of its twin's deviation a day is expected to show
FIRST_TWIN = 15  # in the first days it is not known what is usual, so not either how far a day is off
PRIOR_DAYS = 1.5  # days of a kind that outweigh what was told of it beforehand
LEVEL_DAYS = (5, 20)  # working days that medians are taken of
SIZE_DAYS, OWN_DAYS = 40.0, 10.0
NORMAL_BOUND, DENSITY_SIDE, DENSITY_MIDDLE = 1.6, 0.14, 0.32  # of a normal error in units of its mean size
FIRST_DAYS, MOST_DAYS = 30.0, 60.0
DOUBT_DAYS = 4.0
CLASS_KEEP, WORKING_KEEP = 0.5 ** (1.0 / CLASS_HALF_LIFE), 0.5 ** (1.0 / WORKING_HALF_LIFE)
SUNDAY, HOLIDAY = 6, 7  # classes of day
TWIN = 18  # place of the twin's deviation among the features
WORKING, FREE = 0, 1  # groups of classes
WINDOWS, DAY, EVENING = 4, 2, 3  # of `day_features`: two that may be foretold, the whole day, the evening


class Past(NamedTuple):
    """What the days of one series so far have left: fading sums of their values, and how many they are."""

    class_sum: np.ndarray  # (8,) float64, by class
    class_days: np.ndarray  # (8,) float64
    group_sum: np.ndarray  # (2,) float64, of working and of free days
    group_days: np.ndarray  # (2,) float64


class Deviations(NamedTuple):
    """How far days were off what was usual, in tenths: of each window and series."""

    off: np.ndarray  # (4, S, D) float64: of each day, nan where not known
    last: np.ndarray  # (4, S) float64: of the last known day that was no public holiday
    fading: np.ndarray  # (4, S, 2) float64: over 3 and 10 such days
    network: np.ndarray  # (4, 2) float64: mean over the series, of the last day and over 3 days


@kernel
def day_values(clean, usual, bins, windows, hour_bins):
    """Return log(vehicles + 2) of the busiest hour in each window of each day, or of its mean hour.

    Parameters
    ----------
    clean, usual : (S, T) float32
        Counts, nan where missing, and what stands in for a few missing ones. [veh per bin]
    bins, hour_bins : int
        Bins of a day and of an hour.
    windows : (W, 3) int64
        First bin, bin after the last, and 1 for the busiest rolling hour (nan unless seven bins of eight are there) or
        0 for the mean hour (nan unless four bins of five are there).

    Returns
    -------
    (W, S, D) float64
    """
    series, total = clean.shape
    days = total // bins
    values = np.full((windows.shape[0], series, days), np.nan)
    for s in range(series):
        filled = np.empty(bins)
        for w in range(windows.shape[0]):
            first, after, rolling = windows[w]
            for d in range(days):
                seen, volume, best, hour = 0, 0.0, 0.0, 0.0
                for b in range(first, after):
                    value = clean[s, d * bins + b]
                    if math.isnan(value):
                        value = usual[s, d * bins + b]
                    else:
                        seen += 1
                        volume += value
                    filled[b] = value
                    hour += value
                    if b - first >= hour_bins:
                        hour -= filled[b - hour_bins]
                    if b - first >= hour_bins - 1 and hour > best:
                        best = hour
                if rolling == 1:
                    if 8 * seen >= 7 * (after - first) and not math.isnan(hour):
                        values[w, s, d] = math.log(best + MORE_VEH)
                elif 5 * seen >= 4 * (after - first):
                    values[w, s, d] = math.log(volume / seen * hour_bins + MORE_VEH)
    return values


class Calendar(NamedTuple):
    """What the calendar says of each day beforehand."""

    day_class: np.ndarray  # (D,) int64: 0 to 4 Monday to Friday, 5 Saturday, 6 Sunday, 7 public holiday
    twin: np.ndarray  # (D,) int64: an earlier day that this one is likened to, or -1
    kind: np.ndarray  # (D,) int64: of a working day that is none like others (see `prior`), 0 for all others
    prior: np.ndarray  # (K, W) float64: tenths that a day of a kind is off in each window, before any has been seen


@kernel
def day_base(values, calendar, lead):
    """Return what is usual for each day, and what the calendar adds to it, from days at least `lead` days before it.

    Parameters
    ----------
    values : (W, S, D) float64
        Values of days, nan where not known.
    calendar : Calendar
    lead : int
        1 if everything before the day is known, 2 if the day before is not.

    Returns
    -------
    base : (W, S, D) float64
        Fading mean over days of the class, shrunk to that of working days, or of Sundays for a public holiday. Days
        enter less what the calendar let expect of them: the days between the years do not lower January's.
    hoped : (W, S, D) float64
        Deviation that the calendar lets expect, in tenths: most of that of the day's twin, where it was seen, else the
        mean of earlier days of its kind over all series, shrunk to the prior; 0 for other days.
    twins : (W, S, D) float64
        The deviation of the twin itself, 0 without one.
    """
    kinds, series, days = values.shape
    base, hoped, twins = np.full(values.shape, np.nan), np.zeros(values.shape), np.zeros(values.shape)
    past = [Past(np.zeros(8), np.zeros(8), np.zeros(2), np.zeros(2)) for _ in range(kinds * series)]
    last = np.zeros((kinds, series))
    seen = np.zeros((kinds, calendar.prior.shape[0], 2))
    for d in range(days):
        known, c = d - lead, calendar.day_class[d]
        for w in range(kinds):
            if known >= 0:
                _hear(seen[w, calendar.kind[known]], values[w, :, known], base[w, :, known])
            for s in range(series):
                mine = past[w * series + s]
                if known >= 0 and not math.isnan(values[w, s, known]):
                    value, known_class = values[w, s, known] - UNIT * hoped[w, s, known], calendar.day_class[known]
                    last[w, s] = _remember(mine, known_class, value, base[w, s, known], last[w, s])
                base[w, s, d] = _usual(mine, c)
            if c == HOLIDAY:
                continue
            if FIRST_TWIN <= calendar.twin[d] <= known and _liken(
                values[w, :, calendar.twin[d]], base[w, :, calendar.twin[d]], twins[w, :, d]
            ):
                hoped[w, :, d] = TWIN_SHARE * twins[w, :, d]
            elif calendar.kind[d] > 0:
                k = calendar.kind[d]
                hoped[w, :, d] = (PRIOR_DAYS * calendar.prior[k, w] + seen[w, k, 0]) / (PRIOR_DAYS + seen[w, k, 1])
    return base, hoped, twins


@inner_kernel
def _hear(seen, values, base):
    """Add the mean deviation of a day's values (S,) from what was usual to the sum and number of days of its kind."""
    total, number = 0.0, 0
    for s in range(values.size):
        found = (values[s] - base[s]) / UNIT
        if not math.isnan(found):
            total += min(max(found, -FURTHEST), FURTHEST)
            number += 1
    if number > 0:
        seen[0] += total / number
        seen[1] += 1.0


@kernel
def _liken(values, base, twins):
    """Fill `twins` (S,) with a twin's deviations, half each series' own and half the mean; False if nobody saw it."""
    seen = np.zeros(2)
    _hear(seen, values, base)
    for s in range(values.size):
        own = (values[s] - base[s]) / UNIT
        twins[s] = seen[0] if math.isnan(own) else 0.5 * (min(max(own, -FURTHEST), FURTHEST) + seen[0])
    return seen[1] > 0.0


@inner_kernel
def _remember(past, c, value, usual, last):
    """Let a day of class `c` enter the fading sums, within a bound of what was usual; return by how much it was off.

    `last` is the deviation of the day before, and the answer where it is not known what was usual.
    """
    group = WORKING if c < 5 else FREE
    if not math.isnan(usual):
        off = value - usual
        bound = SURPRISE
        if off * last > 0.0:
            bound = max(bound, abs(last))
        last = off
        if past.class_days[c] + (past.group_days[WORKING] if c < 5 else 0.0) < SURE_DAYS:
            bound = np.inf  # what was usual is borrowed from days of another kind
        value = usual + min(max(off, -bound), bound)
    past.class_sum[c] = past.class_sum[c] * CLASS_KEEP + value
    past.class_days[c] = past.class_days[c] * CLASS_KEEP + 1.0
    past.group_sum[group] = past.group_sum[group] * WORKING_KEEP + value
    past.group_days[group] = past.group_days[group] * WORKING_KEEP + 1.0
    return last


@inner_kernel
def _usual(past, c):
    """Return what is usual on a day of class `c`: the mean of its class, shrunk to that of the days nearest to it."""
    group, other = (WORKING, FREE) if c < 5 else (FREE, WORKING)
    pull = CLASS_PULL if c < 5 else WEEKEND_PULL
    if past.group_days[group] == 0.0:
        group = other
    near = past.group_sum[group] / past.group_days[group] if past.group_days[group] > 0.0 else np.nan
    if c == HOLIDAY:
        pull = HOLIDAY_PULL
        if past.class_days[SUNDAY] > 0.0:
            near = past.class_sum[SUNDAY] / past.class_days[SUNDAY]
    return (past.class_sum[c] + pull * near) / (past.class_days[c] + pull)


@kernel
def day_features(values, usual, target, day_class, lead):
    """Return what is known before each day about how it will differ from its usual value.

    Parameters
    ----------
    values, usual : (4, S, D) float64
        Values of the two windows, of the whole day and of the evening; what was usual, calendar included.
    target : int
        The window to be foretold, 0 or 1.
    day_class : (D,) int64
        As in `day_base`; known beforehand.
    lead : int
        As in `day_base`.

    Returns
    -------
    (S, D, 19) float32
        Deviations in tenths: last, of 3 and of 10 days; of the other windows; a week ago; of the other series; a place
        for the twin's; marks of days beside public holidays, of Monday and Friday; a constant.
    """
    series, days = values.shape[1], values.shape[2]
    features = np.zeros((series, days, FEATURES), dtype=np.float32)
    seen = Deviations(
        np.full((WINDOWS, series, days), np.nan),
        np.zeros((WINDOWS, series)),
        np.zeros((WINDOWS, series, 2)),
        np.zeros((WINDOWS, 2)),
    )
    for d in range(days):
        if d >= lead:
            _take_in(seen, values, usual, d - lead, day_class[d - lead] < HOLIDAY)
        for s in range(series):
            _describe(features[s, d], seen, target, s)
            week = d - 7
            if week >= 0 and lead <= 7 and not math.isnan(seen.off[target, s, week]):
                features[s, d, 7] = seen.off[target, s, week]
            _mark_day(features[s, d], day_class, d)
    return features


@inner_kernel
def _take_in(seen, values, usual, day, common):
    """Let a day enter the deviations; those of a public holiday, which is not `common`, are kept but tell no trend."""
    for w in range(WINDOWS):
        total, number = 0.0, 0
        for s in range(values.shape[1]):
            found = (values[w, s, day] - usual[w, s, day]) / UNIT
            if math.isnan(found):
                continue
            found = min(max(found, -FURTHEST), FURTHEST)
            seen.off[w, s, day] = found
            if common:
                seen.last[w, s] = found
                seen.fading[w, s, 0] += 0.33 * (found - seen.fading[w, s, 0])
                seen.fading[w, s, 1] += 0.1 * (found - seen.fading[w, s, 1])
                total += found
                number += 1
        if number > 0:
            seen.network[w, 0] = total / number
            seen.network[w, 1] += 0.33 * (seen.network[w, 0] - seen.network[w, 1])


@inner_kernel
def _describe(x, seen, target, s):
    """Fill `x` (19,) with what the deviations so far say of the next day of a series."""
    last, fading, network = seen.last, seen.fading, seen.network
    x[0], x[1], x[2] = last[target, s], fading[target, s, 0], fading[target, s, 1]
    x[3], x[4], x[5] = last[1 - target, s], last[DAY, s], fading[DAY, s, 0]
    x[6] = last[EVENING, s]
    if last.shape[1] > 1:
        x[8], x[9] = network[target, 0], network[target, 1]
        x[10], x[11] = network[DAY, 0], network[EVENING, 0]


@inner_kernel
def _mark_day(x, day_class, d):
    """Fill `x` (19,) with the marks of a day: beside a public holiday, Monday, Friday; and with a constant."""
    working = day_class[d] < 5
    before = d + 1 < day_class.size and day_class[d + 1] == HOLIDAY and working
    after = d > 0 and day_class[d - 1] == HOLIDAY and working
    bridge = (before and day_class[d] == 0) or (after and day_class[d] == 4)
    x[12], x[13], x[14] = before, after, bridge
    x[15], x[16] = day_class[d] == 0, day_class[d] == 4
    x[17] = 1.0


@kernel
def day_levels(values, base, day_class, lead):
    """Return how far the medians of the last 5 and 20 known working days lie off what is usual, in tenths.

    Parameters
    ----------
    values, base : (S, D) float64
        Values of days less what the calendar let expect; what is usual.
    day_class : (D,) int64
    lead : int
        As in `day_base`.

    Returns
    -------
    (S, D, 2) float32
        Medians do not follow single days, as fading means do.
    """
    series, days = values.shape
    found = np.zeros((series, days, len(LEVEL_DAYS)), dtype=np.float32)
    latest = np.empty(LEVEL_DAYS[-1])
    for s in range(series):
        number = 0
        for d in range(lead, days):
            if day_class[d - lead] < 5 and not math.isnan(values[s, d - lead]):
                latest[number % latest.size] = values[s, d - lead]
                number += 1
            if number == 0 or math.isnan(base[s, d]):
                continue
            for k in range(len(LEVEL_DAYS)):
                size = min(LEVEL_DAYS[k], number)
                some = np.empty(size)
                for n in range(size):
                    some[n] = latest[(number - 1 - n) % latest.size]
                found[s, d, k] = min(max((np.median(some) - base[s, d]) / UNIT, -FURTHEST), FURTHEST)
    return found


@kernel
def day_bounds(values, forecast, day_class, lead):
    """Return the bounds of days' values that 10, 50 and 90 of 100 stay below; all series share their quantiles.

    Parameters
    ----------
    values, forecast : (S, D) float64
        What came, on a logarithmic scale, and what had been forecast; nan where not known.
    day_class : (D,) int64
        As in `day_base`: working days and other days have bounds of their own.
    lead : int
        The error of a day is known for the forecasts of days at least `lead` days later.

    Returns
    -------
    (3, S, D) float64

    Notes
    -----
    As `greenband.kernels.forecast_spread.bounds`, but one step a day for all series together, because their errors of
    one day go together; a series' mean error leans on that of all while it has few days. After n days a mean of them
    is itself uncertain: errors count in units of sqrt(1 + 4 / n).
    """
    series, days = values.shape
    answer = np.full((3, series, days), np.nan)
    size, seen = np.ones((2, series)), np.zeros((2, series))
    scaled = np.full((series, days), np.nan)
    doubt = np.ones((series, days))
    whole, heard = np.full(2, 0.08), np.zeros(2)
    low, middle, high = np.full(2, -NORMAL_BOUND), np.zeros(2), np.full(2, NORMAL_BOUND)
    for d in range(days):
        past = d - lead
        if past >= 0:
            below, under, over, number, total = 0.0, 0.0, 0.0, 0.0, 0.0
            g = 0 if day_class[past] < 5 else 1
            for s in range(series):
                error = values[s, past] - forecast[s, past]
                if math.isnan(error):
                    continue
                u = error / scaled[s, past]
                number += 1.0
                below += 1.0 if u < low[g] else 0.0
                under += 1.0 if u < middle[g] else 0.0
                over += 1.0 if u <= high[g] else 0.0
                magnitude = min(abs(error) / doubt[s, past], 4.0 * whole[g])
                total += magnitude
                seen[g, s] = min(seen[g, s] + 1.0, SIZE_DAYS)
                size[g, s] += (magnitude - size[g, s]) / seen[g, s]
            if number > 0.0:
                heard[g] = min(heard[g] + 1.0, MOST_DAYS)
                whole[g] += (total / number - whole[g]) / min(heard[g] + 2.0, SIZE_DAYS)
                step = 1.0 / (heard[g] + FIRST_DAYS)
                low[g] += step / DENSITY_SIDE * (0.1 - below / number)
                middle[g] += step / DENSITY_MIDDLE * (0.5 - under / number)
                high[g] += step / DENSITY_SIDE * (0.9 - over / number)
        g = 0 if day_class[d] < 5 else 1
        for s in range(series):
            doubt[s, d] = math.sqrt(1.0 + DOUBT_DAYS / (seen[g, s] + 1.0))
            scaled[s, d] = doubt[s, d] * (seen[g, s] * size[g, s] + OWN_DAYS * whole[g]) / (seen[g, s] + OWN_DAYS)
            answer[0, s, d] = forecast[s, d] + min(low[g], high[g]) * scaled[s, d]
            answer[1, s, d] = forecast[s, d] + min(max(middle[g], low[g]), high[g]) * scaled[s, d]
            answer[2, s, d] = forecast[s, d] + max(low[g], high[g]) * scaled[s, d]
    return answer
