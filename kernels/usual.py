"""What a detector usually counts: medians over like days, and how busy all detectors were at once."""

from __future__ import annotations

import numpy as np
from numba import prange

from .compiled import kernel, parallel_kernel


@kernel
def _middle(values, count, trim):
    """Return the mean of the sorted `values[:count]` between the shares `trim` and 1 - `trim`."""
    first = min(int(trim * count), (count - 1) // 2)
    total = 0.0
    for k in range(first, count - first):
        total += values[k]
    return total / (count - 2 * first)


@kernel
def _insert(values, count, value):
    k = count
    while k > 0 and values[k - 1] > value:
        values[k] = values[k - 1]
        k -= 1
    values[k] = value


@kernel
def _remove(values, count, value):
    k = 0
    while values[k] != value:
        k += 1
    for j in range(k, count - 1):
        values[j] = values[j + 1]


@kernel
def _of_all(series, day_kind, kind, least_days, trim):
    """Return the trimmed mean over all days of a kind, or of any kind where these are few; nan without any."""
    values = np.empty(series.size)
    for wanted in (kind, -1):
        count = 0
        for n in range(series.size):
            if (wanted < 0 or day_kind[n] == wanted) and series[n] == series[n]:
                values[count] = series[n]
                count += 1
        if count >= least_days or (wanted < 0 and count):
            return _middle(np.sort(values[:count]), count, trim)
    return np.nan


@kernel
def _usual_bin(series, day_number, day_kind, reach_days, least_days, trim, out):
    """Fill `out[n]` for one detector and bin. All arrays are (days,), sorted by `day_number`."""
    days = series.size
    window = np.empty(days)
    for kind in range(day_kind.max() + 1):
        whole, known = np.nan, False  # made only where it is needed: that is seldom
        first = last = inside = 0  # the window holds the days [first, last) of this kind
        for n in range(days):
            if day_kind[n] != kind:
                continue
            while last < days and day_number[last] <= day_number[n] + reach_days:
                if day_kind[last] == kind and series[last] == series[last]:
                    _insert(window, inside, series[last])
                    inside += 1
                last += 1
            while day_number[first] < day_number[n] - reach_days:
                if day_kind[first] == kind and series[first] == series[first]:
                    _remove(window, inside, series[first])
                    inside -= 1
                first += 1
            if inside < least_days and not known:
                whole, known = _of_all(series, day_kind, kind, least_days, trim), True
            out[n] = _middle(window, inside, trim) if inside >= least_days else whole


@parallel_kernel
def usual_counts(veh, day_number, day_kind, reach_days, least_days, trim):
    """What each bin usually counts: the trimmed mean over like days around it.

    Parameters
    ----------
    veh : (D, N, B) float64
        Counts of D detectors, N days and B bins of the day; nan where there is none. [veh]
    day_number : (N,) int64
        Rising; the difference of two is the days between them. [d]
    day_kind : (N,) int64
        0, 1, …: days of one kind are alike.
    reach_days : int
        Days before and after that are looked at. [d]
    least_days : int
        With fewer values of the kind within reach, all days of the kind count; with fewer of these, all days do.
    trim : float
        Share left out at either end, 0 to 0.5; 0.5 gives the median.

    Returns
    -------
    (D, N, B) float64
        Usual counts; nan where no day has any. [veh]
    """
    detectors, days, bins = veh.shape
    usual = np.empty((detectors, days, bins))
    for d in prange(detectors):
        series, out = np.empty(days), np.empty(days)
        for b in range(bins):
            series[:] = veh[d, :, b]
            _usual_bin(series, day_number, day_kind, reach_days, least_days, trim, out)
            usual[d, :, b] = out
    return usual


@parallel_kernel
def typical_counts(veh, day_kind, kinds, least_days):
    """Median of each bin over all days of each kind.

    Parameters
    ----------
    veh : (D, N, B) float64
        Counts; nan where there is none. [veh]
    day_kind : (N,) int64
        0 to kinds - 1.
    kinds, least_days : int
        A kind with fewer values in a bin gets the median over all days.

    Returns
    -------
    (D, kinds, B) float64
        nan where no day has any. [veh]
    """
    detectors, days, bins = veh.shape
    typical = np.empty((detectors, kinds, bins))
    for d in prange(detectors):
        values = np.empty(days)
        for b in range(bins):
            for kind in range(kinds):
                count = 0
                for n in range(days):
                    if day_kind[n] == kind and veh[d, n, b] == veh[d, n, b]:
                        values[count] = veh[d, n, b]
                        count += 1
                if count < least_days:
                    count = 0
                    for n in range(days):
                        if veh[d, n, b] == veh[d, n, b]:
                            values[count] = veh[d, n, b]
                            count += 1
                typical[d, kind, b] = np.median(values[:count]) if count else np.nan
    return typical


@kernel
def _ratios(veh, usual, reach, least_veh, ratio):
    """Fill `ratio` (B,) for one detector and day: counted over usual in the bins up to `reach` around; nan if few."""
    bins = veh.size
    for b in range(bins):
        counted = due = 0.0
        for k in range(max(0, b - reach), min(bins, b + reach + 1)):
            if veh[k] == veh[k] and usual[k] == usual[k]:
                counted += veh[k]
                due += usual[k]
        ratio[b] = counted / due if due >= least_veh else np.nan


@kernel
def _median_without(ordered, count, own):
    """Return the median of the sorted `ordered[:count]`, one value equal to `own` left out (nan: none)."""
    if own != own:
        return _middle(ordered, count, 0.5)
    left = count - 1
    place = np.searchsorted(ordered[:count], own)
    low, high = (left - 1) // 2, left // 2
    low += low >= place
    high += high >= place
    return 0.5 * (ordered[low] + ordered[high])


@parallel_kernel
def common_factor(veh, usual, reach, least_veh, least_others):
    """How busy the other detectors were about each bin, against their usual counts.

    Parameters
    ----------
    veh, usual : (D, N, B) float64
        Counts and usual counts; nan where there is none. [veh]
    reach : int
        Bins before and after that are summed with each; B or more for whole days. [-]
    least_veh : float
        Detectors with less than this usual sum do not vote. [veh]
    least_others : int
        With fewer others that vote there is no answer.

    Returns
    -------
    (D, N, B) float64
        For each detector the median over the other detectors of their sums over the usual ones; nan without an
        answer. [-]
    """
    detectors, days, bins = veh.shape
    factor = np.empty((detectors, days, bins))
    for n in prange(days):
        ratio = np.empty((detectors, bins))
        for d in range(detectors):
            _ratios(veh[d, n], usual[d, n], reach, least_veh, ratio[d])
        for b in range(bins):
            ordered = np.sort(ratio[:, b])  # nan come last
            count = 0
            while count < detectors and ordered[count] == ordered[count]:
                count += 1
            for d in range(detectors):
                own = ratio[d, b]
                others = count - 1 if own == own else count
                factor[d, n, b] = _median_without(ordered, count, own) if others >= least_others else np.nan
    return factor
