"""The counts table: `detector,start,interval_s,count`, as CSV (plain or gzipped) or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ...networks.detector import Detector
from ...networks.errors import InputError
from ...networks.files import require_file
from .table import Counts

COLUMNS = ("detector", "start", "interval_s", "count")
START_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
DAY_S = 86_400


def read_counts(path: Path, detectors: Sequence[Detector]) -> Counts:
    """Return the counts of a study.

    `start` is local time without a zone (`2025-03-03T07:00:00`) and falls on a whole number of intervals after
    midnight. An empty count is a missing one. Detectors without any row are kept, all missing.

    Raises
    ------
    InputError
        With the file and, for CSV, the line: no such file, not a table, a missing column, a count that is text or
        negative, an unknown detector, a bin off the grid or twice, several interval lengths, no row at all.
    """
    table = _typed(_read(require_file(path, "the table of counts")), path)
    _check_values(table, path)
    interval_s = _interval(table, path)
    _check_places(table, path, interval_s, {detector.id for detector in detectors})
    return _arrays(table, tuple(detectors), interval_s)


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pl.read_parquet(path)
        else:
            table = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise InputError(
            where=str(path),
            found="no table: " + str(error).splitlines()[0],
            rule="counts are a CSV, csv.gz or Parquet table",
            fix="write the table again",
        ) from error
    absent = [name for name in COLUMNS if name not in table.columns]
    if absent:
        raise InputError(
            where=f"{path}, line 1",
            found="no column " + ", ".join(absent),
            rule="the columns are " + ",".join(COLUMNS),
            fix="add what is missing",
        )
    if table.is_empty():
        raise InputError(where=str(path), found="no row", rule="a table of counts has rows", fix="export it again")
    return table.select(COLUMNS)


def _typed(table: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Add the columns as values: `name`, `time`, `length`, `veh`; null where the text is none."""
    start = pl.col("start")
    if table.schema["start"] == pl.String:
        text = start.str.strip_chars()
        time = pl.coalesce(text.str.to_datetime(form, strict=False, time_unit="us") for form in START_FORMATS)
    elif isinstance(table.schema["start"], pl.Datetime):
        time = start.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    else:
        time = pl.lit(None, dtype=pl.Datetime("us"))
    return table.with_row_index("row").with_columns(
        name=pl.col("detector").cast(pl.String).str.strip_chars(),
        time=time,
        length=_number(table, "interval_s"),
        veh=_number(table, "count"),
        empty=pl.col("count").is_null() | (pl.col("count").cast(pl.String).str.strip_chars() == ""),
    )


def _number(table: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    if table.schema[name] == pl.String:
        column = column.str.strip_chars()
    elif not table.schema[name].is_numeric():
        column = pl.lit(None, dtype=pl.Float64)
    return column.cast(pl.Float64, strict=False)


def _refuse(bad: pl.DataFrame, path: Path, *, column: str, rule: str, fix: str) -> None:
    """Raise InputError for the first of the bad rows, if there is one."""
    if bad.is_empty():
        return
    first = bad.row(0, named=True)
    more = f" (and {bad.height - 1} more like it)" if bad.height > 1 else ""
    kind = "row" if path.suffix == ".parquet" else "line"
    raise InputError(
        where=f"{path}, {kind} {first['row'] + (1 if kind == 'row' else 2)}",
        found=f"{column} '{first[column]}' of detector {first['detector']}{more}",
        rule=rule,
        fix=fix,
    )


def _check_values(table: pl.DataFrame, path: Path) -> None:
    number = pl.col("veh").is_finite().fill_null(False)
    _refuse(
        table.filter(~number & ~pl.col("empty")),
        path,
        column="count",
        rule="a count is a number of vehicles, or empty where it is missing",
        fix="correct the count or leave it empty",
    )
    _refuse(
        table.filter(pl.col("veh") < 0),
        path,
        column="count",
        rule="a count is 0 or more",
        fix="negative values are often error codes of the controller: leave such counts empty",
    )
    _refuse(
        table.filter(pl.col("time").is_null()),
        path,
        column="start",
        rule="a start is a local time without a zone, as 2025-03-03T07:00:00",
        fix="write the start of the bin so",
    )


def _interval(table: pl.DataFrame, path: Path) -> int:
    length = pl.col("length")
    whole = length.is_finite().fill_null(False) & (length >= 1) & (length <= DAY_S) & (length % 1 == 0)
    _refuse(
        table.filter(~whole | (DAY_S % length != 0)),
        path,
        column="interval_s",
        rule="the interval is a whole number of seconds that divides the day",
        fix="correct it; 300 and 900 are usual",
    )
    _refuse(
        table.filter(length != length.first()),
        path,
        column="interval_s",
        rule="all counts of a study have one interval",
        fix="sum the shorter bins up to the longer ones",
    )
    return int(table["length"][0])


def _check_places(table: pl.DataFrame, path: Path, interval_s: int, known: set[str]) -> None:
    _refuse(
        table.filter(~pl.col("name").is_in(sorted(known)).fill_null(False)),
        path,
        column="detector",
        rule="every detector of the counts stands in the list of detectors",
        fix="add it to detectors.csv or take its rows out",
    )
    _refuse(
        table.filter((_second_of_day() % interval_s != 0) | (pl.col("time").dt.microsecond() != 0)),
        path,
        column="start",
        rule=f"bins start a whole number of intervals ({interval_s} s) after midnight",
        fix="sum the counts up to such bins",
    )
    _refuse(
        table.filter(~pl.struct("name", "time").is_first_distinct()),
        path,
        column="start",
        rule="a detector has one count for a bin",
        fix="take one of the rows out; in the night when clocks go back, drop the repeated hour",
    )


def _second_of_day() -> pl.Expr:
    time = pl.col("time").dt
    return time.hour().cast(pl.Int64) * 3600 + time.minute().cast(pl.Int64) * 60 + time.second().cast(pl.Int64)


def _arrays(table: pl.DataFrame, detectors: tuple[Detector, ...], interval_s: int) -> Counts:
    days = tuple(table["time"].dt.date().unique().sort().to_list())
    second = table.select(_second_of_day()).to_series().to_numpy()
    begin_s = int(second.min())
    place = {detector.id: k for k, detector in enumerate(detectors)}
    of_day = {day: k for k, day in enumerate(days)}
    veh = np.full((len(detectors), len(days), (int(second.max()) - begin_s) // interval_s + 1), np.nan)
    rows = table["name"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    columns = table["time"].dt.date().replace_strict(of_day, return_dtype=pl.Int64).to_numpy()
    veh[rows, columns, (second - begin_s) // interval_s] = table["veh"].fill_null(float("nan")).to_numpy()
    return Counts(detectors=detectors, days=days, begin_s=begin_s, interval_s=interval_s, veh=veh)
