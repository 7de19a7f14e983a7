"""VicRoads SCATS day files (VSDATA): a row for a site, detector and day, a column for each quarter of an hour."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ..values.numbers import empty, number
from ..values.stamps import stamps
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, columns_of, named, scan

BINS = tuple(f"V{k:02d}" for k in range(96))
INTERVAL_S = 900
KEYS = {
    "site": ("NB_SCATS_SITE",),
    "day": ("QT_INTERVAL_COUNT",),
    "channel": ("NB_DETECTOR",),
}
MARKS = {"records": ("CT_RECORDS",), "alarms": ("CT_ALARM_24HOUR",)}


def recognises(opening: Opening) -> bool:
    """Return whether the columns of a site and of a day are there."""
    return opening.has(KEYS["site"], KEYS["day"])


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a VSDATA file."""
    table, told = read_scats(path, how)
    return Rows(table=table, told=told, first_line=2)


def read_scats(path: Path, how: How) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a VSDATA file as the long table, and what to tell; detectors are named SITE/DETECTOR.

    Negative values are error codes and become empty. `observed_share` is the share of the day's 96 records that are
    there and without alarm, as the file's own CT_RECORDS and CT_ALARM_24HOUR say.

    Raises InputError with the line for a missing column, a date or a value that is none.
    """
    scanned = scan(path)
    there = set(columns_of(scanned))
    marks = {name: names for name, names in MARKS.items() if names[0] in there}
    table = named(scanned, KEYS | marks | {name: (name,) for name in BINS}, "a SCATS day file")
    when = stamps(table.rows, "day", where=str(path), dates=how.dates, usual="dmy")
    _check(table, when.moment)
    schema = table.rows.collect_schema()
    midnight = when.moment.dt.truncate("1d")
    good = pl.lit(96.0)
    if "records" in marks:
        good = number("records", schema["records"]).fill_null(0.0).clip(0, 96)
    if "alarms" in marks:
        good = pl.min_horizontal(good, 96.0 - number("alarms", schema["alarms"]).fill_null(0.0).clip(0, 96))
    wide = table.rows.select(
        "row",
        detector=pl.concat_str(
            *(pl.col(c).cast(pl.String).str.strip_chars() for c in ("site", "channel")), separator="/"
        ),
        midnight=midnight,
        observed_share=(good / 96.0).cast(pl.Float32),
        **{name: number(name, schema[name]) for name in BINS},
    )
    long = wide.unpivot(
        BINS, index=["row", "detector", "midnight", "observed_share"], variable_name="bin", value_name="count"
    )
    quarter = pl.col("bin").str.slice(1).cast(pl.Int64)
    rows = long.select(
        "row",
        "detector",
        start=pl.col("midnight") + pl.duration(seconds=quarter * INTERVAL_S),
        interval_s=pl.lit(INTERVAL_S, dtype=pl.Int32),
        count=pl.when(pl.col("count") >= 0).then("count"),
        observed_share="observed_share",
    )
    return rows, when.told


def _check(table: Scanned, midnight: pl.Expr) -> None:
    schema = table.rows.collect_schema()
    table.refuse(
        midnight.is_null(),
        column="day",
        rule="QT_INTERVAL_COUNT is a date",
        fix="write it as 2025-03-03",
    )
    for name in ("site", "channel"):
        table.refuse(pl.col(name).is_null(), column=name, rule="every row names its site and detector", fix="add it")
    bad = {n: ~empty(n, schema[n]) & number(n, schema[n]).is_null() for n in BINS}
    any_bad = table.rows.filter(pl.any_horizontal(*bad.values())).head(1).collect(engine="streaming")
    if any_bad.height:
        column = next(n for n in BINS if any_bad.select(bad[n]).item())
        table.refuse(bad[column], column=column, rule="a volume is a number", fix="correct it or leave it empty")
