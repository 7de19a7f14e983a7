"""Real counts to forecast on: Melbourne, Berlin, Oregon and a Californian lane, where the files are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ZERO_IS_MISSING_FROM_VEH = 5.0  # where half of the positive counts of that time of week are at least this
ABSURD = 2.0  # times the 99.9 % point of the counts before the test


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, its columns, and the span that is forecast."""

    name: str
    file: str
    key: tuple[str, ...]
    minutes: int
    test: tuple[datetime, datetime]
    weeks: int  # that historical averages look back
    holidays: str | None = None
    keep: str = "true"  # an SQL condition on the rows
    zero_is_missing: bool = False


SOURCES = (
    Source(
        name="vicroads",
        file="vicroads_scats_15min.parquet",
        key=("site",),
        minutes=15,
        test=(datetime(2011, 7, 1), datetime(2012, 1, 1)),
        weeks=8,
        holidays="AU-VIC",
        zero_is_missing=True,
    ),
    Source(
        name="berlin",
        file="berlin_sections_60min.parquet",
        key=("section",),
        minutes=60,
        test=(datetime(2024, 6, 1), datetime(2024, 9, 1)),
        weeks=8,
        holidays="DE-BE",
    ),
    Source(
        name="odot",
        file="odot_signal_detectors_15min.parquet",
        key=("signal", "detector"),
        minutes=15,
        test=(datetime(2024, 5, 7), datetime(2024, 5, 14)),
        weeks=2,
        keep="signal = 85",
    ),
    Source(
        name="odot23",  # two other signals, without a row where nothing was counted: such bins are not scored
        file="odot_signal_detectors_15min.parquet",
        key=("signal", "detector"),
        minutes=15,
        test=(datetime(2024, 5, 8), datetime(2024, 5, 15)),
        weeks=2,
        keep="signal IN (2, 3)",
    ),
    Source(
        name="pems",
        file="pems_lane_5min.parquet",
        key=(),
        minutes=5,
        test=(datetime(2016, 2, 15), datetime(2016, 3, 1)),
        weeks=6,
        holidays="US-CA",
        keep="pct_observed > 0",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RealCounts:
    """Counts as they come (a long table), and the believed ones (S, T) that forecasts are scored on."""

    source: Source
    names: tuple[str, ...]
    long: pl.DataFrame
    truth: Floats
    first: datetime
    begin: int  # first bin of the test

    @property
    def day_bins(self) -> int:
        """Bins of a day."""
        return 1440 // self.source.minutes

    def moment(self, ended: int) -> datetime:
        """Return when a bin has ended."""
        return self.first + timedelta(minutes=self.source.minutes * (ended + 1))


def read(source: Source, folder: Path) -> RealCounts | None:
    """Return the counts of a source, or None where its file is not in the folder."""
    path = folder / source.file
    if not path.is_file():
        return None
    table = pl.SQLContext(frame=pl.read_parquet(path)).execute(f"SELECT * FROM frame WHERE {source.keep}", eager=True)
    name = pl.concat_str([pl.col(k).cast(pl.String) for k in source.key], separator="/") if source.key else pl.lit("0")
    long = table.select(
        series=name,
        start=pl.col("timestamp").cast(pl.Datetime("us")),
        interval_s=pl.lit(60 * source.minutes),
        count=pl.col("count").cast(pl.Float64),
    ).filter(pl.col("start") < source.test[1])
    alive = long.filter(pl.col("count") > 0).group_by("series").len().filter(pl.col("len") >= 200)["series"]
    long = long.filter(pl.col("series").is_in(alive.implode()))
    names = tuple(long["series"].unique().sort().to_list())
    start = long["start"].min()
    assert isinstance(start, datetime)
    first = datetime(start.year, start.month, start.day)
    bins = int((source.test[1] - first).total_seconds() // 60 // source.minutes)
    truth = np.full((len(names), bins), np.nan)
    rows = long["series"].replace_strict({n: k for k, n in enumerate(names)}, return_dtype=pl.Int64).to_numpy()
    truth[rows, ((long["start"] - first).dt.total_minutes() // source.minutes).to_numpy()] = long["count"].to_numpy()
    begin = int((source.test[0] - first).total_seconds() // 60 // source.minutes)
    if source.zero_is_missing:
        _screen(truth, begin, 7 * 1440 // source.minutes)
    return RealCounts(source=source, names=names, long=long, truth=truth, first=first, begin=begin)


def _screen(truth: Floats, begin: int, week: int) -> None:
    """Take out what nobody can be asked to forecast: zeros that mean missing, absurd counts; judged before the test."""
    for row in truth:
        positive = np.where(row[:begin] > 0, row[:begin], np.nan)
        padded = np.concatenate([positive, np.full(-len(positive) % week, np.nan)]).reshape(-1, week)
        usual = np.array([np.nanmedian(c) if np.isfinite(c).any() else 0.0 for c in padded.T])
        row[(row == 0) & (usual[np.arange(row.size) % week] >= ZERO_IS_MISSING_FROM_VEH)] = np.nan
        row[row > ABSURD * np.nanpercentile(positive, 99.9)] = np.nan
