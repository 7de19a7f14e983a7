"""A file of counts, or the tables and logs packed in it, as the long table of all commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from .files.archives import tables_in
from .files.plain import Plain, made_plain, of_the_source
from .formats import events
from .formats.counts_format import FORMATS, How
from .formats.local_time import check_zone
from .formats.mapped import settled
from .formats.recognise import recognise
from .formats.scanned import DAMAGED, no_table, parked
from .one_table import Read, in_one, in_order
from .values.doubled import OF_ONE_FILE, Source


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


__all__ = ["Read", "in_one", "in_order", "is_log", "read_file", "read_logs"]
