"""Our own long table `detector,start,interval_s,count` and its columns beside these, by their own names."""

from __future__ import annotations

from pathlib import Path

from .aggregates import OPTIONAL, checked_rows
from .counts_format import How, Rows
from .opening import Opening
from .scanned import columns_of, named, scan

COLUMNS = ("detector", "start", "interval_s", "count")


def recognises(opening: Opening) -> bool:
    """Return whether the four columns are there."""
    return opening.has(*((name,) for name in COLUMNS))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return our own long table; see `engine.counts.read` for its rules, which are checked there."""
    scanned = scan(path)
    there = columns_of(scanned)
    more = [name for name in OPTIONAL if name in there]
    table = named(scanned, {name: (name,) for name in (*COLUMNS, *more)}, "a table of counts")
    return Rows(table=checked_rows(table, by_signal=False))
