"""Elimination of one signal against a search over all its offsets."""

from itertools import product

import numpy as np
import pytest
from greenband.kernels.min_plus import eliminate_one

CYCLE = 5


def factor(members, seed):
    """A cost of the offsets around, named by their places, and of the signal's own: only differences count."""
    table = np.random.default_rng(seed).random((CYCLE,) * len(members))
    return members, table


def cost(one, offsets, own):
    members, table = one
    first = offsets[members[0]]
    return table[(*((offsets[m] - first) % CYCLE for m in members[1:]), (own - first) % CYCLE)]


@pytest.mark.parametrize(
    "around", [[(0,)], [(0,), (1,)], [(1, 0), (0,)], [(2, 0), (1,), (2, 1, 0)], [(0,), (3,), (1, 2)]]
)
def test_the_least_over_the_own_offset_is_found_for_all_offsets_around(around):
    width = 1 + max(max(members) for members in around)
    factors = [factor(members, seed) for seed, members in enumerate(around)]
    members = np.full((len(factors), width), -1)
    for row, (places, _) in zip(members, factors, strict=True):
        row[: len(places)] = places
    least, choice = eliminate_one(
        np.concatenate([table.ravel() for _, table in factors]),
        np.cumsum([0, *(table.size for _, table in factors)])[:-1],
        members,
        np.array([len(places) for places, _ in factors]),
        width,
        CYCLE,
    )
    assert least.size == choice.size == CYCLE ** (width - 1)
    for place, others in enumerate(product(range(CYCLE), repeat=width - 1)):
        of_own = [sum(cost(one, (0, *others), own) for one in factors) for own in range(CYCLE)]
        assert least[place] == pytest.approx(min(of_own))
        assert choice[place] == int(np.argmin(of_own))
