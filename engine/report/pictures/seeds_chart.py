"""The paired simulations: for each seed the delay under both plans, joined by a line."""

from __future__ import annotations

import math

from markupsafe import Markup

from ..data import TrialFigures
from ..words import number, say, shortened
from .svg import Scale, drawing, element, label, line, polygon, ticks

WIDTH, LEFT, RIGHT, TOP, ROW, FOOT = 420.0, 52.0, 16.0, 6.0, 20.0, 34.0


def seeds_chart(comparison: TrialFigures, names: tuple[str, str] | None = None) -> Markup | None:
    """Return the chart; None if no delay is a number. With `names` the two plans are called so."""
    delays = [d for plan in (comparison.running, comparison.plan) for d in plan.delay_s if math.isfinite(d)]
    if not delays:
        return None
    x = Scale(0.0, max(*delays, 1.0) * 1.05, LEFT, WIDTH - RIGHT)
    bottom = TOP + ROW * len(comparison.seeds)
    grid = []
    for tick in ticks(0, x.high, 6):
        grid.append(line((x(tick), TOP), (x(tick), bottom), "grid"))
        grid.append(label(x(tick), bottom + 14, number(tick, 0), "axis", "middle"))
    pairs = zip(comparison.seeds, comparison.running.delay_s, comparison.plan.delay_s, strict=True)
    rows = [_pair(*pair, TOP + ROW * (place + 0.5), x, names) for place, pair in enumerate(pairs)]
    axis = label(WIDTH - RIGHT, bottom + 30, say("delay, s per trip"), "axis", "end")
    return drawing(
        WIDTH, bottom + FOOT, say("Delay under both plans, seed by seed"), *grid, *rows, axis, class_="seeds"
    )


def _pair(seed: int, before: float, after: float, y: float, x: Scale, names: tuple[str, str] | None) -> Markup:
    words = shortened(str(seed), 7)
    parts = [label(LEFT - 8, y + 4, words, "axis", "end")]
    if math.isfinite(before) and math.isfinite(after):
        better = "gain-line" if after < before else "loss-line"
        parts.append(line((x(before), y), (x(after), y), better))
    # A square and a disc: told apart without colour.
    if math.isfinite(before):
        left, size = x(before), 4.5
        corners = [(left - size, y - size), (left + size, y - size), (left + size, y + size), (left - size, y + size)]
        tip = _tip(names[0], before) if names else say("running plan: {s} s", s=number(before))
        parts.append(polygon(corners, "dot-running", tip))
    if math.isfinite(after):
        tip = _tip(names[1], after) if names else say("this plan: {s} s", s=number(after))
        parts.append(element("circle", element("title", tip), cx=x(after), cy=y, r=5.0, class_="dot-plan"))
    return element("g", *parts, class_="pair")


def _tip(name: str, delay_s: float) -> str:
    return f"{name}: {number(delay_s)} s"
