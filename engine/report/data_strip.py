"""The calendar strip of a detector: one cell a day, filled by what became of its counts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from .data import DetectorDay
from .svg import drawing, element, rectangle
from .words import percent, say

CELL, GAP, HEIGHT = 11.0, 2.0, 16.0
# Imputed and rejected parts are narrower as well as of another colour.
SHARES = (("observed", 1.0), ("imputed", 0.7), ("rejected", 0.4))


def data_strip(days: Sequence[DetectorDay], detector: str) -> Markup:
    """Return the strip; what is neither observed, imputed nor rejected stays an empty frame."""
    cells = [_cell(day, place * (CELL + GAP) + 1) for place, day in enumerate(days)]
    title = say("Data of {detector}, day by day", detector=detector)
    return drawing(len(days) * (CELL + GAP) + 2, HEIGHT + 2, title, *cells, class_="strip")


def _cell(day: DetectorDay, left: float) -> Markup:
    shares = {"observed": day.observed, "imputed": day.imputed, "rejected": day.rejected}
    tip = f"{day.day}: " + ", ".join(f"{say(name)} {percent(share)}" for name, share in shares.items())
    parts, bottom = [rectangle(left, 1, CELL, HEIGHT, "frame")], HEIGHT + 1
    for name, breadth in SHARES:
        height = HEIGHT * min(max(shares[name], 0.0), 1.0)
        if height > 0:
            bottom -= height
            parts.append(rectangle(left + CELL * (1 - breadth) / 2, bottom, CELL * breadth, height, f"data-{name}"))
    return element("g", element("title", tip), *parts, class_="day")
