"""UTDF version 8, the combined CSV of Synchro: its sections as tables of text, in and out without losing a cell.

Section and record names: Synchro Studio 11 user guide, chapter "UTDF, combined format".
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import InputError
from ..files import read_bytes

TITLES = {
    "Network": "Network Settings",
    "Nodes": "Node Data",
    "Links": "Link Data",
    "Lanes": "Lane Group Data",
    "Timeplans": "Timing Plan Settings",
    "Phases": "Phasing Data",
}
Records = dict[str, dict[str, str]]  # record name → column → value


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section: its name, the line of its title, the header, and the rows; a row may be longer than the header."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @cached_property
    def records(self) -> dict[str, Records]:
        """The rows of RECORDNAME,INTID sections by INTID and record name; of two of one name, the last."""
        columns = self.header[2:]
        found: dict[str, Records] = {}
        for row in self.rows:
            if len(row) > 1 and row[0]:
                found.setdefault(row[1], {})[row[0]] = dict(zip(columns, row[2:], strict=False))
        return found


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
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _error(source, f"broken CSV ({error})", "a UTDF file is a CSV", "export it again") from None
    starts = [k for k, row in enumerate(lines) if row and row[0].startswith("[") and row[0].endswith("]")]
    if not starts or any(_filled(row) for row in lines[: starts[0]]):
        raise _error(
            source,
            f"a first line '{','.join(lines[0])[:60] if lines else ''}'",
            "a combined UTDF file starts with a section such as [Network] or [Lanes]",
            "save it from Synchro as UTDF version 8, combined",
        )
    sections = tuple(
        _section(lines[start:end], f"{source}, line {start + 1}")
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
    )
    widths = {len(row) for row in lines if row}
    return UtdfFile(sections=sections, padded_to=widths.pop() if len(widths) == 1 else 0)


def _section(lines: list[list[str]], where: str) -> Section:
    filled = [row for row in lines[1:] if _filled(row)]
    name = lines[0][0].strip("[]")
    if len(filled) < 2:
        raise _error(where, f"a section [{name}] without a header", "a section has a title and a header", "complete it")
    title, header = filled[0], filled[1]
    return Section(
        name=name, title=title[0], header=tuple(_trimmed(header)), rows=tuple(tuple(row) for row in filled[2:])
    )


def _filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def _trimmed(row: list[str]) -> list[str]:
    last = max((k for k, cell in enumerate(row) if cell.strip()), default=-1)
    return row[: last + 1]


def _error(where: str, found: str, rule: str, fix: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix=fix)


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
