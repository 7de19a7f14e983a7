"""The tables that go into a forecast: counts and items, from files or frames, checked and with one spelling."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import polars as pl

from ...networks.errors import InputError
from ...networks.files import replace_atomically, require_file

TASKS = ("next15", "next60", "peakAM", "peakPM")
NAMES = {"series": ("series", "detector"), "start": ("start", "timestamp"), "count": ("count",)}
FORMATS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


def read_table(path: Path, what: str) -> pl.DataFrame:
    """Return a Parquet table, or a CSV table with all columns as text. Raises InputError."""
    require_file(path, what)
    try:
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise InputError(
            where=str(path),
            found="no table: " + (str(error).splitlines() or ["empty"])[0],
            rule=f"{what} is a CSV, csv.gz or Parquet table",
            fix="write the table again",
        ) from error


def typed_counts(counts: pl.DataFrame) -> pl.DataFrame:
    """Return the counts as `series` (text), `start` (local time), `interval_s`, `count` (null where missing).

    Columns may also be called `detector` and `timestamp`. Without `interval_s` the least distance between two starts
    of a series is taken.

    Raises
    ------
    InputError
        A missing column, a start or a count that is none, a negative count, no row.
    """
    named = {name: _first_of(counts, spellings, "the counts") for name, spellings in NAMES.items()}
    table = counts.select(
        series=pl.col(named["series"]).cast(pl.String).str.strip_chars(),
        start=_moment(counts, named["start"]),
        count=pl.col(named["count"]).cast(pl.String).str.strip_chars().replace("", None).cast(pl.Float64, strict=False)
        if counts.schema[named["count"]] == pl.String
        else pl.col(named["count"]).cast(pl.Float64),
        given=pl.col(named["count"]).cast(pl.String).str.strip_chars().fill_null(""),
        interval_s=pl.col("interval_s").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
        if "interval_s" in counts.columns
        else pl.lit(None, dtype=pl.Int64),
    ).with_columns(count=pl.col("count").fill_nan(None))
    if table.is_empty():
        raise InputError(where="the counts", found="no row", rule="a table of counts has rows", fix="export it again")
    _refuse(table.filter(pl.col("start").is_null() | pl.col("series").is_null()), "the counts", "a start or a name")
    text = pl.col("count").is_null() & ~pl.col("given").is_in(["", "NaN", "nan", "null"])
    _refuse(table.filter(text | (pl.col("count") < 0) | pl.col("count").is_infinite()), "the counts", "a count")
    if "interval_s" not in counts.columns:
        table = table.with_columns(interval_s=pl.lit(_least_distance_s(table), dtype=pl.Int64))
    _refuse(table.filter(pl.col("interval_s").is_null()), "the counts", "an interval")
    return table.drop("given")


def typed_items(items: pl.DataFrame, known: pl.Series) -> pl.DataFrame:
    """Return the items as `series`, `origin`, `task`, in their order.

    Raises
    ------
    InputError
        A missing column, an origin that is none, an unknown task, a series that the counts never name.
    """
    for column in ("series", "origin", "task"):
        _first_of(items, (column,), "the items")
    table = items.select(
        series=pl.col("series").cast(pl.String).str.strip_chars(),
        origin=_moment(items, "origin"),
        task=pl.col("task").cast(pl.String).str.strip_chars(),
    )
    _refuse(table.filter(pl.col("origin").is_null()), "the items", "an origin")
    strange = table.filter(~pl.col("task").is_in(TASKS).fill_null(False))
    if strange.height:
        raise InputError(
            where="the items",
            found=f"the task '{strange['task'][0]}' (and {strange.height - 1} more like it)",
            rule="tasks are " + ", ".join(TASKS),
            fix="name one of them",
        )
    absent = table.filter(~pl.col("series").is_in(known.unique().implode()).fill_null(False))["series"].unique().sort()
    if absent.len():
        raise InputError(
            where="the items",
            found=f"the series '{absent[0]}' (and {absent.len() - 1} more) without a row in the counts",
            rule="every series of the items has counts",
            fix="correct the name, or take the items out",
        )
    return table


def _first_of(table: pl.DataFrame, names: tuple[str, ...], where: str) -> str:
    for name in names:
        if name in table.columns:
            return name
    raise InputError(
        where=where,
        found="the columns " + ", ".join(table.columns),
        rule=f"there is a column {' or '.join(names)}",
        fix="name the columns so",
    )


def _moment(table: pl.DataFrame, column: str) -> pl.Expr:
    """Local clock time: a zone is dropped, not converted."""
    kind = table.schema[column]
    if kind == pl.String:
        text = pl.col(column).str.strip_chars()
        return pl.coalesce(text.str.to_datetime(form, strict=False, time_unit="us") for form in FORMATS)
    if isinstance(kind, pl.Datetime):
        return pl.col(column).dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if kind == pl.Date:
        return pl.col(column).cast(pl.Datetime("us"))
    return pl.lit(None, dtype=pl.Datetime("us"))


def _least_distance_s(table: pl.DataFrame) -> int:
    gaps = table.sort("series", "start").select(
        gap=pl.col("start").diff().over("series").dt.total_seconds(),
    )["gap"]
    least = gaps.filter(gaps > 0).min()
    return int(least) if isinstance(least, (int, float)) else 3600


def _refuse(bad: pl.DataFrame, where: str, what: str) -> None:
    if bad.height:
        row = {name: str(value) for name, value in bad.row(0, named=True).items()}
        raise InputError(
            where=where,
            found=f"{what} that is none in {row} (and {bad.height - 1} more like it)",
            rule="starts and origins are local times as 2025-03-03T07:00:00, counts 0 or more, or empty where missing",
            fix="correct the row; negative counts are often error codes of the controller: leave them empty",
        )


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table, CSV if the name ends so and Parquet else, so that it is whole or not there."""
    buffer = BytesIO()
    if path.suffix == ".csv":
        table.write_csv(buffer, datetime_format="%Y-%m-%dT%H:%M:%S")
    else:
        table.write_parquet(buffer)
    replace_atomically(path, buffer.getvalue())
