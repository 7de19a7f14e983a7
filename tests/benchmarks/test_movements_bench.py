import numpy as np
import pytest
from greenband.benchmarks.movements.movements_bench import figures
from greenband.benchmarks.movements.movements_truth import Truth
from greenband.networks.demand import Demand, TurnFlow


def demand(flows, low=0.8, high=1.2):
    turns = tuple(
        TurnFlow(from_edge=a, to_edge=b, flow_veh_h=(v,), q10_veh_h=(low * v,), q90_veh_h=(high * v,))
        for (a, b), v in flows.items()
    )
    return Demand(begin_s=0, end_s=3600, interval_s=3600, turns=turns, sources=(), sinks=())


def test_errors_and_coverage_by_hand():
    truth = Truth(
        turns=(("a", "b"), ("a", "c")),
        history=np.array([[200.0, 220.0], [40.0, 60.0]]),
        coming=np.array([[210.0, 300.0], [50.0, 50.0]]),
        ordinary=np.array([200.0, 50.0]),
        wanted=np.array([200.0, 80.0]),
        hours=1.0,
    )
    # Evenly from 200 to 300 and 40 to 50: 80 of 100 lie between 210 and 290 (half a vehicle more), and 41 and 49.
    drawn = [demand({("a", "b"): 200.0 + k, ("a", "c"): 40.0 + k / 10}) for k in range(101)]
    found = figures("x", demand({("a", "b"): 210.0, ("a", "c"): 40.0}), drawn, truth, 1.0)
    assert found.ordinary == pytest.approx((20 / 250, 10 / 50))
    assert found.coming == pytest.approx(((10 / 260 + 100 / 350) / 2, 10 / 50))
    # 168 to 252 and 32 to 48: the first of the first turn's two days only.
    assert found.covered == 0.25
    assert found.covered_ordinary == 0.5
    # 250 of 260: shares are 218.4 and 41.6 against 210 and 50.
    assert found.shares == pytest.approx((16.8 / 260, 8.4 / 50))
    assert found.wanted == pytest.approx((50 / 280, 40 / 80))
    history = np.array([210.0, 50.0]) * 250 / 260
    assert found.ordinary_floor == pytest.approx((abs(history - [200, 50]).sum() / 250, abs(history[1] - 50) / 50))
    assert found.covered_drawn == 0.25  # the 210 alone
