"""Files in scratch that are made of a user's file, under a name like its own: readers may go by it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

PACKED_ENDINGS = (".gz", ".bz2", ".xz", ".lzma", ".zst", ".z", ".zip", ".datz")


def new_file(scratch: Path, like: Path, suffix: str | None = None, *, keep_ending: bool = False) -> Path:
    """Return the path of a new file in scratch, named as another one without the ending of its packing."""
    name = re.sub(r"[\x00-\x1f/\\]", "_", like.name)[-100:].lstrip(".") or "counts"
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    if not keep_ending and ending.lower() in PACKED_ENDINGS:
        stem, ending = PurePosixPath(stem).stem, PurePosixPath(stem).suffix
    return Path(tempfile.mkdtemp(dir=scratch)) / f"{stem}{ending or '.csv' if suffix is None else suffix}"


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file, which tell what it is."""
    with open(path, "rb") as file:
        return file.read(16)


def written(pieces: Iterator[bytes], out: Path) -> None:
    """Write a file piece by piece."""
    with open(out, "wb") as file:
        for piece in pieces:
            file.write(piece)
