from dataclasses import replace

import pytest
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets

from tests.engine.model.small_streets import junction_plan, network, plan, vehicles

RIGHT, LEFT = ("in", "short", "right"), ("in", "short", "left")


def two_lanes(short_m):
    """One lane leads onto the kerb lane of a street of two: right turns go on from there, left turns from the other."""
    turns = [("in", "short"), ("short", "right"), ("short", "left")]
    signals = {turns[1]: ("J", 0), turns[2]: ("J", 1)}
    net = network({"in": 200.0, "short": short_m, "right": 100.0, "left": 100.0}, turns, signals)
    kerb = net.edges["short"].lanes[0]
    short = replace(net.edges["short"], lanes=(kerb, replace(kerb, id="short_1", index=1)))
    ways = tuple(replace(way, from_lane=1) if way.to_edge == "left" else way for way in net.connections)
    return replace(net, edges=net.edges | {"short": short}, connections=ways)


def arrived_to_the_right(lefts, short_m=20.0, skip=0):
    # The left turn never gets green. Three vehicles of 7.5 m stand in its lane of 20 m, the last one half outside.
    streets = build_streets(two_lanes(short_m), Behaviour())
    routes = [RIGHT[skip:], LEFT[skip:]]
    traffic = vehicles([10.0 * k for k in range(lefts + 5)], routes, [1] * lefts + [0] * 5)
    lamps = junction_plan("J", 60, {"g0": (0, 30), "g1": (0, 30)})
    never = plan(replace(lamps, groups=(lamps.groups[0], replace(lamps.groups[1], windows=()))))
    found = estimate(streets, load(streets, traffic, 0, 600), never, 600)
    return lefts + 5 - found.unfinished - found.unserved


@pytest.mark.parametrize(("lefts", "arrived"), [(0, 5), (3, 5), (4, 0)])
def test_who_finds_no_room_to_change_lanes_on_a_short_street_blocks_those_behind(lefts, arrived):
    assert arrived_to_the_right(lefts) == arrived


def test_on_a_long_street_drivers_change_lanes_on_the_way():
    assert arrived_to_the_right(4, short_m=100.0) == 5


def test_a_queue_to_enter_one_lane_does_not_hold_up_those_bound_for_the_other():
    assert arrived_to_the_right(6, skip=1) == 5
