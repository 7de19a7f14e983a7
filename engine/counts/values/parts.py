"""Rows of classes and directions added up: people are no vehicles, and a total beside its parts counts once."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from .headings import PEOPLE, TOTAL

LEAST_BINS = 4
SHOWN = 8
KEYS = ("signal", "detector", "start", "interval_s", "fold")


def added_up(rows: pl.LazyFrame, by: Sequence[str]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows with counts added up over classes and directions, which are the columns `by`, and what to tell.

    Rows of people on foot and bicycles are left out beside others. Rows of a total, by its name or because it is the
    sum of all others in every bin, are taken in place of that sum. Every bin of a class stands once (see `once`).
    """
    told: list[str] = []
    for column in by:
        rows = rows.with_columns(pl.col(column).cast(pl.String).str.strip_chars())
        words = _words(rows, column)
        people = [word for word in words if PEOPLE.search(word)]
        if people and len(words) > len(people):
            rows = rows.filter(~pl.col(column).is_in(people) | pl.col(column).is_null())
            told.append(f"of the column {column} the rows {', '.join(people)} are left out: no vehicles of lanes")
            words = [word for word in words if word not in people]
        total = _total(rows, column, words)
        if total is not None:
            rows = rows.filter(pl.col(column) == total)
            told.append(f"of the column {column} the rows '{total}' are taken; the others are parts of them")
        elif len(words) > 1:
            more = ", …" if len(words) > SHOWN else ""
            told.append(f"of the column {column}, {', '.join(words[:SHOWN])}{more} are added up")
    names = [name for name in rows.collect_schema().names() if name not in by]
    keys = [name for name in KEYS if name in names]
    more_columns = [
        pl.col(name).min() if name == "row" else pl.col(name).mean() for name in names if name not in (*keys, "count")
    ]
    counted = pl.col("count").is_not_null().any()
    total_count = pl.when(counted).then(pl.col("count").sum()).alias("count")
    return rows.group_by(keys, maintain_order=True).agg(total_count, *more_columns), tuple(told)


def _words(rows: pl.LazyFrame, column: str) -> list[str]:
    values = rows.select(pl.col(column).unique()).collect(engine="streaming")[column]
    return sorted(str(value) for value in values.drop_nulls() if value)


def _total(rows: pl.LazyFrame, column: str, words: list[str]) -> str | None:
    """Return the value whose rows are totals of the others: by its name, else because it adds up in every bin."""
    named = [word for word in words if TOTAL.search(word)]
    if named and len(words) > len(named):
        return min(named, key=len)
    if len(words) < 3:  # of two that are alike, neither is the other's sum
        return None
    names = rows.collect_schema().names()
    keys = [name for name in (*KEYS, "class", "direction") if name in names and name != column]
    bins = rows.group_by(keys).agg(
        pl.col("count").sum().alias("\0all"), largest=pl.col(column).sort_by("count").last(), most=pl.col("count").max()
    )
    moving = bins.filter(pl.col("\0all") > 0)
    sums = moving.select(
        adds=(2 * pl.col("most") == pl.col("\0all")).mean(),
        bins=pl.len(),
        different=pl.col("most").n_unique(),
        word=pl.col("largest").mode().first(),
        alone=(pl.col("largest") == pl.col("largest").mode().first()).mean(),
    )
    found = sums.collect(engine="streaming").row(0, named=True)
    if found["different"] < LEAST_BINS or found["adds"] != 1.0 or found["alone"] != 1.0:
        return None
    return str(found["word"])


def without_total(rows: pl.LazyFrame) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows without a detector that says it is a total and is the sum of all others in every bin."""
    names = rows.select(pl.col("detector").unique()).collect(engine="streaming")["detector"].drop_nulls().to_list()
    odd = [str(name) for name in names if TOTAL.search(str(name))]
    if len(odd) != 1 or len(names) < 3:
        return rows, ()
    is_total = pl.col("detector") == odd[0]
    bins = rows.group_by("start").agg(
        total=pl.col("count").filter(is_total).sum(), parts=pl.col("count").filter(~is_total).sum()
    )
    sums = bins.select(adds=(pl.col("total") == pl.col("parts")).all(), different=pl.col("total").n_unique())
    adds, different = sums.collect(engine="streaming").row(0)
    if not adds or different < LEAST_BINS:
        return rows, ()
    return rows.filter(~is_total), (f"the detector '{odd[0]}' is left out: it is the sum of all others in every bin",)
