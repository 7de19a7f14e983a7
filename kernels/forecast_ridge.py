"""Ridge regression of many series that learns as time goes on, each series leaning on all of them."""

from __future__ import annotations

import numpy as np
from numba import prange

from .compiled import parallel_kernel


@parallel_kernel
def coefficients(moments, products, weights, ridge, pool, block_pool):
    """Return the coefficients of each series and block from the sums that were gathered so far.

    Parameters
    ----------
    moments : (S, G, p, p) float32
        Weighted sums of x x' of each series and block (a part of the day); the lower triangle counts.
    products : (S, G, p) float32
        Weighted sums of x z.
    weights : (S, G) float32
        Sums of the weights.
    ridge : float
        Added to the diagonal: the prior says 0 with so much certainty.
    pool : float
        So many observations of the mean series join each series' own.
    block_pool : float
        So many observations of the series' whole day join those of a block, and half as many of all series' block.

    Returns
    -------
    (S, G, p) float64

    Notes
    -----
    Ridge regression: A. E. Hoerl, R. W. Kennard, Technometrics 12(1), 1970, with the pooled data as prior instead of
    0 alone: the posterior mean of a normal linear model whose prior holds `pool` observations of the average series.
    """
    series, blocks, size = products.shape
    answer = np.zeros((series, blocks, size))
    block_moments = np.zeros((blocks, size, size))
    block_products, block_weights = np.zeros((blocks, size)), np.zeros(blocks)
    for s in range(series):
        block_moments += moments[s]
        block_products += products[s]
        block_weights += weights[s]
    heard = max(block_weights.sum(), 1e-9)
    mean_moments, mean_products = block_moments.sum(axis=0) / heard, block_products.sum(axis=0) / heard
    for s in prange(series):
        own_moments, own_products = pool * mean_moments, pool * mean_products
        own_weight = pool if heard > 1.0 else 0.0
        for g in range(blocks):
            own_moments += moments[s, g]
            own_products += products[s, g]
            own_weight += weights[s, g]
        left = np.empty((size, size))
        right = np.empty(size)
        for g in range(blocks):
            share = block_pool / max(own_weight, 1e-9) if blocks > 1 else 1.0
            side = 0.5 * block_pool / (block_weights[g] + 1.0) if blocks > 1 else 0.0
            own = 1.0 if blocks > 1 else 0.0
            for i in range(size):
                right[i] = own * products[s, g, i] + share * own_products[i] + side * block_products[g, i]
                for j in range(i + 1):
                    left[i, j] = own * moments[s, g, i, j] + share * own_moments[i, j] + side * block_moments[g, i, j]
                left[i, i] += ridge
            # Cholesky: left = L L' in place, then forward and backward substitution in `right`.
            for i in range(size):
                for j in range(i + 1):
                    found = left[i, j]
                    for k in range(j):
                        found -= left[i, k] * left[j, k]
                    if i == j:
                        left[i, i] = np.sqrt(max(found, 1e-12))
                    else:
                        left[i, j] = found / left[j, j]
            for i in range(size):
                for k in range(i):
                    right[i] -= left[i, k] * right[k]
                right[i] /= left[i, i]
            for i in range(size - 1, -1, -1):
                for k in range(i + 1, size):
                    right[i] -= left[k, i] * right[k]
                right[i] /= left[i, i]
            answer[s, g, :] = right
    return answer


@parallel_kernel
def learn(moments, products, weights, features, targets, importance, answer, block, every, keep, huber):
    """Add observations to the sums in place, after what was gathered before has faded, and return what was predicted.

    Parameters
    ----------
    moments, products, weights
        As in `coefficients`; changed in place. Single precision halves the time, and the ridge is far above its noise.
    features : (S, N, p) float32
        Observations x, in the order of time.
    targets : (S, N) float32
        What came of each; nan where that is not known: such observations teach nothing.
    importance : (S, N) float32
        Weight of each observation.
    answer : (S, G, p) float64
        Coefficients that predict these observations: they stem from earlier ones.
    block : (N,) int64
        Block of each observation.
    every : int
        Only each so manieth observation teaches, with so many times its weight: neighbours overlap.
    keep : float
        Share of the earlier sums that is kept.
    huber : float
        An error larger than this weighs as an absolute one, a smaller one as a square (P. J. Huber, Robust estimation
        of a location parameter, Annals of Mathematical Statistics 35(1), 1964).

    Returns
    -------
    (S, N) float32
        The predictions.
    """
    series, observations, size = features.shape
    predicted = np.zeros((series, observations), dtype=np.float32)
    for s in prange(series):
        fade = np.float32(keep)
        moments[s] *= fade
        products[s] *= fade
        weights[s] *= fade
        for n in range(observations):
            g = block[n]
            x = features[s, n]
            # Four sums side by side: one alone waits for each of its additions.
            b = answer[s, g]
            first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
            for i in range(0, size - 3, 4):
                first += b[i] * x[i]
                second += b[i + 1] * x[i + 1]
                third += b[i + 2] * x[i + 2]
                fourth += b[i + 3] * x[i + 3]
            for i in range(size - size % 4, size):
                first += b[i] * x[i]
            value = (first + second) + (third + fourth)
            predicted[s, n] = value
            target = targets[s, n]
            if n % every != 0 or np.isnan(target):
                continue
            error = abs(target - value)
            weight = np.float32(importance[s, n] * every)
            if error > huber:
                weight = np.float32(weight * huber / error)
            weights[s, g] += weight
            square, line = moments[s, g], products[s, g]
            # Whole rows, though the lower triangle would do: loops of one length are what the compiler makes fast.
            for i in range(size):
                scaled = weight * x[i]
                line[i] += scaled * target
                row = square[i]
                for j in range(size):
                    row[j] += scaled * x[j]
    return predicted
