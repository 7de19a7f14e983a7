"""Files of counts, in whatever format, to one long table in local time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...networks.errors import InputError
from ...networks.progress import Tell, silent
from .files.plain import made_plain, of_the_source
from .formats.counts_format import FORMATS, How
from .formats.local_time import NO_SUCH_HOUR, check_zone, localised
from .formats.mapped import settled
from .formats.recognise import recognise
from .formats.scanned import DAMAGED, no_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the files: formats, rows of the table, detectors, empty counts, rows of an hour of no time."""

    formats: tuple[str, ...]
    rows: int
    detectors: int
    first: str
    last: str
    empty: int
    in_skipped_hour: int
    in_repeated_hour: int  # rows of its second pass
    blurred_hours: int  # hours of event logs whose two passes could not be told apart, left out
    told: tuple[str, ...] = ()  # how each file was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One file as the long table, lazily; and what a reader had to leave out."""

    format: str
    rows: pl.LazyFrame
    blurred_hours: int = 0
    phases: pl.DataFrame | None = None
    told: tuple[str, ...] = ()  # how the file was read, where it is not written as usual


def read_file(path: Path, how: How, scratch: Path) -> Read:
    """Return one file as the long table in local time. Raises InputError, with the line, if it is wrong.

    `scratch` is a folder that must stay while the rows are used: formats that are not scanned go through it.
    """
    how = settled(how)
    for zone in (how.tz, how.stamps):
        if zone is not None:
            check_zone(zone)
    plain = made_plain(path, scratch, how.wishes)
    with of_the_source(plain):
        kind = how.format or recognise(plain.path)
        try:
            found = FORMATS[kind].read(plain.path, how, scratch)
            rows = found.table
            if not found.local:
                rows = localised(rows, tz=how.tz, stamps=how.stamps, source=str(path))
        except DAMAGED as error:  # a damaged Parquet file shows its damage where it is read at last
            raise no_table(plain.path, error) from error
    return Read(
        format=kind, rows=rows, blurred_hours=found.blurred_hours, phases=found.phases, told=(*plain.told, *found.told)
    )


def import_counts(
    files: Sequence[Path], out: Path, how: How, phases: Path | None = None, tell: Tell = silent
) -> Imported:
    """Write the counts of all files as one Parquet table, and the greens of event logs as another; say what was done.

    Both appear when all is done, or not at all. Rows keep the order of the files.

    Raises
    ------
    InputError
        A file is missing or wrong; two files tell of the same bin; there is no count at all.
    """
    with tempfile.TemporaryDirectory(prefix="greenband-import-") as name:
        scratch = Path(name)
        read = []
        for number, path in enumerate(files):
            tell("files opened", number, len(files))
            read.append(read_file(path, how, scratch))
        tell("files opened", len(files), len(files))
        greens = [one.phases for one in read if one.phases is not None]
        if phases is not None and not greens:
            raise InputError(
                where="--phases",
                found="no event log",
                rule="greens, splits and cycles are read off event logs",
                fix="leave it out, or give an event log",
            )
        rows = pl.concat([one.rows for one in read], how="diagonal_relaxed")
        with _new_file(out) as counts_file, _new_file(phases or scratch / "phases.parquet") as phases_file:
            tell("counts written", 0, 1)
            try:
                rows.sink_parquet(counts_file, compression="zstd")
            except DAMAGED as error:
                raise no_table(files[0], error) from error
            tell("counts written", 1, 1)
            told = _told(pl.scan_parquet(counts_file), read, files)
            if greens:
                pl.concat(greens).write_parquet(phases_file)
    return told


def _told(table: pl.LazyFrame, read: Sequence[Read], files: Sequence[Path]) -> Imported:
    fold = pl.col("fold") if "fold" in table.collect_schema().names() else pl.lit(0, dtype=pl.Int8)
    figures = table.select(
        rows=pl.len(),
        detectors=pl.col("detector").n_unique(),
        first=pl.col("start").min(),
        last=pl.col("start").max(),
        empty=pl.col("count").is_null().sum(),
        again=(fold == 1).sum(),
        nowhere=(fold == NO_SUCH_HOUR).sum(),
    )
    row = figures.collect(engine="streaming").row(0, named=True)
    if not row["rows"]:
        raise InputError(
            where=", ".join(map(str, files)),
            found="no count",
            rule="a file of counts has counts",
            fix="export it again",
        )
    if len(files) > 1:
        _refuse_twice(table, fold)
    return Imported(
        formats=tuple(one.format for one in read),
        rows=row["rows"],
        detectors=row["detectors"],
        first=row["first"].isoformat(),
        last=row["last"].isoformat(),
        empty=row["empty"],
        in_skipped_hour=int(row["nowhere"] or 0),
        in_repeated_hour=int(row["again"] or 0),
        blurred_hours=sum(one.blurred_hours for one in read),
        told=tuple(f"{path.name}: {note}" for path, one in zip(files, read, strict=True) for note in one.told),
    )


def _refuse_twice(table: pl.LazyFrame, fold: pl.Expr) -> None:
    bins = table.select("detector", "start", fold=fold).group_by("detector", "start", "fold").len()
    twice = bins.filter(pl.col("len") > 1).sort("detector", "start").head(1).collect(engine="streaming")
    if twice.height:
        detector, start, *_ = twice.row(0)
        raise InputError(
            where="the files together",
            found=f"detector {detector} at {start} more than once",
            rule="a detector has one count for a bin",
            fix="give each day once",
        )


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give a file beside the target that takes its place if the block ends well and wrote it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".parquet")
    os.close(handle)
    try:
        yield Path(name)
        if Path(name).stat().st_size:
            os.chmod(name, 0o644)
            os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
