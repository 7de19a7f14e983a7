"""The time-space diagram of the main street: time to the right, distance up, greens at each junction, bands between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from markupsafe import Markup

from ....networks.network import Network
from ....networks.plan import JunctionPlan, Plan
from ...main_street.progression import Span, bandwidth_s, green_spans, link_bands, shifted, through_bands
from ...main_street.street import Street, StreetLink, distances_m, spaced, through_groups
from ...main_street.trajectories import Tracks
from ..places import junction_numbers
from ..words import clock, number, say, seconds, shortened
from .svg import Point, Scale, clipped, drawing, element, label, line, path, polygon, rectangle, ticks

WIDTH, LEFT, RIGHT, TOP, FOOT = 860.0, 150.0, 12.0, 20.0, 34.0
PIXELS_A_METRE, SHORTEST, TALLEST, APART = 0.45, 150.0, 620.0, 26.0
BAR = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWay:
    """One direction of the street, in driving order; `links` has one entry less than `junctions`."""

    name: str  # 'forth' or 'back'
    junctions: tuple[str, ...]
    links: tuple[StreetLink | None, ...]
    groups: tuple[tuple[str, ...], ...]

    @property
    def arrivals_s(self) -> tuple[float, ...]:
        """When a vehicle that passes the first junction at 0 reaches each at the speed limit; links must be whole."""
        return tuple(accumulate((link.travel_s if link else 0.0 for link in self.links), initial=0.0))

    @property
    def whole(self) -> bool:
        """Whether the street can be driven end to end in this direction."""
        return None not in self.links


def ways(network: Network, street: Street, flow: Mapping[tuple[str, str], float]) -> tuple[DrawnWay, DrawnWay]:
    """Return both directions of a street."""
    back = tuple(reversed(street.back))
    return (
        DrawnWay(
            name="forth",
            junctions=street.junctions,
            links=street.forth,
            groups=through_groups(network, street.forth, flow),
        ),
        DrawnWay(
            name="back",
            junctions=tuple(reversed(street.junctions)),
            links=back,
            groups=through_groups(network, back, flow),
        ),
    )


def way_bandwidth_s(way: DrawnWay, plan: Plan) -> float:
    """Return the through bandwidth of a direction under a plan; nan where there is no such thing."""
    if not way.whole:
        return float("nan")
    return bandwidth_s([plan.by_junction[s] for s in way.junctions], way.groups, way.arrivals_s)


def time_space_diagram(
    network: Network,
    plan: Plan,
    street: Street,
    both: tuple[DrawnWay, DrawnWay],
    span_s: Span,
    title: str,
    tracks: Tracks | None = None,
) -> Markup:
    """Return the diagram of one plan between two times after midnight, with simulated vehicles where there are any."""
    metres = distances_m(street)
    scale = max(PIXELS_A_METRE, SHORTEST / max(metres[-1], 1.0)) * min(1.0, TALLEST / (metres[-1] * PIXELS_A_METRE + 1))
    heights = spaced(tuple(m * scale for m in metres), APART)
    bottom = TOP + BAR * 2 + heights[-1] + 6
    y_of = {junction: bottom - BAR - 6 - height for junction, height in zip(street.junctions, heights, strict=True)}
    x_of = Scale(*span_s, LEFT, WIDTH - RIGHT)
    return drawing(
        WIDTH,
        bottom + FOOT,
        title,
        *_axis(x_of, bottom),
        *(part for way in both for part in _bands(way, plan, x_of, y_of)),
        *(_driven(tracks, x_of, metres, [y_of[junction] for junction in street.junctions]) if tracks else ()),
        *_junctions(network, plan, street, both, x_of, y_of),
        class_="time-space",
    )


def _driven(tracks: Tracks, x_of: Scale, metres: Sequence[float], ys: Sequence[float]) -> list[Markup]:
    """Return one path for the vehicles of each direction; between junctions metres become places by straight lines."""
    ways = (
        ("forth", tracks.forth, say("simulated vehicles up")),
        ("back", tracks.back, say("simulated vehicles down")),
    )
    return [
        path(
            [[(x_of(t), float(np.interp(m, metres, ys))) for t, m in track] for track in found],
            f"track {name}",
            say("{what}: {n}", what=words, n=len(found)),
        )
        for name, found, words in ways
    ]


def _axis(x_of: Scale, bottom: float) -> list[Markup]:
    marks, begin_s = [], x_of.low
    for tick in ticks(0, x_of.high - begin_s, 10):
        x = x_of(begin_s + tick)
        marks.append(line((x, TOP - 8), (x, bottom), "grid"))
        marks.append(label(x, bottom + 13, seconds(tick), "axis", "middle"))
    marks.append(label(WIDTH - RIGHT, bottom + 28, say("seconds from {clock}", clock=clock(begin_s)), "axis", "end"))
    return marks


def _junctions(
    network: Network,
    plan: Plan,
    street: Street,
    both: tuple[DrawnWay, DrawnWay],
    x_of: Scale,
    y_of: Mapping[str, float],
) -> list[Markup]:
    numbers, parts = junction_numbers(network), []
    for junction, metres in zip(street.junctions, distances_m(street), strict=True):
        y = y_of[junction]
        words = f"{numbers[junction]} · {junction}"
        parts.append(label(LEFT - 8, y, shortened(words, 22), "row-label", "end", tip=words))
        parts.append(label(LEFT - 8, y + 12, f"{number(metres, 0)} m", "axis", "end"))
        for way, top in zip(both, (y - BAR - 0.5, y + 0.5), strict=True):
            groups = way.groups[way.junctions.index(junction)]
            parts += _bar(plan.by_junction[junction], groups, top, x_of, way.name)
    return parts


def _bar(plan: JunctionPlan, groups: tuple[str, ...], top: float, x_of: Scale, name: str) -> list[Markup]:
    if not groups:
        return []
    parts = [rectangle(x_of.start, top, x_of.end - x_of.start, BAR, "bar-red")]
    for start, end in green_spans(plan, groups, x_of.low, x_of.high):
        tip = f"{plan.junction} {' '.join(groups)}: {seconds(start - x_of.low)}–{seconds(end - x_of.low)} s"
        parts.append(rectangle(x_of(start), top, x_of(end) - x_of(start), BAR, f"bar-green {name}", tip))
    return parts


def _bands(way: DrawnWay, plan: Plan, x_of: Scale, y_of: Mapping[str, float]) -> list[Markup]:
    # Greens from before the left edge send vehicles into the picture.
    early_s = x_of.low - sum(link.travel_s for link in way.links if link)
    greens = [
        green_spans(plan.by_junction[junction], groups, early_s, x_of.high)
        for junction, groups in zip(way.junctions, way.groups, strict=True)
    ]
    parts: list[Markup] = []
    for place, link in enumerate(way.links):
        if link is not None:
            ys = (y_of[link.origin], y_of[link.target])
            parts += _link(link, greens[place], greens[place + 1], ys, x_of, way.name)
    if way.whole and len(way.links) > 1:
        parts += _through(way, greens, x_of, y_of)
    return parts


def _link(
    link: StreetLink, upstream: list[Span], downstream: list[Span], ys: tuple[float, float], x_of: Scale, name: str
) -> list[Markup]:
    parts = []
    for start, end in link_bands(upstream, downstream, link.travel_s):
        corners = [
            (x_of(start), ys[0]),
            (x_of(end), ys[0]),
            (x_of(end + link.travel_s), ys[1]),
            (x_of(start + link.travel_s), ys[1]),
        ]
        parts += _polygon(corners, x_of, f"band {name}", say("{s} s of green to green", s=seconds(end - start)))
    for start, _ in upstream:
        ends = ((x_of(start), ys[0]), (x_of(start + link.travel_s), ys[1]))
        parts += _slanted(ends, x_of, f"progression {name}")
    return parts


def _slanted(ends: tuple[Point, Point], x_of: Scale, class_: str) -> list[Markup]:
    """Return a line from left to right, cut to the plot."""
    (ax, ay), (bx, by) = ends
    cut = [(ax, ay), (bx, by)]
    if bx <= x_of.start or ax >= x_of.end:
        return []
    slope = (by - ay) / (bx - ax)
    if ax < x_of.start:
        cut[0] = (x_of.start, ay + slope * (x_of.start - ax))
    if bx > x_of.end:
        cut[1] = (x_of.end, ay + slope * (x_of.end - ax))
    return [line(cut[0], cut[1], class_)]


def _through(way: DrawnWay, greens: list[list[Span]], x_of: Scale, y_of: Mapping[str, float]) -> list[Markup]:
    arrivals = way.arrivals_s
    parts = []
    for start, end in through_bands(greens, arrivals):
        lefts = [(x_of(t), y_of[s]) for (t, _), s in zip(_along(start, arrivals), way.junctions, strict=True)]
        rights = [(x_of(t), y_of[s]) for (t, _), s in zip(_along(end, arrivals), way.junctions, strict=True)]
        tip = say("{s} s pass every signal on green", s=seconds(end - start))
        # Clip piece by piece: the whole outline need not be convex, each piece is.
        pieces: list[Markup] = []
        for i in range(len(lefts) - 1):
            pieces += _polygon([lefts[i], rights[i], rights[i + 1], lefts[i + 1]], x_of, f"through {way.name}", tip)
        if pieces:
            parts.append(element("g", *pieces, class_="through-band"))
    return parts


def _along(start_s: float, arrivals_s: Sequence[float]) -> list[Span]:
    return shifted([(a, a) for a in arrivals_s], start_s)


def _polygon(corners: list[Point], x_of: Scale, class_: str, tip: str) -> list[Markup]:
    kept = clipped(corners, x_of.start, x_of.end)
    return [polygon(kept, class_, tip)] if len(kept) > 2 else []
