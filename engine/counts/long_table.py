"""A file of counts as the long table of all commands: one place for zones, odd dates, doubled rows and lengths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ...networks.errors import InputError
from .files.archives import tables_in
from .files.plain import Plain, made_plain, of_the_source
from .formats import events
from .formats.counts_format import FORMATS, How, Rows
from .formats.local_time import check_zone, localised
from .formats.mapped import settled
from .formats.recognise import recognise
from .formats.scanned import DAMAGED, no_table, parked
from .values.doubled import OF_ONE_FILE, Source, once
from .values.edges import at_begin
from .values.lengths import one_length, own_lengths
from .values.parts import without_total
from .values.plausible import plausible


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One file (or the files of one event log) as the long table, lazily; and what a reader had to leave out.

    Every bin of a detector stands once for each `fold`, and all bins of a detector have one length.
    """

    format: str
    rows: pl.LazyFrame
    paths: tuple[Path, ...]
    first_line: int = 0
    blurred_hours: int = 0
    phases: pl.DataFrame | None = None
    told: tuple[str, ...] = ()  # how the file was read, where it is not written as usual


def said(how: How) -> How:
    """Return what is said of the files, with what the mapping file says. Raises InputError for a zone that is none."""
    how = settled(how)
    for zone in (how.tz, how.stamps):
        if zone is not None:
            check_zone(zone)
    return how


def read_file(path: Path, how: How, scratch: Path) -> Read:
    """Return one file as the long table in local time. Raises InputError, with the line, if it is wrong.

    The tables of a zip file are read one by one, or as one log, and put together. `scratch` is a folder that must stay
    while the rows are used: what is read goes through it.
    """
    how = said(how)
    parts = tables_in(path, scratch)
    if not parts:
        return _read_one(path, how, scratch)
    if all(_is_log(part, how, scratch, name) for name, part in parts):
        return replace(_read_logs([part for _, part in parts], how, scratch, path), paths=(path,))
    read = [_read_one(part, how, scratch, Path(f"{path}/{name}")) for name, part in parts]
    rows, together = in_one(read)
    notes = [f"{name}: {note}" for (name, _), one in zip(parts, read, strict=True) for note in one.told]
    return Read(
        format=read[0].format,
        rows=rows.with_columns(row=pl.col("row") % OF_ONE_FILE),
        paths=(path,),
        blurred_hours=sum(one.blurred_hours for one in read),
        told=(f"{len(parts)} tables packed in it", *notes, *together),
    )


def _read_one(path: Path, how: How, scratch: Path, source: Path | None = None) -> Read:
    """Return a file that holds one table; `source` is what errors call it."""
    plain = _plain(path, how, scratch, source)
    with of_the_source(plain):
        kind = how.format or recognise(plain.path)
        try:
            found = FORMATS[kind].read(plain.path, how, scratch)
            found = replace(found, table=parked(found.table, plain.path, scratch))
        except DAMAGED as error:  # a damaged Parquet file shows its damage where it is read at last
            raise no_table(plain.path, error) from error
    first_line = found.first_line + plain.lines_before if found.first_line else 0
    rows, told = in_order(found, how, Source.of(str(plain.source), first_line))
    return Read(
        format=kind,
        rows=rows,
        paths=(plain.source,),
        first_line=first_line,
        blurred_hours=found.blurred_hours,
        phases=found.phases,
        told=(*plain.told, *told),
    )


def _plain(path: Path, how: How, scratch: Path, source: Path | None) -> Plain:
    """Return a file made plain; errors call it `source`."""
    with of_the_source(Plain(path=path, source=source or path)):
        return replace(made_plain(path, scratch, how.wishes), source=source or path)


def is_log(path: Path, how: How, scratch: Path) -> bool:
    """Return whether a file is an event log, or holds one. Raises InputError if it is nothing that is known."""
    parts = tables_in(path, scratch) or [("", path)]
    return all(_is_log(part, how, scratch, name and f"{path}/{name}") for name, part in parts)


