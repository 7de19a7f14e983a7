"""Offsets refer to the main movement ahead, chosen by flow where flows are known, never to a turn beside it."""

import pytest
from greenband.networks.junction import Movement, SignalGroup
from greenband.networks.main_through import greens_of, main_through, turned_to, ways_in_words, with_main_through
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import state_at

from tests.conftest import scenario_network


def group(name: str, **more) -> SignalGroup:
    return SignalGroup(id=name, kind="vehicle", links=(0,), from_edges=(), **more)


def way(name: str, origin: str, target: str, direction: str, lanes: int = 1) -> Movement:
    return Movement(
        from_edge=origin,
        to_edge=target,
        direction=direction,
        lanes=tuple(f"{origin}_{k}" for k in range(lanes)),
        groups=(name,),
    )


GROUPS = (group("g0"), group("g1"), group("g2"))
WAYS = (way("g0", "S", "W", "l"), way("g1", "W", "E", "s", lanes=2), way("g2", "E", "W", "s", lanes=2))
GREENS = {"g0": 50.0, "g1": 30.0, "g2": 30.0}


def test_a_turn_never_leads_while_a_way_ahead_exists_however_long_its_green():
    assert main_through(GROUPS, WAYS, GREENS) == "g1"


def test_the_heavier_of_two_ways_ahead_leads():
    flows = {("S", "W"): 900.0, ("W", "E"): 300.0, ("E", "W"): 500.0}
    assert main_through(GROUPS, WAYS, GREENS, flows) == "g2"


def test_a_way_ahead_that_nobody_takes_does_not_lead():
    assert main_through(GROUPS, WAYS, GREENS, {("S", "W"): 900.0, ("W", "E"): 0.0}) == "g0"


def test_where_all_turn_the_heaviest_leads():
    turns = (way("g0", "S", "W", "l"), way("g1", "S", "E", "r"))
    assert main_through(GROUPS[:2], turns, GREENS, {("S", "W"): 90.0, ("S", "E"): 200.0}) == "g1"


def test_trams_and_groups_that_are_never_or_always_green_do_not_lead():
    trams = (group("g0", rail=True), group("g1"))
    ways = (way("g0", "W", "E", "s", lanes=3), way("g1", "E", "W", "s"))
    assert main_through(trams, ways, GREENS) == "g1"
    assert main_through(GROUPS, WAYS, {"g0": 50.0}) == "g0"
    assert main_through(GROUPS, WAYS, {}) is None


@pytest.mark.parametrize("name", ["cologne3", "ingolstadt7", "ingolstadt21"])
def test_no_running_plan_of_a_real_street_refers_to_a_turn_beside_a_way_ahead(name):
    for junction in read_network(scenario_network(name)).junctions:
        ahead = {g for way in junction.movements if way.direction == "s" for g in way.groups}
        may = ahead & set(greens_of(junction.running))
        assert not may or junction.running.coordinated in may, junction.id


def test_the_lamps_stay_as_they_are_at_every_second_of_the_day():
    network = read_network(scenario_network("cologne3"))
    flows = {
        (m.from_edge, m.to_edge): float(k * 37 % 101) for j in network.junctions for k, m in enumerate(j.movements)
    }
    turned = with_main_through(network, flows)
    moved = 0
    for before, after in zip(network.junctions, turned.junctions, strict=True):
        moved += before.running != after.running
        for second in range(2 * round(before.running.cycle_s)):
            shown = (
                state_of(before, before.running, second),
                state_of(after, after.running, second),
            )
            assert shown[0] == shown[1]
    assert moved


def state_of(junction, plan, second: int) -> str:
    return state_at(plan, junction, (second - plan.offset_s) % plan.cycle_s)


def test_second_zero_is_the_start_of_the_leading_green():
    network = read_network(scenario_network("cologne3"))
    assert network.junctions
    for junction in network.junctions:
        for name in greens_of(junction.running):
            turned = turned_to(junction.running, name)
            assert turned.coordinated == name
            shown = next(one for one in turned.groups if one.group == name)
            assert 0.0 in [green.start_s for green in shown.greens(turned.cycle_s)]


def test_a_group_is_named_by_its_ways_the_one_ahead_first():
    junction = read_network(scenario_network("cologne3")).junctions[0]
    words = ways_in_words(junction, junction.running.coordinated)
    origin, _, target = words.split(", ")[0].partition(" → ")
    (first,) = [m for m in junction.movements if (m.from_edge, m.to_edge) == (origin, target)]
    assert first.direction == "s"
    assert ways_in_words(junction, "nobody") == ""
