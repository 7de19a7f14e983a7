"""Intergreens from conflict points: how long the last vehicle needs to be clear, and the first to get there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A point where two ways meet: how far it is along the one that clears, and along the one that enters. [m]"""

    clearing_m: float
    entering_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """How the last road user of a green leaves: drives on for `overrun_s` after it ended, then at `speed_m_s`."""

    overrun_s: float
    speed_m_s: float
    length_m: float


def intergreen_s(clearing: Clearing, entering_m_s: float, conflicts: Iterable[Conflict]) -> float:
    """Return the least time from the end of one green to the start of the other, in whole seconds. [s]

    t_z = t_ü + (s_0 + l) / v_r - s_e / v_e, the largest over all conflict points, not below 0, rounded up:
    Forschungsgesellschaft für Straßen- und Verkehrswesen, Richtlinien für Lichtsignalanlagen (RiLSA), 2015.
    """
    needs_s = [
        clearing.overrun_s
        + (point.clearing_m + clearing.length_m) / clearing.speed_m_s
        - point.entering_m / entering_m_s
        for point in conflicts
    ]
    return float(max(0, math.ceil(round(max(needs_s, default=0.0), 6))))
