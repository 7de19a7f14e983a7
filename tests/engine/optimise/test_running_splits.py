"""The running splits with new offsets, also where some signal has a cycle of its own."""

from dataclasses import replace

import pytest
from greenband.engine.optimise.candidates.candidates import _tables, commonest_cycle_s, problem_of, running_splits

from tests.engine.optimise.test_days import USUAL
from tests.engine.optimise.test_links import two_signals
from tests.engine.report.made_up import three_signals


def with_longer_green(problem, signal, by_s):
    skeleton = problem.skeletons[signal]
    lengths = list(skeleton.running_s)
    lengths[skeleton.free[0]] += by_s
    return replace(problem, skeletons={**problem.skeletons, signal: replace(skeleton, running_s=tuple(lengths))})


def test_offsets_are_those_of_least_delay_among_all_tried_one_by_one():
    problem = problem_of(two_signals(200.0), USUAL, 1.0)
    lengths = {signal: skeleton.running_s for signal, skeleton in problem.skeletons.items()}
    table = next(one for one in _tables(problem, lengths) if one.from_signal == "A")
    plan, at = running_splits(problem).plan, {}
    for signal, skeleton in problem.skeletons.items():
        zero = skeleton.plan(skeleton.running_s, 0).offset_s
        at[signal] = plan.by_junction[signal].offset_s - zero
    assert table.delay[round(at["B"] - at["A"]) % 50] == pytest.approx(table.delay.min())
    assert table.delay.min() < table.delay.mean()


def test_a_signal_of_another_cycle_stays_as_it_runs():
    network = three_signals()
    flows = {(c.from_edge, c.to_edge): 300.0 for c in network.connections if c.signal}
    problem = with_longer_green(problem_of(network, flows, 1.0), "C", 20.0)
    found = running_splits(problem)
    running = network.running_plan
    assert found is not None
    assert (found.cycle_s, found.cost) == (60, None)
    assert found.plan.by_junction["C"] == running.by_junction["C"]
    for signal in "AB":
        assert found.plan.by_junction[signal].cycle_s == pytest.approx(60.0)


def test_no_two_signals_of_one_cycle_have_nothing_to_coordinate():
    problem = problem_of(two_signals(200.0), USUAL, 1.0)
    assert running_splits(with_longer_green(problem, "A", 10.0)) is None


def test_the_commonest_cycle_is_the_longer_of_equals():
    assert [commonest_cycle_s(c) for c in ([60, 90, 60], [60, 90], [])] == [60, 90, None]
