"""How many vehicles a day brings in a period, learned from the days before: the part of a study's forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ...kernels.forecast_peak import MORE_VEH, Calendar
from ...networks.types import Floats
from .calendar import IsHoliday, day_classes, days_from, no_holidays, twins
from .peak import usual_days, window_outlook


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodTotals:
    """Vehicles of a period of a day: `mean` (S,) and `bounds` (3, S), nan where no day before is like it."""

    mean: Floats
    bounds: Floats


def period_totals(totals: Floats, days: Sequence[date], day: date, is_holiday: IsHoliday = no_holidays) -> PeriodTotals:
    """Return the forecast of a day's total from the totals (S, N) of the days before it, by the peaks' method."""
    every = days_from(days[0], (day - days[0]).days + 1)
    places = np.array([(known - days[0]).days for known in days])
    values = np.full((4, totals.shape[0], len(every)), np.nan)
    values[:, :, places] = np.log(totals + MORE_VEH)
    classes = day_classes(every, is_holiday)
    # A period may be of any hours, for which no prior is known.
    calendar = Calendar(classes, twins(every, classes), np.zeros(len(every), dtype=np.int64), np.zeros((1, 4)))
    outlook = window_outlook(values, usual_days(values, calendar, 1), 0, calendar, 1, context=False)
    return PeriodTotals(mean=outlook.mean[:, -1], bounds=outlook.bounds[:, :, -1])
