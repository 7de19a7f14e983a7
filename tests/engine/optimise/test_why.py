"""Why a plan is as it is, at junctions small enough to know: Webster's formulas, and limits put there by hand."""

from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.optimise.junction.sequence_options import SequenceOption
from greenband.engine.optimise.junction.skeleton import AtLeast, skeleton_of
from greenband.engine.optimise.junction.splits import best_splits, saturation_of
from greenband.engine.optimise.junction.timings import Timing
from greenband.engine.optimise.why.binding import stages_of
from greenband.engine.optimise.why.why import junction_why

from tests.engine.optimise.made_up_junctions import junction, stages, stream


def two(flows, limits=(), pedestrians=()):
    """Two stages of 30 s, each with a lane of its own; all-red and yellow take 10 s of the 70."""
    skeleton = stages(2, limits=limits)
    lanes = tuple(
        stream(f"lane{k}", tuple(10 if place == 3 * k else 0 for place in range(6)), flow)
        for k, flow in enumerate(flows)
    )
    if pedestrians:
        groups = tuple(
            replace(group, kind="pedestrian") if group.id in pedestrians else group
            for group in skeleton.junction.groups
        )
        skeleton = replace(skeleton, junction=replace(skeleton.junction, groups=groups))
    return SequenceOption(skeleton=skeleton, streams=lanes)


def plan(first_s, second_s):
    return Timing(lengths_s=(float(first_s), 3.0, 2.0, float(second_s), 3.0, 2.0), start_s=0.0)


def why(option, timing, others=()):
    return junction_why(option, timing.lengths_s, (option, *others), 1.0)


def brute_force(option, cycle_s, least=(1, 1)):
    """The least delay of all splits in whole seconds: uniform plus incremental delay, written out once more."""

    def delay_s(flow_veh_h, green_s):
        u, x = green_s / cycle_s, flow_veh_h * cycle_s / (1800 * green_s)
        uniform = 0.5 * cycle_s * (1 - u) ** 2 / (1 - min(1.0, x) * u)
        capacity = 1800 * u
        return uniform + 900 * ((x - 1) + np.sqrt((x - 1) ** 2 + 8 * 0.5 * x / capacity))

    spare = cycle_s - 10
    flows = [lane.flow_veh_h for lane in option.streams]
    found = {
        g: sum(q * delay_s(q, green) for q, green in zip(flows, (g, spare - g), strict=True)) / sum(flows)
        for g in range(least[0], spare - least[1] + 1)
    }
    return min(found.values())


def test_splits_of_a_junction_alone_are_the_best_that_trying_all_finds():
    option = two((700.0, 500.0))
    found = why(option, plan(30, 30))
    assert found.best_delay_s == pytest.approx(brute_force(option, 70), rel=1e-3)
    assert found.proven
    assert found.bound_s <= found.best_delay_s <= found.delay_s
    assert found.gap == pytest.approx(1 - found.bound_s / found.delay_s)


def test_with_twice_the_demand_that_can_pass_there_is_still_the_plan_that_limits_the_harm():
    """Each lane wants a whole lane's capacity: x > 1 whatever the splits, and the least delay is found all the same."""
    option = two((1800.0, 1500.0))
    found = why(option, plan(30, 30))
    assert found.best_delay_s == pytest.approx(brute_force(option, 70), rel=1e-3)
    assert found.proven
    assert all(stage.saturation > 1 for stage in found.stages)


def test_a_cycle_ten_seconds_longer_or_shorter_buys_what_trying_all_says():
    option = two((700.0, 500.0))
    found = why(option, plan(35, 25)).cycles
    assert [change.cycle_s for change in found] == [60, 80]
    now_s = brute_force(option, 70)
    assert [change.change_s for change in found] == pytest.approx(
        [brute_force(option, c) - now_s for c in (60, 80)], abs=0.02
    )


def test_webster_s_best_cycle_lies_where_neither_longer_nor_shorter_buys_much():
    """C = (1.5 L + 5) / (1 - Y), F. V. Webster, Road Research Technical Paper 39, 1958; flat within 0.75 to 1.5 C."""
    flows = (560.0, 460.0)
    webster_s = round((1.5 * 10 + 5) / (1 - sum(flows) / 1800))
    option = two(flows)
    best = best_splits(option.skeleton, option.streams, webster_s, 1.0)
    found = junction_why(option, best.lengths_s, (option,), 1.0)
    assert webster_s == 46
    assert all(change.change_s > -0.1 * found.best_delay_s for change in found.cycles)
    far = best_splits(option.skeleton, option.streams, 3 * webster_s, 1.0)
    much = junction_why(option, far.lengths_s, (option,), 1.0)
    assert much.cycles[0].change_s < 0 < much.cycles[1].change_s


def walk(seconds, group):
    """A walk in the second stage, under the lamp of that stage."""
    return AtLeast(intervals=(3,), seconds=seconds, group=group, kind="green")


