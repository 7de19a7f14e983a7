"""Walks grow into the time that only pedestrians notice, on the bundled arterial."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.check.check import check
from greenband.engine.optimise.junction.skeleton import skeleton_of
from greenband.engine.optimise.junction.timings import keeps_limits, plan_of, timings_of
from greenband.engine.optimise.junction.walks import with_long_walks
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import state_at

NETWORK = read_network(Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml")
SKELETONS = {junction.id: skeleton_of(junction) for junction in NETWORK.junctions}


def shortest_walks():
    """The running plan with every walk cut to its least, in favour of the clearance after it."""
    timings = timings_of(NETWORK.running_plan, SKELETONS)
    for junction, skeleton in SKELETONS.items():
        for k in skeleton.free:
            while True:
                after = (k + 1) % len(skeleton.states)
                lengths = list(timings[junction].lengths_s)
                lengths[k] -= 1
                lengths[after] += 1
                shorter = replace(timings[junction], lengths_s=tuple(lengths))
                vehicles = [g.links[0] for g in skeleton.junction.groups if g.kind == "vehicle"]
                same = all(skeleton.states[k][link] == skeleton.states[after][link] for link in vehicles)
                if not (same and after in skeleton.free and keeps_limits(skeleton, shorter)):
                    break
                timings[junction] = shorter
    return plan_of(timings, SKELETONS, NETWORK.running_plan, "short walks")


def walks_s(plan):
    return {
        (junction.id, group.id): sum(green.length_s for green in plan.by_junction[junction.id].greens(group.id))
        for junction in NETWORK.junctions
        for group in junction.groups
        if group.kind == "pedestrian"
    }


def test_walks_get_back_what_was_cut_and_the_check_still_passes():
    short = shortest_walks()
    long = with_long_walks(short, SKELETONS)
    before, after, today = walks_s(short), walks_s(long), walks_s(NETWORK.running_plan)
    assert sum(before.values()) < 0.7 * sum(today.values())
    assert all(after[walk] >= today[walk] for walk in today)
    assert not [finding for finding in check(long, NETWORK) if finding.is_error]


@pytest.mark.parametrize("junction", NETWORK.junctions, ids=lambda junction: junction.id)
def test_vehicles_see_the_same_every_second(junction):
    short = shortest_walks()
    plans = [plan.by_junction[junction.id] for plan in (short, with_long_walks(short, SKELETONS))]
    vehicles = [link for group in junction.groups if group.kind != "pedestrian" for link in group.links]
    for time_s in range(int(plans[0].cycle_s)):
        states = [state_at(plan, junction, plan.second_of_cycle(time_s)) for plan in plans]
        assert [states[0][link] for link in vehicles] == [states[1][link] for link in vehicles]
