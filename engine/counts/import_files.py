"""Files of counts, in whatever format, to one long table in local time."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...networks.errors import InputError
from ...networks.progress import Tell, silent
from .formats.counts_format import How
from .formats.local_time import NO_SUCH_HOUR
from .formats.scanned import DAMAGED, no_table
from .long_table import Read, in_one, is_log, read_file, read_logs
from .table_files import new_table, require_ending, sink_table


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


def import_counts(
    files: Sequence[Path], out: Path, how: How, phases: Path | None = None, tell: Tell = silent
) -> Imported:
    """Write the counts of all files as one table, and the greens of event logs as another; say what was done.

    The tables are Parquet, CSV or packed CSV, as their names end. Both appear when all is done, or not at all. Several
    files of one event log are one log.

    Raises
    ------
    InputError
        A file is missing or wrong; two files contradict each other on a bin; there is no count at all; a name ends in
        none of the ways that are known.
    """
    for path in (out, *([phases] if phases else [])):
        require_ending(path)
    with tempfile.TemporaryDirectory(prefix="greenband-import-") as name:
        scratch = Path(name)
        read = _read(files, how, scratch, tell)
        greens = [one.phases for one in read if one.phases is not None]
        if phases is not None and not greens:
            raise InputError(
                where="--phases",
                found="no event log",
                rule="greens, splits and cycles are read off event logs",
                fix="leave it out, or give an event log",
            )
        rows, told = in_one(read)
        with new_table(out) as counts_file, new_table(phases or scratch / "phases.parquet") as phases_file:
            tell("counts written", 0, 1)
            try:
                sink_table(rows.drop("row", strict=False), counts_file, out)
            except DAMAGED as error:
                raise no_table(files[0], error) from error
            tell("counts written", 1, 1)
            done = _told(rows, read, files, told)
            if greens:
                sink_table(pl.concat(greens).lazy(), phases_file, phases or Path("phases.parquet"))
    return done


def _read(files: Sequence[Path], how: How, scratch: Path, tell: Tell) -> list[Read]:
    read: list[Read] = []
    logs: list[Path] = []
    for number, path in enumerate(files):
        tell("files opened", number, len(files))
        if len(files) > 1 and is_log(path, how, scratch):
            logs.append(path)
        else:
            read.append(read_file(path, how, scratch))
    if logs:
        read.append(read_logs(logs, how, scratch))
    tell("files opened", len(files), len(files))
    return read


def _told(rows: pl.LazyFrame, read: Sequence[Read], files: Sequence[Path], together: tuple[str, ...]) -> Imported:
    fold = pl.col("fold") if "fold" in rows.collect_schema().names() else pl.lit(0, dtype=pl.Int8)
    figures = rows.select(
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
    return Imported(
        formats=tuple(one.format for one in read for _ in one.paths),
        rows=row["rows"],
        detectors=row["detectors"],
        first=row["first"].isoformat(),
        last=row["last"].isoformat(),
        empty=row["empty"],
        in_skipped_hour=int(row["nowhere"] or 0),
        in_repeated_hour=int(row["again"] or 0),
        blurred_hours=sum(one.blurred_hours for one in read),
        told=(*(f"{one.paths[0].name}: {note}" for one in read for note in one.told), *together),
    )
