"""Least squares with unknowns that may not be negative, on sparse arrays."""

from __future__ import annotations

import numpy as np

from .compiled import kernel

SWEEPS_PER_ROUND = 4


@kernel
def nonnegative_least_squares(values, rows, starts, target, start, tolerance, max_rounds):
    """Return the x >= 0 that minimises |A x - b|^2.

    Parameters
    ----------
    values, rows : (K,) float64, (K,) int32 or int64
        A by columns (CSC): the entries and their rows.
    starts : (N + 1,) int32 or int64
        Where each column begins in them.
    target : (M,) float64
        b.
    start : (N,) float64
        x to begin from; its negative entries count as 0.
    tolerance : float
        Stop when no change of one unknown can shift A x by more than `tolerance` times |b|.
    max_rounds : int
        Stop after so many rounds in any case.

    Returns
    -------
    x : (N,) float64
        The solution; an unknown that no equation holds keeps its start.
    shift : float
        The largest shift of A x that one unknown still asks for, over |b|: at most `tolerance` if converged.
    rounds : int
        Rounds taken.

    Notes
    -----
    Each round: projected Gauss-Seidel sweeps find which unknowns are 0, conjugate gradients solve for the others, and
    a line search along the projected path keeps the sum of squares falling. J. J. Moré, G. Toraldo, On the solution of
    large quadratic programming problems with bound constraints, SIAM J. Optimization 1, 1991, algorithm GPCG, with
    sweeps in place of the gradient projection.
    """
    unknowns = starts.size - 1
    x = np.maximum(start, 0.0)
    residual = target - _product(values, rows, starts, x, target.size)
    squares = np.zeros(unknowns)
    for j in range(unknowns):
        for k in range(starts[j], starts[j + 1]):
            squares[j] += values[k] ** 2
    size = np.sqrt(np.sum(target**2)) + 1e-300
    shift = np.inf
    for turn in range(max_rounds):
        for _ in range(SWEEPS_PER_ROUND):
            shift = _sweep(values, rows, starts, squares, x, residual) / size
        # The residual is kept up to date by additions; start each round from its true value.
        residual = target - _product(values, rows, starts, x, target.size)
        if shift <= tolerance:
            return x, shift, turn + 1
        _face_step(values, rows, starts, squares, x, residual)
        residual = target - _product(values, rows, starts, x, target.size)
    return x, shift, max_rounds


@kernel
def _product(values, rows, starts, x, equations):
    """Return A x."""
    product = np.zeros(equations)
    for j in range(starts.size - 1):
        if x[j] != 0.0:
            for k in range(starts[j], starts[j + 1]):
                product[rows[k]] += values[k] * x[j]
    return product


@kernel
def _transposed(values, rows, starts, y, free):
    """Return A^T y in the free unknowns, 0 in the others."""
    product = np.zeros(starts.size - 1)
    for j in range(product.size):
        if free[j]:
            for k in range(starts[j], starts[j + 1]):
                product[j] += values[k] * y[rows[k]]
    return product


@kernel
def _sweep(values, rows, starts, squares, x, residual):
    """Set each unknown in turn to its best value >= 0; return the largest shift of A x that one of them caused."""
    largest = 0.0
    for j in range(x.size):
        if squares[j] == 0.0:
            continue
        pull = 0.0
        for k in range(starts[j], starts[j + 1]):
            pull += values[k] * residual[rows[k]]
        step = max(-x[j], pull / squares[j])
        if step != 0.0:
            x[j] += step
            for k in range(starts[j], starts[j + 1]):
                residual[rows[k]] -= step * values[k]
            largest = max(largest, abs(step) * np.sqrt(squares[j]))
    return largest


@kernel
def _face_step(values, rows, starts, squares, x, residual):
    """Move x towards the least squares over its positive unknowns, as far as the sum of squares falls."""
    free = (x > 0.0) & (squares > 0.0)
    way = _conjugate_gradients(values, rows, starts, squares, free, residual)
    before = np.sum(residual**2)
    length = 1.0
    for _ in range(30):
        trial = np.maximum(x + length * way, 0.0)
        after = np.sum((residual - _product(values, rows, starts, trial - x, residual.size)) ** 2)
        if after < before:
            x[:] = trial
            return
        length *= 0.5


@kernel
def _conjugate_gradients(values, rows, starts, squares, free, residual):
    """Return the step of the free unknowns to their least squares (A^T A preconditioned by its diagonal)."""
    step = np.zeros(squares.size)
    left = residual.copy()
    gradient = _transposed(values, rows, starts, left, free)
    scaled = np.where(free, gradient / np.where(squares > 0.0, squares, 1.0), 0.0)
    way = scaled.copy()
    power = np.sum(gradient * scaled)
    first = power
    # In exact arithmetic as many steps as unknowns suffice; rounding asks for some more.
    for _ in range(2 * squares.size + 10):
        if power <= 1e-30 * first or power == 0.0:
            break
        image = _product(values, rows, starts, way, residual.size)
        length = power / np.sum(image**2)
        step += length * way
        left -= length * image
        gradient = _transposed(values, rows, starts, left, free)
        scaled = np.where(free, gradient / np.where(squares > 0.0, squares, 1.0), 0.0)
        last, power = power, np.sum(gradient * scaled)
        way = scaled + (power / last) * way
    return step
