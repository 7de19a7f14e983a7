import numpy as np
import pytest
from greenband.engine.movements.equations import Equation, Kind
from greenband.engine.movements.solve import huber_trust, solve, spread_veh


def count(target_veh, sd_veh, *terms, kind=Kind.COUNT):
    return Equation(kind=kind, terms=terms, sd_veh=sd_veh, target_veh=target_veh)


def test_two_counts_of_one_flow_are_averaged_by_their_variances():
    equations = [count(100.0, 3.0, (0, 1.0)), count(120.0, 4.0, (0, 1.0))]
    flows = solve(equations, np.zeros(1))
    assert flows[0] == pytest.approx((100 / 9 + 120 / 16) / (1 / 9 + 1 / 16))
    spread = spread_veh(equations, flows, np.ones(2), [[0]])
    assert spread[0] == pytest.approx((1 / 9 + 1 / 16) ** -0.5, rel=1e-6)


def test_a_sum_is_known_better_than_its_parts():
    # Their sum within 2, each alone only by a belief within 30: the difference keeps 30 sqrt(2), the sum has 2.
    equations = [count(100.0, 2.0, (0, 1.0), (1, 1.0))]
    equations += [count(50.0, 30.0, (k, 1.0), kind=Kind.BELIEF) for k in range(2)]
    flows = solve(equations, np.zeros(2))
    one, both = spread_veh(equations, flows, np.ones(3), [[0], [0, 1]])
    assert both == pytest.approx((1 / 4 + 1 / (2 * 900)) ** -0.5, rel=1e-4)
    assert one == pytest.approx(np.sqrt((both**2 + 2 * 900) / 4), rel=1e-4)


def test_a_flow_that_no_equation_holds_is_unknown():
    spread = spread_veh([count(10.0, 1.0, (0, 1.0))], np.array([10.0, 5.0]), np.ones(1), [[0], [1]])
    assert spread[0] < 1.01
    assert spread[1] > 1000


def test_huber_trust_falls_with_the_residual_of_counts_only():
    equations = [count(10.0, 1.0, (0, 1.0)), count(10.0, 1.0, (1, 1.0)), count(0.0, 1.0, (1, 1.0), kind=Kind.BELIEF)]
    np.testing.assert_allclose(huber_trust(equations, np.array([11.9, 18.0])), [1.0, 0.25, 1.0])
