"""Faults of detectors, as they happen in the street: some loops lie on some days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .loops import LoopCounts

FaultKind = Literal["dead", "missing", "stuck", "chatter"]

# Chance per detector and day. Together 3 %, near the 3.9 % of detectors that the checks of the MIT-licensed program
# `atspm-detector` flag on a day of log; how they split is our assumption.
CHANCES: dict[FaultKind, float] = {"dead": 0.010, "missing": 0.008, "stuck": 0.006, "chatter": 0.006}
WHOLE_DAY_CHANCE = 0.5
LEAST_SHARE = 0.25  # of the day, for faults that do not last all of it
CHATTER_FACTOR = (1.5, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A detector's fault in the intervals [first, last) of one day; `factor` multiplies the counts of a chatter."""

    detector: int
    kind: FaultKind
    first: int
    last: int
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaultyCounts:
    """Counts as the detectors report them; `reported`, of shape (intervals, detectors), is False for missing rows."""

    loops: LoopCounts
    reported: NDArray[np.bool_]


def draw_faults(detectors: int, intervals: int, random: np.random.Generator) -> tuple[Fault, ...]:
    """Draw the faults of one day, each detector having one at most."""
    kinds = list(CHANCES)
    chances = [CHANCES[kind] for kind in kinds]
    found = []
    for detector in range(detectors):
        draw = int(random.choice(len(kinds) + 1, p=[*chances, 1 - sum(chances)]))
        first, last = _span(intervals, random)
        factor = round(float(random.uniform(*CHATTER_FACTOR)), 2)
        if draw < len(kinds):
            kind = kinds[draw]
            factor = factor if kind == "chatter" else 1.0
            found.append(Fault(detector=detector, kind=kind, first=first, last=last, factor=factor))
    return tuple(found)


def _span(intervals: int, random: np.random.Generator) -> tuple[int, int]:
    whole = bool(random.random() < WHOLE_DAY_CHANCE)
    length = int(random.integers(max(1, round(intervals * LEAST_SHARE)), intervals + 1))
    first = int(random.integers(0, intervals - length + 1))
    return (0, intervals) if whole else (first, first + length)


def apply_faults(loops: LoopCounts, faults: Sequence[Fault]) -> FaultyCounts:
    """Return what the detectors report when they have these faults.

    A dead loop says zero, a missing one nothing, a stuck one repeats what it said when it got stuck (at least one
    vehicle), and a chattering one counts each vehicle more than once.
    """
    counts, occupancy = loops.counts.copy(), loops.occupancy.copy()
    reported = np.ones(counts.shape, dtype=np.bool_)
    for fault in faults:
        span = (slice(fault.first, fault.last), fault.detector)
        if fault.kind == "dead":
            counts[span], occupancy[span] = 0, 0.0
        elif fault.kind == "missing":
            reported[span] = False
        elif fault.kind == "stuck":
            counts[span] = max(1, int(counts[fault.first, fault.detector]))
            occupancy[span] = occupancy[fault.first, fault.detector]
        else:
            counts[span] = np.rint(counts[span] * fault.factor).astype(np.int64)
    return FaultyCounts(loops=replace(loops, counts=counts, occupancy=occupancy), reported=reported)
