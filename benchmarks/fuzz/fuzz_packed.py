"""Packed files that unpack to more than there is memory, small on disk: every packing may be repeated or flushed."""

from __future__ import annotations

import bz2
import functools
import gzip
import io
import lzma
import random
import struct
import zipfile
import zlib

BLOCK_BYTES = 64 << 20
LINE = b"a,2026-03-02T07:00:00,900,5\n"


def gzip_bomb(size: int) -> bytes:
    """Return a gzip file of `size` bytes of zeros: gzip reads members one after the other."""
    return _member("gzip") * (size // BLOCK_BYTES)


def bz2_bomb(size: int) -> bytes:
    """Return a bz2 file of `size` bytes."""
    return _member("bz2") * (size // BLOCK_BYTES)


def xz_bomb(size: int) -> bytes:
    """Return an xz file of `size` bytes."""
    return _member("xz") * (size // BLOCK_BYTES)


@functools.cache
def _member(packing: str) -> bytes:
    block = bytes(BLOCK_BYTES)
    if packing == "gzip":
        return gzip.compress(block, 9, mtime=0)
    return bz2.compress(block) if packing == "bz2" else lzma.compress(block, preset=0)


@functools.cache
def _flushed() -> bytes:
    """Return a piece of a deflate stream that may be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(BLOCK_BYTES)) + packer.flush(zlib.Z_FULL_FLUSH)


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a zip file of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def zip_bomb(size: int, told_size: int, name: bytes = b"counts.csv", copies: int = 1) -> bytes:
    """Return a zip file whose parts unpack to `size` bytes and are said to be `told_size`; all share their bytes."""
    packed = _flushed() * (size // BLOCK_BYTES) + b"\x03\x00"
    fields = (0, 8, 0, 0x21, 0, len(packed), told_size)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, *fields, len(name), 0) + name + packed
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, *fields, len(name), 0, 0, 0, 0, 0, 0) + name
    listed = entry * copies
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(listed), len(local), 0)
    return local + listed + end


def nested(content: bytes, rng: random.Random) -> bytes:
    """Return a content packed again and again, by one packing or by several."""
    for depth in range(rng.choice((2, 3, 30))):
        way = rng.randrange(4)
        if way == 0:
            content = zip_of({f"level{depth}.zip": content})
        else:
            content = (gzip.compress, bz2.compress, lzma.compress)[way - 1](content)
    return content


def packed_bomb(_content: bytes, rng: random.Random) -> bytes:
    """Return a file of three or eight gigabytes in a few megabytes."""
    size = rng.choice((3, 8)) << 30
    what = rng.randrange(6)
    if what < 3:
        return (gzip_bomb, bz2_bomb, xz_bomb)[what](size)
    if what == 3:
        return zip_bomb(size, rng.choice((size, 1000)) & 0xFFFFFFFF)
    if what == 4:  # the same bytes a hundred times, each of a size that would do
        return zip_bomb(BLOCK_BYTES, BLOCK_BYTES, copies=100)
    return gzip.compress(_table_bomb(), 1)


def _table_bomb() -> bytes:
    """Return a table of good rows, all the same."""
    return b"detector,start,interval_s,count\n" + LINE * ((32 << 20) // len(LINE))
