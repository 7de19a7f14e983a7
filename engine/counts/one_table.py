"""What readers found, as one long table: one place for zones, odd dates, doubled rows, totals and lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...networks.errors import InputError
from .formats.counts_format import How, Rows
from .formats.local_time import localised
from .values.doubled import OF_ONE_FILE, Source, once
from .values.edges import at_begin
from .values.lengths import one_length, own_lengths
from .values.parts import without_total
from .values.plausible import plausible


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One file (or the files of one event log) as the long table, lazily; and what a reader had to leave out.

    Every bin of a detector stands once for each `fold`, and all bins of a detector have one length.
    """

    format: str
    rows: pl.LazyFrame
    paths: tuple[Path, ...]
    first_line: int = 0
    blurred_hours: int = 0
    phases: pl.DataFrame | None = None
    told: tuple[str, ...] = ()  # how the file was read, where it is not written as usual


def in_order(found: Rows, how: How, source: Source) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return what a reader found as the long table in local time, by the rules that all readers share.

    Stamps of ends become those of begins; zones are left; dates that cannot be are; every bin stands once; a detector's
    bins have one length. The rows are looked at several times: they are scanned, or in memory.

    Raises InputError as the rules do.
    """
    name = source.files[0][0]
    _require_names(found.table, source)
    rows, edges = at_begin(found.table, None if found.edge_taken else how.edge, guess=not found.says_begin)
    if not found.local:
        rows = localised(rows, tz=how.tz, stamps=how.stamps, source=name)
    rows, dates = plausible(rows, name)
    known = how.tz is not None or "fold" in rows.collect_schema().names()
    rows, twice = once(rows, source, zone_known=known)
    rows, total = without_total(rows)
    rows, lengths = one_length(rows, own_lengths(rows))
    return rows, (*found.told, *edges, *dates, *twice, *total, *lengths)


def _require_names(rows: pl.LazyFrame, source: Source) -> None:
    """Raise InputError for a count without a detector: no reader may leave that to chance."""
    nameless = rows.filter(pl.col("detector").is_null() | (pl.col("detector") == "")).head(1).collect()
    if nameless.height:
        raise InputError(
            where=source.place(nameless["row"][0] if "row" in nameless.columns else None),
            found="no name of a detector",
            rule="a count has a detector",
            fix="name it, or take the row out",
        )


def in_one(read: Sequence[Read]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows of all files as one table, and what to tell. Raises InputError where they contradict."""
    if len(read) == 1:
        return read[0].rows, ()
    numbered = [
        one.rows.with_columns(row=pl.col("row").cast(pl.Int64) + k * OF_ONE_FILE)
        if "row" in one.rows.collect_schema().names()
        else one.rows.with_columns(row=pl.lit(k * OF_ONE_FILE, dtype=pl.Int64))
        for k, one in enumerate(read)
    ]
    folded = ["fold" in rows.collect_schema().names() for rows in numbered]
    if any(folded):
        numbered = [
            rows if has else rows.with_columns(fold=pl.lit(0, dtype=pl.Int8))
            for rows, has in zip(numbered, folded, strict=True)
        ]
    source = Source(files=tuple((str(one.paths[0]), one.first_line) for one in read))
    rows, twice = once(pl.concat(numbered, how="diagonal_relaxed"), source, zone_known=True)
    rows, lengths = one_length(rows, own_lengths(rows))
    return rows, (*twice, *lengths)
