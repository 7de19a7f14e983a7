"""Signs of a faulty detector in its own counts: runs, repeats, and stretches far from what was to be expected."""

from __future__ import annotations

from math import lgamma, log, pi, sqrt

import numpy as np
from numba import prange

from .compiled import kernel, parallel_kernel

LEAST_MEAN_VEH = 0.1  # a street's expectation is never quite zero
MOST_GAP_BINS = 3  # a run of one count goes on over fewer bins without a count


@kernel
def _log_chance(count, mean):
    """Log of the Poisson probability of a count, the mean being at least 0.1 vehicles. [-]"""
    mean = max(mean, LEAST_MEAN_VEH)
    return count * log(mean) - mean - lgamma(count + 1.0)


@parallel_kernel
def silent_runs(veh, expected, least_veh):
    """Bins of runs of zeros in which so many vehicles were to be expected that none cannot be true.

    Runs go on past midnight from one day of the arrays to the next.

    Parameters
    ----------
    veh, expected : (D, N, B) float64
        Counts, nan where there is none, and what they should be about. [veh]
    least_veh : float
        Expected vehicles of the run from which it is doubted. [veh]

    Returns
    -------
    (D, N, B) bool
    """
    detectors, days, bins = veh.shape
    found = np.zeros(veh.shape, dtype=np.bool_)
    for d in prange(detectors):
        counted, due, out = veh[d].reshape(-1), expected[d].reshape(-1), found[d].reshape(-1)
        start, total = 0, 0.0
        for k in range(days * bins + 1):
            if k < days * bins and counted[k] == 0.0:
                total += due[k]
                continue
            if total >= least_veh:
                out[start:k] = True
            start, total = k + 1, 0.0
    return found


@parallel_kernel
def stuck_runs(veh, expected, least_bins, chance):
    """Bins of runs of one count, not 0, that a living detector would hardly give; one or two bins may be missing in it.

    Parameters
    ----------
    veh, expected : (D, N, B) float64
        Counts, nan where there is none, and what they should be about. [veh]
    least_bins : int
        Shorter runs are believed.
    chance : float
        Runs are believed whose probability under Poisson's law is not below this.

    Returns
    -------
    (D, N, B) bool
    """
    detectors, days, bins = veh.shape
    found = np.zeros(veh.shape, dtype=np.bool_)
    limit = log(chance)
    for d in prange(detectors):
        counted, due, out = veh[d].reshape(-1), expected[d].reshape(-1), found[d].reshape(-1)
        start, last, seen, total = 0, -1, 0, 0.0  # the run: its first and latest count, how many, log of their chance
        for k in range(days * bins + 1):
            over = k == days * bins or (last >= 0 and k - last > MOST_GAP_BINS)
            if not over and counted[k] != counted[k]:
                continue
            if over or last < 0 or counted[k] != counted[last]:
                if seen >= least_bins and counted[last] > 0.0 and total < limit:
                    out[start : last + 1] = True
                start, last, seen, total = k, -1, 0, 0.0
            if k < days * bins and counted[k] == counted[k]:
                last, seen = k, seen + 1
                total += _log_chance(counted[k], due[k])
    return found


@kernel
def _log_repeat(mean):
    """Log of the chance that two Poisson counts of one mean are equal. [-]

    exp(-2m) I0(2m) by 1 / sqrt(1 + 4 pi m): exact at m = 0 and in the limit of large m, up to a quarter less between.
    """
    return -0.5 * log(1.0 + 4.0 * pi * mean)


@kernel
def _log_usual_repeat(veh, furthest):
    """Log of how often one detector's counts (N, B), zeros apart, are those of some days before. [-]

    Some streets count more evenly than Poisson's law: buses, or traffic that a signal upstream lets out by portions.
    """
    days, bins = veh.shape
    same, all_of = 1.0, 2.0
    for n in range(days):
        for back in range(1, min(furthest, n) + 1):
            for b in range(bins):
                if veh[n, b] > 0.0 and veh[n - back, b] > 0.0:
                    all_of += 1.0
                    same += veh[n, b] == veh[n - back, b]
    return log(same / all_of)


@parallel_kernel
def repeated_days(veh, expected, furthest, least_bins, chance):
    """Bins of stretches that repeat, bin for bin, what the same detector counted some days before.

    Parameters
    ----------
    veh, expected : (D, N, B) float64
        Counts, nan where there is none, and what they should be about. [veh]
    furthest : int
        How many days back are compared.
    least_bins : int
        Shorter stretches are believed.
    chance : float
        Stretches are believed whose probability, both days being Poisson, or counting as evenly as the detector
        does, is not below this.

    Returns
    -------
    (D, N, B) bool
    """
    detectors, days, bins = veh.shape
    found = np.zeros(veh.shape, dtype=np.bool_)
    limit = log(chance)
    for d in prange(detectors):
        usual = _log_usual_repeat(veh[d], furthest)
        for n in range(days):
            for back in range(1, min(furthest, n) + 1):
                start, total = 0, 0.0
                for b in range(bins + 1):
                    if b < bins and veh[d, n, b] == veh[d, n - back, b]:
                        total += max(_log_repeat(expected[d, n, b]), usual)
                        continue
                    if b - start >= least_bins and total < limit:
                        found[d, n, start:b] = True
                    start, total = b + 1, 0.0
    return found


