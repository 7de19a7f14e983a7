"""The check and its slow twin agree on every drawn plan, and the comparison sees it when they do not."""

from dataclasses import replace

import greenband.benchmarks.checks.check_bench as bench
import pytest
from greenband.benchmarks.checks.check_cases import BREAKERS, Case, drawn_case
from greenband.benchmarks.checks.check_twin import faults
from greenband.networks.plan import GroupPlan, Window

from tests.conftest import SCENARIOS, scenario_network
from tests.engine.optimise.made_up_junctions import junction

ARTERIAL = (("arterial", str(bench.ARTERIAL)),)


def test_check_and_twin_agree_on_the_bundled_arterial():
    tally = bench.tallied(ARTERIAL, range(240), 1)
    assert tally.told == []
    assert tally.passed
    assert tally.unsafe > 90
    assert tally.plans - tally.unsafe > 60
    assert set(tally.broken) == set(BREAKERS) - {"red_amber"}  # nothing shows red-amber there


def test_check_and_twin_agree_on_real_networks():
    paths = tuple((name, str(scenario_network(name))) for name in SCENARIOS if "4x4" not in name)
    tally = bench.tallied(paths, range(150), 2)
    assert (tally.told, tally.passed) == ([], True)


def test_the_same_seed_draws_the_same_plans():
    name, junction, _, _ = bench.sites(ARTERIAL)[0][0]
    assert [drawn_case(junction, k, 5) for k in range(6)] == [drawn_case(junction, k, 5) for k in range(6)]
    assert drawn_case(junction, 1, 5) != drawn_case(junction, 1, 6), name


@pytest.mark.parametrize("rule", ["conflict", "intergreen", "min_green", "yellow", "served", "display"])
def test_a_check_that_forgets_a_rule_is_caught(monkeypatch, rule):
    import greenband.engine.check.check as check_module

    kept = tuple(one for one in check_module.RULES if one.__name__ != rule)
    assert len(kept) == len(check_module.RULES) - 1
    monkeypatch.setattr(check_module, "RULES", kept)
    tally = bench.tallied(ARTERIAL, range(240), 1)
    assert tally.other_findings
    assert tally.missed
    assert not tally.passed


def test_a_check_that_refuses_everything_is_caught(monkeypatch):
    monkeypatch.setattr(bench, "named", lambda case, view: ({("cycle",)}, {"cycle"}))
    tally = bench.tallied(ARTERIAL, range(30), 1)
    assert tally.safe_refused == tally.plans - tally.unsafe > 0


def test_a_check_that_accepts_everything_is_seen_by_the_twin_with_the_map(monkeypatch):
    monkeypatch.setattr(bench, "named", lambda case, own: (set(), set()))
    tally = bench.tallied(ARTERIAL, range(240), 1)
    assert tally.accepted == 240
    assert tally.seen_unsafe > 30


def test_the_twin_sees_a_missing_red_amber():
    """Every green of a group begins with a second of red-amber today; one that does not is a fault, for both."""
    _, junction, view, _ = bench.sites(ARTERIAL)[0][0]
    plan = junction.running
    name = next(g.group for g in plan.groups if len(g.windows) == 2 and g.windows[0].start_s >= 1)
    green = next(w for w in plan.by_group[name].windows if w.display in "Gg")
    amber = Window(start_s=green.start_s - 1, length_s=1.0, display="u")
    rest = [w for w in plan.by_group[name].windows if w != green]
    today = GroupPlan(group=name, windows=tuple(sorted((green, amber, *rest))))
    running = replace(plan, groups=tuple(today if g.group == name else g for g in plan.groups))
    junction = replace(junction, running=running)
    case = Case(kind="broken", junction=junction, plan=plan)
    assert faults(running, junction) == set()
    assert faults(plan, junction) == {("red_amber", name)} == bench.named(case, view)[0]


def test_the_twin_takes_a_lamp_of_unknown_use_for_one_of_vehicles_and_of_a_walk():
    """Lamp 1 turns green while lamp 0 still has yellow: wrong where 0 may drive and 1 may walk."""
    states = ((9, "Gr"), (3, "yr"), (9, "rG"), (3, "rr"))
    early = ((9, "Gr"), (1, "yr"), (2, "yG"), (9, "rG"), (3, "rr"))
    foes = frozenset({("0", "1")})

    def found(unknown, *walking):
        street = junction(states, foes=foes, pedestrians=walking)
        plan = junction(early, foes=foes, pedestrians=walking).running
        return ("yellow_on_walk", "0", "1") in faults(plan, street, unknown=frozenset(unknown))

    assert found("", 1)
    assert not found("", 0, 1)
    assert not found("")
    assert found("0", 0, 1)
    assert found("1")
