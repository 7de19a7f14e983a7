"""The least possible degree of saturation, against plans that are tried one by one and against closed forms."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from greenband.engine.optimise.junction.capacity import capacities, capacity_of
from greenband.networks.network import Connection, Network

from tests.engine.optimise.made_up_junctions import junction

STATES = [(20.0, "Gr"), (3.0, "yr"), (2.0, "rr"), (20.0, "rG"), (3.0, "ry"), (2.0, "rr")]


def way(link, lane=0, *, edge=None, to="out", direction="s"):
    return Connection(
        from_edge=edge or f"in{link}",
        from_lane=lane,
        to_edge=to,
        to_lane=0,
        direction=direction,
        signal="J",
        link=link,
    )


def streets(own, ways):
    return Network(path=Path("none"), edges={}, connections=tuple(ways), junctions=(own,), positions={})


def two_ways():
    own = junction(STATES, foes=frozenset({("0", "1")}))
    return own, streets(own, [way(0), way(1)])


def test_two_crossing_ways_share_the_cycle_less_its_intergreens():
    """Intergreens of 5 s each, 255 s at most: x = (q1 + q2) / s / (1 - 10 / 255)."""
    own, net = two_ways()
    found = capacity_of(net, own, {("in0", "out"): 600.0, ("in1", "out"): 450.0})
    assert found.least_saturation == pytest.approx(1050 / 1800 / (1 - 10 / 255))
    assert not found.is_overloaded


def test_twice_the_capacity_is_said_to_be_so_with_the_movements_that_cause_it():
    own = junction([(20.0, "Grr"), (5.0, "rrr"), (20.0, "rGr"), (5.0, "rrr"), (20.0, "rrG"), (5.0, "rrr")],
                   foes=frozenset({("0", "1")}))  # fmt: skip
    net = streets(own, [way(0), way(1), way(2)])
    flows = {("in0", "out"): 1800.0, ("in1", "out"): 1800 - 2 * 1800 * 10 / 255, ("in2", "out"): 900.0}
    (found,) = capacities(net, flows)
    assert found.least_saturation == pytest.approx(2.0)
    assert found.is_overloaded
    assert {turn for turn, _ in found.causes} == {("in0", "out"), ("in1", "out")}  # the third crosses nobody


def test_no_plan_that_is_tried_has_less_and_the_best_comes_close():
    """Three ways, each crossing the others: every whole second of three greens in 255 s."""
    states = [(20.0, "Grr"), (4.0, "rrr"), (20.0, "rGr"), (4.0, "rrr"), (20.0, "rrG"), (4.0, "rrr")]
    own = junction(states, foes=frozenset({("0", "1"), ("1", "2"), ("0", "2")}))
    net = streets(own, [way(k) for k in range(3)])
    flows = {("in0", "out"): 700.0, ("in1", "out"): 300.0, ("in2", "out"): 500.0}
    bound = capacity_of(net, own, flows).least_saturation
    spare = 255 - 12
    tried = (
        max(q * 255 / (1800 * g) for q, g in zip(flows.values(), (a, b, spare - a - b), strict=True))
        for a, b in product(range(1, spare, 2), repeat=2)
        if a + b < spare
    )
    assert bound <= min(tried) <= 1.01 * bound


def test_five_ways_in_a_ring_of_conflicts_need_more_than_any_two_neighbours():
    """No two neighbours go together: at most two of five at once, so x = 5 / 2 y, where pairs alone would say 2 y."""
    stages = [(10.0, "".join("G" if k == place else "r" for k in range(5))) for place in range(5)]
    ring = frozenset((str(k), str((k + 1) % 5)) for k in range(5))
    own = replace(junction(stages, foes=ring), intergreen_s={})
    net = streets(own, [way(k) for k in range(5)])
    found = capacity_of(net, own, {(f"in{k}", "out"): 600.0 for k in range(5)})
    assert found.least_saturation == pytest.approx(2.5 * 600 / 1800)
    assert len(found.causes) == 5


def test_who_yields_in_the_others_green_today_does_not_count_as_a_conflict():
    own = junction([(30.0, "Gg"), (5.0, "yy"), (25.0, "rr")], foes=frozenset({("0", "1")}))
    net = streets(own, [way(0), way(1)])
    found = capacity_of(net, own, {("in0", "out"): 900.0, ("in1", "out"): 900.0})
    assert found.least_saturation == pytest.approx(0.5)


def test_drivers_spread_over_the_lanes_they_may_use():
    """Straight on from two lanes of which one is shared with a turn of 1,600 veh/h a lane."""
    own = junction([(30.0, "GG"), (30.0, "rr")])
    net = streets(own, [
        way(0, 0, edge="in", to="ahead"), way(0, 1, edge="in", to="ahead"),
        way(1, 1, edge="in", to="left", direction="l"),
    ])  # fmt: skip
    found = capacity_of(net, own, {("in", "ahead"): 1800.0, ("in", "left"): 400.0})
    assert found.least_saturation == pytest.approx((1800 / 1800 + 400 / 1600) / 2)


def test_a_junction_without_traffic_has_nothing_to_tell():
    own, net = two_ways()
    assert capacity_of(net, own, {}) is None
    assert capacities(net, {("elsewhere", "out"): 100.0}) == ()
