"""How a file of counts starts: what the formats recognise it by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .scanned import columns_of, first_lines, scan

LOOKED_AT = 30  # lines


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The first lines of a file that are not empty (none of Parquet files), and its columns if it is a table."""

    path: Path
    lines: tuple[str, ...]

    @property
    def is_xml(self) -> bool:
        """Whether it is XML, which has no columns."""
        return bool(self.lines) and self.lines[0].startswith("<")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns. Raises InputError if the file is no table."""
        return () if self.is_xml else tuple(columns_of(scan(self.path)))

    def has(self, *choices: Iterable[str]) -> bool:
        """Return whether of each choice of names one is a column, in any case."""
        there = {name.lower().strip() for name in self.columns}
        return all(any(name.lower() in there for name in names) for names in choices)


def opening_of(path: Path) -> Opening:
    """Return how a file starts. Raises InputError if it is neither text nor Parquet."""
    lines = () if path.suffix == ".parquet" else first_lines(path, LOOKED_AT)
    return Opening(path=path, lines=tuple(line.strip() for line in lines if line.strip()))
