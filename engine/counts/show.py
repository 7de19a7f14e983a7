"""What an import would make of a file, before anything is written: columns, first rows, sums."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from .formats.counts_format import FORMATS, How
from .formats.scanned import collected
from .long_table import read_file

FIRST_ROWS, MOST_DETECTORS = 6, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a file is taken for: its format, sentences on how it is read, its first rows, and sums by detector."""

    file: str
    format: str
    about: str
    told: tuple[str, ...]
    first: list[dict[str, Any]]
    detectors: int
    rows: int
    empty: int
    vehicles: float
    begin: str
    end: str
    sums: list[dict[str, Any]]  # the detectors that count most


def shown(files: Sequence[Path], how: How) -> list[Shown]:
    """Return what each file is taken for; nothing is written. Raises InputError, with the line, if one is wrong."""
    found = []
    with tempfile.TemporaryDirectory(prefix="greenband-show-") as scratch:
        for path in files:
            read = read_file(path, how, Path(scratch))
            rows = collected(read.rows, path)
            found.append(_shown(path, read.format, read.told, rows))
    return found


def _shown(path: Path, name: str, told: tuple[str, ...], rows: pl.DataFrame) -> Shown:
    sums = (
        rows.group_by("detector")
        .agg(
            bins=pl.len(),
            interval_s=pl.col("interval_s").mode().min(),
            vehicles=pl.col("count").sum(),
            most=pl.col("count").max(),
            empty=pl.col("count").is_null().sum(),
        )
        .sort("vehicles", "detector", descending=[True, False])
    )
    known = [c for c in ("detector", "start", "interval_s", "count", "occupancy") if c in rows.columns]
    first = rows.select(known).head(FIRST_ROWS).with_columns(pl.col("start").dt.to_string("%Y-%m-%d %a %H:%M:%S"))
    stamps = rows.select(begin=pl.col("start").min(), end=pl.col("start").max()).row(0)
    return Shown(
        file=str(path),
        format=name,
        about=FORMATS[name].about,
        told=told,
        first=first.to_dicts(),
        detectors=sums.height,
        rows=rows.height,
        empty=int(rows["count"].null_count()),
        vehicles=float(rows["count"].sum() or 0.0),
        begin=str(stamps[0]),
        end=str(stamps[1]),
        sums=sums.head(MOST_DETECTORS).to_dicts(),
    )


def lines_of(one: Shown) -> list[str]:
    """Return the same as lines of text."""
    lines = [f"{one.file}: {one.format} ({one.about})", *(f"  {sentence}" for sentence in one.told)]
    lines += [f"  {one.rows} counts of {one.detectors} detectors, {one.begin} to {one.end}, {one.empty} of them empty"]
    lines += [f"  {one.vehicles:.0f} vehicles in all", "  first rows:"]
    lines += ["    " + ", ".join(f"{key} {value}" for key, value in row.items()) for row in one.first]
    lines += ["  sums by detector:"]
    lines += [
        f"    {row['detector']}: {row['vehicles']:.0f} vehicles in {row['bins']} bins of {row['interval_s']} s, "
        f"{row['most'] or 0:.0f} at most, {row['empty']} empty"
        for row in one.sums
    ]
    if one.detectors > len(one.sums):
        lines.append(f"    … and {one.detectors - len(one.sums)} more detectors")
    return lines
