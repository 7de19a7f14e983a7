"""Lazy scan of a third-party table, with aliases for columns; errors carry the line."""

from __future__ import annotations

import csv
import gzip
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import polars as pl

from ....networks.errors import InputError
from ....networks.files import require_file
from ..files.packed import require_modest
from ..values.numbers import advice

# What a damaged file ends in; Polars panics at some damages of a Parquet file, and a panic is no usual exception.
DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A table and where it came from; column `row` numbers its rows from 0."""

    path: Path
    rows: pl.LazyFrame
    first_line: int  # of row 0; 0 for files without lines
    taken: tuple[str, ...] = ()  # a sentence on which column is taken for what, where the names are not ours

    def where(self, row: int) -> str:
        """Return the place of a row, for people."""
        return f"{self.path}, " + (f"line {row + self.first_line}" if self.first_line else f"row {row + 1}")

    def refuse(self, bad: pl.Expr, *, column: str, rule: str, fix: str) -> None:
        """Raise InputError for the first row for which `bad` holds, if there is one. Reads the file in pieces."""
        first = collected(self.rows.filter(bad).head(1), self.path)
        if first.height:
            row = first.row(0, named=True)
            rule, fix = advice(str(row[column])) or (rule, fix)
            raise InputError(where=self.where(row["row"]), found=_found(column, row), rule=rule, fix=fix)


def open_text(path: Path) -> TextIO:
    """Open a text file, unpacked if gzip wrote it."""
    with open(path, "rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return open(path, encoding="utf-8-sig", newline="")


def first_lines(path: Path, count: int) -> list[str]:
    """Return the first lines of a text file. Raises InputError if it is none."""
    try:
        with open_text(require_file(path, "a file of counts")) as file:
            return [line.rstrip("\r\n") for _, line in zip(range(count), file, strict=False)]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(
            where=str(path),
            found=f"no text ({error})",
            rule="a file of counts is text in UTF-8, plain or gzipped, Parquet or XML",
            fix="export it again",
        ) from error


def scan(path: Path, *, skip_lines: int = 0, header: bool = True) -> Scanned:
    """Scan a CSV (plain or gzipped, every column as text) or Parquet file. Raises InputError if there is none."""
    require_file(path, "a file of counts")
    if path.suffix == ".parquet":
        return Scanned(path=path, rows=pl.scan_parquet(path).with_row_index("row"), first_line=0)
    require_modest(path)
    rows = pl.scan_csv(
        path, infer_schema=False, skip_lines=skip_lines, has_header=header, raise_if_empty=False, quote_char='"'
    )
    return Scanned(path=path, rows=rows.with_row_index("row"), first_line=skip_lines + header + 1)


def parked(rows: pl.LazyFrame, path: Path, scratch: Path | None) -> pl.LazyFrame:
    """Return rows that may be looked at again and again: in a file in `scratch`, or in memory without one."""
    if scratch is None:
        return collected(rows, path).lazy()
    handle, name = tempfile.mkstemp(dir=scratch, prefix="parked-", suffix=".parquet")
    os.close(handle)
    try:
        rows.sink_parquet(name, compression="lz4")
    except DAMAGED as error:
        raise no_table(path, error) from error
    return pl.scan_parquet(name)


def columns_of(scanned: Scanned) -> list[str]:
    """Return the names of the columns. Raises InputError if the file is no table."""
    try:
        return [name for name in scanned.rows.collect_schema().names() if name != "row"]
    except DAMAGED as error:
        raise no_table(scanned.path, error) from error


def collected(rows: pl.LazyFrame, path: Path) -> pl.DataFrame:
    """Collect in pieces. Raises InputError with the line if the file is no table after all."""
    try:
        return rows.collect(engine="streaming")
    except DAMAGED as error:
        raise no_table(path, error) from error


def no_table(path: Path, error: Exception) -> InputError:
    """Return the error for a file that cannot be read as a table, with the line that breaks it where one does."""
    line = None if path.suffix == ".parquet" else _odd_line(path)
    return InputError(
        where=f"{path}, line {line}" if line else str(path),
        found="no table: " + str(error).splitlines()[0],
        rule="every line of a table has the same columns",
        fix="correct the line, or write the table again",
    )


def _odd_line(path: Path) -> int | None:
    """Return the first line whose number of values is not the header's."""
    try:
        with open_text(path) as file:
            reader = csv.reader(file)
            width = len(next(reader, []))
            return next((reader.line_num for row in reader if row and len(row) != width), None)
    except (OSError, UnicodeDecodeError, csv.Error, EOFError):
        return None


def named(scanned: Scanned, names: Mapping[str, Sequence[str]], what: str) -> Scanned:
    """Return the table with columns by our names: of each the first of its known names, in any case, that is there.

    Raises InputError if a column has none of its names.
    """
    there = {name.strip().lower(): name for name in reversed(columns_of(scanned))}
    found = {
        ours: next((there[n.lower()] for n in theirs if n.lower() in there), None) for ours, theirs in names.items()
    }
    absent = [ours for ours, theirs in found.items() if theirs is None]
    if absent:
        wanted = "; ".join(f"{ours}: " + " or ".join(names[ours]) for ours in absent)
        raise InputError(
            where=f"{scanned.path}, line {max(1, scanned.first_line - 1)}",
            found="the columns " + ", ".join(there.values()),
            rule=f"{what} has a column for {wanted}",
            fix="name the right --format, or add what is missing",
        )
    rows = scanned.rows.select("row", **{ours: pl.col(str(theirs)) for ours, theirs in found.items()})
    pairs = [f"{ours} from {theirs}" for ours, theirs in found.items() if ours != theirs]
    return Scanned(
        path=scanned.path, rows=rows, first_line=scanned.first_line, taken=(", ".join(pairs),) if pairs else ()
    )


def _found(column: str, row: dict[str, object]) -> str:
    whose = f" of detector {row['detector']}" if column != "detector" and row.get("detector") is not None else ""
    return f"{column} '{row[column]}'{whose}"
