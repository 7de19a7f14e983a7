"""What other detectors let expect of one that is silent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats

Singles = NDArray[np.float32]

NEIGHBOURS = 3
LEAST_COMMON = 200  # bins that both counted
LEAST_CORRELATION = 0.15
FURTHEST = 4.0  # residuals beyond are moved to this bound: in units of sqrt(expected + 1)
RIDGE_BINS = 100.0  # so many bins in which nothing goes together join the fit
ROWS_AT_ONCE = 64


def lent(veh: Floats, observed: NDArray[np.bool_], due: Floats) -> Floats:
    """Return what neighbours' residuals add to the expectation of bins that were not observed; 0 elsewhere. [veh]

    The neighbours of a detector are the three whose residuals go with its own best; its residual is a ridge regression
    on theirs over the bins that all of them counted. A neighbour that did not count either says nothing.

    Parameters
    ----------
    veh, due : (D, N, B) float64
        Counts and expectations. [veh]
    observed : (D, N, B) bool
        Where the count is believed.

    Notes
    -----
    After C. Chen, J. Kwon, J. Rice, A. Skabardonis, P. Varaiya, Detecting errors and imputing missing data for
    single-loop surveillance systems, Transportation Research Record 1855, 2003, who regress on each neighbour; here on
    residuals, as the daily profile is known better from the detector's own past.
    """
    detectors = veh.shape[0]
    scale = np.sqrt(due + 1.0)
    seen = observed.reshape(detectors, -1) & np.isfinite(due.reshape(detectors, -1))
    apart = np.clip((np.nan_to_num(veh) - due) / scale, -FURTHEST, FURTHEST).reshape(detectors, -1)
    residual = np.where(seen, apart, 0.0).astype(np.float32)
    found = np.zeros(residual.shape)
    gaps = np.flatnonzero(~seen.all(axis=1) & seen.any(axis=1))
    for first in range(0, gaps.size, ROWS_AT_ONCE):
        some = gaps[first : first + ROWS_AT_ONCE]
        for d, near in zip(some, _nearest(residual, seen, some), strict=True):
            if near.size:
                found[d] = np.where(seen[d], 0.0, _regressed(residual, seen, int(d), near))
    return np.asarray(np.nan_to_num(found.reshape(veh.shape) * scale))


def _nearest(residual: Singles, seen: NDArray[np.bool_], rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return for each row the detectors whose residuals correlate with its own most, over the bins of both."""
    there = seen.astype(np.float32)
    common = there[rows] @ there.T
    product = residual[rows] @ residual.T
    own, other = (residual[rows] ** 2) @ there.T, there[rows] @ (residual**2).T
    correlation = product / np.sqrt(np.maximum(own * other, 1e-9))
    correlation[common < LEAST_COMMON] = 0.0
    correlation[np.arange(rows.size), rows] = 0.0
    best = np.argsort(-correlation, axis=1, kind="stable")[:, :NEIGHBOURS]
    return [line[correlation[k, line] >= LEAST_CORRELATION] for k, line in enumerate(best)]


def _regressed(residual: Singles, seen: NDArray[np.bool_], d: int, near: NDArray[np.int64]) -> Floats:
    all_there = seen[d] & seen[near].all(axis=0)
    features = residual[near][:, all_there].astype(np.float64)
    moments = features @ features.T
    ridge = RIDGE_BINS * np.diag(np.diag(moments)) / max(int(all_there.sum()), 1) + 1e-9 * np.eye(near.size)
    weights = np.linalg.solve(moments + ridge, features @ residual[d, all_there].astype(np.float64))
    return np.asarray(weights @ residual[near])
