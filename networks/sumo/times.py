"""Times as SUMO writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..types import DAY_S


def seconds_of(text: str | None) -> float | None:
    """Return a time of SUMO's, `25200`, `07:00:00` or `1:07:00:00`, in seconds; None for words like `triggered`."""
    try:
        parts = [float(part) for part in (text or "").split(":")]
    except ValueError:
        return None
    if len(parts) not in (1, 3, 4) or not all(map(math.isfinite, parts)):
        return None
    return _added(parts)


def _added(parts: Iterable[float]) -> float:
    units_s = (1, 60, 3600, DAY_S)
    return sum(part * unit for part, unit in zip(reversed(list(parts)), units_s, strict=False))
