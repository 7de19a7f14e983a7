"""A file of counts made plain: UTF-8, commas between values, points in numbers, no comments above the header.

Readers of formats read plain files alone. What was done to make one plain is told; a file that is plain already is
read where it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ....networks.errors import InputError
from ....networks.files import require_file
from .encodings import encoding_of
from .layout import layout_of, rewritten
from .scratch_files import new_file
from .spreadsheets import is_spreadsheet, sheet_as_text
from .unpacking import unpacked
from .wishes import Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A plain file, the file it was made of, and sentences on what was done."""

    path: Path
    source: Path
    lines_before: int = 0  # lines of the source that are not in the plain file, all before its first
    told: tuple[str, ...] = ()


def made_plain(path: Path, scratch: Path, wishes: Wishes) -> Plain:
    """Return a plain file with a file's content; what has to be written goes into `scratch`.

    Raises InputError for a file that is no text, table, spreadsheet or packed file of one.
    """
    require_file(path, "a file of counts")
    _require_readable(path)
    if _binary(path):
        return Plain(path=path, source=path)
    told: list[str] = []
    inner = unpacked(path, scratch, told)
    if _binary(inner):
        return Plain(path=inner, source=path, told=tuple(told))
    if is_spreadsheet(inner):
        inner = sheet_as_text(inner, path, wishes.sheet, scratch, told)
    encoding = encoding_of(inner, path, wishes.encoding)
    layout = layout_of(inner, path, encoding, wishes.separator)
    told += layout.told()
    if layout.is_plain and not wishes.missing:
        return Plain(path=inner, source=path, told=tuple(told))
    out = new_file(scratch, inner, ".csv")
    rewritten(inner, out, layout, wishes.missing, told)
    return Plain(path=out, source=path, lines_before=layout.skipped, told=tuple(told))


def _require_readable(path: Path) -> None:
    """Raise InputError for a file that the system does not let us read."""
    try:
        with open(path, "rb") as file:
            file.read(1)
    except OSError as error:
        raise InputError(
            where=str(path),
            found=f"a file that cannot be read ({error.strerror})",
            rule="a file of counts can be read",
            fix="check the path and its permissions",
        ) from error


def _binary(path: Path) -> bool:
    """Return whether a file is read as it is: Parquet, and XML, which tells its encoding itself."""
    if path.suffix == ".parquet":
        return True
    with open(path, "rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@contextmanager
def of_the_source(plain: Plain) -> Iterator[None]:
    """Let errors name the file that the person gave, and its lines."""
    try:
        yield
    except InputError as error:
        if str(plain.path) == str(plain.source) or str(plain.path) not in error.where:
            raise
        where = _line_of_source(error.where.replace(str(plain.path), str(plain.source)), plain)
        raise InputError(where=where, found=error.found, rule=error.rule, fix=error.fix) from error


def _line_of_source(where: str, plain: Plain) -> str:
    head, mark, tail = where.rpartition(", line ")
    if not mark or not tail.isdigit():
        return where
    return f"{head}, line {int(tail) + plain.lines_before}"
