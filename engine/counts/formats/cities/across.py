"""Tables with a row for a day and a column for each hour or quarter of an hour, as many agencies print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl

from .....networks.errors import InputError
from .....networks.types import DAY_S
from ...values.headings import TOTAL
from ...values.numbers import number
from ...values.stamps import stamps
from ..counts_format import How, Rows
from ..mapped import check_counts
from ..opening import Opening
from ..scanned import columns_of, scan
from .wide_columns import CALENDAR, DAYS, HOUR_COLUMN, LEAST_HOURS, TIME_COLUMN

HOUR_S = 3600
NAMES = ("site", "station", "detector", "location", "name", "id", "direction", "dir", "lane", "channel")


def recognises(opening: Opening) -> bool:
    """Return whether there is a column of days and one for each hour of the day or part of it."""
    return not opening.is_xml and _day(opening.columns) is not None and len(_times(opening.columns)) >= LEAST_HOURS


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts; detectors have the names of the columns beside the day, joined by a slash.

    Columns 00:00 to 23:00 are begins; where the last one is 24:00, or there is no 0:00, they are ends. Raises
    InputError where the columns are not whole steps of a day apart.
    """
    scanned = scan(path)
    columns = columns_of(scanned)
    day, times = _day(columns), _times(columns)
    if day is None or len(times) < 2:
        raise InputError(
            where=f"{path}, line 1",
            found="the columns " + ", ".join(columns[:20]),
            rule="such a table has a column of days and one for each hour, as 00:00, 01:00 or Hour00",
            fix="name the right --format, or give a mapping file",
        )
    step_s = _step(times, path)
    ends = how.edge == "end" or (how.edge is None and (min(times.values()) > 0 and max(times.values()) == DAY_S))
    schema = scanned.rows.collect_schema()
    check_counts(scanned, list(times), schema)
    when = stamps(scanned.rows, day, where=f"{path}, column {day}", dates=how.dates)
    scanned.refuse(when.moment.is_null(), column=day, rule="a row has its day", fix="correct it, or take the row out")
    places = [name for name in columns if name.strip().lower() in NAMES]
    name = pl.concat_str(
        [pl.col(n).cast(pl.String).str.strip_chars() for n in places], separator="/", ignore_nulls=True
    )
    wide = scanned.rows.select(
        "row",
        detector=name if places else pl.lit(how.site or path.stem),
        day=when.moment,
        **{column: number(column, schema[column]) for column in times},
    )
    long = wide.unpivot(list(times), index=["row", "detector", "day"], variable_name="time", value_name="count")
    second = pl.col("time").replace_strict(
        list(times), [s - step_s * ends for s in times.values()], return_dtype=pl.Int64
    )
    table = long.select(
        "row",
        "detector",
        "count",
        start=pl.col("day") + pl.duration(seconds=second),
        interval_s=pl.lit(step_s, dtype=pl.Int32),
    )
    left = [n for n in columns if n not in (day, *times, *places) and n.strip().lower() not in CALENDAR]
    told = [f"{len(times)} columns are the {'ends' if ends else 'begins'} of bins of {step_s} s on the day of {day}"]
    told.append(f"detectors are named by {', '.join(places)}" if places else "one detector, named after the file")
    if left:
        told.append("left out: " + ", ".join(left))
    return Rows(table=table, told=(*told, *when.told), first_line=scanned.first_line, edge_taken=True)


def _day(columns: Sequence[str]) -> str | None:
    lower = {name.strip().lower(): name for name in reversed(columns)}
    return next((lower[name] for name in (*DAYS, "count_date", "report date") if name in lower), None)


def _times(columns: Sequence[str]) -> dict[str, int]:
    """Return the columns that are times of day, and theirs. [s]"""
    clock = {n: _second(found) for n in columns if (found := TIME_COLUMN.match(n.strip())) and not TOTAL.search(n)}
    if len(clock) >= LEAST_HOURS:
        return clock
    hours = {n: int(found[1]) for n in columns if (found := HOUR_COLUMN.match(n.strip()))}
    if len(hours) < 24 or sorted(hours.values())[:24] not in (list(range(24)), list(range(1, 25))):
        return {}
    return {n: hour * HOUR_S for n, hour in hours.items()}


def _second(found: re.Match[str]) -> int:
    return int(found[1]) * HOUR_S + int(found[2]) * 60


def _step(times: dict[str, int], path: Path) -> int:
    seconds = list(times.values())
    steps = {b - a for a, b in pairwise(seconds)}
    if len(steps) > 1 and seconds[-1] == 0:  # the last one is 24:00, written 00:00
        times[list(times)[-1]] = DAY_S
        return _step(times, path)
    step = next(iter(steps))
    if len(steps) > 1 or step <= 0 or DAY_S % step or max(seconds) > DAY_S:
        raise InputError(
            where=f"{path}, line 1",
            found="columns of times that are not as far apart from each other",
            rule="columns of times are whole steps of a day apart, one after the other",
            fix="write a row for each bin: detector,start,interval_s,count",
        )
    return step
