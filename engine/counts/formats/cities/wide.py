"""Wide tables: a row for a bin, a column for each detector, as people keep them in spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .....networks.errors import InputError
from ...values.numbers import number
from ..counts_format import How, Rows
from ..mapped import read_mapped
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import Scanned, collected, columns_of, scan

STAMPS = ("start", "timestamp", "datetime", "date_time", "date/time", "date time", "zeitpunkt", "zeitstempel", "zeit")
DAYS = ("date", "day", "datum", "tag", "fecha", "jour", "data", "日期")
CLOCKS = ("time", "start time", "start_time", "uhrzeit", "zeit", "hora", "heure", "hour", "stunde", "时间")
HOURS = ("hour", "stunde")
CALENDAR = ("weekday", "day of week", "dow", "wochentag", "holiday", "total", "sum", "summe", "")
LOOKED_AT = 50  # rows
# A row for each of these is a long table with names that no reader knows, not a wide one.
LONG = ("detector", "detid", "sensor", "site", "station", "count", "volume", "flow", "total", "q")


def recognises(opening: Opening) -> bool:
    """Return whether all columns but those of time, two or more, hold numbers alone."""
    if opening.is_xml or any(name.strip().lower() in LONG for name in opening.columns):
        return False
    start, others = _columns(opening.columns)
    return bool(start) and len(others) >= 2 and _all_numbers(scan(opening.path), others)


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a wide table; detectors have the names of their columns."""
    names = columns_of(scan(path))
    start, others = _columns(names)
    if not start or not others:
        raise InputError(
            where=f"{path}, line 1",
            found="the columns " + ", ".join(names[:20]),
            rule="a wide table has a column of stamps (or of date and time), and one for each detector",
            fix="name the columns of time so, or give a mapping file",
        )
    left = [name.strip() for name in names if name not in (*start, *others)]
    mapping = Mapping(
        wide=True,
        start=tuple(name.strip() for name in start),
        only=tuple(name.strip() for name in others),
        clock="hours" if start[-1].strip().lower() in HOURS else "HH:MM",
    )
    told = [f"{' and '.join(mapping.start)} tell the start of a bin, {len(others)} columns are detectors"]
    if any(left):
        told.append("left out: " + ", ".join(name for name in left if name))
    rows = read_mapped(path, mapping, how, tuple(told))
    return replace(rows, says_begin=how.edge is not None)


def _columns(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of time, and those of detectors."""
    lower = {name.strip().lower(): name for name in reversed(names)}
    day = next((lower[name] for name in DAYS if name in lower), None)
    clock = next((lower[name] for name in CLOCKS if name in lower), None)
    stamp = next((lower[name] for name in STAMPS if name in lower), None)
    if day is not None and clock is not None:
        start: tuple[str, ...] = (day, clock)
    else:
        start = (stamp,) if stamp is not None else (clock or day or "",)
    if not start[0]:
        return (), ()
    others = tuple(n for n in names if n not in start and n.strip().lower() not in CALENDAR)
    return start, others


def _all_numbers(scanned: Scanned, names: Sequence[str]) -> bool:
    first = collected(scanned.rows.head(LOOKED_AT), scanned.path)
    schema = first.schema
    numbers = first.select(number(name, schema[name]) for name in names)
    texts = first.select(names)
    filled = [sum(str(v).strip() != "" for v in texts[name] if v is not None) for name in names]
    good = [numbers[name].is_not_null().sum() for name in names]
    return first.height > 0 and sum(good) > 0 and all(a == b for a, b in zip(filled, good, strict=True))
