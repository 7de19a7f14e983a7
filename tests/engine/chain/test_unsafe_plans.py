"""A plan that the safety check refuses is never simulated, chosen, or the end of a run."""

from dataclasses import replace

import pytest
from greenband.engine.chain import plan_study as spine
from greenband.engine.check.check import check
from greenband.engine.optimise.race.referee import Referee

from tests.engine.chain.test_chain import field_study

# The study asks for cycles of 50 to 90 s: no plan that the search can make keeps to this.
PACK = 'schema = 1\nname = "strict"\ntitle = "Strict"\nsources = ["none"]\n[limits]\nred_s = 20\ncycle_s = 40\n'


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run under a pack that no plan keeps, and the plans that were simulated on the way."""
    study = field_study(tmp_path_factory.mktemp("strict"))
    (study / "strict.toml").write_text(PACK)
    file = study / "study.toml"
    file.write_text('rules = "strict.toml"\n' + file.read_text())
    simulated, runs = [], Referee.runs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Referee, "runs", lambda self, plans, seeds: simulated.extend(plans) or runs(self, plans, seeds))
        return spine.plan_study(study), simulated


def test_the_running_plan_stays_and_what_it_breaks_is_told(run):
    outcome, _ = run
    assert outcome.found.kept_running
    assert outcome.verdict.decision == "kept"
    assert "refuses every plan" in str(outcome.found.reason)
    assert {"cycle", "red"} <= {finding.rule for finding in outcome.findings}  # warnings: it runs like this today


def test_no_plan_was_simulated_that_the_check_refuses(run):
    outcome, simulated = run
    prepared = outcome.prepared
    others = [plan for plan in simulated if plan is not prepared.network.running_plan]
    assert not [plan.name for plan in others if any(f.is_error for f in check(plan, prepared.network, prepared.own))]


def dark(network):
    """A plan in which one junction never shows a green."""
    (junction,) = network.running_plan.junctions
    return network.running_plan.with_junction(
        replace(junction, groups=tuple(replace(group, windows=()) for group in junction.groups))
    )


def test_a_plan_that_turns_unsafe_after_the_search_is_not_chosen_either(run):
    outcome, _ = run
    prepared = outcome.prepared
    found, findings = spine._safe(
        outcome.bench, replace(outcome.found, plan=dark(prepared.network), kept_running=False)
    )
    assert found.kept_running
    assert found.plan.junctions == prepared.network.running_plan.junctions
    assert "unsafe" in found.reason
    assert findings == outcome.findings


def test_the_workbench_asks_the_check(run):
    outcome, _ = run
    assert not outcome.bench.allows(dark(outcome.prepared.network))
    assert outcome.bench.allows(outcome.prepared.network.running_plan)
