"""The rules of the long table, checked piece by piece; the first row that breaks one is named."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ...networks.errors import InputError
from ...networks.types import DAY_S
from .formats.scanned import Scanned, collected


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    bad: pl.Expr
    column: str
    rule: str
    fix: str


def check_values(table: Scanned, known: set[str] | None) -> None:
    """Raise InputError for a count, start or interval that is none, or a detector that is not known."""
    number, length = pl.col("veh").is_finite().fill_null(False), pl.col("length")
    whole = length.is_finite().fill_null(False) & (length >= 1) & (length <= DAY_S) & (length % 1 == 0)
    unnamed = pl.col("name").is_null() | (pl.col("name") == "")
    unknown = unnamed if known is None else ~pl.col("name").is_in(sorted(known)).fill_null(False)
    _first_broken(
        table,
        _Rule(
            bad=~number & ~pl.col("empty"),
            column="count",
            rule="a count is a number of vehicles, or empty where it is missing",
            fix="correct the count or leave it empty",
        ),
        _Rule(
            bad=(pl.col("veh") < 0).fill_null(False),
            column="count",
            rule="a count is 0 or more",
            fix="negative values are often error codes of the controller: leave such counts empty",
        ),
        _Rule(
            bad=pl.col("time").is_null(),
            column="start",
            rule="a start is a local time without a zone, as 2025-03-03T07:00:00",
            fix="write the start of the bin so",
        ),
        _Rule(
            bad=(~whole | (DAY_S % length != 0)).fill_null(True),
            column="interval_s",
            rule="the interval is a whole number of seconds that divides the day",
            fix="correct it; 300 and 900 are usual",
        ),
        _Rule(
            bad=unknown,
            column="detector",
            rule="every detector of the counts stands in the list of detectors",
            fix="add it to detectors.csv or take its rows out",
        ),
    )


def interval_of(table: Scanned) -> int:
    """Return the interval of all rows. [s] Raises InputError if there are two, or no row."""
    first = collected(table.rows.select("length").head(1), table.path)
    if first.is_empty():
        raise InputError(
            where=str(table.path), found="no row", rule="a table of counts has rows", fix="export it again"
        )
    length = float(first.item())
    _first_broken(
        table,
        _Rule(
            bad=pl.col("length") != length,
            column="interval_s",
            rule="all counts of a study have one interval",
            fix="sum the shorter bins up to the longer ones",
        ),
    )
    return int(length)


def check_places(table: Scanned, interval_s: int) -> None:
    """Raise InputError for a bin that does not start a whole number of intervals after midnight."""
    time = pl.col("time").dt
    second = time.hour().cast(pl.Int64) * 3600 + time.minute().cast(pl.Int64) * 60 + time.second().cast(pl.Int64)
    _first_broken(
        table,
        _Rule(
            bad=(second % interval_s != 0) | (time.microsecond() != 0),
            column="start",
            rule=f"bins start a whole number of intervals ({interval_s} s) after midnight",
            fix="sum the counts up to such bins",
        ),
    )


def _first_broken(table: Scanned, *rules: _Rule) -> None:
    """Raise InputError for the first row that breaks the first rule that any row breaks. One pass over the file."""
    which = pl.lit(len(rules))
    for place in range(len(rules) - 1, -1, -1):
        which = pl.when(rules[place].bad).then(place).otherwise(which)
    counted = table.rows.with_columns(broken=which).filter(pl.col("broken") < len(rules))
    tally = collected(counted.group_by("broken").agg(row=pl.col("row").min(), many=pl.len()).sort("broken"), table.path)
    if tally.is_empty():
        return
    found = tally.row(0, named=True)
    rule = rules[found["broken"]]
    row = collected(table.rows.filter(pl.col("row") == found["row"]).head(1), table.path).row(0, named=True)
    more = f" (and {found['many'] - 1} more like it)" if found["many"] > 1 else ""
    raise InputError(
        where=table.where(found["row"]),
        found=f"{rule.column} '{row[rule.column]}' of detector {row['detector']}{more}",
        rule=rule.rule,
        fix=rule.fix,
    )
