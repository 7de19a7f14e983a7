"""Plans that the gate would refuse give way in the final to those that it would let pass, and to easier ones."""

from types import SimpleNamespace

import pytest
from greenband.engine.optimise.race.final import choose, final, judged, proven
from greenband.engine.optimise.race.refusal import Refusal
from greenband.engine.optimise.search import _reverted
from greenband.networks.plan import Plan
from greenband.networks.sentence import Sentence

from tests.engine.optimise.test_climb_and_choice import LockingReferee
from tests.engine.optimise.test_race_and_refine import two_junctions

WHY = Sentence("Vehicles stop too often.")


class NamedReferee(LockingReferee):
    """Runs know their plan's name, so that a test can refuse by name."""

    def runs(self, plans, seeds):
        found = super().runs(plans, seeds)
        return [
            [SimpleNamespace(**vars(run), name=plan.name) for run in runs]
            for plan, runs in zip(plans, found, strict=True)
        ]


def refusing(*names, junctions=()):
    def refuse(runs, running):
        assert [run.seed for run in runs] == [run.seed for run in running]
        assert {run.name for run in running} == {"running"}
        return Refusal(reasons=(WHY,), junctions=frozenset(junctions)) if runs[0].name in names else None

    return refuse


def plans(*names):
    return [Plan(name=name, junctions=()) for name in names]


DELAYS = {"running": 40.0, "fast": 20.0, "fair": 25.0, "poor": 50.0, "slower fast": 22.0, "fast but for A": 21.0}


def leader(names, refuse, seeds=(6, 7), **more):
    every = plans(*names)
    referee = NamedReferee(DELAYS, {})
    found = proven(referee, final(referee, every, (1, 2)), every[0], seeds, refuse=refuse, **more)
    return *choose(found, every[0]), referee


def test_a_plan_that_the_gate_would_refuse_gives_way_to_one_that_it_would_not():
    plan, reason, _ = leader(("running", "fast", "fair"), refusing("fast"))
    assert plan.name == "fair"
    assert "fast had 20.0, and the gate would refuse it: Vehicles stop too often" in reason
    plan, reason, _ = leader(("running", "fast", "fair"), refusing())
    assert plan.name == "fast"
    assert "refuse" not in reason


def test_it_does_not_give_way_to_one_that_is_no_better_than_today_and_its_reasons_are_the_gate_s_to_tell():
    plan, reason, _ = leader(("running", "fast", "poor"), refusing("fast"))
    assert plan.name == "fast"
    assert "refuse" not in reason


@pytest.mark.parametrize("seeds", [(6, 7), ()])
def test_an_easier_plan_is_tried_before_the_refused_one_is_proven(seeds):
    """Also where little effort leaves no seeds for a proof."""
    slow = lambda plan: Plan(name=f"slower {plan.name}", junctions=())  # noqa: E731
    plan, _, referee = leader(("running", "fast"), refusing("fast"), seeds, slower=slow)
    assert plan.name == "slower fast"
    assert referee.asked[:3] == [("running", (1, 2)), ("fast", (1, 2)), ("slower fast", (1, 2))]
    assert ("fast", (6, 7)) not in referee.asked


def test_junctions_where_a_movement_loses_too_much_are_tried_as_they_run_today_first():
    asked = []

    def revert(plan, junctions):
        asked.append((plan.name, junctions))
        return Plan(name=f"{plan.name} but for {', '.join(junctions)}", junctions=())

    plan, _, _ = leader(("running", "fast"), refusing("fast", junctions=["A"]), revert=revert)
    assert plan.name == "fast but for A"
    assert asked == [("fast", frozenset("A"))]


def test_a_refused_plan_that_cannot_be_eased_is_proven_as_ever():
    plan, _, referee = leader(("running", "fast"), refusing("fast"), slower=lambda plan: None)
    assert plan.name == "fast"
    assert ("fast", (6, 7)) in referee.asked


def test_locking_up_weighs_more_than_the_gate_s_other_rules():
    every = plans("running", "fast", "fair")
    referee = NamedReferee(DELAYS, {"fair": (1,)})
    found = judged(final(referee, every, (1, 2)), every[0], refusing("fast"))
    assert [one.plan.name for one in found] == ["fast", "running", "fair"]


def test_a_reverted_plan_has_today_s_program_there_and_nowhere_else():
    plan, skeletons = two_junctions()
    running, _ = two_junctions(offset_s=7.0)
    del skeletons
    found = _reverted(running, lambda _: True, plan, frozenset("B"))
    assert found is not None
    assert found.by_junction["B"] == running.by_junction["B"]
    assert found.by_junction["A"] == plan.by_junction["A"]
    assert "but for B" in found.name
    assert _reverted(running, lambda _: False, plan, frozenset("B")) is None
    part = _reverted(running, lambda one: one.by_junction["A"] != running.by_junction["A"], plan, frozenset("AB"))
    assert part is not None  # today's program at A may not run: that junction keeps the plan's
    assert (part.by_junction["A"], part.by_junction["B"]) == (plan.by_junction["A"], running.by_junction["B"])
    assert _reverted(running, lambda _: True, running, frozenset("B")) is None
