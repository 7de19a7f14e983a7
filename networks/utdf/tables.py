"""UTDF version 8, the combined CSV of Synchro: its sections as tables of text, in and out without losing a cell.

Section and record names: Synchro Studio 11 user guide, chapter "UTDF, combined format".
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ..files import read_bytes
from .names import TITLES
from .rows import sections_of
from .sections import Records, Section


@dataclass(frozen=True, kw_only=True)
class UtdfFile:
    """A UTDF file: its sections in order, and the width to which it pads each line with commas (0: it does not)."""

    sections: tuple[Section, ...]
    padded_to: int = 0

    def section(self, name: str) -> Section | None:
        """Return the last section of a name, or None. A second `Timeplans` after `Phases` overrides the first."""
        return next((found for found in reversed(self.sections) if found.name == name), None)


def read_utdf(path: Path) -> UtdfFile:
    """Return the tables of a UTDF file, plain or gzipped. Raises InputError with the line where it is none."""
    return parse_utdf(read_bytes(path, "a UTDF file"), str(path))


def parse_utdf(content: bytes, source: str) -> UtdfFile:
    """Return the tables of the bytes of a UTDF file. `source` names it in errors."""
    sections, padded_to = sections_of(content, source)
    return UtdfFile(sections=sections, padded_to=padded_to)


def utdf_bytes(file: UtdfFile) -> bytes:
    """Return the file as bytes: every cell as it was, an empty line between sections."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")

    def put(row: tuple[str, ...]) -> None:
        writer.writerow([*row, *[""] * (file.padded_to - len(row))])

    for place, section in enumerate(file.sections):
        if place:
            put(()) if file.padded_to else text.write("\n")
        for row in ((f"[{section.name}]",), (section.title,), section.header, *section.rows):
            put(row)
    return text.getvalue().encode()


def records_section(name: str, header: tuple[str, ...], records: dict[str, Records]) -> Section:
    """Return a section of RECORDNAME,INTID rows; records without a value in any column are left out."""
    rows = [
        (record, intid, *(values.get(column, "") for column in header))
        for intid, found in records.items()
        for record, values in found.items()
        if any(values.values())
    ]
    return Section(name=name, title=TITLES[name], header=("RECORDNAME", "INTID", *header), rows=tuple(rows))
