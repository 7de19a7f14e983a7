"""Where two ways over a junction meet, and how far that is along each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from ...networks.sumo.paths import Point, Way
from .intergreens import Conflict

Segment = tuple[float, Point, Point]  # distance from the start of the way to the start of the segment [m]


def conflicts(clearing: Way, entering: Way) -> tuple[Conflict, ...]:
    """Return the points where two ways cross, or the nearest they come to each other where their lines do not.

    One who clears has to pass the whole width of the other way. One who walks may be met anywhere on the crossing:
    clearing, at its far end; entering, at once.
    """
    points = list(_crossings(clearing, entering)) or [_nearest(clearing, entering)]
    found = []
    for along_clearing_m, along_entering_m in points:
        past_m = 0.5 * entering.width_m
        found.append(
            Conflict(
                clearing_m=_length_m(clearing) if clearing.walking else along_clearing_m + past_m,
                entering_m=0.0 if entering.walking else max(0.0, along_entering_m - 0.5 * clearing.width_m),
            )
        )
    return tuple(found)


def _segments(way: Way) -> Iterator[Segment]:
    along_m = 0.0
    for a, b in pairwise(way.points):
        yield along_m, a, b
        along_m += math.dist(a, b)


def _length_m(way: Way) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(way.points))


def _crossings(one: Way, other: Way) -> Iterator[tuple[float, float]]:
    """Yield the distances along both ways to each point where their lines cross."""
    for along_m, a, b in _segments(one):
        for other_along_m, c, d in _segments(other):
            parts = _cut(a, b, c, d)
            if parts is not None:
                yield along_m + parts[0] * math.dist(a, b), other_along_m + parts[1] * math.dist(c, d)


def _cut(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float] | None:
    """Return at which share of each segment they cross, or None."""
    ab, cd, ac = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1]), (c[0] - a[0], c[1] - a[1])
    across = ab[0] * cd[1] - ab[1] * cd[0]
    if abs(across) < 1e-9:
        return None
    first = (ac[0] * cd[1] - ac[1] * cd[0]) / across
    second = (ac[0] * ab[1] - ac[1] * ab[0]) / across
    return (first, second) if 0 <= first <= 1 and 0 <= second <= 1 else None


def _nearest(one: Way, other: Way) -> tuple[float, float]:
    """Return the distances along both ways to where their corners come nearest: where lanes merge, at the end."""
    return min(
        ((math.dist(a, b), along, other_along) for along, a in _corners(one) for other_along, b in _corners(other)),
    )[1:]


def _corners(way: Way) -> Iterator[tuple[float, Point]]:
    along_m = 0.0
    yield along_m, way.points[0]
    for a, b in pairwise(way.points):
        along_m += math.dist(a, b)
        yield along_m, b
