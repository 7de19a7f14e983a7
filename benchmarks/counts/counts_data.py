"""Counts of real and simulated streets that are known to be sound: where faults are put in, on purpose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from greenband.engine.counts.table import Counts
from greenband.networks.detector import Detector
from numpy.typing import NDArray

DAY_S = 86_400
Part = Literal["dev", "report"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sound:
    """Counts that are taken to be sound: bins that a public rule of thumb doubts are nan."""

    name: str
    counts: Counts


def sound_sets(data: Path, part: Part, only: Collection[str] = ()) -> Iterator[Sound]:
    """Yield the sets that are there: `part` is 'dev' (what limits were chosen on) or 'report' (what they never saw)."""
    for name, (file, read) in FROM_FILES.items():
        if (data / file).is_file() and (not only or name in only):
            yield read(data / file, part)
    if not only or "arterial" in only:
        yield _arterial(part)


def _vicroads(path: Path, part: Part) -> Sound:
    sites, first, last = (
        ((0, 1, 2, 3), date(2008, 1, 1), date(2008, 12, 31))
        if part == "dev"
        else ((4, 6, 7, 8), date(2010, 7, 1), date(2011, 12, 31))
    )
    table = pl.read_parquet(path).filter(pl.col("site").is_in(sites))
    return Sound(name="vicroads", counts=_without_known_faults(_gridded(table, "site", 900, first, last)))


def _berlin(path: Path, part: Part) -> Sound:
    table = pl.read_parquet(path)
    names = table["section"].unique().sort()
    dev = part == "dev"
    table = table.filter(pl.col("section").is_in((names[:15] if dev else names[15:]).implode()))
    first, last = (date(2023, 1, 2), date(2023, 10, 31)) if dev else (date(2023, 11, 1), date(2024, 8, 31))
    return Sound(name="berlin", counts=_without_known_faults(_gridded(table, "section", 3600, first, last)))


def _odot(path: Path, part: Part) -> Sound:
    table = pl.read_parquet(path)
    table = table.filter(pl.col("signal") == 85 if part == "dev" else pl.col("signal") != 85)
    first, last = (date(2024, 4, 18), date(2024, 5, 13)) if part == "dev" else (date(2024, 5, 1), date(2024, 5, 14))
    name = pl.concat_str(pl.col("signal").cast(pl.String), pl.col("detector").cast(pl.String), separator="/")
    table = table.with_columns(name.alias("channel"), pl.col("count").cast(pl.Float64))
    alive = table.filter(pl.col("count") > 0).group_by("channel").len().filter(pl.col("len") >= 200)["channel"]
    counts = _gridded(table.filter(pl.col("channel").is_in(alive.implode())), "channel", 900, first, last)
    return Sound(name="odot", counts=_zeros_where_the_signal_spoke(counts))


def _arterial(part: Part) -> Sound:
    """The bundled study: its planted faults are taken out; one half of the detectors for each part."""
    folder = Path(str(files("greenband.networks").joinpath("arterial")))
    table = pl.read_parquet(folder / "counts.parquet").rename({"start": "timestamp"})
    faults = pl.read_csv(folder / "truth" / "faults.csv", try_parse_dates=True)
    planted = table.join_where(
        faults.select(pl.col("detector").alias("faulty"), "start", "end"),
        pl.col("detector") == pl.col("faulty"),
        pl.col("timestamp") >= pl.col("start"),
        pl.col("timestamp") < pl.col("end"),
    ).select("detector", "timestamp")
    table = table.join(planted, on=["detector", "timestamp"], how="anti")
    names = table["detector"].unique().sort()
    table = table.filter(pl.col("detector").is_in(names.gather_every(2, 0 if part == "dev" else 1).implode()))
    counts = _gridded(table, "detector", 900, date(2026, 3, 2), date(2026, 3, 16))
    return Sound(name="arterial", counts=counts)


def _gridded(table: pl.DataFrame, key: str, interval_s: int, first: date, last: date) -> Counts:
    names = table[key].unique().sort()
    days = tuple(first + timedelta(days=k) for k in range((last - first).days + 1))
    bins = DAY_S // interval_s
    veh = np.full((len(names), len(days) * bins), np.nan)
    seconds = table["timestamp"].dt.replace_time_zone(None) - pl.Series([first]).cast(pl.Datetime("ms"))[0]
    column = (seconds.dt.total_seconds() // interval_s).to_numpy()
    row = table[key].replace_strict(names, pl.Series(range(len(names)))).to_numpy()
    inside = (column >= 0) & (column < veh.shape[1])
    veh[row[inside], column[inside]] = table["count"].cast(pl.Float64).to_numpy()[inside]
    detectors = tuple(Detector(id=str(name), lane=str(name), position_m=0.0, kind="approach") for name in names)
    return Counts(
        detectors=detectors,
        days=days,
        begin_s=0,
        interval_s=interval_s,
        veh=veh.reshape(len(names), len(days), bins),
    )


def _without_known_faults(counts: Counts) -> Counts:
    """Make nan what the data's description calls faulty: zeros where 5 or more are usual, twice the 99.9 % bound."""
    veh = counts.veh.copy()
    weekday = np.array([day.weekday() for day in counts.days])
    for d in range(veh.shape[0]):
        positive = np.where(veh[d] > 0, veh[d], np.nan)
        for one in range(7):
            same = weekday == one
            usual = np.nanmedian(positive[same], axis=0)
            part = veh[d][same]
            part[(part == 0) & (usual >= 5)] = np.nan
            for row in part:
                _drop_long_zeros(row, usual)
            veh[d][same] = part
        veh[d][veh[d] > 2 * np.nanpercentile(positive, 99.9)] = np.nan
    return replace_veh(counts, veh)


def _drop_long_zeros(row: NDArray[np.float64], usual: NDArray[np.float64]) -> None:
    """Make runs of zeros nan in which 20 vehicles or more are usual: the logger was down, at all sites at once."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row == 0, [False])).astype(np.int8)))
    for first, last in edges.reshape(-1, 2):
        if np.nansum(usual[first:last]) >= 20:
            row[first:last] = np.nan


def _zeros_where_the_signal_spoke(counts: Counts) -> Counts:
    veh = counts.veh.copy()
    signal = np.array([detector.id.split("/")[0] for detector in counts.detectors])
    for one in np.unique(signal):
        rows = signal == one
        spoke = ~np.isnan(veh[rows]).all(axis=0)
        veh[rows] = np.where(np.isnan(veh[rows]) & spoke, 0.0, veh[rows])
    return replace_veh(counts, veh)


def replace_veh(counts: Counts, veh: NDArray[np.float64]) -> Counts:
    """Return the counts with other values."""
    return Counts(
        detectors=counts.detectors,
        days=counts.days,
        begin_s=counts.begin_s,
        interval_s=counts.interval_s,
        veh=veh,
    )


FROM_FILES: dict[str, tuple[str, Callable[[Path, Part], Sound]]] = {
    "vicroads": ("vicroads_scats_15min.parquet", _vicroads),
    "berlin": ("berlin_sections_60min.parquet", _berlin),
    "odot": ("odot_signal_detectors_15min.parquet", _odot),
}
