"""PeMS 5-minute station files: no header, a row for a station and bin, five columns for each lane at its end."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, columns_of, moment, number, scan

INTERVAL_S = 300
FIXED = (
    "time",
    "station",
    "district",
    "freeway",
    "direction",
    "kind",
    "length",
    "samples",
    "observed",
    "flow",
    "occ",
    "speed",
)
PER_LANE = 5  # samples, flow, occupancy, speed, observed


def recognises(opening: Opening) -> bool:
    """Return whether the first line, which is no header, starts with a number and has enough columns."""
    first = opening.lines[0] if opening.lines else ""
    return first[:1].isdigit() and first.count(",") + 1 >= len(FIXED)


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a PeMS file."""
    return Rows(table=read_pems(path))


def read_pems(path: Path) -> pl.LazyFrame:
    """Return a PeMS file as the long table; detectors are named STATION/LANE, or STATION where no lane is given.

    `observed_share` is 1 for lanes that were observed and 0 for those that PeMS filled in; of whole stations it is
    the file's own percentage. Lanes that a station does not have are left out.

    Raises InputError with the line for another number of columns, a stamp or a flow that is none.
    """
    scanned = scan(path, header=False)
    width = len(columns_of(scanned))
    if width < len(FIXED) or (width - len(FIXED)) % PER_LANE:
        raise InputError(
            where=f"{path}, line 1",
            found=f"{width} columns",
            rule=f"a PeMS 5-minute file has {len(FIXED)} columns and {PER_LANE} more for each lane",
            fix="name the right --format",
        )
    names = dict(zip(columns_of(scanned), FIXED, strict=False))
    table = Scanned(path=path, rows=scanned.rows.rename(names), first_line=1)
    when = moment("time", pl.String)
    table.refuse(
        when.is_null(), column="time", rule="the first column is a time as 02/15/2016 00:05:00", fix="correct it"
    )
    lanes = (width - len(FIXED)) // PER_LANE
    parts = [_lane(table, k, when) for k in range(lanes)] or [_station(table, when)]
    rows = pl.concat(parts) if len(parts) > 1 else parts[0]
    return rows.filter(pl.col("count").is_not_null() | (pl.col("observed_share") > 0))


def _station(table: Scanned, when: pl.Expr) -> pl.LazyFrame:
    return _long(table, when, pl.col("station"), "flow", "occ", number("observed", pl.String) / 100.0)


def _lane(table: Scanned, lane: int, when: pl.Expr) -> pl.LazyFrame:
    first = 1 + len(FIXED) + lane * PER_LANE  # column 0 is the row's number
    names = table.rows.collect_schema().names()[first : first + PER_LANE]
    name = pl.concat_str(pl.col("station").str.strip_chars(), pl.lit(str(lane + 1)), separator="/")
    return _long(table, when, name, names[1], names[2], number(names[4], pl.String).clip(0, 1))


def _long(table: Scanned, when: pl.Expr, name: pl.Expr, flow: str, occupancy: str, observed: pl.Expr) -> pl.LazyFrame:
    text = pl.col(flow).str.strip_chars()
    table.refuse(
        (text != "").fill_null(False) & ~(number(flow, pl.String) >= 0).fill_null(False),
        column=flow,
        rule="a flow is a number of vehicles in 5 minutes, or empty",
        fix="correct it",
    )
    return table.rows.select(
        detector=name,
        start=when,
        interval_s=pl.lit(INTERVAL_S, dtype=pl.Int32),
        count=number(flow, pl.String),
        occupancy=number(occupancy, pl.String).cast(pl.Float32),
        observed_share=observed.fill_null(0.0).cast(pl.Float32),
    )
