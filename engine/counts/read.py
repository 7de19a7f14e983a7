"""The counts of a study: our long table, or any file that can be made one, as arrays."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ...networks.detector import Detector
from ...networks.errors import InputError
from ...networks.files import require_file
from .files.plain import made_plain, of_the_source
from .formats.counts_format import How
from .formats.mapped import settled
from .formats.recognise import recognise
from .formats.scanned import Scanned, collected, columns_of, moment, number, scan
from .import_files import read_file
from .table import Counts, Signs
from .table_checks import DAY_S, check_places, check_values, interval_of

COLUMNS = ("detector", "start", "interval_s", "count")
SIGNS = ("occupancy", "observed_share", "chatter", "held_s")
START_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
PLAIN = How(format="table")


def read_counts(path: Path, detectors: Sequence[Detector] | None = None, how: How = PLAIN) -> Counts:
    """Return the counts of a study.

    In our own table, `start` is local time without a zone (`2025-03-03T07:00:00`) and falls on a whole number of
    intervals after midnight. An empty count is a missing one; rows with `fold` 1 (the second pass of an hour that the
    clocks repeat) are not used. Detectors without any row are kept, all missing. Of files in other formats, which may
    tell of a whole city, only the detectors of the list are read. Without a list, all are.

    The file is read in pieces; what stays in memory are the numbers.

    Raises
    ------
    InputError
        With the file and, for CSV, the line: no such file, not a table, a missing column, a count that is text or
        negative, an unknown detector, a bin off the grid or twice, several interval lengths, no row at all.
    """
    require_file(path, "the table of counts")
    known = None if detectors is None else {detector.id for detector in detectors}
    with tempfile.TemporaryDirectory(prefix="greenband-read-") as folder:
        how = settled(how)
        plain = made_plain(path, Path(folder), how.wishes)
        with of_the_source(plain):
            kind = how.format or recognise(plain.path)
            own = how.tz is None and kind == "table"
            table = _typed(_own(plain.path)) if own else _typed(_foreign(path, how, Path(folder), known))
            check_values(table, known)
            interval_s = interval_of(table)
            check_places(table, interval_s)
            rows = collected(_numbers(table), path)
            if rows.is_empty():
                raise InputError(
                    where=str(path), found="no row", rule="a table of counts has rows", fix="export it again"
                )
            named = tuple(detectors) if detectors is not None else _detectors(rows)
            return _arrays(rows, named, interval_s, table)


def _own(path: Path) -> Scanned:
    scanned = scan(path)
    absent = [name for name in COLUMNS if name not in columns_of(scanned)]
    if not columns_of(scanned):
        raise InputError(where=str(path), found="no table", rule="counts are a table", fix="write the table again")
    if absent:
        raise InputError(
            where=f"{path}, line 1",
            found="no column " + ", ".join(absent),
            rule="the columns are " + ",".join(COLUMNS),
            fix="add what is missing",
        )
    return scanned


def _foreign(path: Path, how: How, scratch: Path, known: set[str] | None) -> Scanned:
    rows = read_file(path, how, scratch).rows
    if known is not None:
        rows = rows.filter(pl.col("detector").is_in(sorted(known)))
    return Scanned(path=path, rows=rows.with_row_index("row"), first_line=0)


def _typed(scanned: Scanned) -> Scanned:
    """Add the columns as values: `name`, `time`, `length`, `veh`; null where the text is none."""
    schema = scanned.rows.collect_schema()
    time = moment("start", schema["start"], START_FORMATS)
    if isinstance(schema["start"], pl.Datetime):
        time = time.dt.replace_time_zone(None)

    def value(name: str) -> pl.Expr:
        usable = schema[name] == pl.String or schema[name].is_numeric()
        return number(name, schema[name]) if usable else pl.lit(None, dtype=pl.Float64)

    rows = scanned.rows.with_columns(
        name=pl.col("detector").cast(pl.String).str.strip_chars(),
        time=time,
        length=value("interval_s"),
        veh=value("count"),
        empty=pl.col("count").is_null() | (pl.col("count").cast(pl.String).str.strip_chars() == ""),
        **{f"sign_{name}": value(name).cast(pl.Float32) for name in SIGNS if name in schema},
    )
    if "fold" in schema:
        rows = rows.filter(value("fold").fill_null(0.0) == 0)
    return Scanned(path=scanned.path, rows=rows, first_line=scanned.first_line)


def _numbers(table: Scanned) -> pl.LazyFrame:
    """Return what arrays are made of, without text: `row`, `name` as a category, `day`, `second`, `veh`, signs."""
    time = pl.col("time").dt
    signs = [name for name in table.rows.collect_schema().names() if name.startswith("sign_")]
    return table.rows.select(
        "row",
        name=pl.col("name").cast(pl.Categorical),
        day=time.date(),
        second=time.hour().cast(pl.Int32) * 3600 + time.minute().cast(pl.Int32) * 60 + time.second().cast(pl.Int32),
        veh="veh",
        **{name: pl.col(name) for name in signs},
    )


def _detectors(rows: pl.DataFrame) -> tuple[Detector, ...]:
    """Return detectors for a table without a network: each on a lane of its own name."""
    names = rows["name"].unique().cast(pl.String).sort()
    return tuple(Detector(id=name, lane=name, position_m=0.0, kind="approach") for name in names)


def _arrays(rows: pl.DataFrame, detectors: tuple[Detector, ...], interval_s: int, table: Scanned) -> Counts:
    days = tuple(rows["day"].unique().sort().to_list())
    begin_s = int(rows["second"].min())  # type: ignore[arg-type]
    bins = (int(rows["second"].max()) - begin_s) // interval_s + 1  # type: ignore[arg-type]
    shape = (len(detectors), len(days), bins)
    place = pl.DataFrame({"name": [d.id for d in detectors], "place": range(len(detectors))})
    ours = rows["name"].cast(pl.String).replace_strict(place["name"], place["place"], return_dtype=pl.Int64)
    of_day = rows["day"].replace_strict(pl.Series(days), pl.Series(range(len(days))), return_dtype=pl.Int64)
    bin_of = (rows["second"].to_numpy().astype(np.int64) - begin_s) // interval_s
    flat = (ours.to_numpy() * len(days) + of_day.to_numpy()) * bins + bin_of
    _refuse_twice(flat, rows, table)

    def filled(values: pl.Series, dtype: type) -> np.ndarray:
        out: np.ndarray = np.full(shape, np.nan, dtype=dtype)
        out.reshape(-1)[flat] = values.fill_null(float("nan")).to_numpy()
        return out

    signs = {
        name: filled(rows[f"sign_{name}"], np.float32)
        for name in SIGNS
        if f"sign_{name}" in rows.columns and rows[f"sign_{name}"].null_count() < rows.height
    }
    return Counts(
        detectors=detectors,
        days=days,
        begin_s=begin_s,
        interval_s=interval_s,
        veh=filled(rows["veh"], np.float64),
        signs=Signs(**signs),
    )


def _refuse_twice(flat: np.ndarray, rows: pl.DataFrame, table: Scanned) -> None:
    order = np.argsort(flat, kind="stable")
    again = order[1:][flat[order[1:]] == flat[order[:-1]]]
    if again.size:
        row = int(rows["row"][int(again.min())])
        table.refuse(
            pl.col("row") == row,
            column="start",
            rule="a detector has one count for a bin",
            fix="take one of the rows out; in the night when clocks go back, drop the repeated hour",
        )


__all__ = ["DAY_S", "read_counts"]
