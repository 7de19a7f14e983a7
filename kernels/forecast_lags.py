"""What is known at the end of each bin and bears on the next bins: the features of the short forecasts."""

from __future__ import annotations

import math

import numpy as np
from numba import prange

from .compiled import parallel_kernel

MEMORIES_H = (1.0, 3.0, 24.0)  # time constants of fading means
DOUBT_VEH = 4.0  # so many expected vehicles take half of the weight of a ratio of counted to expected
FEATURES = 20
STATES = 12
SURPRISE = 8.0  # residuals beyond are moved to this bound: in units of sqrt(expected + 1), as for Poisson counts


@parallel_kernel
def lag_features(clean, usual, recent, kindred, others_sum, others_seen, horizons, begin, end, bins, state):
    """Return the features of the origins in [begin, end), what they are to foretell, and its usual value.

    Parameters
    ----------
    clean, usual, recent, kindred : (S, T) float32
        As `profiles` returns them. [veh per bin]
    others_sum, others_seen : (T,) float32
        Sum over all series of the residuals (clean - usual) / sqrt(usual + 1), and how many there are.
    horizons : (K,) int64
        How many bins each forecast covers.
    begin, end : int
        Origins: the ends of the bins begin to end - 1. end + max(horizons) <= T.
    bins : int
        Bins of a day.
    state : (S, 12) float64
        Fading means, changed in place; zeros before the first call, then calls must follow each other in time.

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
    series = clean.shape[0]
    count = end - begin
    kinds = horizons.size
    features = np.zeros((kinds, series, count, FEATURES), dtype=np.float32)
    targets = np.full((kinds, series, count), np.nan, dtype=np.float32)
    expected = np.full((kinds, series, count), np.nan, dtype=np.float32)
    hour = bins / 24.0
    share = np.array([1.0 - math.exp(-1.0 / (memory * hour)) for memory in MEMORIES_H])
    scale = np.array([math.sqrt(max(memory * hour, 1.0)) for memory in MEMORIES_H])
    for s in prange(series):
        fading = state[s]
        for n in range(count):
            t = begin + n
            y, p = clean[s, t], usual[s, t]
            residual = 0.0
            if not (math.isnan(y) or math.isnan(p)):
                residual = (y - p) / math.sqrt(p + 1.0)
                residual = min(max(residual, -SURPRISE), SURPRISE)
                other = others_seen[t] - 1.0
                others = (others_sum[t] - residual) / other if other > 0.0 else 0.0
                counted, hoped = float(y), float(p)
            else:
                others = others_sum[t] / others_seen[t] if others_seen[t] > 0.0 else 0.0
                counted, hoped = 0.0, 0.0
            fading[11], fading[10], fading[9] = fading[10], fading[9], fading[8]
            fading[8] = residual
            for k in range(3):
                fading[k] += share[k] * (residual - fading[k])
            for k in range(2):  # over 3 h and 24 h
                fading[3 + 2 * k] += share[1 + k] * (counted - fading[3 + 2 * k])
                fading[4 + 2 * k] += share[1 + k] * (hoped - fading[4 + 2 * k])
            fading[7] += share[1] * (others - fading[7])
            for kind in range(kinds):
                h = horizons[kind]
                total, sum_usual, sum_recent, sum_kindred = 0.0, 0.0, 0.0, 0.0
                day_ago, day_ago_usual, week_ago = 0.0, 0.0, 0.0
                for j in range(t + 1, t + 1 + h):
                    total += clean[s, j]
                    sum_usual += usual[s, j]
                    sum_recent += recent[s, j]
                    sum_kindred += kindred[s, j]
                    v = clean[s, j - bins] if j >= bins else np.nan
                    u = usual[s, j - bins] if j >= bins else np.nan
                    if math.isnan(v) or math.isnan(u):
                        v, u = usual[s, j], usual[s, j]
                    day_ago += v
                    day_ago_usual += u
                    v = clean[s, j - 7 * bins] if j >= 7 * bins else np.nan
                    week_ago += usual[s, j] if math.isnan(v) else v
                if math.isnan(sum_usual):
                    continue
                spread = math.sqrt(sum_usual + 1.0)
                expected[kind, s, n] = sum_usual
                targets[kind, s, n] = (total - sum_usual) / spread
                x = features[kind, s, n]
                for k in range(4):
                    x[k] = fading[8 + k]
                for k in range(3):
                    x[4 + k] = scale[k] * fading[k]
                size = sum_usual / spread
                x[7] = (counted - hoped) / (hoped + DOUBT_VEH) * size
                for k in range(2):
                    known = fading[4 + 2 * k]
                    x[8 + k] = (fading[3 + 2 * k] - known) / (known + DOUBT_VEH * share[1 + k]) * size
                x[10] = (sum_recent - sum_usual) / spread
                x[11] = (sum_kindred - sum_usual) / spread
                x[12] = (day_ago - sum_usual) / spread
                x[13] = (week_ago - sum_usual) / spread
                x[14] = (day_ago - day_ago_usual) / spread
                x[15] = others
                x[16] = scale[1] * fading[7]
                x[17] = 1.0
                x[18] = spread * 0.1
                x[19] = (usual[s, t] - recent[s, t]) / math.sqrt(p + 1.0)
                for k in range(FEATURES):
                    if math.isnan(x[k]):
                        x[k] = 0.0
    return features, targets, expected
