"""Jobs that travel: pickled together with the files they name, so that a worker elsewhere needs none of ours."""

from __future__ import annotations

import io
import os
import pickle
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..networks.files import replace_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A pickled value, and where the files it names lie here, by the digest of their content."""

    content: bytes
    files: Mapping[str, Path]


def packed(value: object) -> Parcel:
    """Return a value in which each path of a file that exists here stands for the file's content and name."""
    target = io.BytesIO()
    pickler = _Packer(target)
    pickler.dump(value)
    return Parcel(content=target.getvalue(), files=pickler.files)


def unpacked(content: bytes, files: Mapping[str, bytes]) -> Any:
    """Return the value of a parcel whose files have been unfolded from what `folded` made of them.

    They lie in a folder of this user's, named by their content, and stay there for the parcels that follow.
    """
    return _Unpacker(io.BytesIO(content), files).load()


def folded(path: Path) -> bytes:
    """Return the content of a file, packed."""
    return zlib.compress(path.read_bytes(), 1)


class _Packer(pickle.Pickler):
    def __init__(self, target: io.BytesIO) -> None:
        super().__init__(target, protocol=5)
        self.files: dict[str, Path] = {}

    def persistent_id(self, value: Any) -> tuple[str, str] | None:
        if not isinstance(value, Path) or not value.is_file():
            return None
        facts = value.stat()
        digest = _digest(value.resolve(), facts.st_mtime_ns, facts.st_size)
        self.files[digest] = value
        return digest, value.name


class _Unpacker(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, files: Mapping[str, bytes]) -> None:
        super().__init__(source)
        self._files = files

    def persistent_load(self, told: Any) -> Path:
        digest, name = told
        path = _folder() / digest / name
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_atomically(path, zlib.decompress(self._files[digest]))
        return path


@lru_cache(maxsize=4096)
def _digest(path: Path, changed_ns: int, size: int) -> str:
    """Return the digest of a file's content; read again when the file has changed."""
    with path.open("rb") as source:
        digest = sha256()
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _folder() -> Path:
    """Return this process's folder for files that came with jobs; nobody else may write there, and it goes with us."""
    return Path(_scratch(os.getpid()).name)


@lru_cache(maxsize=1)
def _scratch(process: int) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f"greenband-parcels-{process}-")
