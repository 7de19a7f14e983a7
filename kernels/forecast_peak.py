"""What a whole day brings: the busiest hour of a window of tomorrow, from the days before."""

from __future__ import annotations

import math

import numpy as np

from .compiled import kernel

MORE_VEH = 2.0  # the logarithm is taken of so much more than the count, so that 0 has one
CLASS_HALF_LIFE, WORKING_HALF_LIFE = 4.0, 20.0  # days of the class; working days: both about a month
CLASS_PULL, WEEKEND_PULL, HOLIDAY_PULL = 2.0, 0.5, 3.0  # days of its own that outweigh what a class borrows
SURPRISE = 0.15  # a day further off is moved to this bound, unless the day before was off to the same side
SURE_DAYS = 2.5
FEATURES = 19
UNIT = 0.1  # deviations are told in tenths of the volume
FURTHEST = 6.0  # in these units
TWIN_SHARE = 0.7  # of its twin's deviation a day is expected to show
SIZE_DAYS, OWN_DAYS = 40.0, 10.0
NORMAL_BOUND, DENSITY_SIDE, DENSITY_MIDDLE = 1.6, 0.14, 0.32  # of a normal error in units of its mean size
FIRST_DAYS, MOST_DAYS = 30.0, 60.0
DOUBT_DAYS = 4.0


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


@kernel
def day_base(values, day_class, lead):
    """Return what is usual for each day from days at least `lead` days before it.

    Parameters
    ----------
    values : (W, S, D) float64
        Values of days, nan where not known.
    day_class : (D,) int64
        0 to 4 Monday to Friday, 5 Saturday, 6 Sunday, 7 public holiday.
    lead : int
        1 if everything before the day is known, 2 if the day before is not.

    Returns
    -------
    (W, S, D) float64
        Fading mean over days of the class, shrunk to that of working days, or of Sundays for a public holiday.
    """
    kinds, series, days = values.shape
    base = np.full((kinds, series, days), np.nan)
    class_keep, working_keep = 0.5 ** (1.0 / CLASS_HALF_LIFE), 0.5 ** (1.0 / WORKING_HALF_LIFE)
    for s in range(series):
        for w in range(kinds):
            mean, weight = np.zeros(8), np.zeros(8)
            working, working_weight = 0.0, 0.0
            free, free_weight = 0.0, 0.0
            last = 0.0
            for d in range(days):
                past = d - lead
                if past >= 0 and not math.isnan(values[w, s, past]):
                    c = day_class[past]
                    value = values[w, s, past]
                    if not math.isnan(base[w, s, past]):
                        off = value - base[w, s, past]
                        bound = SURPRISE
                        if off * last > 0.0:
                            bound = max(bound, abs(last))
                        last = off
                        if weight[c] + (working_weight if c < 5 else 0.0) < SURE_DAYS:
                            bound = np.inf  # what was usual is borrowed from days of another kind
                        value = base[w, s, past] + min(max(off, -bound), bound)
                    mean[c] = mean[c] * class_keep + value
                    weight[c] = weight[c] * class_keep + 1.0
                    if c < 5:
                        working = working * working_keep + value
                        working_weight = working_weight * working_keep + 1.0
                    else:
                        free = free * working_keep + value
                        free_weight = free_weight * working_keep + 1.0
                c = day_class[d]
                near = working / working_weight if working_weight > 0.0 else np.nan
                pull = CLASS_PULL
                if c >= 5:
                    if free_weight > 0.0:
                        near = free / free_weight
                    pull = WEEKEND_PULL
                    if c == 7:
                        pull = HOLIDAY_PULL
                        if weight[6] > 0.0:
                            near = mean[6] / weight[6]
                elif math.isnan(near) and free_weight > 0.0:
                    near = free / free_weight
                base[w, s, d] = (mean[c] + pull * near) / (weight[c] + pull)
    return base


@kernel
def day_features(values, base, target, day_class, twin, lead):
    """Return what is known before each day about how it will differ from its usual value.

    Parameters
    ----------
    values, base : (4, S, D) float64
        Values of the two windows, of the whole day and of the evening; what was usual.
    target : int
        The window to be foretold, 0 or 1.
    day_class : (D,) int64
        As in `day_base`; known beforehand.
    twin : (D,) int64
        An earlier day that this one is likened to (the same date a year before, at the turn of the year), or -1.
    lead : int
        As in `day_base`.

    Returns
    -------
    features : (S, D, 19) float32
        Deviations in tenths: last, of 3 and of 10 days; of the other windows; a week ago; of the other series; the
        twin's; marks of days beside public holidays, of Monday and Friday; a constant.
    likened : (S, D) float64
        Deviation that the twin lets expect, 0 without one.
    """
    series, days = values.shape[1], values.shape[2]
    features = np.zeros((series, days, FEATURES), dtype=np.float32)
    likened = np.zeros((series, days))
    other_window = 1 - target
    last = np.zeros((4, series))
    fading = np.zeros((4, series, 2))  # over 3 and 10 days
    network = np.zeros((4, 2))  # mean over the series: last, and over 3 days
    off = np.full((4, series, days), np.nan)
    for d in range(days):
        past = d - lead
        if past >= 0:
            for w in range(4):
                total, seen = 0.0, 0
                for s in range(series):
                    found = (values[w, s, past] - base[w, s, past]) / UNIT
                    if math.isnan(found):
                        continue
                    found = min(max(found, -FURTHEST), FURTHEST)
                    off[w, s, past] = found
                    if day_class[past] < 7:
                        last[w, s] = found
                        fading[w, s, 0] += 0.33 * (found - fading[w, s, 0])
                        fading[w, s, 1] += 0.1 * (found - fading[w, s, 1])
                        total += found
                        seen += 1
                if seen > 0:
                    network[w, 0] = total / seen
                    network[w, 1] += 0.33 * (network[w, 0] - network[w, 1])
        working = day_class[d] < 5
        before = d + 1 < days and day_class[d + 1] == 7 and working
        after = d > 0 and day_class[d - 1] == 7 and working
        bridge = (before and day_class[d] == 0) or (after and day_class[d] == 4)
        for s in range(series):
            x = features[s, d]
            x[0], x[1], x[2] = last[target, s], fading[target, s, 0], fading[target, s, 1]
            x[3], x[4], x[5] = last[other_window, s], last[2, s], fading[2, s, 0]
            x[6] = last[3, s]
            week = d - 7
            if week >= 0 and lead <= 7 and not math.isnan(off[target, s, week]):
                x[7] = off[target, s, week]
            if series > 1:
                x[8], x[9] = network[target, 0], network[target, 1]
                x[10], x[11] = network[2, 0], network[3, 0]
            x[12], x[13], x[14] = before, after, bridge
            x[15], x[16] = day_class[d] == 0, day_class[d] == 4
            x[17] = 1.0
        if twin[d] >= 0 and twin[d] <= d - lead and day_class[d] < 7:
            total, seen = 0.0, 0
            for s in range(series):
                if not math.isnan(off[target, s, twin[d]]):
                    total += off[target, s, twin[d]]
                    seen += 1
            for s in range(series):
                own = off[target, s, twin[d]]
                if seen > 0:
                    whole = total / seen
                    deviation = whole if math.isnan(own) else 0.5 * (own + whole)
                    likened[s, d] = TWIN_SHARE * deviation
                    features[s, d, 18] = deviation
    return features, likened


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
