"""The queue model's word on a plan, against SUMO's word on the same routes."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from greenband.engine.chain.estimate_plan import estimate_plan
from greenband.engine.cli import main
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import Run, run
from greenband.simulation.scenario import Scenario

from tests.conftest import scenario_network
from tests.simulation.streets import EDGES, NODES, make_network, program, routes

STUDY = """schema = 1
name = "small"
network = "street.net.xml"
day = "2026-03-03"
[[periods]]
name = "night"
begin = "{begin}"
end = "{end}"
"""
TRIPS = [(float(second), edges) for second in range(0, 540, 6) for edges in ("sm mn", "wm me")]
# The model ranks plans; of one plan's delay it need not know more than this here. The model's own tests are stricter.
LOOSE = 1.5


def make_study(folder: Path, begin: str = "00:00", end: str = "00:10") -> Path:
    (folder / "study.toml").write_text(STUDY.format(begin=begin, end=end))
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A study of one crossing, cars with routes, and a plan that starves the west: 10 s of green of 90."""
    folder = tmp_path_factory.mktemp("small")
    make_network(folder, NODES, EDGES)
    (folder / "cars.rou.xml").write_text(routes(TRIPS))
    (folder / "plan.add.xml").write_text(program([(74, "GGrr"), (3, "yyrr"), (10, "rrGG"), (3, "rryy")]))
    return make_study(folder)


def simulated(study: Path, traffic: Path, begin_s: int, end_s: int, programs: Path | None = None) -> Run:
    scenario = Scenario(network=study / "street.net.xml", routes=(traffic,), begin_s=begin_s, end_s=end_s)
    return run(scenario, seed=100, programs=programs)


