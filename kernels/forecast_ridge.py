"""Ridge regression of many series that learns as time goes on, each series leaning on all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel

AT_ONCE = 4  # observations that are added to the sums together
LANES = 4  # sums side by side in a product


class Sums(NamedTuple):
    """What was gathered so far. Single precision halves the time, and the ridge is far above its noise."""

    moments: np.ndarray  # (S, G, p, p) float32: weighted sums of x x' of each series and block (a part of the day)
    products: np.ndarray  # (S, G, p) float32: weighted sums of x z
    weights: np.ndarray  # (S, G) float32: sums of the weights


class Lesson(NamedTuple):
    """Observations in the order of time."""

    features: np.ndarray  # (S, N, p) float32: x
    targets: np.ndarray  # (S, N) float32: what came of each, z; nan where it is not known: it teaches nothing
    importance: np.ndarray  # (S, N) float32: weights
    block: np.ndarray  # (N,) int64: block of each


@kernel
def coefficients(sums, ridge, pool, block_pool):
    """Return the coefficients of each series and block from the sums that were gathered so far.

    Parameters
    ----------
    sums : Sums
        Of the moments the upper triangle counts.
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
    moments, products, weights = sums
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
    for s in range(series):
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
                for j in range(i, size):
                    left[i, j] = own * moments[s, g, i, j] + share * own_moments[i, j] + side * block_moments[g, i, j]
                left[i, i] += ridge
            _solve(left, right)
            answer[s, g, :] = right
    return answer


@inner_kernel
def _solve(left, right):
    """Solve left b = right, left (p, p) symmetric, of which the upper triangle counts; b is put into `right` (p,).

    Cholesky: left = U' U in place, rows from the top; whole rows are subtracted at once, which the compiler makes fast.
    Then forward and backward substitution in `right`.
    """
    size = right.size
    for k in range(size):
        top = left[k]
        scale = 1.0 / np.sqrt(max(top[k], 1e-12))
        for j in range(k, size):
            top[j] *= scale
        right[k] *= scale
        for i in range(k + 1, size):
            times, row = top[i], left[i]
            for j in range(i, size):
                row[j] -= times * top[j]
            right[i] -= times * right[k]
    for i in range(size - 1, -1, -1):
        found = right[i]
        for k in range(i + 1, size):
            found -= left[i, k] * right[k]
        right[i] = found / left[i, i]


@inner_kernel
def _add(square, line, features, targets, kept, weights, full):
    """Add `full` observations, named by `kept` with their `weights`, to the sums `square` (p, p) and `line` (p,).

    Four at once, that each row of the sums is read and written once for them; the last few one by one.
    """
    size = line.size
    whole = full - full % AT_ONCE
    for first in range(0, whole, AT_ONCE):
        n0, n1, n2, n3 = kept[first], kept[first + 1], kept[first + 2], kept[first + 3]
        x0, x1, x2, x3 = features[n0], features[n1], features[n2], features[n3]
        w0, w1, w2, w3 = weights[first], weights[first + 1], weights[first + 2], weights[first + 3]
        t0, t1, t2, t3 = targets[n0], targets[n1], targets[n2], targets[n3]
        # Whole rows, though a triangle would do: loops of one length are what the compiler makes fast.
        for i in range(size):
            a0, a1, a2, a3 = w0 * x0[i], w1 * x1[i], w2 * x2[i], w3 * x3[i]
            line[i] += (a0 * t0 + a1 * t1) + (a2 * t2 + a3 * t3)
            row = square[i]
            for j in range(size):
                row[j] += (a0 * x0[j] + a1 * x1[j]) + (a2 * x2[j] + a3 * x3[j])
    for k in range(whole, full):
        x, target = features[kept[k]], targets[kept[k]]
        for i in range(size):
            scaled = weights[k] * x[i]
            line[i] += scaled * target
            row = square[i]
            for j in range(size):
                row[j] += scaled * x[j]


@kernel
def _predict(features, answer, block, predicted):
    """Fill `predicted` (N,) with the sums of coefficients times `features` (N, p), of each one's block.

    Four sums side by side: one alone waits for each of its additions. Places, not views: those are counted, which takes
    longer than the sum.
    """
    size = features.shape[1]
    whole = size - size % LANES
    b = answer.astype(np.float32)
    lane = np.zeros(LANES, dtype=np.float32)
    for n in range(predicted.size):
        g = block[n]
        for q in range(LANES):
            lane[q] = np.float32(0.0)
        for i in range(0, whole, LANES):
            for q in range(LANES):
                lane[q] += b[g, i + q] * features[n, i + q]
        for i in range(whole, size):
            lane[0] += b[g, i] * features[n, i]
        predicted[n] = (lane[0] + lane[1]) + (lane[2] + lane[3])


@kernel
def learn(sums, lesson, answer, every, keep, huber):
    """Add observations to the sums in place, after what was gathered before has faded, and return what was predicted.

    Parameters
    ----------
    sums : Sums
        Changed in place.
    lesson : Lesson
    answer : (S, G, p) float64
        Coefficients that predict these observations: they stem from earlier ones.
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
    moments, products, weights = sums
    features, targets, importance, block = lesson
    series, observations, _ = features.shape
    predicted = np.zeros((series, observations), dtype=np.float32)
    if observations == 0:
        return predicted
    by_block = np.argsort(block, kind="mergesort")  # those of one block in a row, that few are added one by one
    kept, scaled = np.zeros(observations, dtype=np.int64), np.zeros(observations, dtype=np.float32)
    for s in range(series):
        fade = np.float32(keep)
        moments[s] *= fade
        products[s] *= fade
        weights[s] *= fade
        _predict(features[s], answer[s], block, predicted[s])
        begin, full = 0, 0
        for place in range(observations + 1):
            if place == observations or block[by_block[place]] != block[by_block[begin]]:
                g = block[by_block[begin]]
                weights[s, g] += scaled[:full].sum()
                _add(moments[s, g], products[s, g], features[s], targets[s], kept, scaled, full)
                begin, full = place, 0
                if place == observations:
                    break
            n = by_block[place]
            if n % every != 0 or np.isnan(targets[s, n]):
                continue
            error = abs(targets[s, n] - predicted[s, n])
            weight = np.float32(importance[s, n] * every)
            kept[full] = n
            scaled[full] = np.float32(weight * huber / error) if error > huber else weight
            full += 1
    return predicted
