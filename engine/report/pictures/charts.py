"""Charts over an ordinary pair of axes: forecast against counts, and the best objective by cycle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from ..data import CyclePoint, ForecastSeries
from ..words import clock, number, say, seconds, shortened
from .svg import Point, Scale, drawing, element, finite_runs, label, line, path, polygon, ticks

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 420.0, 220.0, 52.0, 12.0, 22.0, 26.0
# Round steps of a clock, in seconds: the forecast's axis marks whole quarters, hours or parts of a day.
CLOCK_STEPS_S = (300, 900, 1800, 3600, 7200, 10800, 14400, 21600)


def forecast_chart(series: ForecastSeries) -> Markup | None:
    """Return past days as thin lines, the forecast's mean as a thick one and q10 to q90 as a band.

    None if no forecast value is a number: an empty chart says nothing.
    """
    times = [start + series.interval_s / 2 for start in series.starts_s]
    band = [
        (t, low, high)
        for t, low, high in zip(times, series.q10_veh_h, series.q90_veh_h, strict=True)
        if math.isfinite(low) and math.isfinite(high)
    ]
    top = _highest([*series.mean_veh_h, *series.q90_veh_h, *(v for day in series.history for v in day.flow_veh_h)])
    if top is None or not any(math.isfinite(value) for value in series.mean_veh_h):
        return None
    x = Scale(series.starts_s[0], series.starts_s[-1] + series.interval_s, LEFT, WIDTH - RIGHT)
    y = Scale(0.0, top, HEIGHT - FOOT, TOP)
    outline = [(x(t), y(high)) for t, _, high in band] + [(x(t), y(low)) for t, low, _ in reversed(band)]
    history = [path(_runs(zip(times, day.flow_veh_h, strict=True), x, y), "history", day.day) for day in series.history]
    mean = path(_runs(zip(times, series.mean_veh_h, strict=True), x, y), "forecast-mean", say("forecast, mean"))
    title = say("Counts of {days} past days and the forecast: {label}", days=len(series.history), label=series.label)
    return drawing(
        WIDTH,
        HEIGHT,
        title,
        *_left_axis(y, say("veh/h")),
        *_clock_axis(x),
        *([polygon(outline, "forecast-band", say("forecast, q10 to q90"))] if len(band) > 1 else []),
        element("g", *history),
        mean,
        class_="chart forecast",
    )


def cycle_chart(points: Sequence[CyclePoint], unit: str) -> Markup | None:
    """Return the best objective found at each cycle and the bound below it; None for fewer than two points."""
    known = sorted((p for p in points if math.isfinite(p.objective)), key=lambda p: p.cycle_s)
    top = _highest([p.objective for p in known])
    if len(known) < 2 or top is None:
        return None
    x = Scale(known[0].cycle_s, known[-1].cycle_s, LEFT + 8, WIDTH - RIGHT - 8)
    y = Scale(0.0, top, HEIGHT - FOOT, TOP)
    found = _runs(((p.cycle_s, p.objective) for p in known), x, y)
    proven = _runs(((p.cycle_s, p.bound) for p in known), x, y)
    dots = [
        element(
            "circle",
            element("title", f"{seconds(p.cycle_s)} s: {number(p.objective)} {unit}"),
            cx=x(p.cycle_s),
            cy=y(p.objective),
            r=3.5,
            class_="dot-plan",
        )
        for p in known
    ]
    marks = [label(x(t), HEIGHT - FOOT + 14, seconds(t), "axis", "middle") for t in ticks(x.low, x.high, 6)]
    title = say("Best objective found for each cycle")
    return drawing(
        WIDTH,
        HEIGHT,
        title,
        *_left_axis(y, unit),
        *marks,
        path(proven, "bound", say("proven bound")),
        path(found, "forecast-mean"),
        *dots,
        class_="chart cycles",
    )


def _highest(values: Iterable[float]) -> float | None:
    known = [value for value in values if math.isfinite(value)]
    return max(*known, 1.0) * 1.05 if known else None


def _runs(points: Iterable[Point], x: Scale, y: Scale) -> list[list[Point]]:
    return [[(x(a), y(b)) for a, b in run] for run in finite_runs(points)]


def _left_axis(y: Scale, unit: str) -> list[Markup]:
    marks = [label(4, TOP - 9, shortened(unit, 60), "axis")]
    for tick in ticks(y.low, y.high, 4):
        marks.append(line((LEFT, y(tick)), (WIDTH - RIGHT, y(tick)), "grid"))
        marks.append(label(LEFT - 6, y(tick) + 4, number(tick, 0), "axis", "end"))
    return marks


def _clock_axis(x: Scale) -> list[Markup]:
    step = next((s for s in CLOCK_STEPS_S if (x.high - x.low) / s <= 6), 86400)
    first = math.ceil(x.low / step) * step
    marks = []
    for tick in range(first, math.floor(x.high) + 1, step):
        marks.append(line((x(tick), HEIGHT - FOOT), (x(tick), HEIGHT - FOOT + 4), "tick"))
        marks.append(label(x(tick), HEIGHT - FOOT + 16, clock(tick), "axis", _anchor(tick, x)))
    return marks


def _anchor(tick: float, x: Scale) -> str:
    return "end" if x(tick) > WIDTH - RIGHT - 12 else "middle"
