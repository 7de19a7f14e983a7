"""Where our traffic does not look like today, nothing is called better on it: by no command, of no kind of plan."""

import json
from dataclasses import replace

import pytest
from greenband.engine.chain import judge_plan as judging
from greenband.engine.chain import plan_study as planning
from greenband.engine.chain.reproduce import reproduce

from tests.engine.chain.test_chain import field_study
from tests.engine.commands.command_line import greenband


def locked(prepared, **more):
    """The present as it is found, but that every simulation of it locks up."""
    done = reproduce(prepared, **more)
    return replace(done, present=replace(done.present, locked=len(done.present.seeds), late_ratio=None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run with an actuated plan, and a judgement of its plan, on such traffic."""
    study = field_study(tmp_path_factory.mktemp("nottoday"))
    out, judged = study.parent / "out", study.parent / "judged"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "reproduce", locked)
        patch.setattr(judging, "reproduce", locked)
        assert greenband("run", study, "--out", out, "--control", "actuated", "--quiet") == 3
        assert greenband("validate", study, out / "plan.json", "--trial-only", "--out", judged, "--quiet") == 3
    return study.parent


def evidence(folder):
    return json.loads((folder / "evidence.json").read_text())


@pytest.mark.parametrize("name", ["out", "judged"])
def test_run_and_validate_call_it_unclear_and_say_what_disagrees(folder, name):
    told = evidence(folder / name)
    verdict = told["gate"]
    assert (verdict["passed"], verdict["decision"]) == (False, "unclear")
    assert verdict["reasons"][0].startswith("Our traffic under today's plan does not look like today")
    assert "locks up" in " ".join(verdict["reasons"])


def test_so_does_the_actuated_plan(folder):
    verdict = evidence(folder / "out")["actuated"]["gate"]
    assert (verdict["passed"], verdict["decision"]) == (False, "unclear")


def test_on_routes_that_somebody_gives_the_gate_judges_by_itself(folder, capsys):
    """They are not our traffic: nothing of it is asked."""
    from tests.conftest import scenario_network

    routes = scenario_network("ingolstadt1").with_name("ingolstadt1.rou.xml")
    arguments = ("--routes", routes, "--seeds", 2, "--trial-only", "--json")
    greenband("validate", folder / "study", folder / "out" / "plan.json", *arguments)
    assert "does not look like today" not in capsys.readouterr().out
