"""Trajectories along the main street: from places on edges to lines in time and metres, and those thinned out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ...simulation.measure.positions import Place
from .street import Street, StreetLink, distances_m
from .trajectories import Track, Tracks

LONGEST_GAP_S = 20.0  # to cross a junction takes less; whoever is away longer took another way
BACKWARD_M = 5.0
TOLERANCE_M = 3.0


def tracks_of(street: Street, vehicles: Mapping[str, Sequence[Place]]) -> Tracks:
    """Return the trajectories of vehicles along a street, in both directions."""
    forth, back = forth_metres(street), back_metres(street)
    return Tracks(
        forth=tuple(track for places in vehicles.values() for track in _tracks(places, forth, 1.0)),
        back=tuple(track for places in vehicles.values() for track in _tracks(places, back, -1.0)),
    )


def forth_metres(street: Street) -> dict[str, tuple[float, float]]:
    """Return, by edge driven along the street, how far along it starts, and how far it gets with each metre driven."""
    starts = distances_m(street)
    return {
        edge: at for link, start in zip(street.forth, starts, strict=False) for edge, at in _along(link, start, 1.0)
    }


def back_metres(street: Street) -> dict[str, tuple[float, float]]:
    """Return the same of the way back; a way back of another length is stretched between the junctions."""
    found: dict[str, tuple[float, float]] = {}
    for link, (near, far) in zip(street.back, pairwise(distances_m(street)), strict=True):
        if link is not None:
            found.update(_along(link, far, -(far - near) / max(link.length_m, 1.0)))
    return found


def _along(link: StreetLink, start_m: float, gain: float) -> Iterator[tuple[str, tuple[float, float]]]:
    driven_m = 0.0
    for edge, length_m in zip(link.edges, link.edge_lengths_m, strict=True):
        yield edge, (start_m + gain * driven_m, gain)
        driven_m += length_m


def _tracks(places: Sequence[Place], metres: Mapping[str, tuple[float, float]], way: float) -> Iterator[Track]:
    run: list[tuple[float, float]] = []
    for place in places:
        if place.edge not in metres:
            continue
        start_m, gain = metres[place.edge]
        point = (place.time_s, start_m + gain * place.metres)
        if run and (point[0] - run[-1][0] > LONGEST_GAP_S or way * (point[1] - run[-1][1]) < -BACKWARD_M):
            yield from _kept(run)
            run = []
        run.append(point)
    yield from _kept(run)


def _kept(run: list[tuple[float, float]]) -> Iterator[Track]:
    if len(run) > 1:
        yield simplified(run, TOLERANCE_M)


def simplified(points: Sequence[tuple[float, float]], tolerance_m: float) -> Track:
    """Return the fewest points found whose straight lines are nowhere farther than `tolerance_m` from the given ones.

    D. H. Douglas and T. K. Peucker, Algorithms for the reduction of the number of points required to represent a
    digitized line or its caricature, Cartographica 10(2), 1973; distance is taken in metres at the same second.
    """
    kept, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (t0, m0), (t1, m1) = points[first], points[last]
        off = [
            (abs(m - m0 - (m1 - m0) * (t - t0) / (t1 - t0)), k)
            for k, (t, m) in enumerate(points[first + 1 : last], start=first + 1)
        ]
        farthest, place = max(off, default=(0.0, 0))
        if farthest > tolerance_m:
            kept.add(place)
            stack += [(first, place), (place, last)]
    return tuple(points[k] for k in sorted(kept))
