"""Keeping the files of a case that ended badly, whatever stands in their place: links, pipes, nothing readable."""

from __future__ import annotations

import shutil
from pathlib import Path

from .fuzz_cases import Tried

LARGEST_BYTES = 1 << 20


def kept(one: Tried, folder: Path, keep: Path | None) -> None:
    """Copy the files of a case into a folder of its own, with what the command said; links are told, not followed."""
    if keep is None:
        return
    is_street = one.target.name.startswith("street")
    target = keep / f"{'street-' if is_street else ''}{one.number}"
    target.mkdir(parents=True, exist_ok=True)
    sources = sorted((folder / "study").iterdir()) if is_street else [folder / "study" / one.target.file]
    left = [why for source in sources if (why := _copied(source, target / source.name))]
    lines = [" ".join(one.target.command), one.what, str(one.wrong), *left, one.ended.said]
    (target / "said.txt").write_text("\n".join(lines), encoding="utf-8", errors="replace")


def _copied(source: Path, target: Path) -> str | None:
    """Copy a file; return why not, where it is none, is large or cannot be read."""
    if source.is_symlink():
        return f"{source.name}: a link to {source.readlink()}"
    try:
        if not source.is_file():
            return f"{source.name}: no file"
        if source.stat().st_size >= LARGEST_BYTES:
            return f"{source.name}: {source.stat().st_size} bytes"
        shutil.copy(source, target)
    except OSError as error:
        return f"{source.name}: {error.strerror}"
    return None
