from itertools import combinations

import numpy as np
import pytest
from greenband.kernels.segments import best_segments


def misfit(flows, scale, ends):
    begin, total = 0, 0.0
    for end in ends:
        part = flows[begin:end]
        total += (((part - part.mean(axis=0)) ** 2) / scale).sum()
        begin = end
    return total


def by_trying_all(flows, scale, count, least):
    """The best cut, by looking at every one: slow, and too simple to be wrong."""
    bins = len(flows)
    cuts = [(*inner, bins) for inner in combinations(range(1, bins), count - 1)]
    fits = [c for c in cuts if min(np.diff((0, *c))) >= least]
    return min((misfit(flows, scale, c) for c in fits), default=np.inf)


@pytest.mark.parametrize("least", [1, 2, 3])
def test_the_best_cut_is_that_of_trying_all(least):
    rng = np.random.default_rng(least)
    for _ in range(10):
        flows, scale = rng.uniform(0, 100, (9, 2)), rng.uniform(1, 5, 2)
        found, ends = best_segments(flows, scale, 5, least)
        for count in range(1, 6):
            right = by_trying_all(flows, scale, count, least)
            assert found[count - 1] == pytest.approx(right)
            if np.isfinite(right):
                chosen = ends[count - 1, :count]
                assert misfit(flows, scale, chosen) == pytest.approx(right)
                assert min(np.diff((0, *chosen))) >= least


def test_a_day_of_three_levels_is_cut_where_they_change():
    flows = np.repeat([100.0, 900.0, 400.0], [6, 3, 15])[:, None]
    found, ends = best_segments(flows, np.array([500.0]), 6, 1)
    assert ends[2, :3].tolist() == [6, 9, 24]
    assert found[2] == pytest.approx(0.0, abs=1e-9)
    assert found[1] > 1.0
