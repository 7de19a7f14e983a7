"""How many lanes a detector counts: one where it lies on a lane of a network, else as many as its busy hours need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...networks.detector import Detector
from .table import Counts

# More than one vehicle every 1.2 s on one lane; above what FHWA's quality rules for archived data let through.
MOST_VEH_H = 3000.0
# What a lane carries at capacity: Highway Capacity Manual, 6th edition, basic freeway segments of 50 mph.
LANE_VEH_H = 2200.0
# A day needs more than one lane if so much of it is beyond what a lane can carry; a fault does not last most days.
BUSY_SHARE, MOST_DAYS = 0.02, 0.5


def lanes_counted(counts: Counts) -> NDArray[np.int64]:
    """Return (D,) the lanes that each detector counts together.

    A detector that no network places (a PeMS station, a city's cross-section) is a section of several lanes if on most
    of its days one lane could not have carried the busiest fiftieth of the day; what it then carried tells how many.
    """
    lanes = np.ones(len(counts.detectors), dtype=np.int64)
    free = [row for row, loop in enumerate(counts.detectors) if not is_placed(loop)]
    per_hour = 3600.0 / counts.interval_s
    for row in free:
        days = counts.veh[row][~np.isnan(counts.veh[row]).all(axis=1)] * per_hour
        wide = (days > MOST_VEH_H).sum(axis=1) > BUSY_SHARE * (~np.isnan(days)).sum(axis=1)
        if len(days) and wide.mean() > MOST_DAYS:
            busy = np.nanquantile(days[wide], 1.0 - BUSY_SHARE, axis=1)
            lanes[row] = int(np.ceil(np.median(busy) / LANE_VEH_H))
    return lanes


def is_placed(detector: Detector) -> bool:
    """Return whether a detector lies on a lane of a network, and not only in a table of counts."""
    return detector.lane != detector.id or detector.position_m > 0
