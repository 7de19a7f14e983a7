"""Dates that no count of a study is of: a clock that was never set, a year of two digits, a slip of the hand."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from ....networks.errors import InputError

EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2101, 1, 1)
REACH = timedelta(days=round(20 * 365.25))  # from the middle of the other stamps
RULE = "counts are of days from 1990 to 2100, and within 20 years of the rest of the file"


def plausible(rows: pl.LazyFrame, where: str) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows whose `start` (local, no zone) may be a day of the counts, and what to tell of the others.

    Raises InputError where none is.
    """
    first, last = rows.select(a=pl.col("start").min(), z=pl.col("start").max()).collect(engine="streaming").row(0)
    if first is None or (first >= EARLIEST and last < LATEST and last - first <= REACH):
        return rows, ()
    usual = rows.filter(pl.col("start") >= EARLIEST, pl.col("start") < LATEST).select(pl.col("start").median())
    middle = usual.collect(engine="streaming").item()
    if middle is None:
        raise InputError(
            where=where, found=f"stamps from {first} to {last}", rule=RULE, fix="correct the years, or the --format"
        )
    begin, end = max(EARLIEST, middle - REACH), min(LATEST, middle + REACH)
    good = (pl.col("start") >= begin) & (pl.col("start") < end)
    strange = rows.filter(~good).select(n=pl.len(), odd=pl.col("start").first()).collect(engine="streaming").row(0)
    if not strange[0]:
        return rows, ()
    told = f"{strange[0]} rows are left out, as one of {strange[1]}: {RULE}"
    return rows.filter(good), (told,)
