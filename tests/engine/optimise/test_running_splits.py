"""The running splits with new offsets, also where some junction has a cycle of its own."""

from dataclasses import replace

import pytest
from greenband.engine.optimise.candidates.candidates import _tables, commonest_cycle_s, problem_of, running_splits

from tests.engine.optimise.test_days import USUAL
from tests.engine.optimise.test_links import two_junctions
from tests.engine.report.made_up import three_junctions


def with_longer_green(problem, junction, by_s):
    skeleton = problem.skeletons[junction]
    lengths = list(skeleton.running_s)
    lengths[skeleton.free[0]] += by_s
    return replace(problem, skeletons={**problem.skeletons, junction: replace(skeleton, running_s=tuple(lengths))})


def test_offsets_are_those_of_least_delay_among_all_tried_one_by_one():
    problem = problem_of(two_junctions(200.0), USUAL, 1.0)
    lengths = {junction: skeleton.running_s for junction, skeleton in problem.skeletons.items()}
    table = next(one for one in _tables(problem, lengths) if one.from_junction == "A")
    plan, at = running_splits(problem).plan, {}
    for junction, skeleton in problem.skeletons.items():
        zero = skeleton.plan(skeleton.running_s, 0).offset_s
        at[junction] = plan.by_junction[junction].offset_s - zero
    assert table.delay[round(at["B"] - at["A"]) % 50] == pytest.approx(table.delay.min())
    assert table.delay.min() < table.delay.mean()


def test_a_junction_of_another_cycle_stays_as_it_runs():
    network = three_junctions()
    flows = {(c.from_edge, c.to_edge): 300.0 for c in network.connections if c.signal}
    problem = with_longer_green(problem_of(network, flows, 1.0), "C", 20.0)
    found = running_splits(problem)
    running = network.running_plan
    assert found is not None
    assert (found.cycle_s, found.cost) == (60, None)
    assert found.plan.by_junction["C"] == running.by_junction["C"]
    for junction in "AB":
        assert found.plan.by_junction[junction].cycle_s == pytest.approx(60.0)


def test_no_two_junctions_of_one_cycle_have_nothing_to_coordinate():
    problem = problem_of(two_junctions(200.0), USUAL, 1.0)
    assert running_splits(with_longer_green(problem, "A", 10.0)) is None


@pytest.mark.parametrize(("longer_s", "there"), [(205.0, True), (206.0, False)])
def test_a_cycle_longer_than_controllers_hold_is_not_shifted(longer_s, there):
    """NTCIP 1202 v03, patternCycleTime: at most 255 s; the junctions run 50 s."""
    problem = problem_of(two_junctions(200.0), USUAL, 1.0)
    for junction in "AB":
        problem = with_longer_green(problem, junction, longer_s)
    assert (running_splits(problem) is not None) == there


def test_the_commonest_cycle_is_the_longer_of_equals():
    assert [commonest_cycle_s(c) for c in ([60, 90, 60], [60, 90], [])] == [60, 90, None]
