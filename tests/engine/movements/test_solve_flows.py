import numpy as np
import pytest
from greenband.engine.movements.equations import Equation, Kind
from greenband.engine.movements.posterior import flow_draws
from greenband.engine.movements.solve import count_trust, nonnegative_minimum, solve
from scipy.optimize import nnls
from scipy.sparse import csc_matrix


def count(target_veh, sd_veh, *terms, kind=Kind.COUNT, where=""):
    return Equation(kind=kind, terms=terms, sd_veh=sd_veh, target_veh=target_veh, where=where)


def test_two_counts_of_one_flow_are_averaged_by_their_variances():
    equations = [count(100.0, 3.0, (0, 1.0)), count(120.0, 4.0, (0, 1.0))]
    flows = solve(equations, np.zeros(1))
    assert flows[0] == pytest.approx((100 / 9 + 120 / 16) / (1 / 9 + 1 / 16))
    draws = flow_draws(equations, flows, np.ones(2), [[0]], seed=1)
    assert draws.std() == pytest.approx((1 / 9 + 1 / 16) ** -0.5, rel=0.12)


def test_a_sum_is_known_better_than_its_parts():
    # Their sum within 2, each alone only by a belief within 30.
    equations = [count(100.0, 2.0, (0, 1.0), (1, 1.0))]
    equations += [count(50.0, 10.0, (k, 1.0), kind=Kind.BELIEF) for k in range(2)]
    flows = solve(equations, np.zeros(2))
    draws = flow_draws(equations, flows, np.ones(3), [[0, 1]], seed=1)
    sum_sd, apart_sd = (1 / 4 + 1 / 200) ** -0.5, np.sqrt(2) * 10.0
    assert draws.sum(axis=1).std() == pytest.approx(sum_sd, rel=0.12)
    assert (draws[:, 0] - draws[:, 1]).std() == pytest.approx(apart_sd, rel=0.12)


@pytest.mark.parametrize("seed", range(20))
def test_the_least_squares_without_negative_flows_are_scipys(seed):
    rng = np.random.default_rng(seed)
    matrix, target = rng.normal(size=(40, 25)), rng.normal(size=40)
    ours = nonnegative_minimum(csc_matrix(matrix.T @ matrix), matrix.T @ target, np.zeros(25))
    np.testing.assert_allclose(ours, nnls(matrix, target)[0], atol=1e-8)


def test_an_unknown_that_no_equation_holds_keeps_its_start():
    np.testing.assert_allclose(solve([count(10.0, 1.0, (0, 1.0))], np.array([3.0, 5.0])), [10.0, 5.0], atol=1e-5)


def test_trust_falls_with_the_residual():
    equations = [count(10.0, 1.0, (0, 1.0)), count(10.0, 1.0, (1, 1.0)), count(0.0, 1.0, (1, 1.0), kind=Kind.HISTORY)]
    np.testing.assert_allclose(count_trust(equations, np.array([11.9, 18.0])), [1.0, 0.25, 1.0])


def test_lanes_of_one_street_lose_their_trust_together_and_the_street_a_part_of_it():
    lanes = [
        count(0.0, 1.0, (0, 1.0), kind=Kind.LANE, where="a"),
        count(20.0, 1.0, (1, 1.0), kind=Kind.LANE, where="a"),
    ]
    equations = [count(20.0, 1.0, (0, 1.0), (1, 1.0), where="a"), *lanes]
    trust = count_trust(equations, np.array([10.0, 10.0]))
    assert trust[1] == trust[2] == pytest.approx(3 / 201)
    assert trust[0] < 0.1  # ten have changed lanes: five may have been counted twice
    wide = count_trust(equations, np.array([10.0, 10.0]), widened=10.0)
    assert wide[1] == pytest.approx(0.01)
    assert wide[0] == 1.0


def test_a_belief_that_counts_contradict_gives_way():
    equations = [count(0.0, 1.0, (0, 1.0), kind=Kind.BELIEF)] * 2
    assert count_trust(equations, np.array([1.0]))[0] == 1.0
    assert count_trust(equations, np.array([10.0]))[0] == pytest.approx(3 / 102)
