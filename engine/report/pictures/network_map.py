"""The map: streets as lines, junctions as numbered discs coloured by the change in delay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ....networks.network import Network
from ..data import JunctionRow
from ..delays import EVEN_S, verdict_class
from ..places import junction_numbers
from ..words import say, signed
from .svg import Point, Scale, drawing, element, label, line, path

WIDTH, MARGIN, LOWEST, HIGHEST = 420.0, 22.0, 140.0, 460.0
DISC, ASIDE = 11.0, 2.0
ROUNDS = 60  # of pushing discs apart; a handful settles every network tried


def network_map(
    network: Network, delays: Mapping[str, JunctionRow], approaches: Mapping[str, float] | None = None
) -> Markup:
    """Return the map. Junctions without a measured change are drawn hollow.

    `approaches` are the changes in delay on edges that lead to signals [s/veh]; these edges are drawn in its colour.
    """
    x_of, y_of, height = _scales(network)
    streets = [[(x_of(x), y_of(y)) for x, y in edge.shape] for edge in network.edges.values()]
    signals = [(x_of(network.positions[j.id][0]), y_of(network.positions[j.id][1])) for j in network.junctions]
    discs = [
        _disc(network, junction.id, at, place, delays.get(junction.id))
        for junction, at, place in zip(network.junctions, signals, spread(signals, 2 * DISC + 2), strict=True)
    ]
    title = say("Map of the network with the change in delay at each junction")
    return drawing(
        WIDTH,
        height,
        title,
        path(streets, "street"),
        *_approaches(network, approaches or {}, x_of, y_of),
        *discs,
        *_scale_bar(x_of, height),
        class_="map",
    )


def _approaches(network: Network, approaches: Mapping[str, float], x_of: Scale, y_of: Scale) -> list[Markup]:
    """Return one line for each colour; what changes by less than a second stays a street."""
    by_class: dict[str, list[list[Point]]] = {}
    feeders = _feeders(network)
    for approach, change in approaches.items():
        for edge in _road_to(approach, feeders) if approach in network.edges else ():
            shape = [(x_of(x), y_of(y)) for x, y in network.edges[edge].shape]
            if len(shape) > 1 and verdict_class(change) not in ("even", "unknown"):
                by_class.setdefault(verdict_class(change), []).append(_aside(shape))
    return [path(shapes, f"approach {name}") for name, shapes in sorted(by_class.items())]


def _feeders(network: Network) -> dict[str, str]:
    """Return the edge that leads into an edge and nowhere else, where it is the only one: a road cut in pieces."""
    before: dict[str, list[str]] = {}
    for edge, following in network.turns.items():
        for after in following:
            before.setdefault(after, []).append(edge)
    return {
        edge: others[0]
        for edge, others in before.items()
        if len(others) == 1 and len(set(network.turns[others[0]])) == 1
    }


def _road_to(approach: str, feeders: Mapping[str, str]) -> list[str]:
    """Return an edge and those before it on the same road: a lane pocket is an edge of its own, and short."""
    road = [approach]
    while (before := feeders.get(road[-1])) is not None and before not in road:
        road.append(before)
    return road


def _aside(shape: list[Point]) -> list[Point]:
    """Return the line moved to the right of who drives along it, so that both ways of a street can be seen."""
    (ax, ay), (bx, by) = shape[0], shape[-1]
    length = math.dist(shape[0], shape[-1]) or 1.0
    return [(x - (by - ay) / length * ASIDE, y + (bx - ax) / length * ASIDE) for x, y in shape]


def _scales(network: Network) -> tuple[Scale, Scale, float]:
    points = [point for edge in network.edges.values() for point in edge.shape] + list(network.positions.values())
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide, tall = max(east - west, 1.0), max(north - south, 1.0)
    pixels = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / tall)
    height = max(tall * pixels + 2 * MARGIN, LOWEST)
    left, top = (WIDTH - wide * pixels) / 2, (height - tall * pixels) / 2
    return (
        Scale(west, west + wide, left, left + wide * pixels),
        Scale(south, south + tall, top + tall * pixels, top),
        height,
    )


def _disc(network: Network, name: str, at: Point, place: Point, delay: JunctionRow | None) -> Markup:
    change = delay.change_s if delay else math.nan
    number = junction_numbers(network)[name]
    tip = f"{number} · {name}: " + (say("not measured") if delay is None else f"{signed(change)} s/veh")
    leader = [line(at, place, "leader")] if math.dist(at, place) > DISC else []
    mark = _square(place, change) if change >= EVEN_S else _circle(place, change)
    words = label(place[0], place[1] + 4, str(number), f"disc-number on-{verdict_class(change)}", "middle")
    return element("g", element("title", tip), *leader, mark, words, class_="junction")


def _circle(place: Point, change: float) -> Markup:
    return element("circle", cx=place[0], cy=place[1], r=DISC, class_=f"disc {verdict_class(change)}")


def _square(place: Point, change: float) -> Markup:
    """Return the mark of a loss: told from a gain without colour."""
    side = 2 * DISC - 2
    return element(
        "rect",
        x=place[0] - side / 2,
        y=place[1] - side / 2,
        width=side,
        height=side,
        class_=f"disc {verdict_class(change)}",
    )


def spread(points: Sequence[Point], apart: float) -> list[Point]:
    """Return the points pushed so far apart that discs of that diameter hardly overlap; alone ones stay in place."""
    places = list(points)
    for _ in range(ROUNDS):
        moved = False
        for i in range(len(places)):
            for j in range(i):
                (ax, ay), (bx, by) = places[i], places[j]
                gap = math.dist(places[i], places[j])
                if gap < apart - 0.01:
                    ux, uy = ((ax - bx) / gap, (ay - by) / gap) if gap > 0.01 else (1.0, 0.0)
                    push = (apart - gap) / 2
                    places[i] = (ax + ux * push, ay + uy * push)
                    places[j] = (bx - ux * push, by - uy * push)
                    moved = True
        if not moved:
            break
    return places


def _scale_bar(x_of: Scale, height: float) -> list[Markup]:
    metres = next((m for m in (2000, 1000, 500, 200, 100, 50) if m <= (x_of.high - x_of.low) / 3), 20)
    length = x_of(x_of.low + metres) - x_of(x_of.low)
    y = height - 8
    return [line((8, y), (8 + length, y), "scale-bar"), label(8, y - 5, f"{metres} m", "axis")]
