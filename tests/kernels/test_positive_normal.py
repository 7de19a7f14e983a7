import numpy as np
import pytest
from greenband.kernels.positive_normal import positive_normal_draws
from scipy.sparse import csr_matrix


def draws(q, h, ways, sweeps=40_000, seed=1, start=None):
    q, h, rows = np.asarray(q, float), np.asarray(h, float), csr_matrix(np.asarray(ways, float))
    images = csr_matrix(rows @ q)
    images.sort_indices()
    first = np.zeros(h.size) if start is None else np.asarray(start, float)
    parts = [(m.data, m.indices.astype(np.int64), m.indptr.astype(np.int64)) for m in (rows, images)]
    return positive_normal_draws(parts[0], parts[1], h - q @ first, first, sweeps, 100, 1, seed)


def by_rejection(q, h, number=2_000_000, seed=2):
    """The same density by throwing away all draws of the whole normal distribution with a negative part."""
    covariance = np.linalg.inv(q)
    found = np.random.default_rng(seed).multivariate_normal(covariance @ h, covariance, number)
    return found[(found >= 0).all(axis=1)]


def test_half_of_a_normal_distribution_has_its_closed_form():
    found = draws([[4.0]], [0.0], [[1.0]])[:, 0]
    assert found.mean() == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=0.02)
    assert found.var() == pytest.approx(0.25 * (1 - 2 / np.pi), rel=0.04)


@pytest.mark.parametrize("mean", [-6.0, -1.0, 1.0, 30.0])
def test_a_normal_distribution_cut_off_at_nought_has_its_closed_form(mean):
    # E = m + phi(m) / Phi(m) for variance 1 (N. L. Johnson, S. Kotz, Continuous Univariate Distributions 1, 1970).
    from scipy.stats import truncnorm

    found = draws([[1.0]], [mean], [[1.0]])[:, 0]
    assert found.mean() == pytest.approx(truncnorm(-mean, np.inf, mean, 1.0).mean(), rel=0.03)
    assert found.std() == pytest.approx(truncnorm(-mean, np.inf, mean, 1.0).std(), rel=0.04)


@pytest.mark.parametrize("ways", [np.eye(2), np.vstack([np.eye(2), [[0.8, -0.6], [0.6, 0.8]]])])
def test_two_that_hang_together_are_drawn_as_by_rejection(ways):
    q, h = np.array([[2.0, 1.2], [1.2, 1.5]]), np.array([0.5, 0.2])
    ours, theirs = draws(q, h, ways), by_rejection(q, h)
    np.testing.assert_allclose(ours.mean(axis=0), theirs.mean(axis=0), rtol=0.03)
    np.testing.assert_allclose(np.cov(ours.T), np.cov(theirs.T), atol=0.015)


def test_a_direction_along_which_little_is_known_makes_it_forget_its_start():
    # The sum is known within 0.1, the difference within 10: one unknown at a time takes thousands of sweeps.
    total, apart = np.array([1.0, 1.0]), np.array([1.0, -1.0])
    q = np.outer(total, total) / 0.1**2 + np.outer(apart, apart) / 10.0**2
    h = total * 40.0 / 0.1**2
    start = np.array([40.0, 0.0])
    slow = draws(q, h, np.eye(2), sweeps=600, start=start)
    fast = draws(q, h, np.vstack([np.eye(2), apart]), sweeps=600, start=start)
    assert slow[:, 0].mean() > 30.0
    assert fast[:, 0].mean() == pytest.approx(20.0, abs=1.5)
    assert (fast @ apart).std() == pytest.approx(10.0, rel=0.15)


def test_nothing_drawn_is_negative_and_the_seed_decides():
    q, h = np.array([[2.0, 1.2], [1.2, 1.5]]), np.array([-3.0, 0.2])
    one, again, other = (draws(q, h, np.eye(2), sweeps=500, seed=seed) for seed in (5, 5, 6))
    assert one.min() >= 0.0
    assert (one == again).all()
    assert (one != other).any()
