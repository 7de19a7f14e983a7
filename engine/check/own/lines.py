"""The line of a way over a junction: of the file's inner lanes, or drawn by the check from lane to lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LARGEST_M = 1e9
LARGEST_GAP_M = 3.0  # between the end of an inner lane and the lane it leads to; 1.6 m is the most seen
HANDLE = 0.4  # of the distance between the ends: a quarter circle needs 0.39
STRAIGHT_DEG = 45.0
STEPS = np.linspace(0.0, 1.0, 13)[:, None]
NOWHERE = np.empty((0, 2))


@dataclass(frozen=True, kw_only=True)
class Line:
    """The corners of a line, shape (N, 2) [m], and whether the check drew it."""

    corners_m: np.ndarray
    drawn: bool


def shape_m(text: str | None) -> np.ndarray:
    """Return a shape's corners, shape (N, 2). Raises ValueError for what is no number or nowhere on Earth. [m]"""
    line = np.array([corner.split(",")[:2] for corner in (text or "").split()], dtype=float).reshape(-1, 2)
    if not (np.abs(line) <= LARGEST_M).all():
        raise ValueError("a lane that is nowhere on Earth")
    return line


def line_of(shapes: list[np.ndarray], lanes: tuple[np.ndarray, np.ndarray] | None) -> Line:
    """Return the line of inner lanes, or one drawn between the lanes before and after where those are not whole.

    Those who walk have no lanes before and after: `lanes` is None, and without inner lanes there is no line.
    """
    told = np.vstack(shapes) if shapes else NOWHERE
    if lanes is None or _reaches(shapes, told, lanes[1]):
        return Line(corners_m=told if len(told) > 1 else NOWHERE, drawn=False)
    return Line(corners_m=curve(*lanes), drawn=True)


def _reaches(shapes: list[np.ndarray], told: np.ndarray, exit_m: np.ndarray) -> bool:
    """Whether all inner lanes have their shapes, and the last one ends where the next lane starts."""
    if not shapes or min(len(shape) for shape in shapes) < 2:
        return False
    return not len(exit_m) or float(np.hypot(*(told[-1] - exit_m[0]))) <= LARGEST_GAP_M


def curve(approach_m: np.ndarray, exit_m: np.ndarray) -> np.ndarray:
    """Return the curve that leaves the end of one lane and reaches the start of another in their directions.

    A Bézier curve of third order. Without one of the two lanes there is none.
    """
    if min(len(approach_m), len(exit_m)) < 2:
        return NOWHERE
    start, goal = approach_m[-1], exit_m[0]
    handle = HANDLE * float(np.hypot(*(goal - start)))
    leaving, arriving = _unit(approach_m[-1] - approach_m[-2]), _unit(exit_m[1] - exit_m[0])
    first, second = start + handle * leaving, goal - handle * arriving
    rest = 1 - STEPS
    return np.asarray(rest**3 * start + 3 * rest**2 * STEPS * first + 3 * rest * STEPS**2 * second + STEPS**3 * goal)


def turn_of(line_m: np.ndarray) -> str:
    """Return which way a line turns between its first and last metres: 'l', 'r', or 's' for less than 45 degrees."""
    if len(line_m) < 2:
        return "s"
    first, last = _unit(line_m[1] - line_m[0]), _unit(line_m[-1] - line_m[-2])
    turned = np.degrees(np.arctan2(first[0] * last[1] - first[1] * last[0], first @ last))
    return "s" if abs(turned) < STRAIGHT_DEG else "l" if turned > 0 else "r"


def _unit(step: np.ndarray) -> np.ndarray:
    return step / max(float(np.hypot(*step)), 1e-9)
