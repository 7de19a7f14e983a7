"""What may vary in a running program, held to the programs of eight networks and of the bundled street."""

from pathlib import Path

import pytest
from greenband.engine.optimise.junction.skeleton import skeleton_of
from greenband.engine.optimise.junction.timings import plan_of, timings_of
from greenband.networks.plan import whole_ms
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import intervals, state_at

from tests.conftest import SCENARIOS, scenario_network
from tests.engine.optimise.made_up_junctions import junction

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"


@pytest.fixture(scope="module", params=[*SCENARIOS, "arterial"])
def network(request):
    return read_network(ARTERIAL if request.param == "arterial" else scenario_network(request.param))


def test_the_running_lengths_give_back_the_running_plan_lamp_for_lamp(network):
    for own in network.junctions:
        skeleton = skeleton_of(own)
        plan = skeleton.plan(skeleton.running_s, own.running.offset_s)
        assert plan.cycle_s == own.running.cycle_s
        for time_s in range(round(own.running.cycle_s)):
            shown = state_at(plan, own, plan.second_of_cycle(time_s))
            assert shown == state_at(own.running, own, own.running.second_of_cycle(time_s)), (own.id, time_s)


def test_running_plans_keep_their_own_limits(network):
    for own in network.junctions:
        skeleton = skeleton_of(own)
        for limit in skeleton.limits:
            held = sum(whole_ms(skeleton.running_s[k]) for k in limit.intervals)
            assert held >= whole_ms(limit.seconds), (own.id, limit)


def test_changes_of_stage_are_as_long_as_today_or_up_to_a_second_longer(network):
    for own in network.junctions:
        skeleton = skeleton_of(own)
        for fixed, today in zip(skeleton.fixed_s, skeleton.running_s, strict=True):
            if fixed is not None:
                assert today - 1e-9 <= fixed < today + 1


def test_a_plan_becomes_timings_and_comes_back(network):
    skeletons = {own.id: skeleton_of(own) for own in network.junctions}
    timings = timings_of(network.running_plan, skeletons)
    assert timings is not None
    assert plan_of(timings, skeletons, network.running_plan, "running") == network.running_plan


FOUR = [(20.0, "Gr"), (3.0, "yr"), (1.3, "rr"), (30.0, "rG"), (3.5, "ry"), (2.0, "rr")]


def test_only_greens_may_vary_and_changes_fill_whole_seconds():
    skeleton = skeleton_of(junction(FOUR, foes=frozenset({("0", "1")})))
    zero = skeleton.states.index("Gr")
    turned = [skeleton.fixed_s[(zero + k) % 6] for k in range(6)]
    assert turned == [None, 3.0, pytest.approx(2.0), None, 3.5, pytest.approx(2.5)]
    assert skeleton.lost_s == pytest.approx(11.0)


def test_a_plan_has_the_lengths_and_the_start_that_were_asked_for():
    own = junction(FOUR)
    skeleton = skeleton_of(own)
    lengths = [25.0 if length is None else length for length in skeleton.fixed_s]
    plan = skeleton.plan(lengths, 7)
    assert plan.cycle_s == pytest.approx(61.0)
    assert [part.length_s for part in intervals(plan, own)] == pytest.approx(lengths)
    assert state_at(plan, own, plan.second_of_cycle(7)) == skeleton.states[0]
    assert state_at(plan, own, plan.second_of_cycle(6.9)) == skeleton.states[-1]


def limits_of(states, **more):
    skeleton = skeleton_of(junction(states, **more))
    return {(tuple(skeleton.states[k] for k in limit.intervals), limit.seconds) for limit in skeleton.limits}


def test_a_green_of_two_intervals_has_its_shortest_green_over_both():
    states = [(10.0, "Grr"), (10.0, "GGr"), (3.0, "yyr"), (20.0, "rrG"), (3.0, "rry")]
    found = limits_of(states)
    assert (("Grr", "GGr"), 5.0) in found
    assert (("GGr",), 5.0) in found
    assert (("rrG",), 5.0) in found


def test_a_green_that_passes_the_end_of_the_cycle_is_one_green():
    # Second 0 is where lamp 2 turns green, amid the green of lamp 0.
    grr, grg, rest = (4.0, "Grr"), (6.0, "GrG"), [(3.0, "yrG"), (21.0, "rrG"), (3.0, "rry"), (9.0, "rGr"), (3.0, "ryr")]
    states = [grr, grg, *rest]
    assert skeleton_of(junction(states)).states[0] == "GrG"
    assert (("Grr", "GrG"), 5.0) in limits_of(states)


def test_pedestrians_that_clear_during_a_green_keep_their_clearance():
    # Lamp 1 is a crossing of the street that lamp 2 serves; its walk ends 12 s before that street's green.
    states = [(10.0, "GGr"), (9.0, "Grr"), (3.0, "yrr"), (20.0, "rrG"), (3.0, "rry")]
    found = limits_of(states, foes=frozenset({("0", "2"), ("1", "2")}), pedestrians=(1,))
    assert (("Grr", "yrr"), 12.0) in found
    assert (("GGr",), 7.0) in found


def test_groups_that_are_no_foes_ask_for_no_time_between_them():
    states = [(10.0, "GGr"), (9.0, "Grr"), (3.0, "yrr"), (20.0, "rrG"), (3.0, "rry")]
    found = limits_of(states, foes=frozenset({("0", "2")}), pedestrians=(1,))
    assert all(seconds != 12.0 for _, seconds in found)
