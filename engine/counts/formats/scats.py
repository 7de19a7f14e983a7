"""VicRoads SCATS day files (VSDATA): a row for a site, detector and day, a column for each quarter of an hour."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, columns_of, moment, named, number, scan

BINS = tuple(f"V{k:02d}" for k in range(96))
INTERVAL_S = 900
KEYS = {
    "site": ("NB_SCATS_SITE",),
    "day": ("QT_INTERVAL_COUNT",),
    "channel": ("NB_DETECTOR",),
}
MARKS = {"records": ("CT_RECORDS",), "alarms": ("CT_ALARM_24HOUR",)}
DAY_FORMATS = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d", "%d/%m/%Y", "%d/%m/%Y %H:%M:%S%.f")


def recognises(opening: Opening) -> bool:
    """Return whether the columns of a site and of a day are there."""
    return opening.has(KEYS["site"], KEYS["day"])


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a VSDATA file."""
    return Rows(table=read_scats(path))


def read_scats(path: Path) -> pl.LazyFrame:
    """Return a VSDATA file as the long table; detectors are named SITE/DETECTOR.

    Negative values are error codes and become empty. `observed_share` is the share of the day's 96 records that are
    there and without alarm, as the file's own CT_RECORDS and CT_ALARM_24HOUR say.

    Raises InputError with the line for a missing column, a date or a value that is none.
    """
    scanned = scan(path)
    there = set(columns_of(scanned))
    marks = {name: names for name, names in MARKS.items() if names[0] in there}
    table = named(scanned, KEYS | marks | {name: (name,) for name in BINS}, "a SCATS day file")
    _check(table)
    schema = table.rows.collect_schema()
    midnight = moment("day", schema["day"], DAY_FORMATS).dt.truncate("1d")
    good = pl.lit(96.0)
    if "records" in marks:
        good = number("records", schema["records"]).fill_null(0.0).clip(0, 96)
    if "alarms" in marks:
        good = pl.min_horizontal(good, 96.0 - number("alarms", schema["alarms"]).fill_null(0.0).clip(0, 96))
    wide = table.rows.select(
        detector=pl.concat_str(
            *(pl.col(c).cast(pl.String).str.strip_chars() for c in ("site", "channel")), separator="/"
        ),
        midnight=midnight,
        observed_share=(good / 96.0).cast(pl.Float32),
        **{name: number(name, schema[name]) for name in BINS},
    )
    long = wide.unpivot(BINS, index=["detector", "midnight", "observed_share"], variable_name="bin", value_name="count")
    quarter = pl.col("bin").str.slice(1).cast(pl.Int64)
    return long.select(
        "detector",
        start=pl.col("midnight") + pl.duration(seconds=quarter * INTERVAL_S),
        interval_s=pl.lit(INTERVAL_S, dtype=pl.Int32),
        count=pl.when(pl.col("count") >= 0).then("count"),
        observed_share="observed_share",
    )


def _check(table: Scanned) -> None:
    schema = table.rows.collect_schema()
    table.refuse(
        moment("day", schema["day"], DAY_FORMATS).is_null(),
        column="day",
        rule="QT_INTERVAL_COUNT is a date",
        fix="write it as 2025-03-03",
    )
    for name in ("site", "channel"):
        table.refuse(pl.col(name).is_null(), column=name, rule="every row names its site and detector", fix="add it")
    text = {name: pl.col(name).cast(pl.String).str.strip_chars() for name in BINS}
    bad = {n: text[n].is_not_null() & (text[n] != "") & number(n, schema[n]).is_null() for n in BINS}
    any_bad = table.rows.filter(pl.any_horizontal(*bad.values())).head(1).collect(engine="streaming")
    if any_bad.height:
        column = next(n for n in BINS if any_bad.select(bad[n]).item())
        table.refuse(bad[column], column=column, rule="a volume is a number", fix="correct it or leave it empty")
