import numpy as np
from greenband.kernels.forecast_spread import bounds

BINS = 96


def covered(counted, forecast, span, horizon=1):
    q = bounds(counted.astype(np.float32), forecast.astype(np.float32), horizon, BINS, 8)
    inside = (counted >= q[0]) & (counted <= q[2])
    return inside[:, span].mean(), q


def test_poisson_counts_lie_inside_on_eight_of_ten_occasions_and_the_bounds_are_poissons():
    rng = np.random.default_rng(1)
    mean = np.full((4, 60 * BINS), 100.0)
    share, q = covered(rng.poisson(mean).astype(float), mean, slice(20 * BINS, None))
    assert abs(share - 0.8) < 0.02
    # Poisson with mean 100: its 10 % and 90 % points are 87 and 113.
    np.testing.assert_allclose(q[:, :, -10 * BINS :].mean(axis=(1, 2)), [87.0, 99.7, 113.0], atol=1.5)


def test_coverage_returns_within_two_weeks_after_errors_have_doubled():
    rng = np.random.default_rng(2)
    spread = np.where(np.arange(120 * BINS) < 60 * BINS, 10.0, 20.0)
    mean = np.full((6, 120 * BINS), 200.0)
    counted = np.maximum(mean + spread * rng.standard_normal(mean.shape), 0.0)
    share, _ = covered(counted, mean, slice(74 * BINS, 120 * BINS))
    assert abs(share - 0.8) < 0.02
    first, _ = covered(counted, mean, slice(60 * BINS, 74 * BINS))
    assert first > 0.7


def test_skew_is_learned():
    rng = np.random.default_rng(3)
    mean = np.full((4, 60 * BINS), 100.0)
    counted = 70.0 + rng.exponential(30.0, mean.shape)
    _, q = covered(counted, mean, slice(None))
    late = q[:, :, -10 * BINS :].mean(axis=(1, 2))
    np.testing.assert_allclose(late, 70.0 - 30.0 * np.log([0.9, 0.5, 0.1]), rtol=0.05)


def test_bounds_know_nothing_of_counts_that_end_after_the_origin():
    rng = np.random.default_rng(4)
    mean = np.full((1, 10 * BINS), 50.0)
    counted = rng.poisson(mean).astype(float)
    changed = counted.copy()
    changed[0, 400:] = 500.0  # origin 400 foretells bins 401 to 404
    _, before = covered(counted, mean, slice(None), horizon=4)
    _, after = covered(changed, mean, slice(None), horizon=4)
    np.testing.assert_array_equal(before[:, :, :404], after[:, :, :404])
    assert (before[:, :, 404:] != after[:, :, 404:]).any()
