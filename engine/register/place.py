"""Files that reach their place in two steps: written and on the disk under another name, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

from .canonical import digest


def part_of(target: Path, content: bytes) -> Path:
    """Return the other name; the same content always takes the same, so that a second try leaves no second part."""
    return target.with_name(f".{target.name}.{digest(content)[:12]}.part")


def stage(target: Path, content: bytes) -> None:
    """Write the bytes beside their place, and see them on the disk. Raises OSError."""
    part = part_of(target, content)
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def place(target: Path, content: bytes) -> None:
    """Rename staged bytes into their place, and see the rename on the disk. Raises OSError."""
    os.replace(part_of(target, content), target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
