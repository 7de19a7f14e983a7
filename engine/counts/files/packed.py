"""Packed files of counts, looked at before Polars unpacks them: it would take all memory for a bomb, and abort."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from ....networks.errors import InputError

LARGEST_UNPACKED_BYTES = 4 << 30
# Real counts pack to a tenth or a fortieth; what packs to less than this, and is large, is no table of counts.
MOST_TIMES, MODEST_BYTES = 300, 64 << 20
PIECE_BYTES = 1 << 20
GZIP, OTHERS = b"\x1f\x8b", (b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x9c", b"\x78\xda")  # zstd, zlib


def require_modest(path: Path) -> None:
    """Raise InputError for a gzip file that is broken or unpacks to too much, and for other kinds of packing.

    The file is unpacked piece by piece and nothing of it is kept.
    """
    with open(path, "rb") as raw:
        head = raw.read(4)
    if head.startswith(OTHERS):
        raise _error(path, "a file packed by zlib or zstd", "a packed file of counts is packed by gzip")
    if not head.startswith(GZIP):
        return
    most = min(LARGEST_UNPACKED_BYTES, max(MODEST_BYTES, MOST_TIMES * path.stat().st_size))
    unpacked = 0
    try:
        with gzip.open(path, "rb") as file:
            while piece := file.read(PIECE_BYTES):
                unpacked += len(piece)
                if unpacked > most:
                    rule = f"a file of this size may unpack to {most >> 20} MiB at most"
                    raise _error(path, f"more than {most >> 20} MiB once unpacked", rule)
    except (OSError, EOFError, zlib.error) as error:
        raise _error(path, f"broken gzip ({error})", "a packed file of counts can be unpacked") from error


def _error(path: Path, found: str, rule: str) -> InputError:
    return InputError(where=str(path), found=found, rule=rule, fix="export it again, plain or as Parquet")
