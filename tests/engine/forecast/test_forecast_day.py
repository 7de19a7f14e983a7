from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from greenband.engine.counts.table import Counts
from greenband.engine.counts.verdict import judge
from greenband.engine.forecast.day import forecast_day
from greenband.networks.errors import InputError

from tests.engine.cross import MONDAY, cross_counts, cross_detectors, cross_network

PERIOD = (25_200, 28_800)
DETECTORS = cross_detectors(cross_network())


def judged_days(veh, first_day=MONDAY, interval_s=300, begin_s=25_200):
    days = tuple(first_day + timedelta(days=k) for k in range(veh.shape[1]))
    return judge(Counts(detectors=DETECTORS[: len(veh)], days=days, begin_s=begin_s, interval_s=interval_s, veh=veh))


def test_forecast_of_equal_days_is_that_day():
    usual = np.array([30.0, 40, 50, 40, 35, 30, 30, 25, 30, 35, 40, 45])
    forecast = forecast_day(judged_days(np.tile(usual, (2, 8, 1))), MONDAY + timedelta(days=8), *PERIOD)
    for values in (forecast.veh.mean, forecast.veh.q10, forecast.veh.q90):
        np.testing.assert_allclose(values, np.tile(usual, (2, 1)))
    np.testing.assert_allclose(forecast.total.mean, usual.sum())
    assert forecast.end_s == PERIOD[1]


def test_saturdays_are_forecast_from_saturdays():
    rng = np.random.default_rng(5)
    days = [MONDAY + timedelta(days=k) for k in range(26)]  # up to a Friday
    mean = np.array([60.0 if day.weekday() < 5 else 25.0 for day in days])
    veh = rng.poisson(mean[None, :, None], size=(6, 26, 12)).astype(float)
    saturday = forecast_day(judged_days(veh), date(2026, 3, 28), *PERIOD)
    monday = forecast_day(judged_days(veh), date(2026, 3, 30), *PERIOD)
    assert abs(saturday.veh.mean.mean() - 25.0) < 2.0
    assert abs(monday.veh.mean.mean() - 60.0) < 2.0


def test_a_lasting_step_of_the_level_is_followed_and_a_noisy_level_is_not():
    rng = np.random.default_rng(6)
    step = np.where(np.arange(15) < 5, 1.0, 1.5)
    noise = np.exp(0.15 * rng.standard_normal(15))
    for level, right in ((step, 1.5), (noise, 1.0)):
        veh = rng.poisson(40.0 * level[None, :, None], size=(8, 15, 12)).astype(float)
        found = forecast_day(judged_days(veh), MONDAY + timedelta(days=15), *PERIOD)
        assert abs(found.veh.mean.mean() / 40.0 - right) < 0.12
        assert found.level_share >= 0.75 if right > 1 else found.level_share <= 0.5


def test_bounds_hold_on_about_eight_days_of_ten():
    inside_bin, inside_total = [], []
    for seed in range(12):
        counts, _ = cross_counts(cross_network(), days=20, bins=12, seed=seed, first_day=date(2026, 3, 2))
        history = replace(counts, days=counts.days[:19], veh=counts.veh[:, :19])
        forecast = forecast_day(judge(history), counts.days[19], *PERIOD)
        truth = counts.veh[:, 19]
        inside_bin.append(((forecast.veh.q10 <= truth) & (truth <= forecast.veh.q90)).mean())
        total = truth.sum(axis=1)
        inside_total.append(((forecast.total.q10 <= total) & (total <= forecast.total.q90)).mean())
    assert 0.72 < np.mean(inside_bin) < 0.92
    assert 0.62 < np.mean(inside_total) < 0.95


def test_the_day_itself_and_later_days_are_not_used():
    counts, _ = cross_counts(cross_network(), days=10, bins=12, seed=3)
    spoilt = counts.veh.copy()
    spoilt[:, 7:] = 0.0
    day = counts.days[7]
    cut = judge(replace(counts, days=counts.days[:7], veh=counts.veh[:, :7]))
    whole = replace(judge(counts), verdicts=np.zeros(counts.veh.shape, np.uint8), veh=spoilt)
    first = replace(whole, veh=np.concatenate((cut.veh, spoilt[:, 7:]), axis=1))
    np.testing.assert_allclose(forecast_day(first, day, *PERIOD).veh.mean, forecast_day(cut, day, *PERIOD).veh.mean)


def test_a_dropped_detector_has_no_forecast():
    counts, _ = cross_counts(cross_network(), days=8, bins=12, seed=3)
    veh = counts.veh.copy()
    veh[2] = np.nan
    forecast = forecast_day(judge(replace(counts, veh=veh)), MONDAY + timedelta(days=8), *PERIOD)
    assert counts.detectors[2].id not in forecast.place
    assert forecast.veh.mean.shape == (len(counts.detectors) - 1, 12)


def test_one_earlier_day_is_too_few():
    counts, _ = cross_counts(cross_network(), days=3, bins=12, seed=3)
    with pytest.raises(InputError, match="earlier days"):
        forecast_day(judge(counts), counts.days[1], *PERIOD)


def test_public_holidays_run_like_sundays_and_say_nothing_of_working_days():
    rng = np.random.default_rng(8)
    days = [MONDAY + timedelta(days=k) for k in range(35)]
    free = {date(2026, 3, 26), date(2026, 3, 31)}  # a Thursday and a Tuesday
    mean = np.array([25.0 if day.weekday() == 6 or day in free else 60.0 for day in days])
    veh = rng.poisson(mean[None, :, None], size=(6, 35, 12)).astype(float)
    # As it was counted: whether the verdict takes a free day for a fault is not the question here.
    judged = replace(judged_days(veh), verdicts=np.zeros(veh.shape, np.uint8), veh=veh)

    def flow(day, holidays):
        return forecast_day(judged, day, *PERIOD, holidays.__contains__).veh.mean.mean()

    easter = date(2026, 4, 6)  # a Monday
    assert flow(easter, free | {easter}) == pytest.approx(25.0, abs=2.0)
    assert flow(easter, free) == pytest.approx(60.0, abs=2.0)
    assert flow(easter, set()) < flow(easter, free) - 1.0


def test_counts_five_years_old_tell_working_days_from_sundays_as_new_ones_do():
    rng = np.random.default_rng(5)
    days = [MONDAY + timedelta(days=k) for k in range(28)]
    mean = np.array([60.0 if day.weekday() < 5 else 25.0 for day in days])
    judged = judged_days(rng.poisson(mean[None, :, None], size=(6, 28, 12)).astype(float))
    late = [forecast_day(judged, day, *PERIOD).veh.mean.mean() for day in (date(2031, 3, 30), date(2031, 3, 31))]
    assert late == [pytest.approx(25.0, abs=2.0), pytest.approx(60.0, abs=2.0)]


def test_the_only_weekend_of_a_history_says_nothing_of_how_far_mondays_stray():
    rng = np.random.default_rng(6)
    days = [MONDAY + timedelta(days=k) for k in range(7)]
    mean = np.array([60.0 if day.weekday() < 5 else 20.0 for day in days])
    veh = rng.poisson(mean[None, :, None], size=(6, 7, 12)).astype(float)
    level = forecast_day(judged_days(veh), date(2026, 3, 9), *PERIOD).day_level
    assert float(level.q90) / float(level.q10) < 1.2  # Poisson's law alone: 4320 vehicles a day, 1.5 % each way
