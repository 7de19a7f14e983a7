import numpy as np
import pytest
from greenband.kernels.forecast_ridge import Lesson, Sums, coefficients, learn

NO_FADE, NEVER = 1.0, 1e9


def learned(x, z, weight, block, blocks, huber=NEVER, answer=None):
    series, _, size = x.shape
    shapes = ((series, blocks, size, size), (series, blocks, size), (series, blocks))
    sums = Sums(*(np.zeros(shape, dtype=np.float32) for shape in shapes))
    start = np.zeros((series, blocks, size)) if answer is None else answer
    lesson = Lesson(*(some.astype(np.float32) for some in (x, z, weight)), block=block)
    learn(sums, lesson, start, 1, NO_FADE, huber)
    return sums


def made_up(seed=0, series=2, count=300, size=4):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((series, count, size))
    z = x @ np.array([0.5, -1.0, 0.0, 2.0])[:size] + 0.1 * rng.standard_normal((series, count))
    return x, z, rng.uniform(0.5, 2.0, (series, count))


def test_without_a_prior_the_coefficients_are_those_of_numpys_least_squares():
    x, z, weight = made_up()
    found = coefficients(learned(x, z, weight, np.zeros(300, dtype=np.int64), 1), 1e-9, 0.0, 0.0)
    for s in range(2):
        root = np.sqrt(weight[s])
        right = np.linalg.lstsq(x[s] * root[:, None], z[s] * root, rcond=None)[0]
        np.testing.assert_allclose(found[s, 0], right, atol=1e-4)


def test_the_ridge_is_that_of_the_normal_equations():
    x, z, weight = made_up(count=30)
    found = coefficients(learned(x, z, np.ones_like(weight), np.zeros(30, dtype=np.int64), 1), 7.0, 0.0, 0.0)
    right = np.linalg.solve(x[1].T @ x[1] + 7.0 * np.eye(4), x[1].T @ z[1])
    np.testing.assert_allclose(found[1, 0], right, atol=1e-4)


def test_a_series_without_a_past_takes_the_coefficients_of_all():
    x, z, weight = made_up()
    z[1] = np.nan
    found = coefficients(learned(x, z, weight, np.zeros(300, dtype=np.int64), 1), 1e-6, 1000.0, 0.0)
    np.testing.assert_allclose(found[1, 0], [0.5, -1.0, 0.0, 2.0], atol=0.03)


def test_a_block_that_differs_is_learned_and_an_empty_one_follows_the_day():
    x, z, weight = made_up(series=1, count=3000)
    block = np.arange(3000) % 2
    z[0, block == 1] = -z[0, block == 1]
    sums = learned(x, z, weight, block, 3)
    found = coefficients(sums, 1e-6, 0.0, 10.0)
    np.testing.assert_allclose(found[0, 0], [0.5, -1.0, 0.0, 2.0], atol=0.05)
    np.testing.assert_allclose(found[0, 1], [-0.5, 1.0, 0.0, -2.0], atol=0.05)
    assert np.abs(found[0, 2]).max() < 0.2


def test_wild_targets_hardly_move_a_hubers_regression():
    x, z, weight = made_up(series=1, count=2000)
    truth = np.array([[[0.5, -1.0, 0.0, 2.0]]])
    z[0, ::10] += 50.0 * x[0, ::10, 0]
    sure = coefficients(learned(x, z, weight, np.zeros(2000, dtype=np.int64), 1), 1e-6, 0.0, 0.0)
    robust = coefficients(learned(x, z, weight, np.zeros(2000, dtype=np.int64), 1, 0.3, truth), 1e-6, 0.0, 0.0)
    assert abs(sure[0, 0, 0] - 0.5) > 1.0
    assert abs(robust[0, 0, 0] - 0.5) < 0.2


@pytest.mark.parametrize("size", [3, 4, 6])
def test_what_is_predicted_is_the_product_with_the_coefficients_of_its_block(size):
    rng = np.random.default_rng(7)
    x, answer, block = rng.standard_normal((2, 50, size)), rng.standard_normal((2, 3, size)), np.arange(50) % 3
    shapes = ((2, 3, size, size), (2, 3, size), (2, 3))
    sums = Sums(*(np.zeros(shape, dtype=np.float32) for shape in shapes))
    lesson = Lesson(*(some.astype(np.float32) for some in (x, np.zeros((2, 50)), np.ones((2, 50)))), block=block)
    found = learn(sums, lesson, answer, 2, NO_FADE, NEVER)
    np.testing.assert_allclose(found, (x * answer[:, block]).sum(axis=2), atol=1e-4)
    taught = (np.arange(50) % 2 == 0) & (block == 1)
    np.testing.assert_allclose(np.triu(sums.moments[1, 1]), np.triu(2 * x[1, taught].T @ x[1, taught]), atol=1e-3)
    assert sums.weights[1, 1] == 2 * taught.sum()
