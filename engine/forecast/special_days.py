"""Working days that are none like others, whatever the town: beside a public holiday, and between the years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ...kernels.forecast_peak import Calendar
from ...networks.types import Floats
from .calendar import LAST_WORKING_CLASS, PUBLIC_HOLIDAY, twins

NONE, BRIDGE, EVE, BETWEEN, NEW_YEAR, FIRST_WEEK = range(6)
# How far such days are off, in tenths of the volume (of its logarithm): the morning's busiest hour, the others. Rounded
# from Melbourne's 2007 to 2010; Berlin's days, which the weeks of choice hold, are off alike.
PRIOR_TENTHS = ((0.0, 0.0), (-2.5, -1.5), (-3.5, -2.5), (-5.0, -3.0), (-4.0, -2.2), (-2.5, -1.5))
MORNING, WINDOWS = 0, 4


def calendar_of(days: Sequence[date], classes: NDArray[np.int64]) -> Calendar:
    """Return what is known beforehand of days of the given classes."""
    return Calendar(classes, twins(days, classes), special_kinds(days, classes), prior_of(WINDOWS))


def special_kinds(days: Sequence[date], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the kind of each working day: 0 for ordinary ones and for all other days.

    A bridge is a Monday before or a Friday after a public holiday; the rest are days of Christmas and the New Year.
    """
    last = len(days) - 1
    found = np.zeros(len(days), dtype=np.int64)
    for place, day in enumerate(days):
        if classes[place] > LAST_WORKING_CLASS:
            continue
        before = place < last and classes[place + 1] == PUBLIC_HOLIDAY and day.weekday() == 0
        after = place > 0 and classes[place - 1] == PUBLIC_HOLIDAY and day.weekday() == LAST_WORKING_CLASS
        found[place] = _of_the_year(day) or (BRIDGE if before or after else NONE)
    return found


def prior_of(windows: int) -> Floats:
    """Return the prior (kinds, windows) of windows of the day, of which the first is the morning's."""
    morning, others = np.array(PRIOR_TENTHS).T
    return np.stack([morning if window == MORNING else others for window in range(windows)], axis=1)


def _of_the_year(day: date) -> int:
    if day.month == 12 and day.day >= 24:
        return EVE if day.day == 24 else BETWEEN
    if day.month == 1 and day.day <= 6:
        return NEW_YEAR if day.day <= 3 else FIRST_WEEK
    return NONE
