"""The tables that go into a forecast: counts and items, from files or frames, checked and with one spelling."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from ...networks.errors import InputError
from ...networks.files import require_file
from ..counts.formats.aggregates import with_lengths
from ..counts.formats.counts_format import How, Rows
from ..counts.formats.local_time import require_zone
from ..counts.formats.long_rows import PARTS, long_rows
from ..counts.formats.scanned import Scanned, collected, named
from ..counts.long_table import in_order, read_file
from ..counts.values.doubled import Source
from ..counts.values.stamps import stamps

TASKS = ("next15", "next60", "peakAM", "peakPM")
NAMES: dict[str, tuple[str, ...]] = {
    "detector": ("series", "detector"),
    "start": ("start", "timestamp"),
    "count": ("count",),
}
THE_COUNTS = Path("the counts")
USUAL = How()


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


def counts_of(path: Path, how: How) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return a file of counts in any known format as `typed_counts` does, and what to tell. Raises InputError."""
    with TemporaryDirectory(prefix="greenband-forecast-") as scratch:
        read = read_file(path, how, Path(scratch))
        table = _series(read.rows).collect(engine="streaming")
    return _with_rows(table), read.told


def typed_counts(counts: pl.DataFrame, how: How = USUAL) -> pl.DataFrame:
    """Return the counts as `series` (text), `start` (local time), `interval_s`, `count` (null where missing).

    Columns may also be called `detector` and `timestamp`. Without `interval_s` each series has the shortest step
    between its starts that is no rarity. Rows of the second pass of an hour that clocks repeat are not used (`fold` 1).
    The rules are those of files of counts.

    Raises
    ------
    InputError
        A missing column, a start or a count that is none, a negative count, two counts of one bin, no row.
    """
    there = {name.strip().lower() for name in counts.columns}
    wanted = NAMES | {name: (name,) for name in ("interval_s", "fold", *PARTS) if name in there}
    scanned = Scanned(path=THE_COUNTS, rows=counts.lazy().with_row_index("row"), first_line=0)
    rows, told = long_rows(named(scanned, wanted, "the counts"), how)
    rows = collected(rows, THE_COUNTS).lazy()
    _with_rows(rows.head(1).collect())
    if "interval_s" not in there:
        rows = with_lengths(rows, THE_COUNTS, how.interval_s)
    rows, _ = in_order(Rows(table=rows, told=told), how, Source.of(str(THE_COUNTS)))
    return _with_rows(_series(rows).collect())


def _series(rows: pl.LazyFrame) -> pl.LazyFrame:
    if "fold" in rows.collect_schema().names():
        rows = rows.filter(pl.col("fold").fill_null(0) == 0)
    return rows.select("start", "count", series="detector", interval_s=pl.col("interval_s").cast(pl.Int64))


def _with_rows(table: pl.DataFrame) -> pl.DataFrame:
    if table.is_empty():
        raise InputError(where="the counts", found="no row", rule="a table of counts has rows", fix="export it again")
    return table


def typed_items(items: pl.DataFrame, known: pl.Series, how: How = USUAL) -> pl.DataFrame:
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
        origin=_moment(items, "origin", how),
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


def _moment(table: pl.DataFrame, column: str, how: How) -> pl.Expr:
    """Return a column in the streets' local time, as stamps of counts are."""
    read = stamps(table.lazy(), column, where="the items", dates=how.dates).moment
    zone = getattr(table.lazy().select(read=read).collect_schema()["read"], "time_zone", None)
    if not zone:
        return read
    require_zone(zone, tz=how.tz, stamps=None, source="the items")
    assert how.tz is not None
    return read.dt.convert_time_zone(how.tz).dt.replace_time_zone(None)


def _refuse(bad: pl.DataFrame, where: str, what: str) -> None:
    if bad.height:
        row = {name: str(value) for name, value in bad.row(0, named=True).items()}
        raise InputError(
            where=where,
            found=f"{what} that is none in {row} (and {bad.height - 1} more like it)",
            rule="starts and origins are local times as 2025-03-03T07:00:00, counts 0 or more, or empty where missing",
            fix="correct the row; negative counts are often error codes of the controller: leave them empty",
        )
