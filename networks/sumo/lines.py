"""Lines on the map: whether two cross, and how near they come to each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]


def distance_m(one: Sequence[Point], other: Sequence[Point]) -> float:
    """Return how near two lines come: 0 where they cross, else the least distance of a corner to the other line."""
    if lines_cross(one, other):
        return 0.0
    ways = ((one, other), (other, one))
    return min(_to_stretch_m(point, a, b) for corners, line in ways for point in corners for a, b in pairwise(line))


def lines_cross(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Whether two lines have a point in common where they do not run along each other."""
    return any(_stretches_cross(a, b, c, d) for a, b in pairwise(one) for c, d in pairwise(other))


def _stretches_cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    ab, cd, ac = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1]), (c[0] - a[0], c[1] - a[1])
    across = ab[0] * cd[1] - ab[1] * cd[0]
    if abs(across) < 1e-9:
        return False
    first, second = (ac[0] * cd[1] - ac[1] * cd[0]) / across, (ac[0] * ab[1] - ac[1] * ab[0]) / across
    return 0 <= first <= 1 and 0 <= second <= 1


def _to_stretch_m(point: Point, a: Point, b: Point) -> float:
    ab, ap = (b[0] - a[0], b[1] - a[1]), (point[0] - a[0], point[1] - a[1])
    squared = ab[0] ** 2 + ab[1] ** 2
    share = min(1.0, max(0.0, (ap[0] * ab[0] + ap[1] * ab[1]) / squared)) if squared > 0 else 0.0
    return math.hypot(ap[0] - share * ab[0], ap[1] - share * ab[1])


def along_each_other(one: Sequence[Point], other: Sequence[Point], within_m: float) -> bool:
    """Whether two lines lie on one another from end to end, run in opposite directions."""
    ends_meet = math.dist(one[0], other[-1]) <= within_m and math.dist(one[-1], other[0]) <= within_m
    return ends_meet and all(
        min(_to_stretch_m(point, a, b) for a, b in pairwise(line)) <= within_m
        for corners, line in ((one, other), (other, one))
        for point in corners
    )
