"""Types of day and plan boundaries from a table of counts or from a study."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ...networks.errors import InputError
from ...networks.sentence import Sentence
from ...networks.types import Floats
from ..counts.table import JudgedCounts
from .calendar import IsHoliday, day_classes, holidays_of, no_holidays
from .day_types import SWITCH_SHARE, DayType, day_types
from .grid import DAY_S, grids
from .short import expect
from .tables import typed_counts

LEAST_COUNTED = 0.8  # of a day's bins over all series, or the day is left out


def types_of_counts(
    counts: pl.DataFrame, holidays: str | None = None, switch_share: float = SWITCH_SHARE
) -> tuple[DayType, ...]:
    """Return the types of day in a long table of counts (as `forecast` takes it), all series together.

    Counts that are missing, or 0 where vehicles were sure, are replaced by what was usual; days with fewer than four
    counts of five are left out. Raises InputError.
    """
    return types_of_typed(typed_counts(counts), holidays, switch_share)


def types_of_typed(
    table: pl.DataFrame, holidays: str | None = None, switch_share: float = SWITCH_SHARE
) -> tuple[DayType, ...]:
    """Return the same for counts as `typed_counts` and `counts_of` give them."""
    last = table["start"].max()
    assert isinstance(last, datetime)
    found = list(grids(table, last + timedelta(seconds=1)))
    if len(found) > 1:
        raise InputError(
            where="the counts",
            found="bins of several lengths",
            rule=Sentence("types of day are found in counts of one length of bin"),
            fix="take one length, or sum the shorter bins up",
        )
    grid = found[0]
    classes = day_classes(grid.days, holidays_of(holidays))
    known = expect(grid.veh, classes, grid.day_bins)
    counted = np.isfinite(known.clean)
    filled = np.where(counted, known.clean, known.usual).reshape(len(grid.names), -1, grid.day_bins)
    whole = counted.reshape(filled.shape).mean(axis=(0, 2)) >= LEAST_COUNTED
    return day_types(_sound(filled[:, whole]), classes[whole], grid.interval_s, switch_share=switch_share)


def types_of_study(
    judged: JudgedCounts, is_holiday: IsHoliday = no_holidays, switch_share: float = SWITCH_SHARE
) -> tuple[DayType, ...]:
    """Return the types of day of a study's judged counts. Raises InputError where they do not span whole days."""
    counts = judged.counts
    if counts.begin_s != 0 or counts.end_s != DAY_S:
        raise InputError(
            where="the study's counts",
            found=f"counts from {counts.begin_s // 60} to {counts.end_s // 60} min after midnight",
            rule=Sentence("types of day and plan boundaries need counts of whole days"),
            fix="give counts from 00:00 to 24:00",
        )
    classes = day_classes(counts.days, is_holiday)
    whole = judged.observed.mean(axis=(0, 2)) >= LEAST_COUNTED
    return day_types(_sound(judged.veh[:, whole]), classes[whole], counts.interval_s, switch_share=switch_share)


def _sound(veh: Floats) -> Floats:
    """Return the series that have a number in every bin."""
    return np.asarray(veh[np.isfinite(veh).all(axis=(1, 2))], dtype=np.float64)
