"""The gate: what passes, what does not, and that the reason is said."""

import numpy as np
import pytest
from greenband.engine.chain.find_plan import refusal_of
from greenband.engine.check.findings import Finding
from greenband.engine.studies.file import Gate
from greenband.engine.validate.gate import OF_EACH_LOOK, _decision, gate
from greenband.engine.validate.movement_table import junction_rows, movement_rows
from greenband.engine.validate.sign_test import one_sided, two_sided
from greenband.networks.errors import InputError
from greenband.simulation.measure.pairs import compare
from scipy.stats import binomtest

from tests.engine.validate.made_runs import MAIN, SIDE, made, series

TODAY = [50.0, 52, 49, 51, 50, 53, 48, 50, 51, 52]
LESS = [delay - 10 - k % 3 for k, delay in enumerate(TODAY)]


def word(plan, running=None, findings=(), **options):
    return gate(plan, running or series(TODAY), findings, Gate(), **options)


def finding(severity: str) -> Finding:
    return Finding(
        junction="J1",
        rule="conflict",
        groups=("a", "b"),
        second_s=3.0,
        found=None,
        required=None,
        severity=severity,
        text="junction J1: groups a and b conflict.",
    )


def test_less_delay_with_every_seed_passes():
    verdict = word(series(LESS))
    assert (verdict.passed, verdict.decision) == (True, "better")
    assert "-10.9 s per trip" in verdict.reasons[0]
    assert "10 of 10 seeds" in verdict.reasons[0]


def test_the_same_delay_is_unclear_and_does_not_pass():
    verdict = word(series([delay + (-1) ** k for k, delay in enumerate(TODAY)]))
    assert (verdict.passed, verdict.decision) == (False, "unclear")


def test_more_delay_is_worse():
    verdict = word(series([delay + 5 for delay in TODAY]))
    assert (verdict.passed, verdict.decision) == (False, "worse")


def test_a_plan_that_is_better_with_all_seeds_passes_though_one_gridlock_today_blows_up_the_interval():
    today = [*TODAY[:-1], 600.0]
    verdict = gate(series([delay - 10 for delay in TODAY]), series(today), (), Gate())
    assert "+" in verdict.reasons[0].split("interval")[1].split(" to ")[1].split(" s")[0]  # the interval holds 0
    assert (verdict.passed, verdict.decision) == (True, "better")


def with_gridlock(delays_s, *locked):
    return [made(seed, delay, gridlocked=seed in locked) for seed, delay in enumerate(delays_s, start=100)]


def test_less_delay_does_not_buy_streets_that_lock_up():
    often = gate(with_gridlock(LESS, 101, 104), series(TODAY), (), Gate())
    assert (often.passed, often.decision) == (False, "unclear")
    assert "lock up with 2 of 10 seeds" in often.reasons[0]
    once = gate(with_gridlock(LESS, 101), with_gridlock(TODAY, 107), (), Gate())
    assert (once.passed, once.decision) == (True, "better")


def test_a_plan_that_locks_up_now_and_then_is_better_where_today_is_shown_to_do_so_more_often():
    for today, decision in ((range(101, 104), "unclear"), (range(100, 109), "better")):
        verdict = gate(with_gridlock(LESS, 100, 101), with_gridlock(TODAY, *today), (), Gate())
        assert verdict.decision == decision


def test_one_gridlock_of_our_own_is_not_hidden_by_nine_better_seeds():
    plan = [delay - 1 for delay in TODAY[:-1]] + [600.0]
    assert word(series(plan)).decision == "unclear"


def test_the_running_plan_itself_is_kept():
    verdict = word(series(TODAY), kept=True)
    assert (verdict.passed, verdict.decision) == (True, "kept")


@pytest.mark.parametrize("kept", [False, True])
def test_an_unsafe_plan_never_passes(kept):
    verdict = word(series(LESS), findings=[finding("warning"), finding("error")], kept=kept)
    assert (verdict.passed, verdict.decision) == (False, "unsafe")
    assert "groups a and b conflict" in verdict.reasons[1]


