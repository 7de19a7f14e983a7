from datetime import date, timedelta

from greenband.engine.forecast.calendar import day_classes, holidays_of
from greenband.engine.forecast.special_days import BETWEEN, BRIDGE, EVE, FIRST_WEEK, NEW_YEAR, prior_of, special_kinds

DAYS = tuple(date(2023, 9, 1) + timedelta(days=k) for k in range(300))
KINDS = dict(zip(DAYS, special_kinds(DAYS, day_classes(DAYS, holidays_of("DE-BE"))), strict=True))


def test_bridges_and_the_days_between_the_years_are_special_working_days():
    assert KINDS[date(2023, 10, 2)] == BRIDGE  # a Monday; German Unity Day is a Tuesday
    assert KINDS[date(2024, 5, 10)] == BRIDGE  # a Friday after Ascension
    assert KINDS[date(2023, 12, 28)] == BETWEEN
    assert KINDS[date(2024, 1, 2)] == NEW_YEAR
    assert KINDS[date(2024, 1, 5)] == FIRST_WEEK
    twelve = tuple(date(2024, 12, 1) + timedelta(days=k) for k in range(31))
    assert special_kinds(twelve, day_classes(twelve))[23] == EVE


def test_holidays_weekends_and_ordinary_days_are_not():
    for day in (date(2023, 10, 3), date(2023, 12, 25), date(2023, 12, 30), date(2024, 1, 1), date(2024, 2, 6)):
        assert KINDS[day] == 0
    assert KINDS[date(2024, 5, 2)] == 0  # a Thursday after a holiday is no bridge
    assert sum(kind > 0 for kind in KINDS.values()) == 9  # 2 Oct, 27 to 29 Dec, 2 to 5 Jan, 10 May


def test_mornings_lose_more_than_other_hours():
    prior = prior_of(4)
    assert (prior[1:, 0] < prior[1:, 1]).all()
    assert (prior[0] == 0).all()
