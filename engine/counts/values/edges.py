"""Whether stamps tell the begin or the end of a bin, and what was said of them: `--stamps UTC,end`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import polars as pl

from ....networks.types import DAY_S

Edge = Literal["begin", "end"]
LEAST_BINS = 12  # of a detector, to tell by


def zone_and_edge(text: str | None) -> tuple[str | None, Edge | None]:
    """Return the zone and the end of the bin that `--stamps` names, in any order, parted by a comma."""
    zone: str | None = None
    edge: Edge | None = None
    for word in (part.strip() for part in (text or "").split(",") if part.strip()):
        if word.lower() in ("begin", "end"):
            edge = "end" if word.lower() == "end" else "begin"
        else:
            zone = word
    return zone, edge


def at_begin(rows: pl.LazyFrame, edge: Edge | None, *, guess: bool) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows with the begin of each bin as `start`, and what to tell.

    Without a word on it, and where the file may mean either, whole days decide: if the first bin of the file ends one
    bin after midnight and the last one at midnight, stamps are ends.
    """
    told: tuple[str, ...] = ()
    if edge is None and guess and _ends(rows):
        edge = "end"
        told = ("stamps are the ends of bins: only so the days are whole (else say --stamps begin)",)
    if edge != "end":
        return rows, told
    return rows.with_columns(start=pl.col("start") - pl.duration(seconds=pl.col("interval_s"))), told


def _ends(rows: pl.LazyFrame) -> bool:
    by = rows.group_by("detector").agg(
        first=pl.col("start").min(), last=pl.col("start").max(), step=pl.col("interval_s").max(), bins=pl.len()
    )
    table = by.collect(engine="streaming").filter(pl.col("bins") >= LEAST_BINS)
    return table.height > 0 and all(_whole(*row) for row in table.select("first", "last", "step").iter_rows())


def _whole(first: datetime | None, last: datetime | None, step: int | None) -> bool:
    if first is None or last is None or not step or step >= DAY_S:
        return False
    opens, closes = (moment.hour * 3600 + moment.minute * 60 + moment.second for moment in (first, last))
    return opens == step and closes == 0
