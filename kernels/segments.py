"""The best cut of a day into so many stretches."""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def best_segments(flows, scale, most, least_bins):
    """Return the least misfit of every number of stretches of the day, and where they end.

    Parameters
    ----------
    flows : (B, M) float64
        Flow of each of M detectors or movements in each bin of the day. [veh/h]
    scale : (M,) float64
        What a squared misfit is divided by, > 0. [veh/h]
    most : int
        Most stretches to try.
    least_bins : int
        Fewest bins of a stretch, at least 1 and at most B.

    Returns
    -------
    misfit : (most,) float64
        Sum over bins of (flow - mean of its stretch)^2 / scale for 1, 2, ... stretches; inf where they do not fit.
    ends : (most, most) int64
        Row k: the bins after the last of each of k + 1 stretches, then -1.

    Notes
    -----
    Dynamic programming over the end of the last stretch: W. D. Fisher, On grouping for maximum homogeneity, Journal of
    the American Statistical Association 53, 1958; exact, O(most B^2 + B^2 M).
    """
    bins, size = flows.shape
    cost = np.full((bins, bins + 1), np.inf)
    total = np.empty(size)
    for begin in range(bins):
        total[:] = 0.0
        square = 0.0
        for end in range(begin + 1, bins + 1):
            within = 0.0
            for m in range(size):
                flow = flows[end - 1, m]
                total[m] += flow
                square += flow * flow / scale[m]
                within += total[m] * total[m] / scale[m]
            if end - begin >= least_bins:
                cost[begin, end] = max(square - within / (end - begin), 0.0)
    best = np.full((most, bins + 1), np.inf)
    begun = np.full((most, bins + 1), -1, dtype=np.int64)
    for end in range(1, bins + 1):
        best[0, end] = cost[0, end]
        begun[0, end] = 0
    for k in range(1, most):
        for end in range(1, bins + 1):
            for begin in range(1, end):
                value = best[k - 1, begin] + cost[begin, end]
                if value < best[k, end]:
                    best[k, end] = value
                    begun[k, end] = begin
    ends = np.full((most, most), -1, dtype=np.int64)
    for k in range(most):
        if np.isinf(best[k, bins]):
            continue
        end = bins
        for j in range(k, -1, -1):
            ends[k, j] = end
            end = begun[j, end]
    return best[:, bins].copy(), ends