def test_a_pedestrian_s_minimum_costs_what_the_splits_without_it_save():
    option = two((1100.0, 100.0), limits=(walk(30.0, "1"),), pedestrians=("1",))
    found = why(option, plan(30, 30))
    expected = brute_force(option, 70, least=(1, 30)) - brute_force(option, 70)
    assert expected > 5
    assert found.pedestrians_s == {"1": pytest.approx(expected, rel=0.01)}
    assert found.all_pedestrians_s == found.pedestrians_s["1"]
    assert [stage.binds for stage in found.stages] == ["saturation", "pedestrians"]


def test_a_pedestrian_s_minimum_that_the_traffic_needs_anyway_costs_nothing():
    option = two((500.0, 700.0), limits=(walk(20.0, "1"),), pedestrians=("1",))
    found = why(option, plan(25, 35))
    assert found.pedestrians_s == {"1": 0.0}
    assert found.stages[1].binds != "pedestrians"


@pytest.mark.parametrize(
    ("timing", "flows", "binds"),
    [
        (plan(54, 6), (900.0, 60.0), "minimum green"),  # its limit is 6 s
        (plan(30, 30), (760.0, 500.0), "coordination"),  # the first would need more for its own sake
        (plan(30, 30), (500.0, 500.0), "balance"),
        (plan(30, 30), (600.0, 720.0), "saturation"),  # 720 of 1800 * 30 / 70
    ],
)
def test_what_binds_the_second_split(timing, flows, binds):
    limit = AtLeast(intervals=(3,), seconds=6.0, group="1", kind="green")
    option = two(flows, limits=(limit,))
    alone = best_splits(option.skeleton, option.streams, 70, 1.0)
    found = stages_of(option.skeleton, option.streams, timing.lengths_s, alone)[1]
    assert (found.binds, found.length_s, found.groups) == (binds, timing.lengths_s[3], ("1",))
    assert found.saturation == pytest.approx(flows[1] * 70 / (1800 * timing.lengths_s[3]))


def test_an_intergreen_that_a_green_must_fill_binds_it():
    limit = AtLeast(intervals=(4, 5, 0), seconds=15.0, group="1", kind="intergreen")
    option = two((100.0, 1200.0), limits=(limit,))
    found = stages_of(option.skeleton, option.streams, plan(10, 50).lengths_s, None)
    assert [stage.binds for stage in found] == ["intergreen", "saturation"]


def test_intervals_in_which_only_a_walk_changes_are_one_stage_held_by_its_clearance():
    """Vehicles have green for 12 s, the walk takes 5 of them, and its clearance of 12 s goes on through the yellow."""
    states = [(5.0, "GrG"), (7.0, "Grr"), (3.0, "yrr"), (2.0, "rrr"), (20.0, "rGr"), (3.0, "ryr"), (2.0, "rrr")]
    own = junction(states, pedestrians=(2,), foes=frozenset({("0", "1"), ("2", "1")}))
    skeleton = skeleton_of(own)
    stretch = [10 * (state[0] == "G") for state in skeleton.states], [10 * (s[1] == "G") for s in skeleton.states]
    lanes = (stream("a", tuple(stretch[0]), 100.0), stream("b", tuple(stretch[1]), 810.0))
    by_group = {stage.groups: stage for stage in stages_of(skeleton, lanes, skeleton.running_s, None)}
    assert set(by_group) == {("0",), ("1",)}
    assert (len(by_group[("0",)].intervals), by_group[("0",)].length_s) == (2, 12.0)
    assert by_group[("0",)].binds == "pedestrians"
    assert by_group[("1",)].binds == "saturation"
    longer = [s + 1 if skeleton.states[k][0] == "G" and skeleton.states[k][2] == "G" else s
              for k, s in enumerate(skeleton.running_s)]  # fmt: skip
    free = {stage.groups: stage for stage in stages_of(skeleton, lanes, longer, None)}
    assert free[("0",)].binds == "balance"


def test_no_cycle_is_shorter_than_changes_and_limits_take():
    """Two changes of 5 s, a walk of 30 s and a second of green: 41 s; without the walk, 12 s."""
    assert why(two((700.0, 500.0), limits=(walk(30.0, "1"),)), plan(30, 30)).shortest_cycle_s == 41
    assert why(two((700.0, 500.0)), plan(30, 30)).shortest_cycle_s == 12


def test_the_best_of_several_sequences_is_told_with_its_bound():
    worse = two((700.0, 500.0))
    better = SequenceOption(
        skeleton=worse.skeleton, streams=tuple(replace(s, saturation_veh_h=2400.0) for s in worse.streams)
    )
    found = why(worse, plan(35, 25), (better,))
    assert found.sequences == 2
    assert found.sequence_bound_s <= found.best_sequence_delay_s < found.best_delay_s


def test_the_degree_of_saturation_is_flow_over_what_the_greens_let_through():
    assert saturation_of(stream("a", (10, 0, 5, 0), 600.0), (20.0, 5.0, 10.0, 25.0)) == pytest.approx(
        600 / (1800 * (20 + 5) / 60)
    )
