"""UTDF volume tables (Synchro): turning movement counts, a column for each movement."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ..values.numbers import number
from ..values.stamps import stamps
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, collected, columns_of, first_lines, scan

TITLE = "turning movement count"
KEYS = ("DATE", "TIME", "INTID")
MINUTES = re.compile(r"(\d+)\s*minute", re.IGNORECASE)


def recognises(opening: Opening) -> bool:
    """Return whether the first line is the title of such a table."""
    return bool(opening.lines) and TITLE in opening.lines[0].lower()


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a UTDF volume file."""
    table, told = read_utdf_volumes(path, how)
    return Rows(table=table, told=told, first_line=4)


def read_utdf_volumes(path: Path, how: How) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a UTDF volume file as the long table, and what to tell.

    A count of movement NBL at node 5 has the detector name 5/NBL.

    TIME is the start of the bin as HHMM, also written ="0715"; the second line tells its length. `*` is not counted.

    Raises InputError with the line for another title, a time, date or count that is none.
    """
    interval_s = _interval(path)
    scanned = scan(path, skip_lines=2)
    names = {name: name.strip().upper() for name in columns_of(scanned)}
    absent = [key for key in KEYS if key not in names.values()]
    if absent:
        raise InputError(
            where=f"{path}, line 3",
            found="no column " + ", ".join(absent),
            rule="a UTDF volume table has DATE, TIME, INTID and a column for each movement",
            fix="add what is missing",
        )
    table = Scanned(path=path, rows=scanned.rows.rename(names), first_line=scanned.first_line)
    movements = [n for n in names.values() if n not in KEYS and n and not n.startswith("_DUPLICATED")]
    digits = pl.col("TIME").str.replace_all(r'[="\s:]', "")
    minute = digits.str.slice(-2).cast(pl.Int64, strict=False)
    hour = digits.str.head(digits.str.len_chars() - 2).cast(pl.Int64, strict=False).fill_null(0)
    when = stamps(table.rows, "DATE", where=str(path), dates=how.dates, usual="mdy")
    midnight = when.moment
    table.refuse(midnight.is_null(), column="DATE", rule="a date is written month/day/year", fix="write it so")
    wrong_time = minute.is_null() | (minute > 59) | (hour > 23) | (digits.str.len_chars() > 4)
    table.refuse(wrong_time, column="TIME", rule="a time is written HHMM", fix="write it so")
    for name in movements:
        _check(table, name)
    wide = table.rows.select(
        "row",
        node=pl.col("INTID").str.strip_chars(),
        start=midnight + pl.duration(hours=hour, minutes=minute),
        **{name: number(name, pl.String) for name in movements},
    )
    long = wide.unpivot(movements, index=["row", "node", "start"], variable_name="movement", value_name="count")
    empty = collected(long.group_by("movement").agg(pl.col("count").is_not_null().any()), path).filter(~pl.col("count"))
    rows = long.filter(~pl.col("movement").is_in(empty["movement"].implode())).select(
        "row",
        detector=pl.concat_str("node", "movement", separator="/"),
        start="start",
        interval_s=pl.lit(interval_s, dtype=pl.Int32),
        count="count",
    )
    return rows, when.told


def _interval(path: Path) -> int:
    lines = first_lines(path, 2)
    if not lines or TITLE not in lines[0].lower():
        raise InputError(
            where=f"{path}, line 1",
            found=f"'{(lines or [''])[0][:60]}'",
            rule="a UTDF volume table starts with the line Turning Movement Count",
            fix="name the right --format",
        )
    told = MINUTES.search(lines[1]) if len(lines) > 1 else None
    if not told or int(told[1]) not in (5, 10, 15, 30, 60):
        raise InputError(
            where=f"{path}, line 2",
            found=f"'{(lines[1:] or [''])[0][:60]}'",
            rule="the second line tells the bins: 15 Minute Counts or 60 Minute Counts",
            fix="correct it",
        )
    return int(told[1]) * 60


def _check(table: Scanned, name: str) -> None:
    text = pl.col(name).str.strip_chars()
    counted = text.is_not_null() & ~text.is_in(["", "*"])
    table.refuse(
        counted & ~(number(name, pl.String) >= 0).fill_null(False),
        column=name,
        rule="a movement's count is a number, or * where it was not counted",
        fix="correct it",
    )
