import numpy as np
from greenband.engine.forecast.day_context import after_or_before_the_weekend, of_the_year_before

CLASSES = np.arange(800) % 7


def test_the_year_before_is_the_mean_over_days_around_and_the_week_before():
    values = np.log(np.random.default_rng(1).uniform(80, 120, (3, 800)))
    base = np.full(values.shape, np.log(100.0))
    found = of_the_year_before(values, base, CLASSES)
    off = (values - base) / 0.1
    day = 702  # a Wednesday; 364 days before it too
    tuesday_to_thursday = off[:, [337, 338, 339]]
    np.testing.assert_allclose(found[1, day, 2], tuesday_to_thursday[1].mean(), rtol=1e-5)
    np.testing.assert_allclose(found[0, day, 0], tuesday_to_thursday.mean(), rtol=1e-5)
    week = [d for d in range(331, 338) if CLASSES[d] < 5]
    np.testing.assert_allclose(found[0, day, 1], off[:, week].mean(), rtol=1e-5)
    assert (found[:, :364] == 0).all()


def test_the_year_before_knows_no_day_of_this_year():
    values = np.log(np.random.default_rng(2).uniform(80, 120, (2, 800)))
    base = np.full(values.shape, np.log(100.0))
    later = values.copy()
    later[:, 437:] += 0.3  # day 800 - 363
    before, after = (of_the_year_before(x, base, CLASSES)[:, :800] for x in (values, later))
    np.testing.assert_array_equal(before, after)
    later[:, 430] = np.nan
    assert np.isfinite(of_the_year_before(later, base, CLASSES)).all()


def test_what_friday_left_is_told_again_on_monday_only():
    features = np.random.default_rng(3).standard_normal((2, 14, 12)).astype(np.float32)
    found = after_or_before_the_weekend(features, CLASSES[:14])
    np.testing.assert_array_equal(found[:, 7, :2], features[:, 7, [0, 8]])
    np.testing.assert_array_equal(found[:, 4, 2:], features[:, 4, [0, 8]])
    assert (found[:, [1, 2, 3, 5, 6]] == 0).all()
    assert (found[:, 7, 2:] == 0).all()
