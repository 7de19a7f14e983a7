"""Packed files of counts: what packed them, by their first bytes, and their content piece by piece, within bounds.

Readers are those of the standard library. A file that unpacks to more than its bound, and one whose beginning is no
table, is refused before the rest of it is unpacked: it would take all memory, or all time.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ....networks.errors import InputError

LARGEST_UNPACKED_BYTES = 4 << 30
# Real counts pack to a tenth or a fortieth; what packs to less than this, and is large, is no table of counts.
MOST_TIMES, MODEST_BYTES = 300, 64 << 20
PIECE_BYTES = 1 << 20
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)
ZSTD = b"\x28\xb5\x2f\xfd"
LONGEST_BYTES = 1 << 19  # of the first line of what is packed; wide tables have 100,000 columns at most


def _gzip(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _bz2(path: Path) -> Iterator[bytes]:
    with bz2.open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _xz(path: Path) -> Iterator[bytes]:
    with lzma.open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _zlib(path: Path) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    with open(path, "rb") as file:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or file.read(PIECE_BYTES)
            if not packed:
                raise EOFError("the file ends before its content")
            yield unpacker.decompress(packed, PIECE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """A packing: its name, how files begin that have it, and their content in pieces."""

    name: str
    heads: tuple[bytes, ...]
    pieces: Callable[[Path], Iterator[bytes]]


PACKINGS = (
    Packing(name="gzip", heads=(b"\x1f\x8b",), pieces=_gzip),
    Packing(name="bz2", heads=tuple(b"BZh%d1AY&SY" % level for level in range(1, 10)), pieces=_bz2),
    Packing(name="xz", heads=(b"\xfd7zXZ\x00", b"\x5d\x00\x00"), pieces=_xz),
    Packing(name="zlib", heads=(b"\x78\x01", b"\x78\x9c", b"\x78\xda"), pieces=_zlib),
)


def packing_of(head: bytes) -> Packing | None:
    """Return the packing of a file that begins so; None for files that are not packed, and for zip and zstd."""
    return next((packing for packing in PACKINGS if head.startswith(packing.heads)), None)


def bound_of(path: Path) -> int:
    """Return how much a packed file may unpack to. [bytes]"""
    return min(LARGEST_UNPACKED_BYTES, max(MODEST_BYTES, MOST_TIMES * path.stat().st_size))


def within(pieces: Iterator[bytes], most: int, source: Path, packing: str) -> Iterator[bytes]:
    """Yield pieces of an unpacked file. Raises InputError where it is broken, no table, or more than `most` bytes."""
    unpacked, first = 0, True
    try:
        for piece in pieces:
            if first:
                _require_table(piece, source)
            first = False
            unpacked += len(piece)
            if unpacked > most:
                raise too_much(source, most)
            yield piece
    except BROKEN as error:
        raise _error(source, f"broken {packing} ({error})", "a packed file of counts can be unpacked") from error


def too_much(source: Path, most: int) -> InputError:
    """Return the error for a file that unpacks to too much."""
    rule = f"a file of this size may unpack to {most >> 20} MiB at most"
    return _error(source, f"more than {most >> 20} MiB once unpacked", rule)


def _require_table(piece: bytes, source: Path) -> None:
    """Raise InputError for an unpacked file that begins with one endless line: no reader would take it."""
    if len(piece) >= LONGEST_BYTES and not piece.startswith((b"PAR1", b"PK")) and b"\n" not in piece + piece:
        found = "zeros" if not piece.strip(b"\0") else f"a line of more than {len(piece)} bytes"
        raise _error(source, f"{found} once unpacked", "a packed file of counts holds a table")


def require_modest(path: Path) -> None:
    """Raise InputError for a packed file that is broken or unpacks to too much, and for packings that are not gzip.

    The file is unpacked piece by piece and nothing of it is kept. Polars reads gzip itself, and would abort for a bomb.
    """
    with open(path, "rb") as raw:
        head = raw.read(16)
    packing = packing_of(head)
    if head.startswith(ZSTD) or (packing is not None and packing.name != "gzip"):
        raise _error(path, "a file packed by zlib or zstd", "a packed file of counts is packed by gzip")
    if packing is not None:
        for _ in within(packing.pieces(path), bound_of(path), path, packing.name):
            pass


def _error(path: Path, found: str, rule: str) -> InputError:
    return InputError(where=str(path), found=found, rule=rule, fix="export it again, plain or as Parquet")
