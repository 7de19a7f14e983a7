"""Intervals for a mean: against SciPy's, against known truths, and where each method must take over."""

import numpy as np
import pytest
from greenband.benchmarks.validation.bca import bca
from greenband.simulation.measure.confidence import FEWEST_FOR_BOOTSTRAP, bootstrap_t, interval, student_t
from scipy import stats


def test_students_interval_is_scipys():
    sample = np.random.default_rng(1).normal(2, 3, 7)
    oracle = stats.ttest_1samp(sample, 0).confidence_interval(0.95)
    assert student_t(sample) == pytest.approx((oracle.low, oracle.high))
    assert interval(sample) == student_t(sample)  # too few for a bootstrap


def test_the_bootstrap_is_a_plain_loop_over_the_same_draws():
    sample, resamples = np.random.default_rng(2).lognormal(0, 1, 9), 9999
    error = sample.std(ddof=1) / 3
    random = np.random.default_rng([9, 0x73_65_65_64])
    draws, noise = random.integers(0, 9, (resamples, 9)), random.normal(0, error, (resamples, 9))
    t = []
    for draw, added in zip(draws, noise, strict=True):
        values = sample[draw] + added
        t.append((values.mean() - sample.mean()) / (values.std(ddof=1) / 3))
    t.sort()
    low, high = (sample.mean() - t[int(np.ceil(share * resamples)) - 1] * error for share in (0.975, 0.025))
    assert bootstrap_t(sample) == pytest.approx((low, high))
    assert interval(sample) == bootstrap_t(sample)


def test_on_many_normal_values_all_methods_agree():
    sample = np.random.default_rng(3).normal(-4, 2, 400)
    low, high = student_t(sample)
    for method in (bootstrap_t, bca):
        assert method(sample) == pytest.approx((low, high), abs=0.05 * (high - low))


def hits(method, draw, size: int, repeats: int) -> float:
    rng = np.random.default_rng(4)
    return np.mean([low <= 0 <= high for low, high in (method(draw(rng, size)) for _ in range(repeats))])


def skewed(rng: np.random.Generator, size: int) -> np.ndarray:
    """Most seeds differ a little, a few by far more: mean 0."""
    return rng.lognormal(0, 1.2, size) - np.exp(0.72)


def test_ten_normal_seeds_are_held_as_stated():
    assert 0.92 < hits(bootstrap_t, lambda rng, size: rng.normal(0, 1, size), 10, 300) < 0.985


def test_with_skewed_differences_it_holds_the_truth_more_often_than_students():
    held = [hits(method, skewed, 10, 300) for method in (student_t, bootstrap_t)]
    assert held[1] > held[0] + 0.03


def test_one_seed_that_locks_up_does_not_make_it_endless():
    sample = np.array([-10.0, -9, -11, -10, -10, -12, -8, -10, -10, -560])
    low, high = bootstrap_t(sample)
    student_low, student_high = student_t(sample)
    assert student_low - 3 * (student_high - student_low) < low < student_low  # the tail's side is the longer one
    assert high < student_high


def test_no_spread_and_no_sample():
    assert bootstrap_t(np.full(10, -3.0)) == (-3.0, -3.0)
    assert bootstrap_t(np.zeros(1)) == student_t(np.zeros(1)) == (None, None)
    assert bca(np.zeros(5)) == (None, None)


def test_a_stricter_level_is_wider_and_holds_the_other():
    sample = np.random.default_rng(5).normal(0, 1, FEWEST_FOR_BOOTSTRAP)
    (low, high), (wide_low, wide_high) = interval(sample, 0.95), interval(sample, 0.978)
    assert wide_low < low < high < wide_high
