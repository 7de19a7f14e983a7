import numpy as np
import pytest
from greenband.kernels.least_squares import nonnegative_least_squares
from scipy.optimize import nnls
from scipy.sparse import csc_matrix, random_array


def solve(matrix, target):
    columns = csc_matrix(matrix)
    x, shift, _ = nonnegative_least_squares(
        columns.data, columns.indices, columns.indptr, target, np.zeros(columns.shape[1]), 1e-12, 10_000
    )
    assert shift <= 1e-12
    return x


@pytest.mark.parametrize("seed", range(20))
def test_solution_is_that_of_lawson_and_hanson_in_scipy(seed):
    rng = np.random.default_rng(seed)
    rows, unknowns = (40, 25) if seed % 2 else (25, 25)
    matrix = random_array((rows, unknowns), density=0.2, rng=rng).toarray() + np.eye(rows, unknowns) * 0.3
    # Weights over four decades, as conservation against priors.
    matrix *= 10.0 ** rng.integers(-2, 3, size=(rows, 1))
    target = rng.normal(size=rows) * np.linalg.norm(matrix, axis=1)
    expected, _ = nnls(matrix, target)
    assert 0 < np.sum(expected == 0) < unknowns
    np.testing.assert_allclose(solve(matrix, target), expected, atol=1e-7 * max(1.0, expected.max()))


def test_a_bound_that_binds_changes_the_other_unknown():
    # min (x - y - 3)^2 + (x + y - 1)^2: without bounds x = 2, y = -1; with y = 0 the mean of 3 and 1 again gives 2;
    # the third equation, x = 0, then pulls it to 4/3.
    np.testing.assert_allclose(solve([[1.0, -1.0], [1.0, 1.0]], np.array([3.0, 1.0])), [2.0, 0.0], atol=1e-12)
    matrix = [[1.0, -1.0], [1.0, 1.0], [1.0, 0.0]]
    np.testing.assert_allclose(solve(matrix, np.array([3.0, 1.0, 0.0])), [4.0 / 3.0, 0.0], atol=1e-12)


def test_a_long_chain_of_conserved_flow_is_solved_to_the_end():
    # 100 edges in a row, flow counted as 100 at the start and as 200 at the end with equal trust: 150 everywhere.
    n = 100
    chain = np.zeros((n + 1, n))
    chain[0, 0] = chain[n, n - 1] = 1.0
    for k in range(n - 1):
        chain[k + 1, k], chain[k + 1, k + 1] = 1e2, -1e2
    target = np.zeros(n + 1)
    target[0], target[n] = 100.0, 200.0
    np.testing.assert_allclose(solve(chain, target), 150.0, rtol=2e-3)


def test_an_unknown_without_equations_keeps_its_start():
    columns = csc_matrix(np.array([[1.0, 0.0]]))
    x, _, _ = nonnegative_least_squares(
        columns.data, columns.indices, columns.indptr, np.array([5.0]), np.array([0.0, 7.0]), 1e-12, 10
    )
    np.testing.assert_allclose(x, [5.0, 7.0])
