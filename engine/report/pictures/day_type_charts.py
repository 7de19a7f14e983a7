"""Charts of the types of day: the mean day over all detectors, its band, and the hours at which plans change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..data import Missing
from ..words import clock, number, say
from .svg import Scale, drawing, element, label, line, path, polygon, rectangle, ticks

if TYPE_CHECKING:
    from ...forecast.day_types import DayType

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 420.0, 220.0, 52.0, 20.0, 30.0, 26.0
STRIP = 12.0  # height of the strip of plans above the curve
CLASSES = ("plan-1", "plan-2", "plan-3", "plan-4", "plan-5", "plan-6")
HOUR_S, DAY_S = 3600, 86_400
HEAD = 24.0
# For the picture as a file of its own; the report's style sheet names the same classes.
STYLE = """
svg { background: #ffffff; } text { font: 11px sans-serif; fill: #1a1f24; } text.axis { fill: #55606b; }
.forecast-band { fill: #0a6aa6; opacity: .22; } .forecast-mean { fill: none; stroke: #0a6aa6; stroke-width: 2.5; }
.cycle-end { stroke: #55606b; stroke-width: 1; } text.on-plan { fill: #1a1f24; font-weight: 600; }
.plan-1 { fill: #dfe3e7; } .plan-2 { fill: #7db8dd; } .plan-3 { fill: #f0ae86; }
.plan-4 { fill: #8fcfa6; } .plan-5 { fill: #e3b100; } .plan-6 { fill: #b394dd; }
"""


def day_types_view(kinds: Sequence[DayType] | Missing) -> tuple[tuple[str, Markup], ...] | Missing:
    """Return a caption and a chart of each type of day."""
    if isinstance(kinds, Missing):
        return kinds
    if not kinds:
        return Missing(why=say("no type of day was found"))
    return tuple(
        (say("{name}: {days} days", name=kind_words(kind), days=kind.days), day_type_chart(kind)) for kind in kinds
    )


def kind_words(kind: DayType) -> str:
    """Return the name of a type of day, 'Mon–Thu, Sat', in the language in force."""
    return say(", ").join("–".join(map(say, run.split("–"))) for run in kind.name.split(", "))


def day_type_chart(kind: DayType) -> Markup:
    """Return the mean day of a type with the band of 8 days of 10, and a strip of its plans."""
    bins = len(kind.mean_veh_h)
    bin_s = DAY_S / bins
    x = Scale(0.0, DAY_S, LEFT, WIDTH - RIGHT)
    y = Scale(0.0, max(float(kind.q90_veh_h.max()), 1.0), HEIGHT - FOOT, TOP + STRIP)
    middles = [x((k + 0.5) * bin_s) for k in range(bins)]
    outline = [(at, y(float(v))) for at, v in zip(middles, kind.q90_veh_h, strict=True)]
    outline += [(at, y(float(v))) for at, v in reversed(list(zip(middles, kind.q10_veh_h, strict=True)))]
    mean = [(at, y(float(v))) for at, v in zip(middles, kind.mean_veh_h, strict=True)]
    left = [label(LEFT - 4, y(v) + 4, number(v, 0), "axis", "end") for v in ticks(0.0, y.high, 4)]
    foot = [label(x(h * HOUR_S), HEIGHT - FOOT + 14, clock(h * HOUR_S), "axis", "middle") for h in range(0, 25, 6)]
    return drawing(
        WIDTH,
        HEIGHT,
        say("Mean day and plan boundaries: {name}, {days} days", name=kind_words(kind), days=kind.days),
        *left,
        *foot,
        label(LEFT, 12, say("veh/h, all detectors"), "axis"),
        polygon(outline, "forecast-band", say("8 days of 10")),
        path([mean], "forecast-mean", say("mean day")),
        element("g", *_strip(kind, x)),
        class_="chart day-type",
    )


def _strip(kind: DayType, x: Scale) -> list[Markup]:
    marks: list[Markup] = []
    for span in kind.spans:
        begin, end = x(span.begin_s), x(span.end_s)
        tip = say("plan {n}, {a}–{b}", n=span.plan, a=clock(span.begin_s), b=clock(span.end_s))
        marks.append(rectangle(begin, TOP - 12, end - begin, STRIP, CLASSES[(span.plan - 1) % len(CLASSES)], tip))
        marks.append(label((begin + end) / 2, TOP - 2, str(span.plan), "on-plan", "middle"))
        if span.begin_s > 0:
            marks.append(line((begin, TOP - 12), (begin, HEIGHT - FOOT), "cycle-end"))
    return marks


def day_type_picture(kinds: Sequence[DayType]) -> bytes:
    """Return a picture file (SVG) of all types, one below the other; it brings its colours along."""
    rows = []
    for k, kind in enumerate(kinds):
        top = k * (HEIGHT + HEAD)
        rows.append(label(LEFT, top + 14, say("{name}: {days} days", name=kind_words(kind), days=kind.days)))
        rows.append(element("g", day_type_chart(kind), transform=f"translate(0 {top + HEAD - 4:.0f})"))
    inner = drawing(WIDTH, len(kinds) * (HEIGHT + HEAD), say("Types of day"), element("style", Markup(STYLE)), *rows)
    return str(inner).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode("utf-8")
