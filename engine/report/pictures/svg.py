"""Small tools for drawing: escaped elements, a linear scale, round ticks, clipping.

Colours live in the style sheet, by class, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Point = tuple[float, float]


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def element(name: str, *children: object, **attributes: object) -> Markup:
    """Return an element; attribute names lose a final underscore, others become hyphens; all text is escaped."""
    head = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{head}>{''.join(escape(child) for child in children)}</{name}>")


def drawing(width: float, height: float, title: str, *children: object, class_: str = "") -> Markup:
    """Return an inline picture with its alternative text."""
    return element(
        "svg",
        element("title", title),
        *children,
        viewBox=f"0 0 {_text(float(width))} {_text(float(height))}",
        width=float(width),
        height=float(height),
        role="img",
        class_=class_ or None,
    )


def rectangle(x: float, y: float, width: float, height: float, class_: str, tip: str = "") -> Markup:
    """Return a rectangle, with a tooltip if one is given."""
    tips = (element("title", tip),) if tip else ()
    return element("rect", *tips, x=float(x), y=float(y), width=float(width), height=float(height), class_=class_)


def line(a: Point, b: Point, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=float(a[0]), y1=float(a[1]), x2=float(b[0]), y2=float(b[1]), class_=class_)


def label(x: float, y: float, text: str, class_: str = "", anchor: str = "start", tip: str = "") -> Markup:
    """Return a line of text; `y` is its base line."""
    tips = (element("title", tip),) if tip else ()
    return element("text", *tips, text, x=float(x), y=float(y), text_anchor=anchor, class_=class_ or None)


def polygon(points: Iterable[Point], class_: str, tip: str = "") -> Markup:
    """Return a filled outline."""
    tips = (element("title", tip),) if tip else ()
    return element(
        "polygon", *tips, points=" ".join(f"{_text(x)},{_text(y)}" for x, y in _floats(points)), class_=class_
    )


def path(runs: Iterable[Sequence[Point]], class_: str, tip: str = "") -> Markup:
    """Return open lines, each run from its first to its last point, as one element."""
    tips = (element("title", tip),) if tip else ()
    moves = "".join("M" + "L".join(f"{_text(x)} {_text(y)}" for x, y in _floats(run)) for run in runs if run)
    return element("path", *tips, d=moves, class_=class_)


def _floats(points: Iterable[Point]) -> list[Point]:
    return [(float(x), float(y)) for x, y in points]


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places on the page."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        span = self.high - self.low
        return self.start + (value - self.low) / span * (self.end - self.start) if span else self.start


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round values from low to high, roughly `about` of them: steps of 1, 2 or 5 times a power of ten."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return [round(place * step, 9) for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def finite_runs(points: Iterable[Point]) -> list[list[Point]]:
    """Return the stretches of points whose values are numbers: a gap in the data is a gap in the line."""
    runs: list[list[Point]] = [[]]
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def clipped(points: Sequence[Point], left: float, right: float) -> list[Point]:
    """Return the part of a convex outline between two upright lines.

    I. E. Sutherland and G. W. Hodgman, Reentrant Polygon Clipping, Communications of the ACM 17(1), 1974.
    """
    return _half_plane(_half_plane(list(points), left, 1.0), right, -1.0)


def _half_plane(points: list[Point], edge: float, sign: float) -> list[Point]:
    kept: list[Point] = []
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        a_in, b_in = sign * (ax - edge) >= 0, sign * (bx - edge) >= 0
        if a_in:
            kept.append((ax, ay))
        if a_in != b_in:
            share = (edge - ax) / (bx - ax)
            kept.append((edge, ay + share * (by - ay)))
    return kept
