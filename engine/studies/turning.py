"""The turning counts that a study names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ..counts.formats.counts_format import AUTO, FORMATS
from .part import Part


def known_format(name: str) -> str:
    """Return the name of a format of counts, or 'auto'. Raises ValueError for any other."""
    if name != AUTO and name not in FORMATS:
        raise ValueError(f"a format of counts is {AUTO}, " + ", ".join(FORMATS))
    return name


class TurningCounts(Part):
    """A file of turning counts, and which of its sites is which signal of the network (none: by the same name)."""

    file: str = Field(min_length=1)
    format: Annotated[str, AfterValidator(known_format)] = AUTO
    interval_s: int | None = Field(default=None, ge=60, le=86_400)
    dates: Literal["ymd", "dmy", "mdy"] | None = None
    mapping: str | None = None  # a file that tells which column is what
    sheet: str | None = None  # of a workbook
    sites: dict[str, str] = Field(default_factory=dict)
    approaches: dict[str, str] = Field(default_factory=dict)  # NB to an edge, where the compass does not tell it


def one_or_several(value: object) -> object:
    """Return a file's name, or several, as tables of `turning_counts`."""
    parts = value if isinstance(value, list | tuple) else [value]
    return tuple({"file": part} if isinstance(part, str) else part for part in parts)
