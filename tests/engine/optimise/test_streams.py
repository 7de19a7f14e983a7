"""Lanes and their loads, held to a linear program, and what a lamp lets through."""

from collections import defaultdict
from math import exp

import numpy as np
import pytest
from greenband.engine.optimise.junction.skeleton import skeleton_of
from greenband.engine.optimise.junction.streams import split_over_lanes, streams_of
from greenband.networks.junction import Movement
from scipy.optimize import linprog

from tests.engine.optimise.made_up_junctions import junction


def movement(to_edge, lanes, *, from_edge="in", direction="s", groups=("0",)):
    return Movement(
        from_edge=from_edge,
        to_edge=to_edge,
        direction=direction,
        lanes=tuple(f"{from_edge}_{lane}" for lane in lanes),
        groups=groups,
    )


def least_greatest_load(movements, flow):
    """The load of the fullest lane when the flows are spread as well as can be: min-max by linear programming."""
    lanes = sorted({lane for m in movements for lane in m.lanes})
    parts = [(m.to_edge, lane) for m in movements for lane in m.lanes]
    count = len(parts)
    above = np.zeros((len(lanes), count + 1))
    for k, (_, lane) in enumerate(parts):
        above[lanes.index(lane), k] = 1
    above[:, count] = -1
    equal = np.array([[float(to == m.to_edge) for to, _ in parts] + [0.0] for m in movements])
    found = linprog(
        [0.0] * count + [1.0],
        A_ub=above,
        b_ub=np.zeros(len(lanes)),
        A_eq=equal,
        b_eq=[flow[("in", m.to_edge)] for m in movements],
    )
    return found.fun


APPROACHES = {
    "one lane for all": [("left", [0]), ("ahead", [0]), ("right", [0])],
    "a lane for each": [("left", [2]), ("ahead", [1]), ("right", [0])],
    "two lanes, both shared": [("left", [1]), ("ahead", [0, 1]), ("right", [0])],
    "three lanes ahead": [("left", [2]), ("ahead", [0, 1, 2]), ("right", [0])],
    "a chain of shared lanes": [("left", [2, 3]), ("ahead", [1, 2]), ("right", [0, 1])],
}


@pytest.mark.parametrize("lanes", APPROACHES.values(), ids=APPROACHES)
@pytest.mark.parametrize("seed", range(4))
def test_lanes_are_levelled_as_well_as_a_linear_program_can(lanes, seed):
    movements = [movement(to, places) for to, places in lanes]
    generator = np.random.default_rng(seed)
    flow = {("in", to): float(generator.integers(1, 900)) for to, _ in lanes}
    by_lane = split_over_lanes(movements, flow)
    made = defaultdict(float)
    for lane, turns in by_lane.items():
        for turn, part in turns.items():
            assert part > 0
            assert lane in next(m.lanes for m in movements if m.to_edge == turn[1])
            made[turn] += part
    assert made == pytest.approx(flow)
    fullest = max(sum(turns.values()) for turns in by_lane.values())
    assert fullest == pytest.approx(least_greatest_load(movements, flow), rel=0.01)


def test_lanes_without_flow_are_no_streams():
    movements = (movement("ahead", [0]), movement("left", [1]))
    own = junction([(20.0, "G"), (3.0, "y"), (20.0, "r")], movements=movements)
    (only,) = streams_of(skeleton_of(own), {("in", "ahead"): 300.0})
    assert (only.lane, only.flow_veh_h, only.turns) == ("in_0", 300.0, ((("in", "ahead"), 300.0),))


# Lamp 0 goes ahead, lamp 1 turns left against lamp 2: permitted at first, protected later.
LEFT_TURN = [(20.0, "GgG"), (3.0, "yyy"), (2.0, "rrr"), (10.0, "rGr"), (3.0, "ryr"), (2.0, "rrr")]


def left_turn(opposing_veh_h, left_veh_h=120.0):
    movements = (
        movement("ahead", [0], groups=("0",)),
        movement("left", [1], direction="l", groups=("1",)),
        movement("back", [0], from_edge="against", groups=("2",)),
    )
    own = junction(LEFT_TURN, movements=movements, foes=frozenset({("1", "2")}))
    skeleton = skeleton_of(own)
    flow = {("in", "ahead"): 600.0, ("in", "left"): left_veh_h, ("against", "back"): opposing_veh_h}
    by_lane = {stream.lane: stream for stream in streams_of(skeleton, flow)}
    return skeleton, by_lane


def test_a_protected_lane_is_served_in_full_in_its_greens_and_not_at_all_in_others():
    skeleton, by_lane = left_turn(500.0)
    ahead = by_lane["in_0"]
    assert [weight for weight, state in zip(ahead.weights, skeleton.states, strict=True) if state[0] == "G"] == [10]
    assert sum(ahead.weights) == 10
    assert ahead.bonus_tenths == 0


def test_a_turn_that_yields_gets_what_gaps_let_through_and_the_ends_of_its_greens():
    """Gaps of 4.5 s with follow-ups of 2.5 s in 500 veh/h that pass in 45 % of the time, added up gap by gap."""
    rate = 500 / 0.45 / 3600
    # A gap of 4.5 + 2.5 n seconds or more lets through one vehicle more than one of 2.5 s less.
    per_second = rate * sum(exp(-rate * (4.5 + 2.5 * n)) for n in range(400))
    skeleton, by_lane = left_turn(500.0)
    left = by_lane["in_1"]
    weight = dict(zip(skeleton.states, left.weights, strict=True))
    assert weight["GgG"] == round(10 * per_second * 3600 / 1600)
    assert weight["rGr"] == 10
    assert left.bonus_tenths == 40


def test_a_turn_that_yields_to_nobody_is_served_in_full():
    skeleton, by_lane = left_turn(0.0)
    assert dict(zip(skeleton.states, by_lane["in_1"].weights, strict=True))["GgG"] == 10
    assert by_lane["in_1"].bonus_tenths == 0


def test_more_opposing_flow_never_lets_more_through():
    weights = []
    for opposing in range(100, 1600, 100):
        skeleton, by_lane = left_turn(float(opposing))
        weights.append(dict(zip(skeleton.states, by_lane["in_1"].weights, strict=True))["GgG"])
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[-1]


def test_a_shared_lane_takes_the_mean_headway_of_its_turns():
    movements = (movement("ahead", [0]), movement("right", [0], direction="r"))
    own = junction([(20.0, "G"), (3.0, "y"), (20.0, "r")], movements=movements)
    (only,) = streams_of(skeleton_of(own), {("in", "ahead"): 300.0, ("in", "right"): 100.0})
    headway_s = (300 * 3600 / 1800 + 100 * 3600 / 1600) / 400
    assert only.saturation_veh_h == pytest.approx(3600 / headway_s)
