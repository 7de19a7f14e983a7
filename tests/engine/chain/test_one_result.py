"""One result object a run: what is found out once is told everywhere, and no file is read or plan checked twice."""

import json
from collections import Counter
from html import escape

import pytest
from greenband.engine.chain import plan_study as spine
from greenband.engine.chain import prepare as preparing
from greenband.engine.chain import workbench
from greenband.engine.results.write import write_outcome
from greenband.engine.studies import check_plan, network
from greenband.engine.validate import paired_runs

from tests.engine.chain.test_chain import field_study

PACK = 'schema = 1\nname = "strict"\ntitle = "Strict"\nsources = ["none"]\n[limits]\nred_s = 20\ncycle_s = 40\n'
COUNTED = {
    "the network": (network, "read_network"),
    "junctions.toml": (network, "read_wishes"),
    "the rules pack": (network, "read_pack"),
    "the check's own view": (check_plan, "own_limits"),
    "the problem": (spine, "set_up"),
    "the data": (preparing, "judged_counts"),
    "the table of movements": (paired_runs, "movement_rows"),
    "the table of junctions": (paired_runs, "junction_rows"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run at a fixed junction under a pack that it does not keep: outcome, folder, how often each thing was made."""
    folder = tmp_path_factory.mktemp("one")
    study = field_study(folder)
    file = study / "study.toml"
    (study / "strict.toml").write_text(PACK)
    (study / "junctions.toml").write_text("[gneJ207]\nfixed = true\n")
    file.write_text('rules = "strict.toml"\n' + file.read_text())
    made = Counter()
    with pytest.MonkeyPatch.context() as patch:
        for what, (module, name) in COUNTED.items():
            patch.setattr(module, name, counting(getattr(module, name), made, what))
        patch.setattr(workbench, "check", counting_plans(workbench.check, made))
        outcome = spine.plan_study(study)
        write_outcome(outcome, folder / "out")
    return outcome, folder / "out", made


def counting(function, made, what):
    def counted(*arguments, **options):
        made[what] += 1
        return function(*arguments, **options)

    return counted


def counting_plans(function, made):
    def counted(plan, *arguments):
        made[plan.junctions] += 1
        return function(plan, *arguments)

    return counted


def test_evidence_report_and_outcome_tell_the_same_findings(run):
    outcome, out, _ = run
    told = [finding.text for finding in outcome.findings]
    evidence = json.loads((out / "evidence.json").read_text())
    written = evidence["check"]["findings"]
    assert evidence["reading"] == list(outcome.prepared.network.reading)
    assert any(finding.rule == "red" for finding in outcome.findings)  # which only the check's own view can see
    assert [finding["text"] for finding in written] == told
    page = (out / "report.html").read_text()
    assert all(escape(text) in page or text.replace("'", "&#39;") in page for text in told)


def test_every_file_is_read_and_everything_made_once(run):
    made = run[2]
    assert {what: made[what] for what in COUNTED} == dict.fromkeys(COUNTED, 1)


def test_no_plan_is_checked_twice(run):
    outcome, _, made = run
    assert made[outcome.found.plan.junctions] == 1
    assert all(number == 1 for plan, number in made.items() if isinstance(plan, tuple))
