"""Limits that every plan keeps, whatever its junctions. The check knows them by itself, on purpose."""

from __future__ import annotations

LONGEST_CYCLE_S = 255  # NTCIP 1202 v03, patternCycleTime: 0..255 s
