"""What each count should be about: the detector's usual day, its level since the last step, and the network's day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...kernels.usual import common_factor, typical_counts, usual_counts
from ...networks.types import Floats
from .day_kinds import KINDS, LEAST_DAYS, day_kinds
from .steps import Step, levels_between, steps
from .table import Counts

REACH_DAYS = 28
MEDIAN, MIDDLE_HALF = 0.5, 0.25
FACTOR_REACH_S = 3600
LEAST_VOTE_VEH = 20.0
# The median of so many others speaks for the network; fewer may all be faulty at once.
LEAST_OTHERS, LEAST_OTHERS_IN_BIN = 2, 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Expectation:
    """What each count should be about.

    `veh` has the shape of the counts and holds the network's factor already; `usual` does not. `steps` are the changes
    of level that were taken into account.
    """

    veh: Floats
    usual: Floats
    factor: Floats  # the network's: `veh` is `usual` times it
    level: Floats  # (detectors, days): each day over the typical one and the network; nan where unknown
    steps: tuple[Step, ...]


def expectation(counts: Counts, believed: Floats, *, trim: float = MIDDLE_HALF) -> Expectation:
    """Return what each count should be about, as the believed counts tell.

    The usual count of a bin is the trimmed mean over days of its class within four weeks, each count having been
    divided by the detector's level of its time; levels change at steps. It is multiplied by the level of its day and
    by the network's factor: the median over the other detectors of how busy they were about that time.

    Parameters
    ----------
    counts : Counts
        Their days, bins and detectors.
    believed : (D, N, B) float64
        The counts, nan where there is none or it is not believed. [veh]
    trim : float
        Share of days left out at either end.
    """
    number = np.array([day.toordinal() for day in counts.days], dtype=np.int64)
    kind = day_kinds(believed, counts.days)
    typical = typical_counts(believed, kind, KINDS, LEAST_DAYS)[:, kind]
    levels = _day_levels(believed, typical)
    found = steps(levels, counts.days)
    level = levels_between(found, levels)
    shape = usual_counts(believed / level[:, :, None], number, kind, REACH_DAYS, LEAST_DAYS, trim)
    usual = np.nan_to_num(shape * level[:, :, None])
    factor = _factor(believed, usual, counts.interval_s)
    return Expectation(
        veh=usual * factor,
        usual=usual,
        factor=factor,
        level=levels,
        steps=tuple(step.named(counts.detectors[step.detector].id, counts.days[step.day]) for step in found),
    )


def _day_levels(veh: Floats, typical: Floats) -> Floats:
    """Return (D, N) the day's total over the typical one and the network's factor; nan where less than half is seen."""
    seen = ~np.isnan(veh) & ~np.isnan(typical)
    counted = np.where(seen, veh, 0.0).sum(axis=2)
    due = np.where(seen, typical, 0.0).sum(axis=2)
    whole = np.nan_to_num(typical).sum(axis=2)
    level = np.where((due >= 0.5 * whole) & (due > 0), counted / np.maximum(due, 1e-9), np.nan)
    factor = common_factor(np.where(seen, veh, np.nan), typical, veh.shape[2], 30.0, LEAST_OTHERS)[:, :, 0]
    return np.asarray(level / np.nan_to_num(factor, nan=1.0))


def _factor(veh: Floats, usual: Floats, interval_s: int) -> Floats:
    """Return the network's factor about each bin where enough detectors tell it, else that of the day, else 1."""
    reach = max(1, FACTOR_REACH_S // interval_s)
    by_bin = common_factor(veh, usual, reach, LEAST_VOTE_VEH, LEAST_OTHERS_IN_BIN)
    by_day = common_factor(veh, usual, veh.shape[2], 30.0, LEAST_OTHERS)
    return np.where(np.isnan(by_bin), np.nan_to_num(by_day, nan=1.0), by_bin)
