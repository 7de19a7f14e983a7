"""Zip files: the one table in them, or the several; workbooks are zip files too, and stay as they are."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ....networks.errors import InputError
from .packed import PIECE_BYTES, bound_of, within
from .scratch_files import head_of, new_file, written

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
SPREADSHEET_PART = "[Content_Types].xml"
ODD_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)
MOST_TABLES = 2000
NO_TABLES = (".pdf", ".md", ".doc", ".docx", ".htm", ".html", ".json", ".jpg", ".jpeg", ".png", ".url", ".rtf")
NOTES = re.compile(r"^(read ?me|licen[cs]e|metadata|lies ?mich|hinweis|terms|changelog|\.)", re.IGNORECASE)


def tables_in(path: Path, scratch: Path) -> list[tuple[str, Path]]:
    """Return the names and files of the tables of a zip file that holds several; none of any other file.

    Notes beside tables are left. Raises InputError for a zip file that is broken or unpacks to too much.
    """
    try:
        if not path.is_file() or not head_of(path).startswith(ZIP):
            return []
    except OSError:  # told by the reader of single files
        return []
    with _opened(path, path) as archive:
        parts = _tables(archive, path)
        if len(parts) < 2:
            return []
        found, left = [], bound_of(path)
        for part in parts:
            out = new_file(scratch, Path(PurePosixPath(part.filename).name), keep_ending=True)
            written(within(_part(archive, part, path), left, path, "zip"), out)
            left -= out.stat().st_size
            found.append((part.filename, out))
    return found


def of_zip(path: Path, scratch: Path, source: Path, most: int, told: list[str]) -> Path:
    """Return the one table of a zip file, unpacked; the file itself where it is a workbook."""
    with _opened(path, source) as archive:
        if SPREADSHEET_PART in archive.namelist():
            return path
        parts = _tables(archive, source)
        if len(parts) != 1:
            raise _not_one(source, [part.filename for part in archive.infolist()])
        out = new_file(scratch, Path(PurePosixPath(parts[0].filename).name), keep_ending=True)
        written(within(_part(archive, parts[0], source), most, source, "zip"), out)
    told.append(f"unpacked {parts[0].filename}")
    return out


def require_modest_zip(archive: zipfile.ZipFile, path: Path) -> None:
    """Raise InputError for a zip file that says that it unpacks to too much."""
    size = sum(part.file_size for part in archive.infolist())
    most = bound_of(path)
    if size > most:
        raise InputError(
            where=str(path),
            found=f"{size >> 20} MiB once unpacked",
            rule=f"a file of this size may unpack to {most >> 20} MiB at most",
            fix="export it again, plain or as Parquet",
        )


@contextmanager
def _opened(path: Path, source: Path) -> Iterator[zipfile.ZipFile]:
    """Give a zip file; what is wrong with it becomes an InputError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except ODD_ZIP as error:
        raise _no_zip(source, error) from error


def _no_zip(source: Path, error: BaseException) -> InputError:
    return InputError(
        where=str(source),
        found=f"a zip file that cannot be unpacked ({str(error)[:200]})",
        rule="a packed file of counts can be unpacked without a password",
        fix="unpack it yourself",
    )


def _tables(archive: zipfile.ZipFile, source: Path) -> list[zipfile.ZipInfo]:
    """Return the parts that may be tables; none of a workbook. Raises InputError for more than any agency packs."""
    parts = [part for part in archive.infolist() if _is_file(part.filename)]
    if any(part.filename == SPREADSHEET_PART for part in parts):
        return []
    require_modest_zip(archive, source)
    names = [PurePosixPath(part.filename) for part in parts]
    found = [
        part
        for part, name in zip(parts, names, strict=True)
        if name.suffix.lower() not in NO_TABLES and not NOTES.match(name.name)
    ]
    if len(found) > MOST_TABLES:
        raise InputError(
            where=str(source),
            found=f"{len(found)} files in it",
            rule=f"a zip file of counts holds {MOST_TABLES} tables at most",
            fix="unpack it and give the files that you mean",
        )
    return found


def _is_file(name: str) -> bool:
    return bool(name) and not name.endswith("/") and "__MACOSX" not in name


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: Path) -> Iterator[bytes]:
    try:
        with archive.open(part) as packed:
            while piece := packed.read(PIECE_BYTES):
                yield piece
    except ODD_ZIP as error:
        raise _no_zip(source, error) from error


def _not_one(source: Path, names: list[str]) -> InputError:
    listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return InputError(
        where=str(source),
        found=f"{len(names)} files ({listed})" if names else "nothing packed in it",
        rule="a zip file of counts holds tables, and one that is packed in another file holds one",
        fix="unpack it and give the files that you mean",
    )
