"""Spreadsheets as text: the values of one sheet, dates and times in ISO's order."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ....networks.errors import InputError
from .archives import SPREADSHEET_PART, ZIP, require_modest_zip
from .scratch_files import new_file

# What a damaged zip file ends in; a password is a RuntimeError, an unknown packing a NotImplementedError.
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError)
OLD = b"\xd0\xcf\x11\xe0"  # .xls
MOST_CELLS = 12_000_000  # a third of a gigabyte while it is read
CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
PIECE_BYTES, OVERLAP_BYTES = 1 << 20, 200


def is_spreadsheet(path: Path) -> bool:
    """Return whether the file is an Excel workbook: XLSX, or the older XLS."""
    with open(path, "rb") as file:
        head = file.read(4)
    if head == OLD:
        return True
    if not head.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return SPREADSHEET_PART in archive.namelist()
    except zipfile.BadZipFile:  # a text that begins like one
        return False


def sheet_as_text(path: Path, source: Path, wished: str | None, scratch: Path, told: list[str]) -> Path:
    """Write the values of a sheet as CSV and return where. Raises InputError if it is not clear which sheet."""
    from python_calamine import CalamineError, CalamineWorkbook

    out = new_file(scratch, path, ".csv")
    try:
        _require_modest(path, source)
        book = CalamineWorkbook.from_path(str(path))
        name = _chosen(book, source, wished)
        sheet = book.get_sheet_by_name(name)
        stamps = {k for row in sheet.iter_rows() for k, value in enumerate(row) if isinstance(value, datetime)}
        with open(out, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [_text(_midnight(value) if k in stamps else value) for k, value in enumerate(row)]
                for row in sheet.iter_rows()
                if any_of(row)
            )
    except (CalamineError, OSError, ValueError, EOFError, *BROKEN) as error:
        raise InputError(
            where=str(source),
            found=f"a workbook that cannot be read ({str(error)[:100]})",
            rule="a spreadsheet of counts is an Excel workbook without a password",
            fix="save it again, or as CSV",
        ) from error
    told.append(f"sheet '{name}'")
    return out


def any_of(row: list[Any]) -> bool:
    """Return whether a row has any value."""
    return any(value != "" for value in row)


def _chosen(book: Any, source: Path, wished: str | None) -> str:
    names = list(book.sheet_names)
    if wished is not None and wished in names:
        return wished
    filled = [n for n in names if book.get_sheet_by_name(n).to_python(skip_empty_area=True, nrows=2)]
    if wished is None and len(filled) == 1:
        return str(filled[0])
    raise InputError(
        where=str(source),
        found=f"no sheet '{wished}'" if wished else f"{len(filled)} sheets with values",
        rule=f"counts are read from one sheet; there are {', '.join(names)}",
        fix="name the one that you mean: --sheet, or counts_sheet in study.toml",
    )


def _midnight(value: object) -> object:
    """Return a date among dates and times as a time too: calamine takes midnights for dates."""
    return datetime.combine(value, time()) if type(value) is date else value


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return (value + timedelta(microseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        whole = datetime.combine(date(2000, 1, 1), value) + timedelta(microseconds=500)
        return whole.time().replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _require_modest(path: Path, source: Path) -> None:
    """Raise InputError for a workbook that would take all memory: calamine holds a sheet from corner to corner."""
    if not zipfile.is_zipfile(path):
        return  # the older format has 65,536 rows at most
    with zipfile.ZipFile(path) as archive:
        require_modest_zip(archive, path)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                rows, columns = _corner(archive, name)
                if rows * columns > MOST_CELLS:
                    raise InputError(
                        where=str(source),
                        found=f"a sheet of {rows} rows and {columns} columns",
                        rule=f"a sheet has {MOST_CELLS} cells at most",
                        fix="save it as CSV",
                    )


def _corner(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Return the last row and the last column of which a sheet has a cell."""
    rows = columns = 0
    rest = b""
    with archive.open(name) as file:
        while piece := file.read(PIECE_BYTES):
            for found in CELL.finditer(rest + piece):
                rows = max(rows, int(found[2]))
                columns = max(columns, _column(found[1]))
            rest = piece[-OVERLAP_BYTES:]
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
