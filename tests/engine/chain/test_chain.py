"""The whole chain on a real junction: loops count, the routes are gone, and a plan with its evidence comes out."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from greenband.engine.check.actuated.actuated import check_actuated
from greenband.engine.check.check import check
from greenband.networks.main_through import turned_to
from greenband.networks.plan_file import read_plan
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import run as simulate
from greenband.simulation.scenario import Scenario

from tests.conftest import scenario_network
from tests.engine.commands.command_line import greenband
from tests.engine.report.english import english_left

# A quarter of an hour, few days and little effort: enough to go through every step.
BEGIN, END = "16:00", "16:15"
OPTIONS = "\n[options]\neffort = 0.02\nseeds = 3\ncycles_s = [50, 90]\nwarm_up_s = 300\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """A field study whose routes have been deleted."""
    return field_study(tmp_path_factory.mktemp("chain"))


def field_study(folder: Path) -> Path:
    """A small field study below a folder, without its routes."""
    net = scenario_network("ingolstadt1")
    routes = folder / "trips.rou.xml"
    shutil.copy(net.with_name("ingolstadt1.rou.xml"), routes)
    made = folder / "study"
    window = ("--begin", BEGIN, "--end", END, "--quiet")
    assert greenband("study", "field", net, routes, "--days", 4, "--out", made, *window) == 0
    routes.unlink()
    file = made / "study.toml"
    file.write_text(file.read_text() + OPTIONS)
    return made


@pytest.fixture(scope="module")
def out(study) -> Path:
    """What `run` wrote without any route file in reach."""
    folder = study.parent / "out"
    assert greenband("run", study, "--out", folder, "--quiet") in (0, 3)
    return folder


def test_the_study_holds_no_routes(study):
    assert not [path for path in study.rglob("*") if "rou" in path.name or "trip" in path.name]


def test_run_writes_plan_programs_evidence_and_report(out):
    names = {"plan.json", "sumo.add.xml", "evidence.json", "report.html", "alternatives"}
    assert {path.name for path in out.iterdir()} == names


def test_other_plans_to_choose_from_lie_beside_it_and_can_be_judged(study, out):
    others = {one["name"]: one for one in json.loads((out / "evidence.json").read_text())["alternatives"]}
    assert {"chosen", "running", "least-delay", "fewest-stops", "fairest"} <= set(others)
    files = {one["file"] for one in others.values() if one["file"]}
    assert files == {f"alternatives/{path.name}" for path in (out / "alternatives").iterdir()}
    network = read_network(study / "ingolstadt1.net.xml")
    for name in files:
        assert not [finding for finding in check(read_plan(out / name, network), network) if finding.is_error]
    assert others["least-delay"]["model"]["delay_s"] <= others["chosen"]["model"]["delay_s"]


def test_the_written_plan_and_the_written_programs_show_the_same_lamps(study, out):
    network = read_network(study / "ingolstadt1.net.xml")
    programs = read_plan(out / "sumo.add.xml", network).by_junction
    for plan in read_plan(out / "plan.json", network).junctions:
        # A program does not say which group leads: the same second 0 makes them the same.
        assert turned_to(programs[plan.junction], str(plan.coordinated)) == plan


def test_the_plan_passes_the_check_and_goes_out_as_a_draft(study, out):
    assert greenband("check", study, out / "plan.json", "--quiet") == 0
    exported = study.parent / "exported.add.xml"
    arguments = ("--format", "sumo", "--out", exported, "--quiet")
    assert greenband("export", study, out / "plan.json", *arguments) == 0
    assert "DRAFT" in exported.read_text()


def test_the_evidence_is_about_seeds_that_no_step_before_has_used(out):
    evidence = json.loads((out / "evidence.json").read_text())
    used = evidence["seeds"]["validation"]
    assert used == list(range(100, 100 + len(used)))
    assert len(used) in (3, 6, 9)  # three at a time while nothing is clear
    assert not set(evidence["seeds"]["validation"]) & set(evidence["seeds"]["search"])


def test_the_same_study_gives_the_same_plan_byte_for_byte_whatever_language_the_report_is_in(study, out):
    again = study.parent / "again"
    assert greenband("run", study, "--out", again, "--lang", "zh", "--control", "actuated", "--quiet") in (0, 3)
    page = (again / "report.html").read_bytes()
    assert b'<html lang="zh">' in page
    assert not english_left(page)
    for name in ("plan.json", "sumo.add.xml"):
        assert (again / name).read_bytes() == (out / name).read_bytes()


def test_an_actuated_plan_comes_beside_the_fixed_one_with_its_own_evidence(study, out):
    again = study.parent / "again"
    evidence = json.loads((again / "evidence.json").read_text())
    part, programs = evidence["actuated"], (again / "actuated.add.xml").read_bytes()
    assert check_actuated(programs, read_network(study / "ingolstadt1.net.xml")) == ()
    assert evidence["outputs_sha256"]["actuated.add.xml"] == sha256(programs).hexdigest()
    written = {one["junction"] for one in json.loads((again / "actuated.json").read_text())["junctions"]}
    assert written == set(part["junctions"])
    tried = {row["name"] for row in part["tried"]}
    assert ("NEMA coordinated" in tried) != (set(part["without_nema_program"]) == {"gneJ207"})  # tried, or told why not
    assert not set(part["seeds_of_search"]) & set(part["against_running"]["seeds"])
    assert part["against_running"]["seeds"] == part["against_fixed_time"]["seeds"]
    assert "actuated" not in json.loads((out / "evidence.json").read_text())


def test_validate_on_true_routes_agrees_with_the_simulator_run_by_hand(study, out, capsys):
    routes = scenario_network("ingolstadt1").with_name("ingolstadt1.rou.xml")
    greenband("validate", study, out / "plan.json", "--routes", routes, "--seeds", 2, "--json")
    told = json.loads(capsys.readouterr().out)["trial"]
    scenario = Scenario(
        network=study / "ingolstadt1.net.xml", routes=(routes,), begin_s=16 * 3600, end_s=16 * 3600 + 900
    )
    by_hand = simulate(scenario, seed=100, programs=out / "sumo.add.xml")
    assert told["plan_s"][0] == pytest.approx(by_hand.mean_delay_s)


def test_counts_and_forecast_speak_json(study, capsys):
    assert greenband("counts", study, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"detector", "coverage", "observed", "dropped"} <= set(rows[0])
    assert greenband("forecast", study, "--json") == 0
    forecast = json.loads(capsys.readouterr().out)
    assert all(row["q10_veh_h"] <= row["q90_veh_h"] for row in forecast["movements"])
    assert sum(row["flow_veh_h"] for row in forecast["movements"]) > 500


def test_a_plan_with_a_green_taken_away_fails_the_check(study, out):
    plan = json.loads((out / "plan.json").read_text())
    group = next(g for g in plan["junctions"][0]["groups"] if g["windows"])
    group["windows"] = []
    broken = study.parent / "broken.json"
    broken.write_text(json.dumps(plan))
    assert greenband("check", study, broken, "--quiet") == 3
    exported = study.parent / "never.add.xml"
    assert greenband("export", study, broken, "--format", "sumo", "--out", exported, "--quiet") == 3
    assert not exported.exists()


def test_a_new_study_is_laid_out_and_never_overwritten(tmp_path):
    net = scenario_network("ingolstadt1")
    assert greenband("study", "new", tmp_path / "new", "--net", net, "--quiet") == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"study.toml", "detectors.csv", net.name}
    before = (tmp_path / "new" / "study.toml").read_bytes()
    assert greenband("study", "new", tmp_path / "new", "--net", net, "--quiet") == 2
    assert (tmp_path / "new" / "study.toml").read_bytes() == before


def test_validate_writes_evidence_that_is_bound_to_the_plan_beside_it(study, out):
    judged = study.parent / "judged"
    arguments = ("--seeds", 2, "--out", judged, "--quiet")
    assert greenband("validate", study, out / "plan.json", *arguments) in (0, 3)
    evidence = json.loads((judged / "evidence.json").read_text())
    assert evidence["outputs_sha256"] == {"plan.json": sha256((judged / "plan.json").read_bytes()).hexdigest()}
    network = read_network(study / "ingolstadt1.net.xml")
    assert read_plan(judged / "plan.json", network).junctions == read_plan(out / "plan.json", network).junctions
    assert set(evidence["inputs_sha256"]) >= {"study.toml", "ingolstadt1.net.xml", "detectors.csv"}


def test_the_evidence_tells_why_the_plan_is_as_it_is(out):
    why = json.loads((out / "evidence.json").read_text())["why"]
    (junction,) = why["junctions"]
    assert sum(stage["length_s"] for stage in junction["stages"]) < junction["cycle_s"]
    assert junction["bound_s"] <= junction["best_delay_s"] <= junction["delay_s"] + 1e-9
    assert {change["cycle_s"] - junction["cycle_s"] for change in junction["cycles"]} <= {-10, 10}
    assert junction["model_delay_s"] > 0
    assert junction["simulated_delay_s"] > 0
    assert 0 < junction["capacity"]["least_saturation"] < 1
    assert why["beyond_capacity"] == []
