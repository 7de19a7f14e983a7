from datetime import datetime

import numpy as np
import pytest
from greenband.benchmarks.forecast.fit_bench import DAY_BINS, fit_time, resampled
from greenband.benchmarks.forecast.forecast_bench import measured
from greenband.benchmarks.forecast.forecast_data import SOURCES, RealCounts, read
from greenband.benchmarks.forecast.forecast_peers import ahead, bounds, earlier, gradient_boosting, historical_average

NAN = float("nan")


def test_sums_ahead_and_values_before_are_those_of_a_loop():
    values = np.array([[1.0, 2, 4, 8, NAN, 32]])
    np.testing.assert_array_equal(ahead(values, 2), [[6, 12, NAN, NAN, NAN, NAN]])
    np.testing.assert_array_equal(earlier(values, 2), [[NAN, NAN, 1, 2, 4, 8]])


def test_the_historical_average_knows_only_earlier_weeks_and_falls_back_on_days():
    values = np.arange(28.0)[None, :]  # a bin a day
    average = historical_average(values, 7, 2)
    assert average[0, 20] == (13 + 6) / 2
    assert average[0, 3] == 1.0  # days 0 to 2
    changed = values.copy()
    changed[0, 20:] = 0.0
    np.testing.assert_array_equal(historical_average(changed, 7, 2)[0, :21], average[0, :21])


def test_bounds_of_known_errors_cover_eight_of_ten():
    rng = np.random.default_rng(1)
    mean = np.full((1, 4000), 100.0)
    truth = mean + 10.0 * rng.standard_normal(mean.shape)
    q = bounds(mean, truth, 0, 2000, 96)[:, :, 2000:]
    assert 0.76 < ((truth[:, 2000:] >= q[0]) & (truth[:, 2000:] <= q[2])).mean() < 0.84


def test_scores_are_those_by_hand():
    nothing = np.zeros((1, 1))
    data = RealCounts(source=SOURCES[0], names=("a",), long=None, truth=nothing, first=None, begin=0)
    truth, mean = np.array([10.0, 20.0, NAN]), np.array([12.0, 17.0, 3.0])
    q = np.array([[9.0, 21.0, 0.0], [12.0, 17.0, 0.0], [13.0, 22.0, 0.0]])
    score = measured(data, "next15", "ours", truth, mean, q, 1.0)
    assert score.items == 2
    assert score.wape == pytest.approx(100 * 5 / 30)
    assert score.coverage == 50.0
    loss = [0.1 * 1 + 0.9 * 1, 0.5 * 2 + 0.5 * 3, 0.1 * 3 + 0.1 * 2]
    assert score.pinball == pytest.approx(100 * np.mean(loss) / 30)


def test_bounds_that_nothing_could_be_measured_for_have_no_coverage():
    nothing = np.zeros((1, 1))
    data = RealCounts(source=SOURCES[0], names=("a",), long=None, truth=nothing, first=None, begin=0)
    score = measured(data, "next15", "peer", np.array([10.0]), np.array([12.0]), np.full((3, 1), NAN), 1.0)
    assert score.wape == pytest.approx(20.0)
    assert score.coverage is None
    assert score.pinball is None


def test_boosting_is_taught_on_a_first_week_that_has_no_week_before():
    pytest.importorskip("sklearn")
    values = np.random.default_rng(1).poisson(20.0, (2, 14 * 24)).astype(float)
    average = historical_average(values, 7 * 24, 2)
    told = gradient_boosting(values, average, 1, 24, 3 * 24, 7 * 24)
    assert np.isfinite(told[:, 7 * 24 :]).all()
    assert abs(told[:, 7 * 24 :].mean() - 20.0) < 2.0


def test_a_source_that_is_not_there_is_none(tmp_path):
    assert read(SOURCES[0], tmp_path) is None


def years():
    day = 5 + 60 * np.exp(-((np.arange(96) / 4 - 8) ** 2) / 3)
    truth = np.tile(day, (1, 390))
    truth[0, 100 * DAY_BINS : 300 * DAY_BINS] = np.nan
    first = datetime(2023, 1, 4)
    return RealCounts(source=SOURCES[0], names=("a",), long=None, truth=truth, first=first, begin=0)


def test_made_detectors_have_the_gaps_and_the_shape_of_a_real_year_from_a_monday_on():
    made = resampled(years(), 8)
    assert made.shape == (8, 365 * 96)
    starts = [np.isnan(row).argmax() // DAY_BINS for row in made]
    assert all((100 - start - 5) % 7 == 0 for start in starts)  # the first Monday is five days after the first day
    hours = np.nanmean(made.reshape(8, 365, 96), axis=1)
    assert (abs(hours.argmax(axis=1) / 4 - 8) < 0.6).all()
    assert np.ptp(hours.max(axis=1)) > 10  # levels differ


def test_the_fit_is_timed():
    found = fit_time(2, years())
    assert found.wall_s > 0
    assert found.for_10000_s == pytest.approx(5000 * found.wall_s)
    assert found.peak_mib > 50