def _is_log(path: Path, how: How, scratch: Path, name: str) -> bool:
    if how.format is not None or how.mapping is not None:
        return how.format == "events"
    plain = _plain(path, how, scratch, Path(name) if name else None)
    with of_the_source(plain):
        return recognise(plain.path) == "events"


def read_logs(paths: Sequence[Path], how: How, scratch: Path) -> Read:
    """Return the files of one event log as the long table."""
    parts = [part for path in paths for part in ([part for _, part in tables_in(path, scratch)] or [path])]
    return replace(_read_logs(parts, how, scratch, *paths), paths=tuple(paths))


def _read_logs(parts: Sequence[Path], how: How, scratch: Path, *sources: Path) -> Read:
    how = said(how)
    plain = [made_plain(path, scratch, how.wishes).path for path in parts]
    found = events.read_logs(plain, how)
    rows, told = in_order(found, how, Source.of(", ".join(map(str, sources))))
    return Read(
        format="events",
        rows=rows,
        paths=tuple(parts),
        blurred_hours=found.blurred_hours,
        phases=found.phases,
        told=told,
    )


def in_order(found: Rows, how: How, source: Source) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return what a reader found as the long table in local time, by the rules that all readers share.

    Stamps of ends become those of begins; zones are left; dates that cannot be are; every bin stands once; a detector's
    bins have one length. The rows are looked at several times: they are scanned, or in memory.

    Raises InputError as the rules do.
    """
    name = source.files[0][0]
    _require_names(found.table, source)
    rows, edges = at_begin(found.table, None if found.edge_taken else how.edge, guess=not found.says_begin)
    if not found.local:
        rows = localised(rows, tz=how.tz, stamps=how.stamps, source=name)
    rows, dates = plausible(rows, name)
    known = how.tz is not None or "fold" in rows.collect_schema().names()
    rows, twice = once(rows, source, zone_known=known)
    rows, total = without_total(rows)
    rows, lengths = one_length(rows, own_lengths(rows))
    return rows, (*found.told, *edges, *dates, *twice, *total, *lengths)


def _require_names(rows: pl.LazyFrame, source: Source) -> None:
    """Raise InputError for a count without a detector: no reader may leave that to chance."""
    nameless = rows.filter(pl.col("detector").is_null() | (pl.col("detector") == "")).head(1).collect()
    if nameless.height:
        raise InputError(
            where=source.place(nameless["row"][0] if "row" in nameless.columns else None),
            found="no name of a detector",
            rule="a count has a detector",
            fix="name it, or take the row out",
        )


def in_one(read: Sequence[Read]) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return the rows of all files as one table, and what to tell. Raises InputError where they contradict."""
    if len(read) == 1:
        return read[0].rows, ()
    numbered = [
        one.rows.with_columns(row=pl.col("row").cast(pl.Int64) + k * OF_ONE_FILE)
        if "row" in one.rows.collect_schema().names()
        else one.rows.with_columns(row=pl.lit(k * OF_ONE_FILE, dtype=pl.Int64))
        for k, one in enumerate(read)
    ]
    folded = ["fold" in rows.collect_schema().names() for rows in numbered]
    if any(folded):
        numbered = [
            rows if has else rows.with_columns(fold=pl.lit(0, dtype=pl.Int8))
            for rows, has in zip(numbered, folded, strict=True)
        ]
    source = Source(files=tuple((str(one.paths[0]), one.first_line) for one in read))
    rows, twice = once(pl.concat(numbered, how="diagonal_relaxed"), source, zone_known=True)
    rows, lengths = one_length(rows, own_lengths(rows))
    return rows, (*twice, *lengths)


def require_rows(rows: pl.LazyFrame, path: Path) -> None:
    """Raise InputError for a table without a row."""
    if not rows.select(pl.len()).collect(engine="streaming").item():
        raise InputError(where=str(path), found="no row", rule="a table of counts has rows", fix="export it again")
