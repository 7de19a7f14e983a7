"""The forecast's bounds for a sum of detectors."""

import numpy as np
import pytest
from greenband.engine.report.from_counts import sum_spread


def test_bounds_of_a_sum_hold_eight_days_of_ten_in_a_simulation_of_many_days():
    # 40 detectors of 100 vehicles: each strays by 10 on its own, and the day's level moves all by 8 % (normal).
    chance = np.random.default_rng(1)
    days = 20_000
    level = chance.normal(1.0, 0.08, (days, 1))
    each = 100 * level + chance.normal(0.0, 10.0, (days, 40))
    mean, q10 = np.full((40, 1), 100.0), np.quantile(each, 0.1, axis=0)[:, None]
    low = 4000 - sum_spread(mean, q10, 1.0 - float(np.quantile(level, 0.1)))[0]
    assert np.mean(each.sum(axis=1) < low) == pytest.approx(0.1, abs=0.02)


def test_one_detector_keeps_its_own_bound():
    assert sum_spread(np.array([[50.0]]), np.array([[44.0]]), 0.5) == pytest.approx([6.0])
