"""Draws from a normal distribution whose unknowns may not be negative."""

from __future__ import annotations

import math

import numpy as np

from .compiled import kernel

MOST_TRIES = 10_000


@kernel
def positive_normal_draws(ways, images, pull, start, sweeps, burn_in, every, seed):
    """Draw vectors x >= 0 with density proportional to exp(-x' Q x / 2 + h' x).

    Parameters
    ----------
    ways : tuple of (K,) float64, (K,) int64, (W + 1,) int64
        W directions v by rows (CSR): the entries, their unknowns, and where each row begins. Together they must span
        the whole space.
    images : tuple of (L,) float64, (L,) int64, (W + 1,) int64
        Q v of each direction, in the same form.
    pull : (N,) float64
        h - Q `start`: minus the gradient where the walk begins.
    start : (N,) float64
        Where it begins; >= 0.
    sweeps, burn_in, every : int
        One sweep moves once along each direction. After `burn_in` sweeps each `every`-th is kept.
    seed : int
        Of all chance.

    Returns
    -------
    ((sweeps - burn_in) // every, N) float64
        The draws.

    Notes
    -----
    Gibbs sampling along fixed directions: on a line the density is a normal one cut off where an unknown becomes 0. It
    leaves the distribution as it is for any directions; those along which the density is widest make it forget its
    start soon. A. E. Gelfand, A. F. M. Smith, T.-M. Lee, Bayesian analysis of constrained parameter and truncated data
    problems using Gibbs sampling, Journal of the American Statistical Association 87, 1992.
    """
    np.random.seed(seed)
    factors, unknowns, begins = ways
    image_values, image_unknowns, image_begins = images
    x = start.copy()
    left = pull.copy()
    found = np.empty(((sweeps - burn_in) // every, x.size))
    for sweep in range(sweeps):
        for w in range(begins.size - 1):
            slope, low, high = 0.0, -np.inf, np.inf
            for k in range(begins[w], begins[w + 1]):
                j = unknowns[k]
                slope += factors[k] * left[j]
                if factors[k] > 0.0:
                    low = max(low, -x[j] / factors[k])
                elif factors[k] < 0.0:
                    high = min(high, -x[j] / factors[k])
            bend = _bend(ways, images, w)
            if bend <= 0.0 or not low < high:
                continue
            mean, sd = slope / bend, 1.0 / math.sqrt(bend)
            step = mean + sd * _between((low - mean) / sd, (high - mean) / sd)
            step = min(max(step, low), high)
            for k in range(begins[w], begins[w + 1]):
                x[unknowns[k]] = max(x[unknowns[k]] + step * factors[k], 0.0)
            for k in range(image_begins[w], image_begins[w + 1]):
                left[image_unknowns[k]] -= step * image_values[k]
        row = (sweep - burn_in) // every
        if sweep >= burn_in and (sweep - burn_in) % every == 0 and row < found.shape[0]:
            found[row] = x
    return found


@kernel
def _bend(ways, images, w):
    """Return v' Q v of one direction; its unknowns stand in the same order in both rows, among others in the second."""
    factors, unknowns, begins = ways
    values, places, starts = images
    total, k = 0.0, starts[w]
    for n in range(begins[w], begins[w + 1]):
        while k < starts[w + 1] and places[k] < unknowns[n]:
            k += 1
        if k < starts[w + 1] and places[k] == unknowns[n]:
            total += factors[n] * values[k]
    return total


@kernel
def _between(low, high):
    """Draw from the standard normal distribution cut off to [low, high]."""
    if low > 0.0:
        return _tail(low, high)
    if high < 0.0:
        return -_tail(-high, -low)
    if high - low > 2.0:
        for _ in range(MOST_TRIES):
            z = np.random.standard_normal()
            if low <= z <= high:
                return z
    for _ in range(MOST_TRIES):
        z = low + (high - low) * np.random.random()
        if np.random.random() <= math.exp(-0.5 * z * z):
            return z
    return 0.0


@kernel
def _tail(low, high):
    """Draw from the standard normal distribution cut off to [low, high] with low > 0.

    C. P. Robert, Simulation of truncated normal variables, Statistics and Computing 5, 1995: an exponential proposal,
    or an even one where the stretch is short.
    """
    rate = 0.5 * (low + math.sqrt(low * low + 4.0))
    if (high - low) * rate < 1.0:
        for _ in range(MOST_TRIES):
            z = low + (high - low) * np.random.random()
            if np.random.random() <= math.exp(0.5 * (low * low - z * z)):
                return z
        return low
    for _ in range(MOST_TRIES):
        z = low - math.log(1.0 - np.random.random()) / rate
        if z <= high and np.random.random() <= math.exp(-0.5 * (z - rate) ** 2):
            return z
    return low
