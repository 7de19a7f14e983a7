"""The counts of a study: our long table, or any file that can be made one, as arrays."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from ...networks.detector import Detector
from ...networks.files import require_file
from .formats.counts_format import How
from .formats.scanned import Scanned, collected
from .long_table import read_file
from .table import Counts, Signs
from .table_checks import DAY_S, known_alone, on_one_grid, require_known

SIGNS = ("occupancy", "observed_share", "chatter", "held_s")
PLAIN = How(format="table")


def read_counts(path: Path, detectors: Sequence[Detector] | None = None, how: How = PLAIN) -> Counts:
    """Return the counts of a study.

    In our own table, `start` is local time without a zone (`2025-03-03T07:00:00`) and falls on a whole number of
    intervals after midnight. An empty count is a missing one; rows with `fold` 1 (the second pass of an hour that the
    clocks repeat) are not used. Detectors without any row are kept, all missing. Of files in other formats, which may
    tell of a whole city, only the detectors of the list are read. Without a list, all are. Bins of several lengths are
    brought together by time.

    The file is read in pieces; what stays in memory are the numbers.

    Raises
    ------
    InputError
        With the file and, for CSV, the line: no such file, not a table, a missing column, a count that is text or
        negative, an unknown detector, a bin off the grid, two counts of one bin, no row at all.
    """
    require_file(path, "the table of counts")
    with tempfile.TemporaryDirectory(prefix="greenband-read-") as folder:
        read = read_file(path, how, Path(folder))
        table = Scanned(path=path, rows=_first_pass(read.rows), first_line=read.first_line)
        if detectors is not None:
            known = {detector.id for detector in detectors}
            ours = known_alone(table, known)
            if read.format == "table":
                require_known(table, known)
            table = ours
        table, interval_s, told = on_one_grid(table)
        rows = collected(_numbers(table), path)
        named = tuple(detectors) if detectors is not None else _detectors(rows)
        return _arrays(rows, named, interval_s, (*read.told, *told))


def _first_pass(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows of hours that clocks pass once, or for the first time."""
    return rows.filter(pl.col("fold").fill_null(0) == 0) if "fold" in rows.collect_schema().names() else rows


def _numbers(table: Scanned) -> pl.LazyFrame:
    """Return what arrays are made of, without text: `name` as a category, `day`, `second`, `veh`, signs."""
    time = pl.col("start").dt
    schema = table.rows.collect_schema()
    return table.rows.select(
        name=pl.col("detector").cast(pl.Categorical),
        day=time.date(),
        second=time.hour().cast(pl.Int32) * 3600 + time.minute().cast(pl.Int32) * 60 + time.second().cast(pl.Int32),
        veh="count",
        **{f"sign_{name}": pl.col(name).cast(pl.Float32) for name in SIGNS if name in schema},
    )


def _detectors(rows: pl.DataFrame) -> tuple[Detector, ...]:
    """Return detectors for a table without a network: each on a lane of its own name."""
    names = rows["name"].unique().cast(pl.String).sort()
    return tuple(Detector(id=name, lane=name, position_m=0.0, kind="approach") for name in names)


def _arrays(rows: pl.DataFrame, detectors: tuple[Detector, ...], interval_s: int, told: tuple[str, ...]) -> Counts:
    days = tuple(rows["day"].unique().sort().to_list())
    begin_s = int(rows["second"].min())  # type: ignore[arg-type]
    bins = (int(rows["second"].max()) - begin_s) // interval_s + 1  # type: ignore[arg-type]
    shape = (len(detectors), len(days), bins)
    place = pl.DataFrame({"name": [d.id for d in detectors], "place": range(len(detectors))})
    ours = rows["name"].cast(pl.String).replace_strict(place["name"], place["place"], return_dtype=pl.Int64)
    of_day = rows["day"].replace_strict(pl.Series(days), pl.Series(range(len(days))), return_dtype=pl.Int64)
    bin_of = (rows["second"].to_numpy().astype(np.int64) - begin_s) // interval_s
    flat = (ours.to_numpy() * len(days) + of_day.to_numpy()) * bins + bin_of

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
        told=told,
    )


__all__ = ["DAY_S", "read_counts"]
