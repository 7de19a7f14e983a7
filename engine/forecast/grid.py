"""The long table of counts as an array: series by bins without gaps, from a midnight on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...networks.errors import InputError
from .calendar import days_from

# Many bins a day cost time and say little about the next quarter of an hour: shorter ones are summed up to these.
BIN_S = (300, 900)
HOUR_S, DAY_S = 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Counts of series with the same bins; `veh` has the shape (series, bins), nan where nothing was counted."""

    names: tuple[str, ...]
    first: date
    interval_s: int
    veh: NDArray[np.float32]

    @property
    def day_bins(self) -> int:
        """Bins of a day."""
        return DAY_S // self.interval_s

    @property
    def hour_bins(self) -> int:
        """Bins of an hour."""
        return HOUR_S // self.interval_s

    @property
    def days(self) -> tuple[date, ...]:
        """The days, in a row."""
        return days_from(self.first, self.veh.shape[1] // self.day_bins)

    def ended(self, moments: pl.Series) -> NDArray[np.int64]:
        """Return the last bin that ended at or before each moment; below 0 before the first bin ended."""
        passed_s = (moments - datetime.combine(self.first, time())).dt.total_seconds().to_numpy()
        return np.asarray(passed_s // self.interval_s - 1, dtype=np.int64)


def grids(counts: pl.DataFrame, until: datetime) -> Iterator[Grid]:
    """Give a grid for each length of bin in the table (`series`, `start`, `interval_s`, `count`, as `typed_counts`).

    The grid reaches to the end of the day after `until`; later counts are left out. Bins given twice, as in the night
    when the clocks go back, are averaged.
    """
    for (interval_s,), part in sorted(counts.group_by("interval_s"), key=lambda item: str(item[0])):
        yield _grid(part, int(str(interval_s)), until)


def _grid(counts: pl.DataFrame, interval_s: int, until: datetime) -> Grid:
    _check_bins(counts, interval_s)
    names = tuple(counts["series"].unique().sort().to_list())
    known = counts.filter(pl.col("start") < until)
    first = known["start"].min() if known.height else until
    midnight = datetime.combine(min(first, until).date(), time())  # type: ignore[type-var, union-attr]
    days = (until.date() - midnight.date()).days + 2
    bin_s = next((length for length in BIN_S if interval_s < BIN_S[0] and length % interval_s == 0), interval_s)
    fine = np.full((len(names), days * DAY_S // interval_s), np.nan, dtype=np.float32)
    once = known.group_by("series", "start").agg(pl.col("count").mean())
    rows = once["series"].replace_strict(dict(zip(names, range(len(names)), strict=True)), return_dtype=pl.Int64)
    columns = (once["start"] - midnight).dt.total_seconds() // interval_s
    fine[rows.to_numpy(), columns.to_numpy()] = once["count"].fill_null(float("nan")).to_numpy()
    if bin_s != interval_s:
        fine = fine.reshape(len(names), -1, bin_s // interval_s).sum(axis=2)
    return Grid(names=names, first=midnight.date(), interval_s=bin_s, veh=np.ascontiguousarray(fine))


def _check_bins(counts: pl.DataFrame, interval_s: int) -> None:
    if interval_s <= 0 or HOUR_S % interval_s:
        raise InputError(
            where="the counts",
            found=f"bins of {interval_s} s",
            rule="a forecast needs bins of which a whole number makes an hour",
            fix="sum the counts up to 300, 900 or 3600 s",
        )
    midnight = counts["start"].dt.truncate("1d")
    off = counts.filter((pl.col("start") - midnight).dt.total_seconds() % interval_s != 0)
    if off.height:
        row = off.row(0, named=True)
        raise InputError(
            where=f"the counts of {row['series']}",
            found=f"a bin that starts at {row['start']} (and {off.height - 1} more like it)",
            rule=f"bins start a whole number of intervals ({interval_s} s) after midnight",
            fix="sum the counts up to such bins",
        )


def next_day(moment: datetime) -> date:
    """Return the first day that begins at or after a moment."""
    return moment.date() if moment.time() == time() else moment.date() + timedelta(days=1)
