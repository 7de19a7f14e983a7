"""Counts by bin in a third-party table: ATSPM aggregates and the like."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ....networks.types import DAY_S
from ..values.doubled import CLASSES, DIRECTIONS
from .counts_format import How, Rows
from .long_rows import OPTIONAL, long_rows
from .opening import Opening
from .scanned import Scanned, collected, columns_of, named, parked, scan

TIME = ("start", "TimeStamp", "BinStartTime", "Start", "datetime")
COUNT = ("count", "Total", "EventCount", "DetectorCount", "Volume", "TotalVolume")
DETECTOR = (
    "detector", "DetectorId", "DetectorPrimaryId", "DetectorChannel", "channel", "section", "series", "site",
)  # fmt: skip
SIGNAL = ("signal", "DeviceId", "SignalId", "LocationIdentifier")
BEGINS = ("start", "binstarttime")  # names that say which end of the bin is meant
EVEN_SHARE, EVEN_STEPS = 0.9, 4  # of a detector that skips no bins
LEAST_SHARE = 0.1  # of the steps of a detector, of which the shortest is the length of its bins


def recognises(opening: Opening) -> bool:
    """Return whether there are times, counts, and what tells the detectors or devices apart."""
    return opening.has(TIME, COUNT, (*DETECTOR, *SIGNAL))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return ATSPM aggregates `TimeStamp,DeviceId,Detector,Total` (or names like these) as the long table.

    Detectors are named DEVICE/CHANNEL where there is a device. The length of the bins is the one that stands in the
    file or was said, else each detector's own: the shortest time between its stamps that is no rarity. Of devices that
    have no row with 0, bins in which the device reported anything at all hold zeros for its other detectors: writers of
    such tables leave zeros out.

    Raises InputError with the line for a stamp or a count that is none.
    """
    return read_aggregates(scan(path), how, scratch)


def read_aggregates(scanned: Scanned, how: How, scratch: Path | None) -> Rows:
    """Return a table of aggregates that was opened already; without a scratch folder, it is kept in memory."""
    there = {name.strip().lower() for name in columns_of(scanned)}
    wanted: dict[str, tuple[str, ...]] = {"detector": DETECTOR, "start": TIME, "count": COUNT}
    optional: dict[str, tuple[str, ...]] = {name: (name,) for name in (*OPTIONAL, "interval_s")}
    optional |= {"signal": SIGNAL, "class": CLASSES, "direction": DIRECTIONS}
    wanted |= {ours: theirs for ours, theirs in optional.items() if there & {name.lower() for name in theirs}}
    table = named(scanned, wanted, "a table of aggregates")
    rows, decided = long_rows(table, how)
    told = (*table.taken, *decided)
    if "interval_s" not in wanted or "signal" in wanted:
        rows = parked(rows, scanned.path, scratch)
    if "interval_s" not in wanted:
        rows = with_lengths(rows, scanned.path, how.interval_s)
    if "signal" in wanted:
        rows, filled = _filled(rows)
        rows, told = rows.drop("signal"), (*told, *filled)
    says_begin = next((name for name in there if name in {n.lower() for n in TIME}), "") in BEGINS
    return Rows(table=rows, told=told, first_line=scanned.first_line, says_begin=says_begin)


def with_lengths(rows: pl.LazyFrame, path: Path, said: int | None) -> pl.LazyFrame:
    """Add `interval_s`: what was said, else the shortest step of a detector that is no rarity."""
    if said is not None:
        return rows.with_columns(interval_s=pl.lit(said, dtype=pl.Int32))
    steps = own_steps(rows, path)
    known = steps.drop_nulls()["interval_s"]
    if known.is_empty():
        raise InputError(
            where=str(path),
            found="one bin",
            rule="the interval is read off the time between two bins",
            fix="say it: --interval 900",
        )
    usual = int(known.mode().sort()[0])
    odd = steps.filter(DAY_S % pl.col("interval_s") != 0)
    if odd.height:
        raise InputError(
            where=str(path),
            found=f"bins {odd['interval_s'][0]} s apart, of detector {odd['detector'][0]}",
            rule="bins divide the day evenly",
            fix="say the interval: --interval 900",
        )
    filled = steps.with_columns(pl.col("interval_s").fill_null(usual).cast(pl.Int32))
    return rows.join(filled.lazy(), on="detector", how="left", maintain_order="left")


def own_steps(rows: pl.LazyFrame, path: Path) -> pl.DataFrame:
    """Return `detector,interval_s`: the shortest time between stamps that is a tenth of all or more; null for none.

    Of devices with channels that skip bins, as writers do that leave zeros out, such channels have the device's step.
    """
    device = "signal" if "signal" in rows.collect_schema().names() else "detector"
    stamps = rows.select("detector", "start", device=pl.col(device)).unique().sort("detector", "start")
    steps = stamps.with_columns(step=pl.col("start").diff().over("detector").dt.total_seconds()).drop_nulls("step")
    counted = steps.group_by("device", "detector", "step").agg(n=pl.len())
    share = pl.col("n") / pl.col("n").sum().over("detector")
    common = counted.with_columns(share=share).filter(pl.col("share") >= LEAST_SHARE).sort("step")
    own = common.group_by("device", "detector").agg(pl.col("step").first(), pl.col("share", "n").first())
    even = (pl.col("share") >= EVEN_SHARE) & (pl.col("n") >= EVEN_STEPS)
    of_device = pl.col("step").min().over("device")
    skips = ~even & (pl.col("step") % of_device == 0)
    found = collected(
        own.select("detector", interval_s=pl.when(skips).then(of_device).otherwise("step").cast(pl.Int32)), path
    )
    every = collected(rows.select(pl.col("detector").unique()), path)
    return every.join(found, on="detector", how="left")


def _filled(rows: pl.LazyFrame) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows with zeros of the devices that leave them out, each device judged by itself."""
    least = rows.group_by("signal").agg(pl.col("count").min()).collect()
    leaves_out = least.filter(pl.col("count") > 0)["signal"].sort()
    if leaves_out.is_empty():
        return rows, ()
    theirs = rows.filter(pl.col("signal").is_in(leaves_out.implode()))
    spoke = theirs.select("signal", "start").unique()
    detectors = theirs.group_by("signal", "detector").agg(pl.col("interval_s").max())
    second = (pl.col("start") - pl.col("start").dt.truncate("1d")).dt.total_seconds()
    every = spoke.join(detectors, on="signal").filter(second % pl.col("interval_s") == 0)
    silent = every.join(theirs, on=["signal", "detector", "start"], how="anti")
    zeros = silent.with_columns(count=pl.lit(0.0))
    shown = ", ".join(leaves_out.head(4).to_list()) + (" …" if leaves_out.len() > 4 else "")
    told = (f"of {shown} no row has a 0: bins without a row hold 0 where the device reported anything",)
    return pl.concat([rows, zeros], how="diagonal_relaxed"), told
