"""The other plans that could be had: a table, and delay against stops as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from markupsafe import Markup

from ...optimise.why.pareto import Alternative
from ..data import Missing
from ..pictures.svg import Scale, drawing, element, label, line, ticks
from ..words import number, say

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 420.0, 260.0, 44.0, 16.0, 24.0, 40.0
LINE = 13.0  # between two names that would overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeRow:
    """A plan with its values by the queue model, means over the model's seeds; nan where there is none."""

    what: str
    delay_s: float
    stops: float
    worst_movement_s: float
    pedestrian_wait_s: float
    wave: float  # share of the cycle that passes the main street without a stop
    simulated_delay_s: float
    chosen: bool
    file: str
    unsafe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativesView:
    """The table's rows and the picture."""

    rows: tuple[AlternativeRow, ...]
    chart: Markup


def alternatives_view(found: tuple[Alternative, ...] | Missing) -> AlternativesView | Missing:
    """Return the plans to choose from."""
    if isinstance(found, Missing):
        return Missing(why=say(found.why))
    chosen = next((one.plan.junctions for one in found if one.name == "chosen"), None)
    rows = tuple(_row(one, one.plan.junctions == chosen) for one in found)
    return AlternativesView(rows=rows, chart=_chart(rows))


def _row(one: Alternative, chosen: bool) -> AlternativeRow:
    given_out = one.name not in ("chosen", "running") and not one.errors
    return AlternativeRow(
        what=_words(one.name),
        delay_s=one.values.get("delay", nan),
        stops=one.values.get("stops", nan),
        worst_movement_s=one.values.get("worst_movement", nan),
        pedestrian_wait_s=one.values.get("pedestrian_wait", nan),
        wave=1 - one.values.get("bandwidth", nan),
        simulated_delay_s=nan if one.race_delay_s is None else one.race_delay_s,
        chosen=chosen,
        file=f"alternatives/{one.name}.plan.json" if given_out else "",
        unsafe=bool(one.errors),
    )


def _words(name: str) -> str:
    names = {
        "chosen": say("this plan"),
        "running": say("running plan"),
        "least-delay": say("least delay"),
        "fewest-stops": say("fewest stops"),
        "fairest": say("fairest: the worst movement waits least"),
        "green-wave": say("widest green wave on the main street"),
        "offsets-only": say("nothing changed but offsets"),
    }
    return names.get(name, name)


def _chart(rows: tuple[AlternativeRow, ...]) -> Markup:
    """Return delay across and stops upwards; plans at one place share a point, their names stand below each other."""
    delays, stops = [row.delay_s for row in rows], [row.stops for row in rows]
    x = Scale(*_around(delays), LEFT, WIDTH - RIGHT)
    y = Scale(*_around(stops), HEIGHT - FOOT, TOP)
    marks = [label(4, TOP - 9, say("stops per vehicle"), "axis")]
    for tick in ticks(y.low, y.high, 4):
        marks.append(line((LEFT, y(tick)), (WIDTH - RIGHT, y(tick)), "grid"))
        marks.append(label(LEFT - 6, y(tick) + 4, number(tick, 2), "axis", "end"))
    marks += [label(x(tick), HEIGHT - FOOT + 14, number(tick, 0), "axis", "middle") for tick in ticks(x.low, x.high, 6)]
    marks.append(label(WIDTH - RIGHT, HEIGHT - 8, say("delay, s per vehicle"), "axis", "end"))
    dots = [
        element(
            "circle",
            element("title", f"{row.what}: {number(row.delay_s)} s, {number(row.stops, 2)}"),
            cx=x(row.delay_s),
            cy=y(row.stops),
            r=4.0,
            class_="dot-plan" if row.chosen else "dot-other",
        )
        for row in rows
    ]
    title = say("Delay and stops of the plans to choose from, by the queue model")
    return drawing(WIDTH, HEIGHT, title, *marks, *dots, *_names(rows, x, y), class_="chart alternatives")


def _names(rows: tuple[AlternativeRow, ...], x: Scale, y: Scale) -> list[Markup]:
    """Return the names beside their points, moved down where they would lie on one another."""
    found: list[Markup] = []
    used: list[float] = []
    for row in sorted(rows, key=lambda row: y(row.stops)):
        place = y(row.stops) + 4
        while any(abs(place - other) < LINE for other in used):
            place += 1
        used.append(place)
        left = x(row.delay_s) > (LEFT + WIDTH - RIGHT) / 2
        offset, anchor = (-8, "end") if left else (8, "start")
        found.append(label(x(row.delay_s) + offset, place, row.what, "axis", anchor))
    return found


def _around(values: list[float]) -> tuple[float, float]:
    """Return a range that holds all values with room on both sides, and is never empty."""
    low, high = min(values), max(values)
    room = max(0.12 * (high - low), 0.02 * abs(high), 0.01)
    return max(0.0, low - room), high + room
