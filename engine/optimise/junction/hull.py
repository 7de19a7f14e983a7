"""Lower convex hulls: what holds up a cost from below when a solver thinks in straight lines."""

from __future__ import annotations

from collections.abc import Sequence


def lower_hull(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the corners of the lower convex hull of points given from left to right."""
    corners: list[tuple[int, int]] = []
    for point in points:
        while len(corners) > 1 and _turns_down(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    return corners


def _turns_down(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])