def test_a_warning_does_not_stop_a_plan():
    assert word(series(LESS), findings=[finding("warning")]).passed


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"unserved": 4}, "4.0 vehicles on average never get into"),
        ({"teleports": 1}, "10 vehicles teleport"),
        ({"collisions": 1}, "10 collisions"),
        ({"side_s": 95.0}, "from south to east at junction J1 waits 95 s per vehicle, under the running plan 30 s"),
    ],
)
def test_less_delay_does_not_buy_worse_service(changes, reason):
    verdict = word(series(LESS, **changes))
    assert (verdict.passed, verdict.decision) == (False, "better")
    assert reason in verdict.reasons[0]


@pytest.mark.parametrize(
    ("changes", "junctions"),
    [({}, None), ({"unserved": 4}, set()), ({"teleports": 1}, None), ({"side_s": 95.0}, {"J1"})],
)
def test_the_search_is_told_what_the_gate_would_refuse_and_where_but_not_what_makes_runs_void(changes, junctions):
    found = refusal_of(Gate(), series(LESS, **changes), series(TODAY))
    assert (None if found is None else set(found.junctions)) == junctions
    if found is not None:
        assert found.reasons[0] == word(series(LESS, **changes)).reasons[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"unserved": 2},  # 0.2 % of the trips
        {"side_s": 90.0},  # 60 s more
        {"rare_s": 500.0},  # 10 vehicles
    ],
)
def test_the_limits_themselves_pass(changes):
    assert word(series(LESS, **changes)).passed


def test_a_movement_may_lose_more_than_the_limit_if_its_delay_does_not_double():
    assert word(series(LESS, side_s=190.0), series(TODAY, side_s=120.0)).passed


def test_a_few_collisions_more_are_chance():
    few = [made(seed, delay, collisions=int(seed < 104)) for seed, delay in enumerate(LESS, start=100)]
    assert word(few).passed


def test_other_seeds_are_refused():
    with pytest.raises(InputError, match="same seeds"):
        word(series(LESS[:-1]))


def test_rows_are_medians_over_seeds_and_junctions_add_up():
    plan, running = [made(1, 10), made(2, 20), made(3, 600)], series(TODAY[:3])
    rows = {(r.junction, r.from_edge, r.to_edge): r for r in movement_rows(plan, running)}
    assert (rows[MAIN].vehicles_plan, rows[MAIN].delay_plan_s, rows[MAIN].delay_running_s) == (800, 20, 50)
    assert rows[SIDE].vehicles_plan == 80
    first = junction_rows(plan, running)[0]
    assert (first.junction, first.vehicles_plan) == ("J1", 880)
    assert first.delay_plan_s == pytest.approx((800 * 20 + 80 * 30) / 880)


@pytest.mark.parametrize("tosses", range(1, 21))
def test_the_sign_test_is_scipys_binomial_test(tosses):
    for heads in range(tosses + 1):
        assert two_sided(heads, tosses) == pytest.approx(binomtest(heads, tosses).pvalue)
        assert one_sided(heads, tosses) == pytest.approx(binomtest(heads, tosses, alternative="greater").pvalue)


def says_something(differences, looks, rng_theirs):
    """Whether a trial of 10 seeds at a time says better or worse of plans that are alike, at any of its looks."""
    for look in range(1, looks + 1):
        seen = slice(0, 10 * look)
        running = rng_theirs[seen]
        comparison = compare(series(list(running + differences[seen])), series(list(running)), 1 - OF_EACH_LOOK[looks])
        if _decision(comparison) != "unclear":
            return True
    return False


@pytest.mark.parametrize("looks", [1, 3])
def test_plans_that_are_alike_are_called_different_in_about_one_trial_of_twenty(looks):
    """Both tests together may be wrong a little more often than each alone."""
    rng = np.random.default_rng(7)
    trials = 400
    wrong = sum(says_something(rng.normal(0, 3, 30), looks, rng.normal(50, 2, 30).clip(1)) for _ in range(trials))
    assert 0.01 < wrong / trials < 0.09


def test_a_trial_that_may_go_on_asks_for_more_at_each_look():
    """Better with 9 of 10 seeds: two-sided p = 0.021 is enough for one look of three, not for one of five."""
    plan = [delay - 1 for delay in TODAY[:-1]] + [TODAY[-1] + 9.5]
    today = [*TODAY[:-2], 600.0, TODAY[-1]]
    plan[-2] = 500.0
    assert [gate(series(plan), series(today), (), Gate(), looks=k).decision for k in (1, 3, 5)] == [
        "better", "better", "unclear",
    ]  # fmt: skip
