from itertools import pairwise

import pytest
from greenband.benchmarks.growth.command import measured
from greenband.benchmarks.growth.growth_grid import FLOW_VEH_H, make_grid, through_traffic
from greenband.networks.sumo.net import read_network


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return read_network(make_grid(3, tmp_path_factory.mktemp("grid")))


def test_traffic_crosses_the_grid_evenly_and_every_fourth_vehicle_turns(grid):
    vehicles = through_traffic(grid, 3600, 1)
    assert len(grid.junctions) == 9
    assert len(vehicles) == 12 * FLOW_VEH_H
    turns = {(c.from_edge, c.to_edge): c.direction.lower() for c in grid.connections}
    turned = [sum(turns[pair] != "s" for pair in pairwise(route)) for route in vehicles.routes]
    assert max(turned) == 1
    share = sum(turned[route] for route in vehicles.route) / len(vehicles)
    assert share == pytest.approx(0.25, abs=0.03)
    entered = {edge for _, edge in turns}
    assert all(route[0] not in entered and route[-1] not in grid.turns.keys() - entered for route in vehicles.routes)
    assert all(not grid.turns[route[-1]] for route in vehicles.routes)


def test_figures_of_a_small_grid():
    found = measured(2, 1)
    assert (found["junctions"], found["edges"], found["vehicles"]) == (4, 8 + 16, 8 * FLOW_VEH_H)
    # Everybody passes two signals but those who turn at once (an eighth of all) and who are still under way at the end.
    assert found["passes"] == pytest.approx(2 * found["vehicles"], rel=0.15)
    # Both are told rounded: the plan to 0.01 ms, a pass to 1 ns.
    assert found["pass_ns"] == pytest.approx(found["plan_ms"] * 1e6 / found["passes"], abs=0.6 + 5e3 / found["passes"])
    assert 50 < found["peak_mib"] < 1024
