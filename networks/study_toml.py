"""The first `study.toml` of a study that is made for somebody: filled in as far as can be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_NAME = 60
WANTED_LOOPS = "where loops are usually wanted: keep those you have, with your names"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPeriod:
    """A period of the study, in seconds after midnight."""

    name: str
    begin_s: int
    end_s: int


def study_toml(
    *,
    name: str,
    network: str,
    day: str,
    periods: Sequence[FirstPeriod],
    counts: str = "counts.csv",
    about_counts: str = "",
    about_day: str = "",
    additional: str | None = None,
) -> bytes:
    """Return the bytes of `study.toml`; `about_…` become comments for the person who completes it."""
    lines = [f"schema = 1\nname = {_text(name[:LONGEST_NAME] or 'study')}\nnetwork = {_text(network)}"]
    if additional is not None:
        lines.append(f"additional = [{_text(additional)}]  # the programs that run today")
    lines.append(_with(f"counts = {_text(counts)}", about_counts))
    lines.append(_with('detectors = "detectors.csv"', WANTED_LOOPS))
    lines.append(_with(f'day = "{day}"', about_day))
    for period in periods:
        lines.append(f"\n[[periods]]\nname = {_text(period.name)}")
        lines.append(f'begin = "{_clock(period.begin_s)}"\nend = "{_clock(period.end_s)}"')
    return ("\n".join(lines) + "\n").encode()


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML's basic strings escape as JSON's do


def _with(line: str, comment: str) -> str:
    return f"{line}  # {comment}" if comment else line


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
