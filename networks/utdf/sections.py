"""A section of a UTDF file: its rows as they stand, and the same by record, controller and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .names import column_name, record_name

Records = dict[str, dict[str, str]]  # record name → column → value


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section: its name, the line of its title, the header, and the rows; a row may be longer than the header.

    `lines` are the rows' lines in the file, counted from 1, and `line` that of the section's name. Where cells are
    parted by semicolons a comma in a number is its decimal point (`decimal_comma`).
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int = field(default=0, compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)
    decimal_comma: bool = field(default=False, compare=False)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in capitals."""
        return tuple(column_name(text) for text in self.header)

    @cached_property
    def records(self) -> dict[str, Records]:
        """The rows of RECORDNAME,INTID sections by INTID and record name; of two of one name, the last."""
        columns = self.columns[2:]
        found: dict[str, Records] = {}
        for row in self.rows:
            if len(row) > 1 and row[0].strip():
                values = dict(zip(columns, row[2:], strict=False))
                found.setdefault(row[1].strip(), {})[record_name(row[0])] = values
        return found

    @cached_property
    def settings(self) -> dict[str, str]:
        """The rows of a section of RECORDNAME,DATA by name; blank where the row ends early."""
        return {record_name(row[0]): row[1].strip() if len(row) > 1 else "" for row in self.rows if row[0].strip()}

    def line_of(self, row: int) -> int:
        """Return the line of a row, or 0 where it is not known."""
        return self.lines[row] if row < len(self.lines) else 0

    def place(self, record: str, intid: str | None = None, column: str | None = None) -> str:
        """Return where a record stands, as 'line 75, column 4 (D2)'; the section's name where it does not."""
        for row in reversed(range(len(self.rows))):
            cells = self.rows[row]
            own = intid is None or (len(cells) > 1 and cells[1].strip() == intid)
            if cells and own and record_name(cells[0]) == record:
                return f"line {self.line_of(row)}{self.place_of_column(column)}"
        return f"[{self.name}]"

    def place_of_column(self, column: str | None) -> str:
        """Return ', column 4 (D2)' for a column's name; nothing for one that is not there."""
        at = [k for k, name in enumerate(self.columns, start=1) if name == column]
        return f", column {at[-1]} ({column})" if at else ""
