"""Our own long table `detector,start,interval_s,count` and its columns beside these, by their own names."""

from __future__ import annotations

from pathlib import Path

from ....networks.errors import InputError
from ..values.doubled import CLASSES, DIRECTIONS
from .counts_format import How, Rows
from .long_rows import OPTIONAL, long_rows
from .opening import Opening
from .scanned import columns_of, named, scan

COLUMNS = ("detector", "start", "interval_s", "count")


def recognises(opening: Opening) -> bool:
    """Return whether the four columns are there."""
    return opening.has(*((name,) for name in COLUMNS))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return our own long table."""
    scanned = scan(path)
    there = {name.strip().lower() for name in columns_of(scanned)}
    if not there:
        raise InputError(where=str(path), found="no table", rule="counts are a table", fix="write the table again")
    absent = [name for name in COLUMNS if name not in there]
    if absent:
        raise InputError(
            where=f"{path}, line 1",
            found="no column " + ", ".join(absent) + "; there are " + ", ".join(columns_of(scanned)[:20]),
            rule="the columns are " + ",".join(COLUMNS),
            fix="add what is missing; or let the format be recognised: --format auto",
        )
    wanted: dict[str, tuple[str, ...]] = {name: (name,) for name in (*COLUMNS, *OPTIONAL) if name in there}
    wanted |= {part: names for part, names in (("class", CLASSES), ("direction", DIRECTIONS)) if there & set(names)}
    table = named(scanned, wanted, "a table of counts")
    rows, told = long_rows(table, how)
    return Rows(table=rows, told=(*table.taken, *told), first_line=scanned.first_line)
