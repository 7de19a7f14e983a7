import numpy as np
import pytest
from greenband.engine.model.queue_intervals import covered, mean_and_most


def random_intervals(seed):
    random = np.random.default_rng(seed)
    since = random.integers(-20, 120, 60)
    return random.integers(0, 4, 60), since, since + random.integers(-3, 40, 60), random.integers(1, 5, 60)


@pytest.mark.parametrize("seed", range(5))
def test_mean_and_most_agree_with_counting_tick_by_tick(seed):
    key, since, until, weight = random_intervals(seed)
    mean, most = mean_and_most(key, since, until, weight, 5, (10, 100))
    for kind in range(5):
        levels = [weight[(key == kind) & (since <= tick) & (tick < until)].sum() for tick in range(10, 100)]
        assert mean[kind] == pytest.approx(np.mean(levels))
        assert most[kind] == max(levels)


@pytest.mark.parametrize("seed", range(5))
def test_covered_agrees_with_counting_tick_by_tick(seed):
    key, since, until, _ = random_intervals(seed)
    found = covered(key, since, until, 5, (10, 100))
    for kind in range(5):
        assert found[kind] == sum(((key == kind) & (since <= tick) & (tick < until)).any() for tick in range(10, 100))


def test_nothing_stands_where_there_are_no_intervals():
    none = np.zeros(0, dtype=np.int64)
    assert covered(none, none, none, 2, (0, 10)).tolist() == [0, 0]
    assert [values.tolist() for values in mean_and_most(none, none, none, none, 2, (0, 10))] == [[0, 0], [0, 0]]
