import numpy as np
import pytest
from greenband.benchmarks.random_plans import random_plan
from greenband.networks.sumo.net import read_network

from tests.conftest import scenario_network


@pytest.mark.parametrize("name", ["cologne1", "ingolstadt1"])
def test_random_plans_keep_yellows_and_minimum_greens(name):
    network = read_network(scenario_network(name))
    rng = np.random.default_rng(3)
    for _ in range(20):
        for junction in random_plan(network, rng).junctions:
            running = network.by_junction[junction.junction].running
            for group in junction.groups:
                old = running.by_group[group.group]
                assert [w.length_s for w in group.windows if w.display == "y"] == [
                    w.length_s for w in old.windows if w.display == "y"
                ]
                shortest = min([5.0, *(green.length_s for green in running.greens(group.group))])
                assert all(green.length_s >= shortest for green in junction.greens(group.group))


def test_random_plans_share_a_cycle_within_bounds_and_follow_the_seed():
    network = read_network(scenario_network("cologne8"))
    first, again = (random_plan(network, np.random.default_rng(5)) for _ in range(2))
    assert first == again
    assert len({plan.cycle_s for plan in first.junctions}) == 1
    assert 40 <= first.junctions[0].cycle_s <= 120
