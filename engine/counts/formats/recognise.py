"""Which format a file is in, by what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from ....networks.errors import InputError
from ....networks.files import require_file
from . import aggregates, event_log, utdf_volumes
from .scanned import columns_of, first_lines, scan

Format = Literal["table", "events", "aggregates", "scats", "pems", "utdf", "e1"]
FORMATS: tuple[Format, ...] = get_args(Format)
PEMS_COLUMNS = 12


def recognise(path: Path) -> Format:
    """Return the format of a file. Raises InputError if it is none of those that are known."""
    require_file(path, "a file of counts")
    if path.suffix != ".parquet":
        lines = [line.strip() for line in first_lines(path, 30) if line.strip()]
        if lines and lines[0].startswith("<"):
            return (
                "e1" if any("<detector" in line or "<interval" in line for line in lines) else _unknown(path, lines[0])
            )
        if lines and utdf_volumes.TITLE in lines[0].lower():
            return "utdf"
        if lines and lines[0].count(",") + 1 >= PEMS_COLUMNS and lines[0][:1].isdigit():
            return "pems"
    return _by_columns(path)


def _by_columns(path: Path) -> Format:
    columns = columns_of(scan(path))
    there = {name.lower().strip() for name in columns}

    def has(*choices: tuple[str, ...]) -> bool:
        return all(any(name.lower() in there for name in names) for names in choices)

    if {"detector", "start", "interval_s", "count"} <= there:
        return "table"
    if has(("NB_SCATS_SITE",), ("QT_INTERVAL_COUNT",)):
        return "scats"
    if has(*event_log.NAMES.values()):
        return "events"
    if has(aggregates.TIME, aggregates.COUNT, (*aggregates.DETECTOR, *aggregates.SIGNAL)):
        return "aggregates"
    return _unknown(path, ", ".join(columns[:8]))


def _unknown(path: Path, found: str) -> Format:
    raise InputError(
        where=f"{path}, line 1",
        found=f"'{found[:120]}'",
        rule="counts come as " + ", ".join(FORMATS),
        fix="name the --format if it is one of these, else convert to the table detector,start,interval_s,count",
    )
