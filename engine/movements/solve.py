"""The flows that agree best with all equations, those of bad detectors given less and less trust."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from ...networks.types import Floats
from .equations import Equation, Kind

TOLERANCE = 1e-9
MOST_ROUNDS = 500
PATIENCE = 5
UNKNOWN_VEH = 1e4
# P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35, 1964: residuals beyond
# so many standard deviations pull with constant force.
HUBER_SIGMAS = 2.0
TWICE_SHARE = 0.5
BELIEF_DEGREES = 2.0


def solve(equations: Sequence[Equation], start_veh: Floats, trust: Floats | None = None) -> Floats:
    """Return the unknowns >= 0 with the least sum of squares of residual over standard deviation. [veh]

    `trust`, one factor for each equation, scales its weight. An unknown that no equation holds keeps its start. Raises
    RuntimeError if the solver does not converge.
    """
    normal, right = normal_equations(equations, start_veh, trust)
    return nonnegative_minimum(normal, right, start_veh)


def normal_equations(
    equations: Sequence[Equation], start_veh: Floats, trust: Floats | None = None
) -> tuple[csc_matrix, Floats]:
    """Return Q = A'A and h = A'b of the weighted equations; a hair of belief in the start makes Q invertible."""
    weight = np.array([1.0 / equation.sd_veh for equation in equations])
    if trust is not None:
        weight *= np.sqrt(trust)
    matrix = matrix_of(equations, start_veh.size)
    matrix.data *= weight[matrix.indices]
    target = np.array([equation.target_veh for equation in equations]) * weight
    hair = 1.0 / UNKNOWN_VEH**2
    normal = csc_matrix(matrix.T @ matrix + hair * identity(start_veh.size, format="csc"))
    return normal, np.asarray(matrix.T @ target + hair * start_veh)


def nonnegative_minimum(normal: csc_matrix, right: Floats, start_veh: Floats) -> Floats:
    """Return the x >= 0 with the least x'Qx / 2 - h'x, Q positive definite.

    Block principal pivoting: solve for the free unknowns, exchange all that then are negative or would like to leave 0,
    and only the last of them when that does not help. J. J. Júdice, F. M. Pires, A block principal pivoting algorithm
    for large-scale strictly monotone linear complementarity problems, Computers & Operations Research 21, 1994.
    """
    size = start_veh.size
    free = start_veh > 0 if (start_veh > 0).any() else np.ones(size, dtype=np.bool_)
    scale = float(np.abs(right).max()) + 1e-300
    fewest, patience = size + 1, PATIENCE
    for _ in range(MOST_ROUNDS):
        x = np.zeros(size)
        if free.any():
            x[free] = splu(csc_matrix(normal[free][:, free])).solve(right[free])
        gradient = normal @ x - right
        wrong = np.where(free, x < -TOLERANCE * UNKNOWN_VEH, gradient < -TOLERANCE * scale)
        number = int(wrong.sum())
        if number == 0:
            return np.maximum(x, 0.0)
        if number < fewest:
            fewest, patience = number, PATIENCE
        else:
            patience -= 1
        changed = np.flatnonzero(wrong) if patience > 0 else np.flatnonzero(wrong)[-1:]
        free[changed] = ~free[changed]
    raise RuntimeError(f"the flows did not settle: {fewest} of {size} unknowns still want to change sides")


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


def count_trust(equations: Sequence[Equation], flows_veh: Floats, widened: float = 1.0) -> Floats:
    """Return a factor for the weight of each equation: 1 for all but counts that contradict the others.

    Whole streets more than two standard deviations off get Huber's weight. The lanes of one are judged together:
    drivers change lanes near the loops. Their weight falls with the square of how far they are off (A. P. Dempster, N.
    M. Laird, D. B. Rubin, Iteratively reweighted least squares, in Multivariate Analysis V, 1980: the weights of a t
    distribution, here with one degree of freedom). Who changes lanes on a loop is counted twice: the street as a whole
    is doubted by a half of what its lanes are off. `widened` multiplies the deviation to which lanes are trusted: wide
    at first, so that it is not the first guess that chooses whom to believe. Beliefs give way where counts speak
    against them: a t distribution of two degrees. Turning counts that are off get Huber's weight.
    """
    off_veh = np.abs(residuals_veh(equations, flows_veh))
    sd_veh = np.array([e.sd_veh for e in equations])
    trust = np.ones(len(equations))
    lanes: dict[str, list[int]] = {}
    for k, equation in enumerate(equations):
        if equation.kind == Kind.LANE:
            lanes.setdefault(equation.where, []).append(k)
    changed_veh: dict[str, float] = {}
    for where, places in lanes.items():
        sigmas = off_veh[places] / sd_veh[places] / widened
        fit = min(1.0, (1.0 + len(places)) / (1.0 + float(np.sum(sigmas**2))))
        trust[places] = fit / widened**2
        changed_veh[where] = float(np.sqrt(1.0 - fit)) * float(off_veh[places].max())
    turns = np.array([equation.kind == Kind.TURN for equation in equations])
    trust[turns] = (HUBER_SIGMAS * sd_veh / np.maximum(off_veh, 1e-12))[turns].clip(max=1.0)
    beliefs = np.array([equation.kind == Kind.BELIEF for equation in equations])
    trust[beliefs] = ((BELIEF_DEGREES + 1) / (BELIEF_DEGREES + (off_veh / sd_veh) ** 2))[beliefs].clip(max=1.0)
    for k, equation in enumerate(equations):
        if equation.kind == Kind.COUNT:
            doubt_veh = float(np.hypot(sd_veh[k], TWICE_SHARE * changed_veh.get(equation.where, 0.0)))
            trust[k] = (sd_veh[k] / doubt_veh) ** 2 * min(1.0, HUBER_SIGMAS * doubt_veh / max(off_veh[k], 1e-12))
    return trust