@kernel
def _sigmas(counted, due, noise):
    """How far a sum strays from its expectation: as a difference upward, as a ratio downward. [-]"""
    if counted >= due:
        return (counted - due) / noise
    return (due + 1.0) / noise * log((counted + 1.0) / (due + 1.0))


@kernel
def _worst_stretch(veh, expected, share, more, bunching, least_veh):
    """Return first, last, z of the stretch [first, last) of one day that strays most. nan counts are stepped over."""
    bins = veh.size
    best, first, last = 0.0, 0, 0
    for i in range(bins):
        if veh[i] != veh[i]:
            continue
        counted = due = own = 0.0
        for j in range(i, bins):
            if veh[j] != veh[j]:
                continue
            counted += veh[j]
            due += expected[j]
            own += share[j] * expected[j]
            if due < least_veh and counted < least_veh:
                continue
            noise = sqrt(bunching * due + own * own + more * more * due * due + 1.0)
            z = _sigmas(counted, due, noise)
            if abs(z) > abs(best):
                best, first, last = z, i, j + 1
    return first, last, best


@kernel
def _sums(veh, expected, first, last):
    counted = due = 0.0
    for b in range(first, last):
        if veh[b] == veh[b]:
            counted += veh[b]
            due += expected[b]
    return counted, due


@kernel
def _likeliest_stretch(veh, expected, ratio, share, more, bunching):
    """Return the stretch in which `ratio` times the expectation explains one day's counts best, by Kadane's sum."""
    total, start = 0.0, 0
    best, first, last = 0.0, 0, 0
    for b in range(veh.size):
        if veh[b] != veh[b]:
            continue
        due, other = expected[b], ratio * expected[b]
        # Poisson's law, flattened where a count strays by a share of its size as well.
        spread = bunching + (share[b] ** 2 + more**2) * max(due, other)
        total += (veh[b] * log(ratio) - (other - due)) / spread
        if total <= 0.0:
            total, start = 0.0, b + 1
        elif total > best:
            best, first, last = total, start, b + 1
    return first, last


@parallel_kernel
def stray_stretches(veh, expected, share, more, bunching, limits, least_sigmas, least_veh, most):
    """Stretches of days that lie too far from their expectation, and by how much.

    Of every detector-day the stretch is sought whose sum strays most, in standard deviations; where it strays far
    enough, in sigmas and as a ratio, its ends are set where the ratio stops explaining the counts better than the
    expectation does; then the rest of the day is searched again.

    Parameters
    ----------
    veh, expected : (D, N, B) float64
        Counts, nan where there is none, and what they should be about. [veh]
    share : (D, B) float64
        By what share of its size a sum about that time of day strays on top of chance. [-]
    more : (N,) float64
        The same of all detectors' sums on that day, on top of it. [-]
    bunching : (D,) float64
        Variance of single counts over their mean. [-]
    limits : (2,) float64
        Only ratios below the first and above the second are doubted. [-]
    least_sigmas : float
        Stretches nearer to their expectation are believed. [-]
    least_veh : float
        So many vehicles must be counted or expected in a stretch. [veh]
    most : int
        Stretches of a day at most.

    Returns
    -------
    (D, N, B) float64
        In bins of doubted stretches counted over expected of the stretch (at least 0.01), elsewhere nan. [-]

    Notes
    -----
    A sum of expectations E strays by sqrt(bunching E + (sum of share e)^2 + (more E)^2 + 1): chance, the day's own
    level, and one vehicle's doubt of the expectation. The ends are those of the largest sum of log likelihood ratios
    over consecutive bins (J. Bentley, Programming Pearls: algorithm design techniques, Communications of the ACM 27(9),
    1984: Kadane's algorithm).
    """
    detectors, days, bins = veh.shape
    found = np.full(veh.shape, np.nan)
    for d in prange(detectors):
        left = np.empty(bins)
        for n in range(days):
            left[:] = veh[d, n]
            for _ in range(most):
                first, last, z = _worst_stretch(left, expected[d, n], share[d], more[n], bunching[d], least_veh)
                if abs(z) < least_sigmas:
                    break
                counted, due = _sums(left, expected[d, n], first, last)
                ratio = max(counted, 0.01 * due) / max(due, 0.01 * counted)
                if limits[0] <= ratio <= limits[1]:
                    break
                a, b = _likeliest_stretch(left, expected[d, n], ratio, share[d], more[n], bunching[d])
                if b > a:
                    first, last = a, b
                for k in range(first, last):
                    if left[k] == left[k]:
                        found[d, n, k] = ratio
                        left[k] = np.nan
    return found
