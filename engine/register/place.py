"""Files that reach their place in two steps: written and on the disk under another name, then renamed.

Both steps are taken by whoever holds the register's write lock, so that no two of them meet over one place.
"""

from __future__ import annotations

import os
from pathlib import Path

from .canonical import digest


def part_of(target: Path, content: bytes) -> Path:
    """Return the other name."""
    return target.with_name(f".{target.name}.{digest(content)[:12]}.part")


def stage(target: Path, content: bytes) -> None:
    """Write the bytes beside their place, and see them on the disk; parts that a crash left go. Raises OSError."""
    part = part_of(target, content)
    part.parent.mkdir(parents=True, exist_ok=True)
    clear(target)
    try:
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def clear(target: Path) -> None:
    """Remove all parts that lie beside a place."""
    for path in target.parent.iterdir():
        if path.name.startswith(f".{target.name}.") and path.name.endswith(".part"):
            path.unlink(missing_ok=True)


def place(target: Path, content: bytes) -> None:
    """Put bytes in their place, and see them there on the disk. Raises OSError."""
    stage(target, content)
    os.replace(part_of(target, content), target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
