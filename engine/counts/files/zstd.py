"""Zstandard files: their size is told by their blocks before Polars unpacks them line by line.

Frames are those of RFC 8878 (Y. Collet, M. Kucherawy: Zstandard Compression, 2021), section 3.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from .packed import ZSTD, bound_of, too_much

MOST_BYTES = 1 << 30  # Polars holds a line in memory, and a whole file may be one
BLOCK_BYTES = 128 << 10
FIRST_BLOCKS = 4
RAW, RLE, COMPRESSED = 0, 1, 2
ID_BYTES, SIZE_BYTES = (0, 1, 2, 4), (0, 2, 4, 8)


def unpack_zstd(path: Path, out: Path, source: Path) -> None:
    """Write the text of a zstd file. Raises InputError where it is broken, no text in UTF-8, or too much."""
    most = min(bound_of(path), MOST_BYTES)
    content = path.read_bytes()
    size = 0
    try:
        for one in _blocks(content):
            size += one
            if size > most:
                raise too_much(source, most)
        beginning = out.with_suffix(".head.zst")
        beginning.write_bytes(_beginning(content))
        _require_lines(beginning, source)
        beginning.unlink()
        pl.scan_lines(path).sink_csv(out, include_header=False, quote_style="never")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, IndexError, ValueError) as error:
        raise InputError(
            where=str(source),
            found=f"broken zstd, or no text in UTF-8 ({(str(error).splitlines() or ['cut short'])[0][:80]})",
            rule="a file packed by zstd holds a table of text in UTF-8",
            fix="unpack it yourself (zstd -d), or export it again as Parquet",
        ) from error


def _require_lines(beginning: Path, source: Path) -> None:
    if pl.scan_lines(beginning).head(2).collect().height < 2 and beginning.stat().st_size:
        first = pl.scan_lines(beginning).collect()
        if first.height and len(first.item(0, 0)) >= (FIRST_BLOCKS - 1) * BLOCK_BYTES:
            raise InputError(
                where=str(source),
                found="one endless line once unpacked",
                rule="a packed file of counts holds a table",
                fix="export it again, plain or as Parquet",
            )


def _blocks(content: bytes) -> Iterator[int]:
    """Yield the most that each block unpacks to, of all frames. [bytes]"""
    place = 0
    while place < len(content):
        place, checked = _head(content, place)
        last = False
        while not last:
            last, kind, size = _block(content, place)
            place += 3 + (1 if kind == RLE else size)
            yield BLOCK_BYTES if kind == COMPRESSED else size
        place += 4 * checked
    if place > len(content):
        raise ValueError("cut short")


def _head(content: bytes, place: int) -> tuple[int, int]:
    """Return where the blocks of a frame begin, and whether a checksum ends them."""
    if not content.startswith(ZSTD, place):
        raise ValueError("no frame")
    flags = content[place + 4]
    single, sized = flags >> 5 & 1, flags >> 6
    size = SIZE_BYTES[sized] or single
    return place + 5 + (1 - single) + ID_BYTES[flags & 3] + size, flags >> 2 & 1


def _block(content: bytes, place: int) -> tuple[bool, int, int]:
    """Return of a block whether it is the last, its kind, and its size. [bytes]"""
    if place + 3 > len(content):
        raise ValueError("cut short")
    head = int.from_bytes(content[place : place + 3], "little")
    kind, size = head >> 1 & 3, head >> 3
    if kind > COMPRESSED or size > BLOCK_BYTES:
        raise ValueError("a block that is none")
    return bool(head & 1), kind, size


def _beginning(content: bytes) -> bytes:
    """Return the first blocks of a file as a file of their own, without a checksum or a size."""
    place, _ = _head(content, 0)
    single, window = content[4] >> 5 & 1, content[5]
    # A window of 1 MiB holds them all: 2 to the power of 10 + 10, mantissa 0 (section 3.1.1.1.2).
    head = ZSTD + bytes([0, 80 if single else window])
    if content[4] & 3:
        return content  # a dictionary, which Polars refuses
    found, last = b"", False
    for number in range(FIRST_BLOCKS):
        last, kind, size = _block(content, place)
        end = place + 3 + (1 if kind == RLE else size)
        own = int.from_bytes(content[place : place + 3], "little") | (number == FIRST_BLOCKS - 1)
        found += own.to_bytes(3, "little") + content[place + 3 : end]
        place = end
        if last:
            break
    return head + found
