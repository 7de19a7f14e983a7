"""Which days are alike: weekdays, public holidays, and the days around the turn of the year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ...networks.errors import InputError

PUBLIC_HOLIDAY = 7  # classes 0 to 6 are Monday to Sunday
# Between the years the calendar says what the weekday does not: these days are likened to those of the year before.
TURN_OF_THE_YEAR = ((12, 20), (1, 10))
NEAR_DAYS = (0, -1, 1, -2, 2, -3, 3)
LAST_WORKING_CLASS = 4

IsHoliday = Callable[[date], bool]


def no_holidays(_day: date) -> bool:
    """Say that no day is a public holiday."""
    return False


def holidays_of(place: str | Sequence[date] | None, where: str = "--holidays") -> IsHoliday:
    """Return what tells the public holidays: a list of them, or those of a country or region, as ISO 3166 has them.

    `DE`, `AU-VIC`; `where` says who named the place. Raises InputError for one the library `holidays` does not know.
    """
    if place is None:
        return no_holidays
    if not isinstance(place, str):
        return frozenset(place).__contains__
    import holidays

    country, _, region = place.strip().upper().partition("-")
    try:
        table = holidays.country_holidays(country, subdiv=region or None)
    except (NotImplementedError, KeyError) as error:
        raise InputError(
            where=where,
            found=f"'{place}'",
            rule="a place is a country or a country and a region, as ISO 3166 has them: DE, DE-BE, AU-VIC",
            fix="correct it, or leave it out: then no day counts as a public holiday",
        ) from error
    return lambda day: day in table


def day_classes(days: Sequence[date], is_holiday: IsHoliday = no_holidays) -> NDArray[np.int64]:
    """Return the class of each day: 0 to 6 Monday to Sunday, 7 a public holiday."""
    return np.array([PUBLIC_HOLIDAY if is_holiday(day) else day.weekday() for day in days], dtype=np.int64)


def twins(days: Sequence[date], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each working day around New Year the place of the nearest working day a year before; else -1."""
    first = days[0]
    found = np.full(len(days), -1, dtype=np.int64)
    for place, day in enumerate(days):
        if classes[place] > LAST_WORKING_CLASS or not _turns(day):
            continue
        year_ago = (_same_date(day, day.year - 1) - first).days
        for near in NEAR_DAYS:
            other = year_ago + near
            if 0 <= other < len(days) and classes[other] <= LAST_WORKING_CLASS:
                found[place] = other
                break
    return found


def days_from(first: date, count: int) -> tuple[date, ...]:
    """Return so many days in a row."""
    return tuple(first + timedelta(days=k) for k in range(count))


def _turns(day: date) -> bool:
    begin, end = TURN_OF_THE_YEAR
    return (day.month, day.day) >= begin or (day.month, day.day) <= end


def _same_date(day: date, year: int) -> date:
    """The turn of the year holds no 29 February."""
    return day.replace(year=year)
