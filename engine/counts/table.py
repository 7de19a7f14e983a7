"""Counts as arrays: detector by day by bin."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...networks.detector import Detector
from .steps import Step


class DetectorVerdict(IntEnum):
    """What is thought of one count; all but the first two are reasons to reject it."""

    OBSERVED = 0
    MISSING = 1  # no row in the table
    SILENT = 2  # zeros where vehicles must have passed
    IMPOSSIBLE = 3  # more than a lane can carry
    STUCK = 4  # the same count again and again
    DAY_TOTAL = 5  # the whole day far from other days, more than the network's day explains
    OUT_OF_LINE = 6  # a stretch of the day far from the same stretch of other days
    FROZEN = 7  # bin for bin what the detector said some days before
    OUTAGE = 8  # zeros while the whole signal was silent
    HELD_ON = 9  # the detector was on without an end, by its occupancy or its events
    CHATTER = 10  # on again within half a second too often, by its events
    CONTRADICTION = 11  # vehicles without occupancy, or occupancy without vehicles
    PAIR_DRIFT = 12  # off its usual ratio to the other detector of its lane
    UNBALANCED = 13  # its street loses or makes vehicles, and this detector strays most
    DOUBTED_BY_SOURCE = 14  # the source says that it filled the count in, or had an alarm
    CLOSED = 15  # no fault: the study says that the street was closed


Single = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signs:
    """What a table may say beside counts, each of the shape of the counts, nan where it says nothing.

    `occupancy`: share of the time; `observed_share`: of the bin, by the source's own word; `chatter`: share of vehicles
    within half a second of the one before; `held_s`: longest presence so far while the detector's phase was green.
    """

    occupancy: Single | None = None
    observed_share: Single | None = None
    chatter: Single | None = None
    held_s: Single | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """Counts as they were read; `veh` has the shape (detectors, days, bins), nan where the table has no row.

    Days stand in order; days without any row are not there.
    """

    detectors: tuple[Detector, ...]
    days: tuple[date, ...]
    begin_s: int  # start of the first bin, seconds after midnight
    interval_s: int
    veh: NDArray[np.float64]
    signs: Signs = Signs()
    told: tuple[str, ...] = ()  # how the file was read, where it is not written as usual

    @property
    def bins(self) -> int:
        """Bins of a day."""
        return self.veh.shape[2]

    @property
    def end_s(self) -> int:
        """End of the last bin, seconds after midnight."""
        return self.begin_s + self.bins * self.interval_s


def taken(counts: Counts, first: int, last: int) -> Counts:
    """Return the counts of the detectors of rows [first, last)."""
    signs = {part.name: getattr(counts.signs, part.name) for part in fields(Signs)}
    return replace(
        counts,
        detectors=counts.detectors[first:last],
        veh=counts.veh[first:last],
        signs=Signs(**{name: None if sign is None else sign[first:last] for name, sign in signs.items()}),
    )


def observed_shares(verdicts: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return (detectors,) the share of observed bins among those in which the street was open; 0 without any."""
    observed = (verdicts == DetectorVerdict.OBSERVED).sum(axis=(1, 2))
    open_bins = (verdicts != DetectorVerdict.CLOSED).sum(axis=(1, 2))
    return np.asarray(observed / np.maximum(open_bins, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Bins of the day in which a detector was not counted on any of these days, and what is inferred for a mean one.

    `low` and `high` are what the truth lies below on 10 and on 90 of 100 occasions, over `veh`. `told_by` names the
    detectors whose days are most alike; its own other hours tell the level.
    """

    detector: str
    days: tuple[date, ...]
    bins: tuple[int, ...]
    veh: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    told_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class JudgedCounts:
    """Counts with a verdict on each, and with values in place of those that are missing or rejected.

    `verdicts` and `veh` have the shape of `counts.veh`. `veh` is nan only for detectors that are dropped.
    """

    counts: Counts
    verdicts: NDArray[np.uint8]
    veh: NDArray[np.float64]
    dropped: tuple[str, ...]  # detectors with too little to go on
    steps: tuple[Step, ...] = ()  # changes of level, which are kept
    unseen: tuple[Unseen, ...] = ()  # hours that no day has seen, inferred

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Where the count was read and believed."""
        return self.verdicts == DetectorVerdict.OBSERVED

    @property
    def rejected(self) -> NDArray[np.bool_]:
        """Where a count was read and not believed."""
        return (self.verdicts > DetectorVerdict.MISSING) & ~self.closed

    @property
    def closed(self) -> NDArray[np.bool_]:
        """Where the street was closed: what was counted is true, and says nothing of other days."""
        return self.verdicts == DetectorVerdict.CLOSED

    @property
    def imputed(self) -> NDArray[np.bool_]:
        """Where a value stands in for a count that is missing or rejected."""
        return ~self.observed & ~self.closed & ~np.isnan(self.veh)

    @cached_property
    def coverage(self) -> dict[str, float]:
        """Share of observed bins by detector."""
        shares = observed_shares(self.verdicts) if self.verdicts.size else np.zeros(len(self.counts.detectors))
        return {loop.id: float(share) for loop, share in zip(self.counts.detectors, shares, strict=True)}

    def tally(self, detector: str) -> dict[str, int]:
        """Return how many bins of a detector have each verdict, and how many were imputed."""
        place = [loop.id for loop in self.counts.detectors].index(detector)
        found = {verdict.name.lower(): int(np.sum(self.verdicts[place] == verdict)) for verdict in DetectorVerdict}
        return found | {"imputed": int(np.sum(self.imputed[place]))}
