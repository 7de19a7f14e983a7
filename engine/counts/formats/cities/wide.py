"""Wide tables: a row for a bin, a column for each detector, as people keep them in spreadsheets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .....networks.errors import InputError
from ..counts_format import How, Rows
from ..mapped import read_mapped
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import columns_of, scan
from .wide_columns import (
    HOURS,
    LONG,
    Columns,
    all_numbers,
    first_rows,
    hours_across,
    kinds_of,
    require_own_names,
    time_and_others,
    unit_of,
)


def recognises(opening: Opening) -> bool:
    """Return whether all columns but those of time, two or more, hold numbers alone."""
    if opening.is_xml or any(name.strip().lower() in LONG for name in opening.columns):
        return False
    start, others = time_and_others(opening.columns)
    if not start or len(others) < 2 or hours_across(others):
        return False
    first = first_rows(scan(opening.path))
    found = kinds_of(first, start, others)
    return len(found.detectors) >= 2 and all_numbers(first, found.detectors)


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a wide table; detectors have the names of their columns.

    Columns of other quantities, of people on foot or bicycles, and sums of other columns are left out, and told.
    Counts are vehicles an hour where all columns say so.
    """
    scanned = scan(path)
    names = columns_of(scanned)
    start, others = time_and_others(names)
    found = kinds_of(first_rows(scanned), start, others) if start else Columns()
    if not found.detectors:
        raise InputError(
            where=f"{path}, line 1",
            found="the columns " + ", ".join(names[:20]),
            rule="a wide table has a column of stamps (or of date and time), and one for each detector",
            fix="name the columns of time so, or give a mapping file",
        )
    require_own_names(found.detectors, path)
    mapping = Mapping(
        wide=True,
        start=tuple(name.strip() for name in start),
        only=tuple(name.strip() for name in found.detectors),
        clock="hours" if start[-1].strip().lower() in HOURS else "HH:MM",
        unit=unit_of(found.detectors, path),
    )
    told = [f"{' and '.join(mapping.start)} tell the start of a bin, {len(found.detectors)} columns are detectors"]
    if mapping.unit == "veh/h":
        told.append("columns are vehicles an hour: counts are these times the bin's length")
    for what, columns in (
        ("left out", [n for n in names if n not in (*start, *others)]),
        ("left out, as no counts of vehicles by their headings", found.other),
        ("left out, as people on foot, bicycles and the like", found.people),
        ("left out, as sums of other columns", found.sums),
    ):
        if any(name.strip() for name in columns):
            told.append(f"{what}: " + ", ".join(name.strip() for name in columns if name.strip()))
    rows = read_mapped(path, mapping, how, tuple(told))
    return replace(rows, says_begin=how.edge is not None)
