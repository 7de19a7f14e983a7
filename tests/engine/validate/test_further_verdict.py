"""What other demand, other days and the switch mean for the gate's word."""

import pytest
from greenband.engine.validate.further_verdict import Case, Further, Switch, case_of, judged_further
from greenband.engine.validate.gate import Verdict

from tests.engine.validate.made_runs import made, series

PASSED = Verdict(passed=True, decision="better", reasons=("Delay falls: so.",))


def case(plan, running, factor=1.2, locked=(0, 0)) -> Case:
    return Case(
        name="x",
        factor=factor,
        seeds=tuple(range(len(plan))),
        plan_s=tuple(plan),
        running_s=tuple(running),
        locked_plan=locked[0],
        locked_running=locked[1],
    )


WORSE = case([60.0, 61, 40], [50.0, 50, 50])


@pytest.mark.parametrize(
    ("one", "worse"),
    [
        (WORSE, True),
        (case([49.0, 49, 90], [50.0, 50, 50]), False),  # more on average, but with one seed of three
        (case([51.0, 51, 30], [50.0, 50, 50]), False),  # with most seeds, but less on average
        (case([40.0, 41, 40], [50.0, 50, 50], locked=(1, 0)), True),
        (case([40.0, 41, 40], [50.0, 50, 50], locked=(1, 1)), False),
    ],
)
def test_worse_is_more_delay_with_most_seeds_or_more_gridlocks(one, worse):
    assert one.is_worse is worse


def test_worse_with_more_demand_warns_and_fails_where_the_study_says_so():
    further = Further(cases=(WORSE,), switches=())
    warned = judged_further(PASSED, further, ())
    assert warned.passed
    assert warned.reasons[1] == (
        "Warning: At +20 % demand the plan is worse than the running one: 53.7 s against 50.0 s per trip, less delay "
        "with 1 of 3 seeds, locked up with 0 against 0."
    )
    failed = judged_further(PASSED, further, (1.2,))
    assert not failed.passed
    assert failed.reasons[0].startswith("At +20 % demand the plan is worse")
    assert judged_further(PASSED, further, (0.9,)).passed


def test_a_day_drawn_warns_but_never_fails():
    said = judged_further(PASSED, Further(cases=(case([60.0], [50.0], factor=None),), switches=()), (1.2,))
    assert said.passed
    assert said.reasons[1].startswith("Warning: On another day the plan is worse")


def test_the_switch_is_told_in_words():
    switch = Switch(mode="shortway", in_step_s={"a": 20, "b": 90}, extra_s=(1.0, 2.0), left_out={"c": "why"})
    reasons = judged_further(PASSED, Further(cases=(), switches=(switch,)), ()).reasons
    assert "takes 90 s until the last junction, b, is in step" in reasons[1]
    assert "costs +1.5 s per trip" in reasons[2]
    assert reasons[3].startswith("1 junctions would change at once")


def test_a_case_is_what_the_runs_measured():
    found = case_of("y", 0.9, series([40.0, 41]), [made(100, 50.0, gridlocked=True), made(101, 52.0)])
    assert (found.seeds, found.plan_s, found.running_s) == ((100, 101), (40.0, 41.0), (50.0, 52.0))
    assert (found.locked_plan, found.locked_running, found.is_worse) == (0, 1, False)
