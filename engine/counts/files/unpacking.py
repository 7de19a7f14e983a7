"""Packed files of counts: zip files with one file in them, and gzip files of other things than plain text."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ....networks.errors import InputError
from .packed import LARGEST_UNPACKED_BYTES, MODEST_BYTES, MOST_TIMES, require_modest

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
VENDORS_OWN = (".datz", ".dat")  # Econolite and others: no reader of these is kept up anywhere that was looked
SPREADSHEET_PART = "[Content_Types].xml"  # an XLSX file is a zip file too


def unpacked(path: Path, scratch: Path, told: list[str]) -> Path:
    """Return the file itself, or what is packed in it. Raises InputError for what cannot be unpacked or is too much."""
    if path.suffix.lower() in VENDORS_OWN:
        raise InputError(
            where=str(path),
            found=f"a {path.suffix} file: a controller's event log in its vendor's own packing",
            rule="event logs are read as Parquet or CSV with TimeStamp, DeviceId, EventId, Parameter",
            fix="convert it with the vendor's translator or your ATSPM system, and give what that writes",
        )
    head = _head(path)
    if head.startswith(ZIP):
        return _of_zip(path, scratch, told)
    if head.startswith(GZIP):
        require_modest(path)
        return _of_gzip(path, scratch)
    return path


def require_modest_zip(archive: zipfile.ZipFile, path: Path) -> None:
    """Raise InputError for a zip file that unpacks to too much."""
    size = sum(part.file_size for part in archive.infolist())
    most = min(LARGEST_UNPACKED_BYTES, max(MODEST_BYTES, MOST_TIMES * path.stat().st_size))
    if size > most:
        raise InputError(
            where=str(path),
            found=f"{size >> 20} MiB once unpacked",
            rule=f"a file of this size may unpack to {most >> 20} MiB at most",
            fix="export it again, plain or as Parquet",
        )


def _head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(4)


def _of_gzip(path: Path, scratch: Path) -> Path:
    out = scratch / f"unpacked-{len(list(scratch.iterdir()))}{PurePosixPath(path.stem).suffix or '.csv'}"
    with gzip.open(path, "rb") as packed, open(out, "wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return out


def _of_zip(path: Path, scratch: Path, told: list[str]) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir() and "__MACOSX" not in part.filename]
            if any(part.filename == SPREADSHEET_PART for part in parts):
                return path
            require_modest_zip(archive, path)
            if len(parts) != 1:
                raise _several(path, [part.filename for part in parts])
            suffix = PurePosixPath(parts[0].filename).suffix[:12]
            out = scratch / f"unpacked-{len(list(scratch.iterdir()))}{suffix}"
            with archive.open(parts[0]) as packed, open(out, "wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(
            where=str(path),
            found=f"a zip file that cannot be unpacked ({error})",
            rule="a packed file of counts can be unpacked without a password",
            fix="unpack it yourself",
        ) from error
    told.append(f"unpacked {parts[0].filename}")
    return out


def _several(path: Path, names: list[str]) -> InputError:
    listed = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return InputError(
        where=str(path),
        found=f"{len(names)} files ({listed})" if names else "nothing packed in it",
        rule="a zip file of counts holds one file",
        fix="unpack it and give the files that you mean",
    )
