"""PeMS raw station files: no header, a row for a station and 30 seconds, flow, occupancy and speed of each lane.

The publisher (pems.dot.ca.gov, Data Clearinghouse, "Station Raw") says: Timestamp, Station, then Lane N Flow, Lane N
Occupancy, Lane N Speed. Stamps fall where the sample came in, so samples are brought together to bins of five minutes;
`observed_share` is how many of the ten samples are there.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ..values.numbers import number
from ..values.stamps import stamps
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, columns_of, scan

INTERVAL_S, SAMPLE_S = 300, 30
FIXED, PER_LANE = 2, 3
FIRST = re.compile(r"^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d,\d+,[\d.]*,[\d.]*,[\d.]*(,|$)")


def recognises(opening: Opening) -> bool:
    """Return whether the first line, which is no header, is a stamp, a station, and three values for each lane."""
    first = opening.lines[0] if opening.lines else ""
    return bool(FIRST.match(first)) and (first.count(",") + 1 - FIXED) % PER_LANE == 0


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts; detectors are named STATION/LANE."""
    scanned = scan(path, header=False)
    names = columns_of(scanned)
    if len(names) < FIXED + PER_LANE or (len(names) - FIXED) % PER_LANE:
        raise InputError(
            where=f"{path}, line 1",
            found=f"{len(names)} columns",
            rule=f"a raw PeMS file has {FIXED} columns and {PER_LANE} more for each lane",
            fix="name the right --format",
        )
    when = stamps(scanned.rows, names[0], where=str(path), dates=how.dates, usual="mdy").moment
    scanned.refuse(when.is_null(), column=names[0], rule="the first column is 02/15/2016 00:00:13", fix="correct it")
    length = how.interval_s or INTERVAL_S
    lanes = range((len(names) - FIXED) // PER_LANE)
    rows = pl.concat([_lane(scanned, names, lane, when, length) for lane in lanes])
    told = (f"samples of {SAMPLE_S} s are brought together to bins of {length} s", "lanes are detectors")
    return Rows(table=rows, told=told)


def _lane(table: Scanned, names: list[str], lane: int, when: pl.Expr, length: int) -> pl.LazyFrame:
    flow, occupancy = (names[FIXED + lane * PER_LANE + k] for k in (0, 1))
    text = pl.col(flow).str.strip_chars()
    table.refuse(
        (text != "").fill_null(False) & ~(number(flow, pl.String) >= 0).fill_null(False),
        column=flow,
        rule="a flow is a number of vehicles in 30 s, or empty",
        fix="correct it",
    )
    samples = table.rows.select(
        detector=pl.concat_str(pl.col(names[1]).str.strip_chars(), pl.lit(str(lane + 1)), separator="/"),
        start=when.dt.truncate(f"{length}s"),
        count=number(flow, pl.String),
        occupancy=number(occupancy, pl.String),
    ).filter(pl.col("count").is_not_null())
    bins = samples.group_by("detector", "start").agg(
        pl.col("count").sum(), pl.col("occupancy").mean().cast(pl.Float32), seen=pl.len()
    )
    return bins.sort("detector", "start").select(
        "detector",
        "start",
        "count",
        "occupancy",
        interval_s=pl.lit(length, dtype=pl.Int32),
        observed_share=(pl.col("seen") * SAMPLE_S / length).clip(0, 1).cast(pl.Float32),
    )