def told(monkeypatch, capsys, *arguments) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["greenband", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_model_and_sumo_agree_on_a_good_and_on_a_bad_plan(small):
    opinion = estimate_plan(small, small / "plan.add.xml", routes=(small / "cars.rou.xml",))
    running = simulated(small, small / "cars.rou.xml", 0, 600)
    bad = simulated(small, small / "cars.rou.xml", 0, 600, small / "plan.add.xml")
    for runs, truth in ((opinion.running_estimates, running), (opinion.plan_estimates, bad)):
        for found in runs:
            assert found.vehicles == len(TRIPS)
            assert truth.mean_delay_s / LOOSE < found.mean_delay_s < truth.mean_delay_s * LOOSE
            assert sum(vehicles for vehicles, _ in found.by_turn.values()) == len(TRIPS) - found.unserved
    assert opinion.plan_estimates[0].mean_delay_s > 2 * opinion.running_estimates[0].mean_delay_s


def test_the_trips_of_a_real_junction_are_routed_first(tmp_path):
    network = scenario_network("ingolstadt1")
    shutil.copy(network, tmp_path / "street.net.xml")
    study = make_study(tmp_path, "16:00", "16:15")
    traffic = network.parent / "ingolstadt1.rou.xml"
    plan = tmp_path / "running.add.xml"
    junction = read_network(tmp_path / "street.net.xml", ()).junctions[0]
    links = 1 + max(link for group in junction.groups for link in group.links)
    plan.write_text(program([(60, "G" * links)], signal=junction.id))
    opinion = estimate_plan(study, plan, routes=(traffic,), seeds=1)
    truth = simulated(study, traffic, 57_600, 58_500)
    assert opinion.left_out == 0
    assert opinion.running_estimates[0].vehicles == truth.trips.delay_s.size
    assert truth.mean_delay_s / LOOSE < opinion.running_estimates[0].mean_delay_s < truth.mean_delay_s * LOOSE
    assert opinion.plan_estimates[0].mean_delay_s < opinion.running_estimates[0].mean_delay_s, (
        "green for all is unsafe, but quick"
    )


def test_traffic_of_the_warm_up_drives_but_its_delay_does_not_count(small, tmp_path):
    shutil.copy(small / "street.net.xml", tmp_path)
    study = make_study(tmp_path, "00:05")
    given = {"routes": (small / "cars.rou.xml",), "seeds": 1}
    cold, warm = (
        estimate_plan(study, small / "plan.add.xml", warm_up_s=s, **given).plan_estimates[0] for s in (0, 300)
    )
    late = sum(1 for depart_s, _ in TRIPS if depart_s >= 300)
    assert (cold.vehicles, warm.vehicles) == (late, late)
    assert warm.mean_delay_s > cold.mean_delay_s, "the queue that the warm-up leaves must be felt"
    assert sum(vehicles for vehicles, _ in warm.by_turn.values()) == late - warm.unserved
    assert warm.unserved + warm.unfinished <= late


def test_vehicles_that_the_model_cannot_drive_are_counted_not_lost(small, tmp_path):
    waits = '<vehicle id="taxi" depart="triggered"><route edges="wm me"/></vehicle>'
    given = tmp_path / "taxi.rou.xml"
    given.write_text(
        '<routes><vehicle id="car" depart="0"><route edges="wm me"/></vehicle>'
        f'{waits}<person id="p" depart="5"><ride from="wm" to="me" lines="taxi"/></person></routes>'
    )
    opinion = estimate_plan(small, small / "plan.add.xml", routes=(given,), seeds=1)
    assert (opinion.plan_estimates[0].vehicles, opinion.left_out) == (1, 1)


def test_json_for_scripts_has_the_words_of_the_evidence(monkeypatch, capsys, small):
    code, out, _ = told(
        monkeypatch, capsys, "estimate", small, small / "plan.add.xml", "--routes", small / "cars.rou.xml", "--json"
    )
    found = json.loads(out)
    assert code == 0
    assert found["seeds"] == [3001, 3002, 3003]
    assert "not SUMO's" in found["source"]
    assert found["ms_per_plan"] > 0
    for side in ("plan", "running"):
        assert {"mean_delay_s", "stops_per_vehicle", "unserved"} <= set(found[side])
        turns = [(row["junction"], row["from_edge"], row["to_edge"]) for row in found[side]["movements"]]
        assert turns == [("m", "sm", "mn"), ("m", "wm", "me")]
        assert all(set(row) >= {"vehicles", "delay_s"} for row in found[side]["movements"])
        summed = sum(row["vehicles"] for row in found[side]["movements"])
        assert found[side]["junctions"][0]["vehicles"] == pytest.approx(summed)
    west, was = (found[side]["movements"][1]["delay_s"] for side in ("plan", "running"))
    assert west > 2 * was


def test_people_are_told_that_it_is_the_models_word(monkeypatch, capsys, small):
    asked = ["estimate", small, small / "plan.add.xml", "--routes", small / "cars.rou.xml", "--seeds", 1]
    code, out, _ = told(monkeypatch, capsys, *asked)
    assert code == 0
    assert "not SUMO's" in out
    assert told(monkeypatch, capsys, *asked, "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<routes>", "broken XML"),
        ("<routes/>", "no vehicle"),
        ('<routes><vehicle id="far" depart="9"><route edges="wm moon"/></vehicle></routes>', "moon"),
        ('<routes><trip id="lost" depart="9" from="mn" to="wm"/></routes>', "given.rou.xml"),
        ('<routes><vehicle id="late" depart="9999"><route edges="wm me"/></vehicle></routes>', "no vehicle"),
    ],
)
def test_bad_routes_are_refused(monkeypatch, capsys, small, tmp_path, content, said):
    given = tmp_path / "given.rou.xml"
    given.write_text(content)
    code, out, error = told(monkeypatch, capsys, "estimate", small, small / "plan.add.xml", "--routes", given)
    assert (code, out) == (2, "")
    assert said in error
    assert "Traceback" not in error


def test_a_missing_plan_and_a_study_without_counts_are_refused(monkeypatch, capsys, small):
    assert told(monkeypatch, capsys, "estimate", small, small / "none.json")[0] == 2
    code, _, error = told(monkeypatch, capsys, "estimate", small, small / "plan.add.xml")
    assert code == 2
    assert "no counts" in error


def test_queues_stand_beside_the_delays_and_obey_littles_law(monkeypatch, capsys, small):
    """Mean queue = flow times delay: J. D. C. Little, Operations Research 9, 1961; the period has 600 s."""
    code, out, _ = told(
        monkeypatch, capsys, "estimate", small, small / "plan.add.xml", "--routes", small / "cars.rou.xml", "--json"
    )
    starved = json.loads(out)["plan"]["movements"][1]
    assert code == 0
    assert starved["queue_max"] > 10
    assert starved["queue_mean"] * 600 == pytest.approx(starved["vehicles"] * starved["delay_s"], rel=0.15)
