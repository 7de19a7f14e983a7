"""What is known at the end of each bin and bears on the next bins: the features of the short forecasts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel

MEMORIES_H = (1.0, 3.0, 24.0)  # time constants of fading means
DOUBT_VEH = 4.0  # so many expected vehicles take half of the weight of a ratio of counted to expected
FEATURES = 20
STATES = 12
SURPRISE = 8.0  # residuals beyond are moved to this bound: in units of sqrt(expected + 1), as for Poisson counts


class Known(NamedTuple):
    """Counts and profiles as `profiles` returns them, and all series together. [veh per bin]"""

    clean: np.ndarray  # (S, T) float32
    usual: np.ndarray  # (S, T) float32
    recent: np.ndarray  # (S, T) float32
    kindred: np.ndarray  # (S, T) float32
    others: np.ndarray  # (2, T) float32, as `network_residuals` returns them


class _Shared(NamedTuple):
    """What the series share."""

    sums: np.ndarray  # (K, 7, N) float32: what `_look` tells, over the bins of each forecast
    spreads: np.ndarray  # (K, N) float32: sqrt(expected + 1)
    share: np.ndarray  # (3,) float64: of a new residual in each fading mean
    scale: np.ndarray  # (3,) float64: what makes the means as large as one residual


class _Found(NamedTuple):
    """What `lag_features` returns."""

    features: np.ndarray  # (K, S, N, 20) float32
    targets: np.ndarray  # (K, S, N) float32
    expected: np.ndarray  # (K, S, N) float32


@kernel
def _look(known, s, begin, bins, line):
    """Fill `line` (7, size) with what is known of the bins from `begin` on: counts, three profiles, yesterday's count
    and its usual value, last week's count; where a day before is not known, today's usual value stands in."""
    clean, usual = known.clean[s], known.usual[s]
    size = line.shape[1]
    line[0] = clean[begin : begin + size]
    line[1] = usual[begin : begin + size]
    line[2] = known.recent[s, begin : begin + size]
    line[3] = known.kindred[s, begin : begin + size]
    week = 7 * bins
    for k in range(size):
        t = begin + k
        v = clean[t - bins] if t >= bins else np.nan
        u = usual[t - bins] if t >= bins else np.nan
        if math.isnan(v) or math.isnan(u):
            v, u = usual[t], usual[t]
        line[4, k], line[5, k] = v, u
        v = clean[t - week] if t >= week else np.nan
        line[6, k] = usual[t] if math.isnan(v) else v


@kernel
def network_residuals(clean, usual):
    """Return the sum over all series of residuals (clean - usual) / sqrt(usual + 1), and how many there are; (2, T).

    Parameters
    ----------
    clean, usual : (S, T) float32
        As `profiles` returns them. [veh per bin]
    """
    series, total = clean.shape
    found = np.zeros((2, total), dtype=np.float32)
    summed, seen = found[0], found[1]
    bound = np.float32(SURPRISE)
    for s in range(series):
        y, p = clean[s], usual[s]
        for t in range(total):
            residual = (y[t] - p[t]) / np.sqrt(p[t] + np.float32(1.0))
            if residual == residual:
                summed[t] += min(max(residual, -bound), bound)
                seen[t] += np.float32(1.0)
    return found


@kernel
def teaching(expected, targets, known, furthest, least, most):
    """Return what came, what of it teaches, and how much it weighs.

    Parameters
    ----------
    expected, targets : (S, N) float32
        As `lag_features` returns them for one horizon.
    known : int
        Targets from this place on are not known yet: they teach nothing.
    furthest : float
        Targets further off teach as if they were here.
    least, most : float
        Bounds of the weight: an observation weighs by sqrt(expected + 1) over its mean in the series.

    Returns
    -------
    counted, taught, importance : (S, N) float32
        Vehicles that came; targets, nan where nothing is taught; weights.
    """
    series, size = expected.shape
    counted, taught = np.empty((series, size), dtype=np.float32), np.empty((series, size), dtype=np.float32)
    importance = np.empty((series, size), dtype=np.float32)
    bound = np.float32(furthest)
    for s in range(series):
        total, seen = 0.0, 0
        for n in range(size):
            spread = np.sqrt(expected[s, n] + np.float32(1.0))
            importance[s, n] = spread
            counted[s, n] = expected[s, n] + targets[s, n] * spread
            taught[s, n] = min(max(targets[s, n], -bound), bound) if targets[s, n] == targets[s, n] else np.nan
            if spread == spread:
                total += spread
                seen += 1
        mean = max(total / max(seen, 1), 1e-6)
        for n in range(size):
            share = importance[s, n] / mean
            importance[s, n] = min(max(share, least), most) if share == share else least
        taught[s, max(known, 0) :] = np.nan
    return counted, taught, importance


@kernel
def foretold(expected, found):
    """Return the vehicles (S, N) that residuals `found`, in units of sqrt(expected + 1), add up to; 0 or more."""
    told = np.empty(expected.shape, dtype=np.float32)
    for s in range(expected.shape[0]):
        for n in range(expected.shape[1]):
            value = expected[s, n] + found[s, n] * np.sqrt(expected[s, n] + np.float32(1.0))
            told[s, n] = value if not value < 0.0 else np.float32(0.0)
    return told


@kernel
def lag_features(known, horizons, origins, bins, state, room):
    """Return the features of the origins in [begin, end), what they are to foretell, and its usual value.

    Parameters
    ----------
    known : Known
    horizons : (K,) int64
        How many bins each forecast covers.
    origins : (begin, end)
        The ends of the bins begin to end - 1. end + max(horizons) <= T.
    bins : int
        Bins of a day.
    state : (S, 12) float64
        Fading means, changed in place; zeros before the first call, then calls must follow each other in time.
    room : (at least K S N 20,) float32
        Where the features are put: they are large, and asking for new memory costs as much as filling it.

    Returns
    -------
    features : (K, S, N, 20) float32
        Lagged residuals; their fading means; ratios of counted to expected vehicles; what other profiles, yesterday
        and last week say; residuals of the other series; a constant and the size.
    targets : (K, S, N) float32
        (sum of the counts - expected) / sqrt(expected + 1); nan where a count is missing.
    expected : (K, S, N) float32
        Sum of `usual` over the bins of the forecast. [veh]

    Notes
    -----
    A weekly profile with a quickly fading deviation is what seasonal ARIMA (B. M. Williams, L. A. Hoel, Journal of
    Transportation Engineering 129(6), 2003) and double-seasonal smoothing (J. W. Taylor, Journal of the Operational
    Research Society 54, 2003) come down to on traffic counts; here the deviation's part is a regression.
    """
    begin, end = origins
    series, count, kinds = known.clean.shape[0], end - begin, horizons.size
    features = room[: kinds * series * count * FEATURES].reshape((kinds, series, count, FEATURES))
    targets = np.full((kinds, series, count), np.nan, dtype=np.float32)
    expected = np.full((kinds, series, count), np.nan, dtype=np.float32)
    hour = bins / 24.0
    share = np.array([1.0 - math.exp(-1.0 / (memory * hour)) for memory in MEMORIES_H])
    scale = np.array([math.sqrt(max(memory * hour, 1.0)) for memory in MEMORIES_H])
    line = np.empty((7, count + horizons.max() - 1), dtype=np.float32)
    sums = np.empty((kinds, 7, count), dtype=np.float32)
    spreads = np.empty((kinds, count), dtype=np.float32)
    shared = _Shared(sums, spreads, share, scale)
    found = _Found(features, targets, expected)
    for s in range(series):
        _look(known, s, begin + 1, bins, line)
        _sum_up(line, horizons, sums, spreads)
        _go_through(known, s, begin, state, shared, found)
    return features, targets, expected


@inner_kernel
def _go_through(known, s, begin, state, shared, found):
    """Go through the origins of a series in the order of time and fill in what `lag_features` returns.

    A part of its own, because Numba counts references to the views of arrays wherever arrays are made.
    """
    fading = state[s]
    kinds, _, count = shared.sums.shape
    for n in range(count):
        news = _take_in(known, s, begin + n, shared.share, fading)
        for kind in range(kinds):
            sums, spread = shared.sums[kind, :, n], shared.spreads[kind, n]
            x, usually = found.features[kind, s, n], sums[1]
            if math.isnan(usually):
                x[:] = 0.0
                continue
            found.expected[kind, s, n] = usually
            found.targets[kind, s, n] = (sums[0] - usually) * (np.float32(1.0) / spread)
            _describe(x, sums, spread, news, fading, shared.scale)


@kernel
def _sum_up(line, horizons, sums, spreads):
    """Fill `sums` (K, 7, N) with the sums of `line` over each forecast, `spreads` (K, N) with sqrt(expected + 1)."""
    count = sums.shape[2]
    for kind in range(horizons.size):
        for q in range(7):
            total = sums[kind, q]
            total[:] = 0.0
            for j in range(horizons[kind]):
                total += line[q, j : j + count]
        for n in range(count):
            spreads[kind, n] = np.sqrt(sums[kind, 1, n] + np.float32(1.0))


@inner_kernel
def _take_in(known, s, t, share, fading):
    """Let bin `t` of a series enter its fading means (12,), and return what it says beside them.

    Returns ratios of counted to expected vehicles, less 1, of this bin, of 3 and of 24 hours; the mean residual of the
    other series; how far the slow profile lies above the quick one, in units of sqrt(expected + 1). [-]
    """
    y, p = known.clean[s, t], known.usual[s, t]
    others = known.others
    residual, root = 0.0, math.sqrt(p + 1.0)
    if not (math.isnan(y) or math.isnan(p)):
        residual = min(max((y - p) / root, -SURPRISE), SURPRISE)
        other = others[1, t] - 1.0
        rest = (others[0, t] - residual) / other if other > 0.0 else 0.0
        counted, hoped = float(y), float(p)
    else:
        rest = others[0, t] / others[1, t] if others[1, t] > 0.0 else 0.0
        counted, hoped = 0.0, 0.0
    fading[11], fading[10], fading[9] = fading[10], fading[9], fading[8]
    fading[8] = residual
    for k in range(3):
        fading[k] += share[k] * (residual - fading[k])
    for k in range(2):  # over 3 h and 24 h
        fading[3 + 2 * k] += share[1 + k] * (counted - fading[3 + 2 * k])
        fading[4 + 2 * k] += share[1 + k] * (hoped - fading[4 + 2 * k])
    fading[7] += share[1] * (rest - fading[7])
    now = (counted - hoped) / (hoped + DOUBT_VEH)
    lately = (fading[3] - fading[4]) / (fading[4] + DOUBT_VEH * share[1])
    today = (fading[5] - fading[6]) / (fading[6] + DOUBT_VEH * share[2])
    return now, lately, today, rest, (p - known.recent[s, t]) / root


@inner_kernel
def _describe(x, sums, spread, news, fading, scale):
    """Fill `x` (20,) with the features of a forecast: `sums` (7,) over its bins, `news` as of its origin."""
    now, lately, today, rest, drift = news
    usually = sums[1]
    size, unit = usually / spread, np.float32(1.0) / spread
    for k in range(4):
        x[k] = fading[8 + k]
    for k in range(3):
        x[4 + k] = scale[k] * fading[k]
    x[7], x[8], x[9] = now * size, lately * size, today * size
    x[10], x[11] = (sums[2] - usually) * unit, (sums[3] - usually) * unit
    x[12], x[13] = (sums[4] - usually) * unit, (sums[6] - usually) * unit
    x[14] = (sums[4] - sums[5]) * unit
    x[15], x[16] = rest, scale[1] * fading[7]
    x[17], x[18] = 1.0, spread * 0.1
    x[19] = drift if drift == drift else 0.0
    if math.isnan(x[10]):
        x[10] = 0.0
    if math.isnan(x[11]):
        x[11] = 0.0
