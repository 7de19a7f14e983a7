"""Which days are alike: by the weekday, and by what the network counted (a holiday runs like a Sunday)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ...kernels.usual import typical_counts
from ...networks.types import Floats

KINDS = 7
LEAST_DAYS = 3  # of one kind for a usual day of its own
# From so many days on every weekday is a kind of its own: late shopping on one evening is then no surprise.
WEEKDAYS_FROM_DAYS = 56
BETTER = 0.8
MOST_AGREE = 2 / 3


def day_class(day: date) -> int:
    """Return 0 for Monday to Friday, 1 for Saturday, 2 for Sunday."""
    return max(0, day.weekday() - 4)


def day_kinds(veh: Floats, days: Sequence[date]) -> NDArray[np.int64]:
    """Return which class each day runs like: its own, unless another fits clearly better.

    Another class is taken if the median over the detectors of the sum of absolute differences, over the sum of the
    typical counts, is a fifth smaller than for the day's own, and two detectors in three say so.

    Parameters
    ----------
    veh : (D, N, B) float64
        Counts; nan where there is none. [veh]
    days : N dates
    """
    alone = len(days) >= WEEKDAYS_FROM_DAYS
    own = np.array([day.weekday() if alone else day_class(day) for day in days], dtype=np.int64)
    typical = typical_counts(veh, own, KINDS, LEAST_DAYS)
    cost = np.stack([_misfit(veh, typical[:, kind]) for kind in range(KINDS)])
    cost[[kind for kind in range(KINDS) if np.sum(own == kind) < LEAST_DAYS]] = np.inf
    kinds = own.copy()
    for n, kind in enumerate(own):
        told = ~np.isnan(cost[kind, :, n])
        if not told.any() or np.isinf(cost[kind, told, n]).all():
            continue
        here = cost[:, told, n]
        middle = np.median(here, axis=1)
        best = int(middle.argmin())
        if middle[best] < BETTER * middle[kind] and np.mean(here[best] < here[kind]) >= MOST_AGREE:
            kinds[n] = best
    return kinds


def _misfit(veh: Floats, typical: Floats) -> Floats:
    """Return (D, N): the sum of absolute differences over the sum of typical counts; nan where too few are seen."""
    due = np.broadcast_to(np.nan_to_num(typical)[:, None, :], veh.shape)
    seen = ~np.isnan(veh)
    total = np.where(seen, due, 0.0).sum(axis=2)
    apart = np.where(seen, np.abs(np.nan_to_num(veh) - due), 0.0).sum(axis=2)
    enough = (total >= 0.5 * due.sum(axis=2)) & (total >= 30.0) & (np.nansum(veh, axis=2) > 0)
    return np.where(enough, apart / np.maximum(total, 1.0), np.nan)
