"""Simulated against counted, a dot for each place: on the diagonal they are equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from ...present.compare import PlaceMatch
from ..words import number, percent, say
from .svg import Point, Scale, drawing, element, label, line, ticks

SIZE, LEFT, RIGHT, TOP, FOOT = 320.0, 56.0, 12.0, 22.0, 40.0
DOT = 4.0

Written = Callable[[float], str]
Dot = tuple[float, float, bool, str]  # counted, simulated, whether they agree, in words


def flow_chart(places: Sequence[PlaceMatch]) -> Markup | None:
    """Return flows at every place, simulated over counted; None without a place."""
    dots = [
        (one.counted_veh_h, one.simulated_veh_h, one.flow_agrees, f"{one.edge}, {one.kind}: GEH {number(one.geh)}")
        for one in places
    ]
    return _chart(dots, say("Flow, veh/h"), lambda value: number(value, 0))


def occupancy_chart(places: Sequence[PlaceMatch]) -> Markup | None:
    """Return mean occupancies of the approaches, simulated over counted; None without any."""
    dots = [
        (one.counted_occupancy or 0.0, one.simulated_occupancy, bool(one.occupancy_agrees), one.edge) for one in places
    ]
    return _chart(dots, say("Occupancy of approaches"), lambda value: percent(value))


def _chart(dots: Sequence[Dot], title: str, written: Written) -> Markup | None:
    if not dots:
        return None
    top = max(max(counted, made) for counted, made, _, _ in dots) * 1.05 or 1.0
    x, y = Scale(0.0, top, LEFT, SIZE - RIGHT), Scale(0.0, top, SIZE - FOOT, TOP)
    return drawing(
        SIZE,
        SIZE,
        say("{title}: simulated over counted, one dot a place", title=title),
        line((x(0), y(0)), (x(top), y(top)), "even-line"),
        *_axes(x, y, ticks(0.0, top), written),
        label(LEFT, 14.0, title),
        label(SIZE - RIGHT, SIZE - 6.0, say("counted"), "axis", "end"),
        element("g", *(_dot((x(a), y(b)), agrees, tip) for a, b, agrees, tip in dots)),
        class_="chart match",
    )


def _dot(at: Point, agrees: bool, tip: str) -> Markup:
    class_ = "dot-agrees" if agrees else "dot-off"
    return element("circle", element("title", tip), cx=at[0], cy=at[1], r=DOT, class_=class_)


def _axes(x: Scale, y: Scale, at: Sequence[float], written: Written) -> list[Markup]:
    found = []
    for value in at:
        found.append(line((LEFT, y(value)), (SIZE - RIGHT, y(value)), "grid"))
        found.append(label(LEFT - 6.0, y(value) + 4.0, written(value), "axis", "end"))
        found.append(label(x(value), SIZE - FOOT + 16.0, written(value), "axis", "middle"))
    return found
