"""The flows that agree best with all equations, those of bad detectors given less and less trust."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from ...kernels.least_squares import nonnegative_least_squares
from .equations import Equation, Kind

Floats = NDArray[np.float64]

TOLERANCE = 1e-8
MOST_ROUNDS = 2000
LEAST_VEH = 1e-6
UNKNOWN_VEH = 1e4
# P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35, 1964: residuals beyond
# so many standard deviations pull with constant force.
HUBER_SIGMAS = 2.0


def solve(equations: Sequence[Equation], start_veh: Floats, trust: Floats | None = None) -> Floats:
    """Return the unknowns >= 0 with the least sum of squares of residual over standard deviation. [veh]

    `trust`, one factor for each equation, scales its weight. Raises RuntimeError if the solver does not converge.
    """
    matrix, weight = _weighted(equations, start_veh.size, trust)
    target = np.array([equation.target_veh for equation in equations]) * weight
    flows, shift, _ = nonnegative_least_squares(
        matrix.data, matrix.indices, matrix.indptr, target, start_veh, TOLERANCE, MOST_ROUNDS
    )
    if shift > 1e3 * TOLERANCE:
        raise RuntimeError(f"the flows did not settle: the last change was {shift:.1e} of the counts")
    return np.asarray(flows)


def _weighted(equations: Sequence[Equation], unknowns: int, trust: Floats | None) -> tuple[csc_matrix, Floats]:
    weight = np.array([1.0 / equation.sd_veh for equation in equations])
    if trust is not None:
        weight *= np.sqrt(trust)
    matrix = matrix_of(equations, unknowns)
    matrix.data *= weight[matrix.indices]
    return matrix, weight


def spread_veh(
    equations: Sequence[Equation], flows_veh: Floats, trust: Floats, sums: Sequence[Sequence[int]]
) -> Floats:
    """Return the standard deviation of sums of unknowns that the equations leave: how well each is determined. [veh]

    The covariance is the inverse of A^T A over the unknowns that are not at 0 (A. Björck, Numerical Methods for Least
    Squares Problems, 1996, section 1.1.3); those at 0 count as known, and a hair of belief settles what nothing does.
    """
    free = flows_veh > LEAST_VEH
    matrix, _ = _weighted(equations, flows_veh.size, trust)
    normal = (matrix.T @ matrix).toarray() + np.eye(flows_veh.size) / UNKNOWN_VEH**2
    place = np.cumsum(free) - 1
    covariance = np.linalg.inv(normal[np.ix_(free, free)])
    variances = []
    for places in sums:
        kept = [place[k] for k in places if free[k]]
        variances.append(float(covariance[np.ix_(kept, kept)].sum()))
    return np.sqrt(np.maximum(variances, 0.0))


def matrix_of(equations: Sequence[Equation], unknowns: int) -> csc_matrix:
    """Return the factors by columns; duplicates of one unknown in one equation are summed."""
    rows = [row for row, equation in enumerate(equations) for _ in equation.terms]
    columns = [place for equation in equations for place, _ in equation.terms]
    factors = [factor for equation in equations for _, factor in equation.terms]
    return csc_matrix((factors, (rows, columns)), shape=(len(equations), unknowns), dtype=np.float64)


def residuals_veh(equations: Sequence[Equation], flows_veh: Floats) -> Floats:
    """Return left side less right side of each equation. [veh]"""
    targets = np.array([equation.target_veh for equation in equations])
    return np.asarray(matrix_of(equations, len(flows_veh)) @ flows_veh - targets)


def huber_trust(equations: Sequence[Equation], flows_veh: Floats) -> Floats:
    """Return 1 for every equation but counts that lie more than two standard deviations off: they get less."""
    sigmas = np.abs(residuals_veh(equations, flows_veh)) / np.array([e.sd_veh for e in equations])
    counts = np.array([equation.kind == Kind.COUNT for equation in equations])
    return np.where(counts & (sigmas > HUBER_SIGMAS), HUBER_SIGMAS / np.maximum(sigmas, HUBER_SIGMAS), 1.0)
