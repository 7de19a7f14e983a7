"""Times as SUMO writes them, read by the check itself."""

from __future__ import annotations

UNITS_S = (1, 60, 3600, 86_400)


def ms_of(text: str | None) -> int:
    """Return `42`, `0:00:42` or `1:07:00:00` in whole milliseconds, and 0 for what counts from a simulation's begin.

    Raises ValueError or OverflowError for what is no time.
    """
    if text in (None, "begin"):
        return 0
    parts = [float(part) for part in reversed(str(text).split(":"))]
    return round(1000 * sum(part * unit for part, unit in zip(parts, UNITS_S, strict=False)))
