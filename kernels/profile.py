"""Day profiles of many series at once, and how far single days stray from them.

Counts are arrays (D, N, B): series (detectors), days, bins of the day; nan where nothing was counted.
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def day_profile(counts, weights, alike, pull_days):
    """Return each series' profile: the weighted mean over days like the one wanted, pulled to that over all days.

    Parameters
    ----------
    counts : (D, N, B) float64
        Counts. [veh per bin]
    weights : (N,) float64
        Weight of each day, >= 0; 0 leaves the day out.
    alike : (N,) bool
        Whether the day is of the wanted class (working day, Saturday, Sunday).
    pull_days : float
        How many days of its own class a series needs before that mean weighs as much as the one over all days.

    Returns
    -------
    (D, B) float64
        The profile; nan where no day has a count in the bin. [veh per bin]

    Notes
    -----
    With n the sum of weights of the alike days in the bin, profile = (n own + k f all) / (n + k), k = pull_days: the
    linear shrinkage of a group's mean to the grand mean (H. Bühlmann, Experience rating and credibility, ASTIN
    Bulletin 4, 1967). f brings the mean over all days to the level of the class; 1 where the class was never seen.
    """
    series, days, bins = counts.shape
    profile = np.full((series, bins), np.nan)
    own, every = np.empty(bins), np.empty(bins)
    own_weight, every_weight = np.empty(bins), np.empty(bins)
    for d in range(series):
        own[:] = 0.0
        every[:] = 0.0
        own_weight[:] = 0.0
        every_weight[:] = 0.0
        for n in range(days):
            for b in range(bins):
                value = counts[d, n, b]
                if weights[n] > 0.0 and not np.isnan(value):
                    every[b] += weights[n] * value
                    every_weight[b] += weights[n]
                    if alike[n]:
                        own[b] += weights[n] * value
                        own_weight[b] += weights[n]
        own_sum, every_sum = 0.0, 0.0
        for b in range(bins):
            if own_weight[b] > 0.0:
                own_sum += own[b] / own_weight[b]
                every_sum += every[b] / every_weight[b]
        factor = own_sum / every_sum if every_sum > 0.0 else 1.0
        for b in range(bins):
            if every_weight[b] > 0.0:
                pooled = factor * every[b] / every_weight[b]
                if own_weight[b] > 0.0:
                    profile[d, b] = (own[b] + pull_days * pooled) / (own_weight[b] + pull_days)
                else:
                    profile[d, b] = pooled
    return profile


@kernel
def recent_level(counts, profile, weights, doubt_veh):
    """Return how far each series lies above its profile on the weighted days; a series with few vehicles leans on all.

    Parameters
    ----------
    counts : (D, N, B) float64
        Counts. [veh per bin]
    profile : (D, B) float64
        What was to be expected. [veh per bin]
    weights : (N,) float64
        Weight of each day, >= 0.
    doubt_veh : float
        A series with so many expected vehicles believes itself and the whole network in equal parts. [veh]

    Returns
    -------
    (D,) float64
        Ratio of counted to expected vehicles, 1 where nothing was expected.
    """
    series, days, bins = counts.shape
    counted, expected = np.zeros(series), np.zeros(series)
    for d in range(series):
        for n in range(days):
            for b in range(bins):
                if weights[n] > 0.0 and not np.isnan(counts[d, n, b]) and not np.isnan(profile[d, b]):
                    counted[d] += weights[n] * counts[d, n, b]
                    expected[d] += weights[n] * profile[d, b]
    whole = counted.sum() / expected.sum() if expected.sum() > 0.0 else 1.0
    level = np.ones(series)
    for d in range(series):
        if expected[d] + doubt_veh > 0.0:
            level[d] = (counted[d] + doubt_veh * whole) / (expected[d] + doubt_veh)
    return level


@kernel
def scores(counts, expected):
    """Return how far counts lie from what was expected of each, in units of sqrt(expected + 1).

    Parameters
    ----------
    counts, expected : (D, N) float64
        Counts, nan where missing; what was expected. [veh]

    Returns
    -------
    (D, N) float64
        (count - expected) / sqrt(expected + 1), nan where either is: near 1 in size for Poisson counts.
    """
    return (counts - expected) / np.sqrt(expected + 1.0)


@kernel
def conformal_quantiles(samples, shares):
    """Return the bounds that a further sample exceeds with the stated probabilities.

    Parameters
    ----------
    samples : (S, M) float64
        Exchangeable samples of each of S series; nan is no sample.
    shares : (Q,) float64
        Probabilities of lying below, in (0, 1).

    Returns
    -------
    (S, Q) float64
        The bounds; nan for a series without samples.

    Notes
    -----
    The bound for the share p is the order statistic of rank p (n + 1), between ranks by a straight line, at most the
    largest: G. Shafer, V. Vovk, A tutorial on conformal prediction, J. Machine Learning Research 9, 2008, section 4.
    """
    series = samples.shape[0]
    bounds = np.full((series, shares.size), np.nan)
    for s in range(series):
        row = samples[s]
        found = np.sort(row[~np.isnan(row)])
        if found.size == 0:
            continue
        for q in range(shares.size):
            rank = min(max(shares[q] * (found.size + 1.0) - 1.0, 0.0), found.size - 1.0)
            low = int(rank)
            high = min(low + 1, found.size - 1)
            bounds[s, q] = found[low] + (rank - low) * (found[high] - found[low])
    return bounds
