"""What a person says of how a file is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person says of how a file is written: nothing of it is asked again."""

    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    missing: frozenset[str] = frozenset()  # words that stand for no count
