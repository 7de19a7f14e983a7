import numpy as np
import pytest
from greenband.engine.forecast.lag_priors import COEFFICIENTS, belief_of
from greenband.engine.forecast.learning import Belief, Prior, Regression

PRIOR = Prior(ridge=1.0, pool=10.0, block_pool=10.0, half_life=1000.0, huber=5.0)
BLOCK = np.zeros(200, dtype=np.int64)


def lesson(slope, seed, count=200):
    features = np.random.default_rng(seed).standard_normal((2, count, 2)).astype(np.float32)
    return features, (features @ np.array(slope)).astype(np.float32), np.ones((2, count), dtype=np.float32)


def test_a_belief_is_told_before_anything_is_seen_and_gives_way_to_what_is():
    belief = Belief(coefficients=np.array([0.5, -0.5]), squares=np.ones(2), observations=400.0)
    regression = Regression(2, 1, 2, PRIOR, belief)
    features, targets, importance = lesson([2.0, 1.0], 0)
    first = regression.step(features, targets, importance, BLOCK)
    np.testing.assert_allclose(first, features @ np.array([0.5, -0.5]), atol=0.02)
    for seed in range(1, 40):
        features, targets, importance = lesson([2.0, 1.0], seed)
        last = regression.step(features, targets, importance, BLOCK)
    np.testing.assert_allclose(last, targets, atol=0.2)


@pytest.mark.parametrize(("day_bins", "horizon"), COEFFICIENTS)
def test_a_deviation_is_believed_to_carry_on_by_less_than_itself(day_bins, horizon):
    belief = belief_of(day_bins, horizon)
    assert belief.coefficients.size == belief.squares.size == 20
    assert (belief.squares > 0).all()
    residual = 3.0  # every bin and every series by three spreads above what is usual, for a day
    hour = day_bins / 24
    scale = [np.sqrt(max(memory * hour, 1.0)) for memory in (1.0, 3.0, 24.0)]
    ratios = [residual * np.sqrt(horizon)] * 3
    lags, fading = [residual] * 4, [residual * k for k in scale]
    x = [*lags, *fading, *ratios, 0, 0, 0, 0, 0, residual, residual * scale[1], 1, 1, 0]
    told = float(np.dot(x, belief.coefficients))
    assert 0.0 < told < 1.2 * residual * np.sqrt(horizon)


def test_lengths_of_bins_without_a_belief_have_none():
    assert belief_of(288, 3) is None
