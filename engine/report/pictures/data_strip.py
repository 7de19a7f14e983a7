"""The calendar of a detector: a column a week, a row a weekday, each cell filled by what became of its counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from ..data import DetectorDay
from ..words import percent, say
from .svg import drawing, element, rectangle

CELL, GAP, HEIGHT = 9.0, 2.0, 9.0
# Imputed and rejected parts are narrower as well as of another colour.
SHARES = (("observed", 1.0), ("imputed", 0.7), ("rejected", 0.4))


def data_strip(days: Sequence[DetectorDay], detector: str) -> Markup:
    """Return the calendar; what is neither observed, imputed nor rejected stays an empty frame.

    Weeks start on Mondays; a week in which the table has no day at all gets no column.
    """
    dates = [date.fromisoformat(day.day) for day in days]
    weeks = {week: place for place, week in enumerate(sorted({_week(one) for one in dates}))}
    cells = [
        _cell(day, weeks[_week(on)] * (CELL + GAP) + 1, on.weekday() * (HEIGHT + GAP) + 1)
        for day, on in zip(days, dates, strict=True)
    ]
    title = say("Data of {detector}, a column a week from Monday to Sunday", detector=detector)
    return drawing(len(weeks) * (CELL + GAP) + 2, 7 * (HEIGHT + GAP) + 2, title, *cells, class_="strip")


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7  # day 1 of the calendar was a Monday


def _cell(day: DetectorDay, left: float, top: float) -> Markup:
    shares = {"observed": day.observed, "imputed": day.imputed, "rejected": day.rejected}
    tip = f"{day.day}: " + ", ".join(f"{say(name)} {percent(share)}" for name, share in shares.items())
    tip += f" ({day.why})" if day.why else ""
    parts, bottom = [rectangle(left, top, CELL, HEIGHT, "frame")], top + HEIGHT
    for name, breadth in SHARES:
        height = HEIGHT * min(max(shares[name], 0.0), 1.0)
        if height > 0:
            bottom -= height
            parts.append(rectangle(left + CELL * (1 - breadth) / 2, bottom, CELL * breadth, height, f"data-{name}"))
    return element("g", element("title", tip), *parts, class_="day")
