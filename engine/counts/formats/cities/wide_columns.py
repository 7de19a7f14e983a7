"""Which columns of a wide table are detectors, and which are times, other quantities, people, or sums of others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from .....networks.errors import InputError
from ...values.headings import OTHER, PEOPLE, PER_HOUR, TOTAL, sums_of_others
from ...values.numbers import number
from ..scanned import Scanned, collected

STAMPS = ("start", "timestamp", "datetime", "date_time", "date/time", "date time", "zeitpunkt", "zeitstempel", "zeit")
DAYS = ("date", "day", "datum", "tag", "fecha", "jour", "data", "日期")
CLOCKS = (
    "time",
    "start time",
    "start_time",
    "uhrzeit",
    "zeit",
    "tijd",
    "hora",
    "heure",
    "ora",
    "hour",
    "stunde",
    "时间",
)
HOURS = ("hour", "stunde")
CALENDAR = ("weekday", "day of week", "dow", "wochentag", "holiday", "")
LOOKED_AT = 100  # rows
AGAIN = re.compile(r"_duplicated_\d+$")
TIME_COLUMN = re.compile(r"^(\d{1,2})[:.](\d{2})(?:[:.]00)?(?:\s*[-–]\s*\d{1,2}[:.]\d{2})?$")
HOUR_COLUMN = re.compile(r"^(?:h|hr|hour|std)?[ _]?(\d{1,2})$", re.IGNORECASE)
LEAST_HOURS = 12
# A row for each of these is a long table with names that no reader knows, not a wide one.
LONG = ("detector", "detid", "sensor", "site", "station", "lane", "channel", "count", "volume", "flow", "q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a wide table: of time, of detectors, other quantities, people, and sums of other columns."""

    start: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()


def first_rows(scanned: Scanned) -> pl.DataFrame:
    """Return the first rows of a table."""
    return collected(scanned.rows.head(LOOKED_AT), scanned.path)


def kinds_of(first: pl.DataFrame, start: tuple[str, ...], others: tuple[str, ...]) -> Columns:
    """Return what the columns are, by their headings and by which are sums of others."""
    per_hour = {name for name in others if PER_HOUR.search(name)}
    other = [name for name in others if name not in per_hour and OTHER.search(name)]
    people = [name for name in others if name not in other and PEOPLE.search(name)]
    left = [name for name in others if name not in other and name not in people]
    schema = first.schema
    values = first.select(number(name, schema[name]) for name in left).to_numpy() if left else np.zeros((0, 0))
    whole = values[~np.isnan(values).any(axis=1)]
    sums = [left[k] for k in sums_of_others(whole, named=[bool(TOTAL.search(name)) for name in left])]
    return Columns(
        start=start,
        detectors=tuple(name for name in left if name not in sums),
        other=tuple(other),
        people=tuple(people),
        sums=tuple(sums),
    )


def unit_of(names: Sequence[str], path: Path) -> Literal["veh", "veh/h"]:
    """Return the unit that all headings say. Raises InputError where some say vehicles an hour and others nothing."""
    said = [bool(PER_HOUR.search(name)) for name in names]
    if any(said) and not all(said):
        odd = next(name for name, one in zip(names, said, strict=True) if not one)
        raise InputError(
            where=f"{path}, line 1",
            found=f"vehicles an hour in the column '{names[said.index(True)]}', and no unit in '{odd}'",
            rule="the columns of a wide table have one unit",
            fix="say which columns are detectors and in which unit: --mapping counts.toml",
        )
    return "veh/h" if any(said) else "veh"


def require_own_names(names: Sequence[str], path: Path) -> None:
    """Raise InputError for two columns of one name, which Polars tells apart by a name of its own."""
    twice = next((name for name in names if AGAIN.search(name)), None)
    if twice is not None:
        raise InputError(
            where=f"{path}, line 1",
            found=f"two columns '{AGAIN.sub('', twice)}'",
            rule="each detector of a wide table has a name of its own",
            fix="name them apart",
        )


def hours_across(names: Sequence[str]) -> bool:
    """Return whether columns are times of day rather than detectors."""
    clock = sum(bool(TIME_COLUMN.match(name.strip())) for name in names)
    hours = [int(found[1]) for name in names if (found := HOUR_COLUMN.match(name.strip()))]
    return clock >= LEAST_HOURS or sorted(hours) in (list(range(24)), list(range(1, 25)))


def time_and_others(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
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


def all_numbers(first: pl.DataFrame, names: Sequence[str]) -> bool:
    """Return whether columns hold numbers alone, or nothing."""
    schema = first.schema
    numbers = first.select(number(name, schema[name]) for name in names)
    texts = first.select(names)
    filled = [sum(str(v).strip() != "" for v in texts[name] if v is not None) for name in names]
    good = [numbers[name].is_not_null().sum() for name in names]
    return first.height > 0 and sum(good) > 0 and all(a == b for a, b in zip(filled, good, strict=True))
