"""The queue simulation against its slow twin on streets drawn at random, vehicle for vehicle.

The twin has every rule of the kernel. One is not met by the draws, so it is not compared: that two heads which want
each other's full lanes swap. Nor are the logs (legs, holds) compared. The twin shares with the product the tables that
say how long things take and which lanes a route may use (`streets`, `traffic`); what a lamp shows it reads from the
plan itself.
"""

from collections import Counter

import numpy as np
import pytest
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.model.lamps import switch
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import TICKS_PER_S, build_streets
from greenband.kernels.queue import simulate

from tests.engine.model.random_streets import random_network, random_plan, random_vehicles
from tests.engine.model.twin_run import ARRIVED, OUTSIDE, UNDER_WAY, simulate_tick_by_tick

SEEDS = range(12)
END_S = 150
EVERY_RULE = (
    "red", "drives", "gap taken", "yields with a lamp", "yields without a lamp", "yields in a box", "into a box",
    "box full", "spillback", "spillback to a box", "blocked by a pocket", "not the kerb lane", "change on the way",
    "onto a wrong lane", "change at the head", "no room to change lanes", "gate without room",
    "gate without gap",
)  # fmt: skip


@pytest.fixture(scope="module")
def worlds():
    """For each seed: vehicles and turns of the kernel, and the town of the twin."""
    found = []
    for seed in SEEDS:
        random = np.random.default_rng(seed)
        network = random_network(random)
        streets = build_streets(network, Behaviour())
        vehicles = random_vehicles(network, random, int(random.integers(60, 160)), 120)
        traffic = load(streets, vehicles, 0, END_S, seed=seed, counted_from_s=10.0)
        plan = random_plan(network, random)
        end = END_S * TICKS_PER_S
        fast = simulate(streets.tables, traffic.tables, switch(streets, plan, 0.0), end)
        found.append((*fast, simulate_tick_by_tick(streets, traffic, plan, end)))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_vehicle_fares_as_in_the_slow_twin(worlds, seed):
    vehicles, _, town = worlds[seed]
    assert vehicles["loss"].tolist() == pytest.approx([car.loss for car in town.cars], abs=1e-6)
    assert vehicles["stops"].tolist() == [car.stops for car in town.cars]
    assert vehicles["phase"].tolist() == [car.phase for car in town.cars]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_turn_is_booked_as_in_the_slow_twin(worlds, seed):
    _, turns, town = worlds[seed]
    assert turns["vehicles"].tolist() == town.turn_cars
    assert turns["delay"].tolist() == pytest.approx(town.turn_delay, abs=1e-6)


def test_every_rule_came_into_play(worlds):
    seen = sum((town.seen for _, _, town in worlds), Counter())
    assert {rule: seen[rule] for rule in EVERY_RULE if seen[rule] < 5} == {}
    phases = Counter(car.phase for _, _, town in worlds for car in town.cars)
    assert min(phases[phase] for phase in (OUTSIDE, UNDER_WAY, ARRIVED)) >= 1
