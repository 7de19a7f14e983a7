"""What must hold whatever the rules of driving are: nobody is lost, nobody overtakes in a lane, no lane overflows, and
nobody drives on red. Random traffic on the bundled arterial: several lanes, permitted turns with waiting places within
the junctions, turning lanes, spillback and queues outside of the network."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.random_plans import random_plan
from greenband.engine.model.log import logged_run
from greenband.engine.model.queue_traffic import Vehicles, load
from greenband.engine.model.streets import TICKS_PER_S, build_streets
from greenband.kernels.queue import ARRIVED, NEVER, OUTSIDE, UNDER_WAY
from greenband.networks import lamps
from greenband.networks.sumo.net import read_network

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"
END_S = 900
SEEDS = range(3)


def random_walks(network, streets, random, count):
    """Routes from edges into which nothing leads, at every junction any way on."""
    entries = sorted(set(streets.edges) - {edge for _, edge in streets.turns} & set(network.turns))
    routes = []
    while len(routes) < count:
        route = [entries[random.integers(len(entries))]]
        while network.turns[route[-1]] and len(route) < 30:
            route.append(network.turns[route[-1]][random.integers(len(network.turns[route[-1]]))])
        if len(route) > 1:
            routes.append(tuple(route))
    return routes


@pytest.fixture(scope="module", params=SEEDS)
def world(request):
    random = np.random.default_rng(request.param)
    network = read_network(ARTERIAL)
    streets = build_streets(network)
    routes = random_walks(network, streets, random, 200)
    vehicles = Vehicles(
        depart_s=np.sort(random.uniform(0, 600, 2500)),
        route=random.integers(0, len(routes), 2500),
        routes=tuple(routes),
        space_m=random.choice([4.5, 7.5, 14.5], 2500, p=[0.1, 0.8, 0.1]),
    )
    plan = random_plan(network, random)
    traffic = load(streets, vehicles, 0, END_S, seed=request.param)
    return streets, traffic, plan, logged_run(streets, traffic, plan, END_S)


def by(rows, name):
    found = defaultdict(list)
    for row in rows:
        found[int(row[name])].append(row)
    return found


def edge_of(streets, lane):
    return int(np.searchsorted(streets.tables.edges["lane"], lane, side="right")) - 1


def test_there_is_something_to_compare(world):
    streets, _, _, log = world
    assert {OUTSIDE, UNDER_WAY, ARRIVED} <= set(log.vehicles["phase"].tolist())
    assert log.holds.size > 50
    in_boxes = streets.tables.lanes["way"][log.legs["lane"][log.legs["way"] >= 0]] >= 0
    assert in_boxes.sum() > 50


def test_every_vehicle_is_always_in_exactly_one_place(world):
    streets, traffic, _, log = world
    first_gate = streets.tables.lanes.size
    legs, places = by(log.legs, "vehicle"), traffic.tables.places
    assert sorted(legs) == list(range(log.vehicles.size))
    for vehicle, mine in legs.items():
        row = log.vehicles[vehicle]
        assert mine[0]["lane"] >= first_gate
        assert mine[0]["entry"] == row["depart"]
        assert all(before["left"] == after["entry"] for before, after in pairwise(mine))
        assert all(leg["lane"] < first_gate for leg in mine[1:])
        on_streets = [edge_of(streets, leg["lane"]) for leg in mine[1:] if streets.tables.lanes["way"][leg["lane"]] < 0]
        route = places["edge"][row["start"] :]
        assert on_streets == route[: len(on_streets)].tolist()
        still_there = mine[-1]["left"] == NEVER
        if row["phase"] == OUTSIDE:
            assert len(mine) == 1
            assert still_there
        elif not still_there:  # on the last edge of its route, or through
            assert places["turn"][row["start"] + len(on_streets)] < 0
        else:
            assert row["phase"] == UNDER_WAY


def test_nobody_overtakes_within_a_lane_or_passes_before_it_could_have_arrived(world):
    _, _, _, log = world
    for mine in by(log.legs, "lane").values():
        assert all(a["entry"] <= b["entry"] and a["arrival"] <= b["arrival"] for a, b in pairwise(mine))
        assert all(a["left"] < b["left"] or b["left"] == NEVER for a, b in pairwise(mine))
        assert all(leg["entry"] <= leg["arrival"] <= leg["left"] for leg in mine)


def test_no_lane_holds_more_than_fits(world):
    streets, _, _, log = world
    space = log.vehicles["space"]
    for lane, mine in by(log.legs, "lane").items():
        if lane >= streets.tables.lanes.size:
            continue
        room = max(streets.tables.lanes[lane]["length"], streets.tables.lanes[lane]["flowing"])
        steps = sorted(
            [(int(leg["entry"]), 1, int(space[leg["vehicle"]])) for leg in mine]
            + [(int(leg["left"]), 0, -int(space[leg["vehicle"]])) for leg in mine]
        )
        held = np.cumsum([step for _, _, step in steps])
        most = max(int(space[leg["vehicle"]]) for leg in mine)
        assert held.max() <= max(room + most // 2, most)


def test_nobody_drives_on_red(world):
    streets, _, plan, log = world
    extra = int(streets.tables.rules[0]["yellow_use"])
    checked = 0
    for leg in log.legs[log.legs["way"] >= 0]:
        way = streets.ways[leg["way"]]
        if way.group < 0 or leg["left"] == NEVER or streets.tables.lanes["way"][leg["lane"]] >= 0:
            continue
        junction, group = streets.groups[way.group]
        program = plan.by_junction[junction]
        cycle = round(program.cycle_s * TICKS_PER_S)
        assert any(
            (leg["left"] - round((program.offset_s + window.start_s) * TICKS_PER_S)) % cycle
            < round(window.length_s * TICKS_PER_S) + extra
            for window in program.by_group[group].windows
            if window.display in lamps.GREENS
        )
        checked += 1
    assert checked > 1000


def test_the_figures_of_vehicles_follow_from_what_they_did(world):
    _streets, _traffic, _, log = world
    for vehicle, mine in by(log.legs, "vehicle").items():
        row = log.vehicles[vehicle]
        if row["phase"] == OUTSIDE:
            assert row["loss"] == log.end - row["depart"]
        if row["phase"] != ARRIVED:
            continue
        passed = [leg for leg in mine if leg["way"] >= 0]
        assert row["stops"] == sum(leg["left"] > leg["arrival"] + 2 * TICKS_PER_S for leg in passed)
        waited = sum(int(leg["left"] - leg["arrival"]) for leg in mine)
        assert row["loss"] >= waited - 1e-6 - len(mine)  # ticks are whole: each lane rounds its travel time down
