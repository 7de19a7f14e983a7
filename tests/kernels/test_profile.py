import numpy as np
from greenband.kernels.profile import conformal_quantiles, day_profile, recent_level, scores

NAN = np.nan
YES, NO = True, False


def test_profile_of_equal_days_is_numpys_nanmean():
    rng = np.random.default_rng(1)
    counts = rng.poisson(30, size=(4, 9, 6)).astype(float)
    counts[rng.random(counts.shape) < 0.2] = NAN
    profile = day_profile(counts, np.ones(9), np.ones(9, bool), 0.0)
    np.testing.assert_allclose(profile, np.nanmean(counts, axis=1))


def test_profile_weighs_days_and_leaves_out_those_of_weight_nought():
    counts = np.array([[[10.0], [20.0], [900.0]]])
    profile = day_profile(counts, np.array([1.0, 3.0, 0.0]), np.ones(3, bool), 0.0)
    np.testing.assert_allclose(profile, [[17.5]])


def test_one_day_of_a_class_meets_the_scaled_profile_of_all_days_half_way():
    # Two working days (10, 30) and a Saturday (10, 10). All days: (10, 70/3), total 100/3; Saturday's total is 20, so
    # the scaled mean over all days is (6, 14) and half way from (10, 10) is (8, 12).
    counts = np.array([[[10.0, 30.0], [10.0, 30.0], [10.0, 10.0]]])
    profile = day_profile(counts, np.ones(3), np.array([NO, NO, YES]), 1.0)
    np.testing.assert_allclose(profile, [[8.0, 12.0]])


def test_a_class_never_seen_gets_the_mean_of_all_days_and_an_empty_bin_stays_empty():
    counts = np.array([[[10.0, NAN], [20.0, NAN]]])
    profile = day_profile(counts, np.ones(2), np.zeros(2, bool), 2.0)
    np.testing.assert_allclose(profile, [[15.0, NAN]])


def test_level_of_a_big_series_is_its_own_and_of_an_empty_one_the_networks():
    profile = np.array([[1e6], [0.0]])
    counts = np.array([[[1.2e6]], [[0.0]]])
    level = recent_level(counts, profile, np.ones(1), 50.0)
    np.testing.assert_allclose(level, [1.2, 1.2], rtol=1e-4)


def test_level_ignores_missing_bins():
    profile = np.array([[100.0, 100.0]])
    counts = np.array([[[NAN, 150.0]]])
    np.testing.assert_allclose(recent_level(counts, profile, np.ones(1), 0.0), [1.5])


def test_scores_of_poisson_counts_have_a_spread_of_one():
    rng = np.random.default_rng(2)
    counts = rng.poisson(80.0, size=(1, 20_000)).astype(float)
    assert abs(np.std(scores(counts, np.full_like(counts, 80.0))) - 1.0) < 0.03


def test_quantiles_are_those_of_weibull_in_numpy():
    rng = np.random.default_rng(3)
    samples = rng.normal(size=(5, 15))
    shares = np.array([0.05, 0.1, 0.5, 0.9, 0.99])
    expected = np.quantile(samples, shares, axis=1, method="weibull").T
    np.testing.assert_allclose(conformal_quantiles(samples, shares), expected)


def test_a_further_sample_falls_below_the_bounds_as_often_as_stated():
    rng = np.random.default_rng(4)
    samples = rng.exponential(size=(20_000, 20))
    bounds = conformal_quantiles(samples[:, :19], np.array([0.1, 0.9]))
    below = samples[:, 19:] < bounds
    np.testing.assert_allclose(below.mean(axis=0), [0.1, 0.9], atol=0.01)


def test_a_series_without_samples_has_no_bounds():
    assert np.isnan(conformal_quantiles(np.array([[NAN, NAN]]), np.array([0.5]))).all()
