"""The gate's own error: passed plans that are no better on the true trips, with bounds from a table of others."""

import pytest
from greenband.benchmarks.streets.command import field_seeds_of
from greenband.benchmarks.streets.gate_error import gate_error, gate_in_words
from greenband.benchmarks.streets.results import Result, Row
from greenband.networks.errors import InputError


def row(peer, median_s, gate="", locked=()):
    return Row(peer=peer, title=peer, sees="", planning_s=1.0, median_s=median_s, gate=gate, gridlocked=locked)


def result(name, plan_s, gate, locked=(), today_locked=()):
    rows = (row("running", 40.0, locked=today_locked), row("greenband", plan_s, gate, locked))
    return Result(scenario=name, seeds=(1,), trips=1, rows=rows)


def test_passed_plans_that_are_slower_or_lock_up_more_are_the_gate_s_error():
    found = gate_error(
        [
            result("a", 20.0, "passed"),
            result("b", 41.0, "passed"),
            result("c", 20.0, "passed", locked=(1,)),
            result("d", 20.0, "passed", locked=(1,), today_locked=(2,)),
            result("e", 50.0, "refused"),
            result("f", 40.0, "kept"),
        ]
    )
    assert (found.plans, found.kept, found.passed, found.no_better) == (6, 1, 4, ("b", "c"))
    assert found.share == 0.5
    # Clopper and Pearson's 95 % limits of 2 of 4, as tables give them: 0.068 and 0.932.
    assert (found.low, found.high) == pytest.approx((0.068, 0.932), abs=5e-4)
    assert "No better on the true trips: 2 (b, c), 50% of the passed" in gate_in_words(found)


def test_without_a_passed_plan_there_is_no_share_and_without_a_plan_nothing():
    found = gate_error([result("f", 40.0, "kept")])
    assert (found.passed, found.share, found.low) == (0, None, None)
    assert "95 %" not in gate_in_words(found)
    only = Result(scenario="x", seeds=(1,), trips=1, rows=(row("running", 40.0),))
    assert gate_error([only]) is None


def test_field_seeds_are_numbers_each_once():
    assert field_seeds_of(" 1, 2,30 ") == (1, 2, 30)
    for wrong in ("", "1,1", "1,x", "-1", "1,01"):
        with pytest.raises(InputError):
            field_seeds_of(wrong)
