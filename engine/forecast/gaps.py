"""Bounds of a forecast in hours that no day has seen: wider, by how far such hours were missed where they are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ...networks.detector import Detector
from ...networks.types import Floats
from ..counts.table import Unseen

Z10 = 1.2816  # from the middle of a standard normal distribution to its 10 % point
Z80 = 2 * Z10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """What was inferred of the forecast's bins; `low` and `high` over the mean are 1 where a day has seen the bin.

    All have the shape (detectors, bins).
    """

    unseen: NDArray[np.bool_]
    low: Floats
    high: Floats

    def below(self, mean: Floats) -> Floats:
        """Return (detectors,) how far the sum may fall short of the mean (detectors, bins). [veh]"""
        return np.asarray(_spread(mean, self.unseen, 1.0 - self.low))

    def above(self, mean: Floats) -> Floats:
        """Return (detectors,) how far the sum may exceed the mean. [veh]"""
        return np.asarray(_spread(mean, self.unseen, self.high - 1.0))

    def sd_veh(self, mean: Floats) -> Floats:
        """Return (detectors,) the standard deviation of the sum's mean over days, that of chance left out. [veh]"""
        return np.asarray((mean * (self.high - self.low)).sum(axis=1) / Z80)


def gaps_of(
    unseen: Sequence[Unseen], detectors: Sequence[Detector], alike: Callable[[date], bool], bins: slice
) -> Gaps:
    """Return the gaps of a forecast of these detectors and bins, for days that are alike."""
    place = {detector.id: row for row, detector in enumerate(detectors)}
    shape = (len(detectors), bins.stop - bins.start)
    found = Gaps(unseen=np.zeros(shape, dtype=np.bool_), low=np.ones(shape), high=np.ones(shape))
    for one in unseen:
        if one.detector in place and any(alike(day) for day in one.days):
            within = [k for k, b in enumerate(one.bins) if bins.start <= b < bins.stop]
            at = np.array([one.bins[k] - bins.start for k in within], dtype=np.int64)
            row = place[one.detector]
            found.unseen[row, at] = True
            found.low[row, at] = [one.low[k] for k in within]
            found.high[row, at] = [one.high[k] for k in within]
    return found


def _spread(mean: Floats, unseen: NDArray[np.bool_], share: Floats) -> Floats:
    """Chance, by Poisson's law, and what all bins of a gap share."""
    due = np.where(unseen, mean, 0.0)
    return np.where(unseen.any(axis=1), np.hypot(Z10 * np.sqrt(due.sum(axis=1)), (due * share).sum(axis=1)), 0.0)
