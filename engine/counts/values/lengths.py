"""Bins of several lengths in one series, brought together by time: each second counts once.

The series takes its longest length that covers a fifth of its time or more; shorter bins are summed up to it where they
cover one of its bins without a gap. Stray longer bins, and bins that shorter ones cover in part, are left out and told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from ....networks.errors import InputError
from ....networks.types import DAY_S

LEAST_SHARE = 0.2
MEANS = ("occupancy", "observed_share", "chatter", "speed")


def own_lengths(rows: pl.LazyFrame) -> dict[str, int]:
    """Return the length of bins that each series is brought to. [s]"""
    counted = rows.group_by("detector", "interval_s").agg(pl.len()).collect(engine="streaming")
    covered = counted.with_columns(seconds=pl.col("len").cast(pl.Int64) * pl.col("interval_s").cast(pl.Int64))
    share = pl.col("seconds") / pl.col("seconds").sum().over("detector")
    usual = covered.with_columns(share=share).filter(pl.col("share") >= LEAST_SHARE)
    grouped = usual.group_by("detector").agg(pl.col("interval_s").unique())
    return {name: common_length(lengths) for name, lengths in grouped.iter_rows()}


def common_length(lengths: list[int]) -> int:
    """Return the shortest length that all divide, a day at most. [s]"""
    length = math.lcm(*(int(one) for one in lengths if one and one > 0))
    return length if DAY_S % length == 0 else max(int(one) for one in lengths)


def one_length(rows: pl.LazyFrame, wanted: Mapping[str, int]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows with every series in bins of its wanted length, and what to tell. Every bin stands once.

    Series that have it already are passed on unread.
    """
    counted = rows.group_by("detector", "interval_s").agg(pl.len()).collect(engine="streaming")
    names = pl.DataFrame(
        {"detector": list(wanted), "\0to": list(wanted.values())}, schema={"detector": pl.String, "\0to": pl.Int64}
    )
    odd = counted.join(names, on="detector").filter(pl.col("interval_s") != pl.col("\0to"))
    if odd.is_empty():
        return rows, ()
    mixed = odd["detector"].unique()
    theirs = rows.filter(pl.col("detector").is_in(mixed.implode())).join(names.lazy(), on="detector").collect()
    together, left_out = _together(theirs)
    _require_some(mixed, together)
    others = rows.filter(~pl.col("detector").is_in(mixed.implode()))
    reached = odd.select(pl.col("\0to").unique())["\0to"]
    told = f"bins of several lengths are brought together by time: of {_some(mixed)}, to {_some(reached)} s"
    if left_out:
        told += f"; {left_out} bins are left out, which are longer, or not covered by shorter ones without a gap"
    return pl.concat([others, together.lazy()], how="diagonal_relaxed"), (told,)


def _require_some(mixed: pl.Series, together: pl.DataFrame) -> None:
    """Raise InputError for a series of which nothing is left."""
    gone = mixed.filter(~mixed.is_in(together["detector"].unique().implode())).sort()
    if gone.len():
        raise InputError(
            where=f"the counts of detector {gone[0]}",
            found="bins of several lengths, of which none make a bin of the longest without a gap"
            + (f" (and of {gone.len() - 1} more)" if gone.len() > 1 else ""),
            rule="bins of several lengths are brought together by time, each second once",
            fix="export the counts in bins of one length, which start whole lengths after midnight",
        )


def _some(values: pl.Series) -> str:
    words = [str(value) for value in values.sort().to_list()]
    return ", ".join(words[:4]) + (f" and {len(words) - 4} more" if len(words) > 4 else "")


def _together(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the series in bins of length `\0to`, and how many rows were left out."""
    fold = ["fold"] if "fold" in rows.columns else []
    second = (pl.col("start") - pl.col("start").dt.truncate("1d")).dt.total_seconds()
    rows = rows.with_columns(
        pl.col("start").alias("\0at"), start=pl.col("start") - pl.duration(seconds=second % pl.col("\0to"))
    )
    keys = ["detector", "start", *fold]
    exact = rows.filter(pl.col("interval_s") == pl.col("\0to"), pl.col("\0at") == pl.col("start"))
    finer = rows.filter(pl.col("interval_s") < pl.col("\0to")).join(exact, on=keys, how="anti", nulls_equal=True)
    finer = finer.sort(*keys, "\0at")
    length = pl.col("interval_s").cast(pl.Int64)
    reached = (length.cum_sum() - length).over(keys)
    in_row = ((pl.col("\0at") - pl.col("start")).dt.total_seconds() == reached) & pl.col("count").is_not_null()
    whole = in_row.all().over(keys) & (length.sum().over(keys) == pl.col("\0to"))
    used = finer.filter(whole)
    weighted = [
        ((pl.col(name) * length).sum() / length.sum()).cast(rows.schema[name]).alias(name)
        for name in MEANS
        if name in rows.columns
    ]
    kept = {"detector", "start", "interval_s", "count", "\0to", "\0at", *fold, *MEANS}
    rest = [pl.col(name).max() for name in rows.columns if name not in kept]
    summed = used.group_by(keys, maintain_order=True).agg(
        pl.col("\0to").first().cast(rows.schema["interval_s"]).alias("interval_s"),
        pl.col("count").sum(),
        *weighted,
        *rest,
    )
    found = pl.concat([exact.drop("\0at", "\0to"), summed], how="diagonal_relaxed").sort("detector", "start")
    covered = rows.filter(pl.col("interval_s") < pl.col("\0to")).height - finer.height
    return found, rows.height - exact.height - used.height - covered
