"""Phases as they run, for the readers of formats of rings: what groups show that belong to several of them.

Nothing here is shared with the writers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TENTHS = 10


@dataclass(frozen=True, slots=True)
class RingRun:
    """A phase as it runs: its place in the cycle in tenths of a second, and its parts."""

    number: int
    ring: int
    start: int
    green: int
    yellow: int
    split: int
    walk: int


def paint_greens(strip: list[str], runs: Sequence[RingRun], cycle: int) -> None:
    """Paint what a group of these phases shows: it stays green through clearance where another of them is next."""
    for run in runs:
        ahead = [(other.start - run.start - run.green) % cycle for other in runs]
        following = min((wait for wait in ahead if wait <= run.split - run.green), default=None)
        paint(strip, run.start, run.green + (following or 0), "G")
        if following is None:
            paint(strip, run.start + run.green, run.yellow, "y")


def paint(strip: list[str], start: int, tenths: int, letter: str) -> None:
    """Paint a stretch of a cycle, never over green."""
    for k in range(start, start + tenths):
        if strip[k % len(strip)] != "G":
            strip[k % len(strip)] = letter
