"""Counts by bin in a third-party table: ATSPM aggregates and the like."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ....networks.types import DAY_S
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, collected, columns_of, moment, named, number, scan

TIME = ("start", "TimeStamp", "BinStartTime", "Start", "datetime")
COUNT = ("count", "Total", "EventCount", "DetectorCount", "Volume", "TotalVolume")
DETECTOR = ("detector", "DetectorId", "DetectorPrimaryId", "DetectorChannel", "channel", "section", "site")
SIGNAL = ("signal", "DeviceId", "SignalId", "LocationIdentifier")
OPTIONAL = ("occupancy", "observed_share", "chatter", "held_s", "on_green", "fold")
EMPTY_OR_NUMBER = "a count is 0 or more, or empty where it is missing"


def recognises(opening: Opening) -> bool:
    """Return whether there are times, counts, and what tells the detectors or devices apart."""
    return opening.has(TIME, COUNT, (*DETECTOR, *SIGNAL))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return a table of aggregates; the interval is the one that was said, else the usual one."""
    return Rows(table=read_aggregates(path, how.interval_s))


def read_aggregates(path: Path, interval_s: int | None = None) -> pl.LazyFrame:
    """Return ATSPM aggregates `TimeStamp,DeviceId,Detector,Total` (or names like these) as the long table.

    Detectors are named DEVICE/CHANNEL where there is a device. The interval is the most frequent time between two
    stamps, unless given. In tables that have no row with 0, bins in which a device reported anything at all hold zeros
    for its other detectors: writers of such tables leave zeros out.

    Raises InputError with the line for a stamp or a count that is none.
    """
    scanned = scan(path)
    there = {name.lower() for name in columns_of(scanned)}
    by_signal = any(name.lower() in there for name in SIGNAL)
    wanted = {"detector": DETECTOR, "start": TIME, "count": COUNT} | ({"signal": SIGNAL} if by_signal else {})
    table = checked_rows(named(scanned, wanted, "a table of aggregates"), by_signal=by_signal)
    step = interval_s or usual_step(table, path)
    least = collected(table.select(pl.col("count").min()), path).item()
    filled = _filled(table) if by_signal and least is not None and least > 0 else table
    return filled.with_columns(interval_s=pl.lit(step, dtype=pl.Int32)).drop("signal", strict=False)


def checked_rows(table: Scanned, *, by_signal: bool) -> pl.LazyFrame:
    """Return a table with our column names as the long table. Raises InputError for the first row that is wrong."""
    schema = table.rows.collect_schema()
    count, start = number("count", schema["count"]), moment("start", schema["start"])
    empty = pl.col("count").is_null() | (pl.col("count").cast(pl.String).str.strip_chars() == "")
    bad = ~empty & ~((count >= 0) & count.is_finite()).fill_null(False)
    table.refuse(bad, column="count", rule=EMPTY_OR_NUMBER, fix="correct it; leave it empty if it is an error code")
    table.refuse(
        start.is_null(), column="start", rule="a start is a date and time, as 2025-03-03T07:00:00", fix="write it so"
    )
    name = pl.col("detector").cast(pl.String).str.strip_chars()
    table.refuse(name.is_null() | (name == ""), column="detector", rule="a count has a detector", fix="name it")
    if by_signal:
        name = pl.concat_str(pl.col("signal").cast(pl.String).str.strip_chars(), name, separator="/")
    numbers = [c for c in schema.names() if c in OPTIONAL or c == "interval_s"]
    more = {c: number(c, schema[c]).cast(pl.Int32 if c in ("interval_s", "fold") else pl.Float32) for c in numbers}
    kept = ["signal"] if by_signal else []
    return table.rows.select(*kept, detector=name, start=start, count=count, **more)


def usual_step(table: pl.LazyFrame, path: Path) -> int:
    """Return the most frequent time between a bin and the next. [s] Raises InputError if there is only one bin."""
    stamps = collected(table.select(pl.col("start").unique()), path)["start"].sort()
    steps = stamps.diff().drop_nulls().dt.total_seconds()
    if not len(steps):
        raise InputError(
            where=str(path),
            found="one bin",
            rule="the interval is read off the time between two bins",
            fix="say it: --interval 900",
        )
    step = int(steps.mode().sort()[0])
    if step <= 0 or DAY_S % step:
        raise InputError(
            where=str(path),
            found=f"bins {step} s apart",
            rule="bins divide the day evenly",
            fix="say the interval: --interval 900",
        )
    return step


def _filled(table: pl.LazyFrame) -> pl.LazyFrame:
    spoke = table.select("signal", "start").unique()
    detectors = table.select("signal", "detector").unique()
    every = spoke.join(detectors, on="signal").join(table, on=["signal", "detector", "start"], how="left")
    return every.with_columns(pl.col("count").fill_null(0.0))
