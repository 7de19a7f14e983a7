"""The map: streets as lines, junctions as numbered discs coloured by the change in delay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ...networks.network import Network
from .data import JunctionRow
from .delays import verdict_class
from .places import junction_numbers
from .svg import Point, Scale, drawing, element, label, line, path
from .words import say, signed

WIDTH, MARGIN, LOWEST, HIGHEST = 420.0, 22.0, 140.0, 460.0
DISC = 11.0
ROUNDS = 60  # of pushing discs apart; a handful settles every network tried


def network_map(network: Network, delays: Mapping[str, JunctionRow]) -> Markup:
    """Return the map. Junctions without a measured change are drawn hollow."""
    x_of, y_of, height = _scales(network)
    streets = [[(x_of(x), y_of(y)) for x, y in edge.shape] for edge in network.edges.values()]
    signals = [(x_of(network.positions[j.id][0]), y_of(network.positions[j.id][1])) for j in network.junctions]
    discs = [
        _disc(network, junction.id, at, place, delays.get(junction.id))
        for junction, at, place in zip(network.junctions, signals, spread(signals, 2 * DISC + 2), strict=True)
    ]
    title = say("Map of the network with the change in delay at each junction")
    return drawing(WIDTH, height, title, path(streets, "street"), *discs, *_scale_bar(x_of, height), class_="map")


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
    circle = element("circle", cx=place[0], cy=place[1], r=DISC, class_=f"disc {verdict_class(change)}")
    words = label(place[0], place[1] + 4, str(number), f"disc-number on-{verdict_class(change)}", "middle")
    return element("g", element("title", tip), *leader, circle, words, class_="junction")


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
