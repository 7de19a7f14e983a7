"""Rows that stand twice: the same count once, a count beside an empty one, and contradictions, which are refused.

Where a table without a zone has one hour of one night twice, clocks went back: its second pass gets the fold 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from ....networks.errors import InputError

AT_ONCE = 20_000_000  # rows whose bins are kept in memory together
OF_ONE_FILE = 1 << 40
LATEST_HOUR_S = 4 * 3600  # clocks go back in the first hours of a day
RULE = "a detector has one count for a bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where rows came from: files, and the lines of their first rows (0: rows have no lines).

    Rows of file k are numbered from k times `OF_ONE_FILE`.
    """

    files: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, name: str, first_line: int = 0) -> Source:
        """Return one file as a source."""
        return cls(files=((name, first_line),))

    def place(self, row: int | None) -> str:
        """Return the place of a row, for people."""
        if row is None:
            return ", ".join(name for name, _ in self.files[:2])
        name, first_line = self.files[row // OF_ONE_FILE]
        row %= OF_ONE_FILE
        return f"{name}, " + (f"line {row + first_line}" if first_line else f"row {row + 1}")

    def near(self, row: int | None, other: str) -> str:
        """Return the place of a row as said beside another place: without the file where it is the same."""
        place = self.place(row)
        head, _, tail = place.rpartition(", ")
        return tail if head and other.startswith(head) else place


def once(
    rows: pl.LazyFrame, source: Source, *, beside: Sequence[str] = (), zone_known: bool = False
) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows with every bin once, and what to tell.

    A bin is told by `detector`, `start`, `interval_s`, `fold` where it is there, and the columns `beside` (a class, a
    direction). `row`, where it is there, numbers the rows of the file. The rows are looked at twice: scan them.

    Raises InputError with both rows where two counts of a bin differ.
    """
    names = rows.collect_schema().names()
    keys = ["detector", "start", *(name for name in ("interval_s", "fold") if name in names), *beside]
    twice = _twice(rows, keys)
    if twice.is_empty():
        return rows, ()
    doubled = rows.join(twice.lazy(), on=keys, how="semi", nulls_equal=True).collect(engine="streaming")
    if "row" in names:
        doubled = doubled.sort("row")
    alone = rows.join(twice.lazy(), on=keys, how="anti", nulls_equal=True)
    told: tuple[str, ...] = ()
    if not zone_known and not beside and (night := _repeated_hour(doubled, keys)) is not None:
        doubled, alone = _folded(doubled, alone, keys)
        keys = [*keys, "fold"] if "fold" not in keys else keys
        told = (f"{night}: its second pass gets the fold 1 and is not used (else say --tz)",)
    odd = _contradiction(doubled, keys)
    if odd is not None:
        raise _refused(odd, source)
    kept = doubled.sort("count", nulls_last=True, maintain_order=True).unique(keys, keep="first", maintain_order=True)
    left_out = doubled.height - kept.height
    if left_out:
        told = (*told, f"{left_out} rows stand twice with the same count, or once without one; they count once")
    return pl.concat([alone, kept.lazy()], how="diagonal_relaxed"), told


def _twice(rows: pl.LazyFrame, keys: list[str]) -> pl.DataFrame:
    """Return the keys that stand twice; of long tables, part of the detectors after part."""
    many = rows.select(pl.len()).collect(engine="streaming").item()
    parts = -(-many // AT_ONCE)
    found = []
    for part in range(max(1, parts)):
        some = rows if parts <= 1 else rows.filter(pl.col("detector").hash(seed=1) % parts == part)
        counted = some.group_by(keys).agg(pl.len().alias("\0many")).filter(pl.col("\0many") > 1)
        found.append(counted.select(keys).collect(engine="streaming"))
    return pl.concat(found)


def _contradiction(doubled: pl.DataFrame, keys: list[str]) -> pl.DataFrame | None:
    """Return the rows of the first bin whose counts differ; None if there is none."""
    counted = doubled.filter(pl.col("count").is_not_null())
    differ = counted.group_by(keys, maintain_order=True).agg(pl.col("count").n_unique().alias("\0n"))
    odd = differ.filter(pl.col("\0n") > 1).head(1)
    if odd.is_empty():
        return None
    return counted.join(odd.select(keys), on=keys, how="semi", nulls_equal=True, maintain_order="left")


def _refused(odd: pl.DataFrame, source: Source) -> InputError:
    one = odd.row(0, named=True)
    other = next(row for row in odd.iter_rows(named=True) if row["count"] != one["count"])
    where = source.place(other.get("row"))
    first, second = (source.near(row.get("row"), where) for row in (one, other))
    return InputError(
        where=where,
        found=f"detector {one['detector']} at start {one['start']}: the counts {one['count']:g} ({first}) "
        f"and {other['count']:g} ({second})",
        rule=RULE,
        fix="take the wrong row out; if the rows are of classes or directions, give them a column class or direction; "
        "in the night when clocks go back, name the zone: --tz Europe/Berlin",
    )


def _repeated_hour(doubled: pl.DataFrame, keys: list[str]) -> str | None:
    """Return what to tell where all doubled rows are of hours that clocks repeat; None elsewhere.

    Such an hour is one of the first four of a Sunday in spring or autumn, each of its bins stands exactly twice, and
    there is no other on that day.
    """
    if "row" not in doubled.columns or ("fold" in doubled.columns and doubled["fold"].n_unique() > 1):
        return None
    if _contradiction(doubled, keys) is None or (doubled.group_by(keys).len()["len"] != 2).any():
        return None
    hours = doubled.select(hour=pl.col("start").dt.truncate("1h")).unique()["hour"].sort().to_list()
    sundays = [hour.date() for hour in hours]
    if len(set(sundays)) < len(hours) or not all(_clocks_go_back(hour.date()) for hour in hours):
        return None
    if any(hour.hour * 3600 >= LATEST_HOUR_S for hour in hours):
        return None
    bins = doubled.group_by("detector", pl.col("start").dt.truncate("1h").alias("hour"), "interval_s").len()
    if not (bins["len"] * bins["interval_s"] == 2 * 3600).any():
        return None
    return f"the hour from {hours[0]:%H:%M} on {sundays[0]} stands twice, as when clocks go back"


def _clocks_go_back(day: date) -> bool:
    """Return whether a day is a Sunday on which clocks go back somewhere: the last or first of a month in question."""
    week = timedelta(days=7)
    last, first = (day + week).month != day.month, (day - week).month != day.month
    return day.weekday() == 6 and ((last and day.month in (9, 10)) or (first and day.month in (4, 11)))


def _folded(doubled: pl.DataFrame, alone: pl.LazyFrame, keys: list[str]) -> tuple[pl.DataFrame, pl.LazyFrame]:
    plain = [key for key in keys if key != "fold"]
    passed = pl.int_range(pl.len()).over(plain).cast(pl.Int8)
    return doubled.with_columns(fold=passed), alone.with_columns(fold=pl.lit(0, dtype=pl.Int8))


CLASSES = ("class", "vehicle_class", "vehicleclass", "veh_class", "vehicle_type", "vehicletype", "classification")
DIRECTIONS = ("direction", "dir", "direction_of_travel", "bound", "approach_direction")
