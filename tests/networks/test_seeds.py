"""No two steps draw traffic with one seed, so that none has seen the traffic on which a later one judges."""

from itertools import combinations

import pytest
from greenband.engine.optimise.rounds import round_seeds
from greenband.engine.validate.trial import validation_seeds
from greenband.networks.seeds import ESTIMATE_SEEDS, OF_STEP, ROUND_SEEDS, VALIDATION_SEEDS


def shared(of_step):
    """Return the pairs of steps that share a seed."""
    return [(a, b) for a, b in combinations(of_step, 2) if set(of_step[a]) & set(of_step[b])]


def test_no_two_steps_share_a_seed():
    assert shared(OF_STEP) == []
    assert all(len(set(seeds)) == len(seeds) for seeds in OF_STEP.values())


@pytest.mark.parametrize(("step", "seed"), [("climb", 2001), ("further rounds", 1099), ("estimate", 4003)])
def test_a_planted_overlap_is_found(step, seed):
    assert len(shared({**OF_STEP, step: (*OF_STEP[step], seed)})) == 1


def test_the_seeds_are_those_that_earlier_plans_were_made_with():
    """Written out, so that no rearrangement changes a plan."""
    assert {step: (seeds[0], seeds[-1]) for step, seeds in OF_STEP.items()} == {
        "validation": (100, 1099),
        "race": (2001, 2004),
        "refinement": (2011, 2012),
        "final of actuated plans": (2021, 2024),
        "climb": (2031, 2033),
        "final": (2041, 2052),
        "proof": (2053, 2112),
        "estimate": (3001, 4000),
        "other demand": (4001, 4003),
        "other days": (4011, 4013),
        "present": (4021, 4023),
        "further rounds": (5000, 9999),
    }


def test_steps_that_take_part_of_their_seeds_stay_within_them():
    assert validation_seeds(3, after=10) == (110, 111, 112)
    assert set(validation_seeds(1000)) == set(VALIDATION_SEEDS)
    assert {seed for number in range(250) for seed in round_seeds(number, 20)} == set(ROUND_SEEDS)
    assert tuple(ESTIMATE_SEEDS[:3]) == (3001, 3002, 3003)
