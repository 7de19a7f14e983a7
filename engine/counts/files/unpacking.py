"""Packed files of counts: layer by layer to the table in them."""

from __future__ import annotations

from pathlib import Path

from ....networks.errors import InputError
from .archives import ZIP, of_zip
from .packed import PIECE_BYTES, ZSTD, bound_of, packing_of, within
from .scratch_files import head_of, new_file, written
from .zstd import unpack_zstd

PARQUET = b"PAR1"
VENDORS_OWN = (".datz", ".dat")  # Econolite and others: no reader of these is kept up anywhere that was looked
MOST_LAYERS = 3


def unpacked(path: Path, scratch: Path, told: list[str], source: Path | None = None) -> Path:
    """Return the file itself, or what is packed in it. Raises InputError for what cannot be unpacked or is too much."""
    source, inner, most = source or path, path, bound_of(path)
    for _ in range(MOST_LAYERS + 1):
        head = head_of(inner)
        packing = packing_of(head)
        if packing is not None:
            out = new_file(scratch, inner)
            written(within(packing.pieces(inner), most, source, packing.name), out)
        elif head.startswith(ZSTD):
            out = new_file(scratch, inner)
            unpack_zstd(inner, out, source)
        elif head.startswith(ZIP):
            out = of_zip(inner, scratch, source, most, told)
        else:
            out = inner
        if out == inner:
            _no_vendors_own(path, inner, head)
            return _named_by_content(inner, head, scratch)
        inner = out
    raise InputError(
        where=str(source),
        found=f"a file packed more than {MOST_LAYERS} times over",
        rule=f"a file of counts is packed {MOST_LAYERS} times at most",
        fix="unpack it yourself",
    )


def _named_by_content(path: Path, head: bytes, scratch: Path) -> Path:
    """Return Parquet under a name that says so: readers go by it."""
    if not head.startswith(PARQUET) or path.suffix == ".parquet":
        return path
    named = new_file(scratch, path, ".parquet")
    if path.is_relative_to(scratch):
        return path.rename(named)
    named.symlink_to(path.resolve())
    return named


def _no_vendors_own(path: Path, inner: Path, head: bytes) -> None:
    """Raise InputError for a log in a vendor's own bytes: they are no text."""
    if path.suffix.lower() not in VENDORS_OWN or head.startswith(PARQUET):
        return
    with open(inner, "rb") as file:
        beginning = file.read(PIECE_BYTES)
    if b"\0" in beginning or not beginning.strip():
        raise InputError(
            where=str(path),
            found=f"a {path.suffix} file: a controller's event log in its vendor's own bytes",
            rule="event logs are read as Parquet or CSV with TimeStamp, DeviceId, EventId, Parameter, packed or not",
            fix="convert it with the vendor's translator or your ATSPM system, and give what that writes",
        )
