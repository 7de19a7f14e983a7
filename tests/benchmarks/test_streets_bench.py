"""The streets benchmark from proposal to figure, on one crossing."""

import json
import sys
from pathlib import Path

import pytest
import typer
from greenband.benchmarks import scenarios
from greenband.benchmarks.store import kept_folder
from greenband.benchmarks.streets import bench
from greenband.benchmarks.streets import command as streets
from greenband.benchmarks.streets.bench import Bench, measured
from greenband.benchmarks.streets.judge import Trial, trial_key, try_out
from greenband.benchmarks.streets.peers import PEERS, Peer, Proposal, Task
from greenband.benchmarks.streets.sumo_tools import (
    PeerCrashed,
    _execute,
    adapted_cycles,
    coordinated_offsets,
    explicit_routes,
    require_programs,
)
from greenband.networks.errors import InputError
from greenband.simulation.scenario import Scenario
from typer.testing import CliRunner

from tests.simulation.streets import EDGES, NODES, make_network, program, routes

TRIPS = [(float(second), edges) for second in range(0, 240, 6) for edges in ("sm mn", "wm me")]
ALWAYS_RED_FROM_WEST = [(120.0, "GGrr")]


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("crossing")
    (folder / "cars.rou.xml").write_text(routes(TRIPS))
    return Scenario(network=make_network(folder, NODES, EDGES), routes=(folder / "cars.rou.xml",), begin_s=0, end_s=300)


def quiet(_what: str, _done: int, _total: int) -> None: ...


def peer(name: str, propose) -> Peer:  # type: ignore[no-untyped-def]
    return Peer(id=name, title=name, sees="–", propose=propose)


def crash(_task: Task) -> Proposal:
    raise PeerCrashed("KeyError: 'm'")


def red(task: Task) -> Proposal:
    path = task.folder / "red.add.xml"
    path.write_text(program(ALWAYS_RED_FROM_WEST))
    return Proposal(programs=(path,), note="red")


def nonsense(task: Task) -> Proposal:
    path = task.folder / "nonsense.add.xml"
    path.write_text(program([(60, "G")]))
    return Proposal(programs=(path,))


def same(_task: Task) -> Proposal:
    return Proposal(planning_s=0.0)


def test_peers_are_judged_together_and_those_that_fail_stay_in_the_table(crossing: Scenario, tmp_path: Path) -> None:
    peers = (
        peer("running", same),
        peer("crash", crash),
        peer("red", red),
        peer("nonsense", nonsense),
        peer("same", same),
    )
    found = measured(Bench(name="x", scenario=crossing, seeds=(100, 101), days=1, folder=tmp_path, peers=peers), quiet)
    rows = {row.peer: row for row in found.rows}
    assert list(rows) == ["running", "crash", "red", "nonsense", "same"]
    assert rows["crash"].crashed == "KeyError: 'm'"
    assert rows["nonsense"].crashed is not None
    assert "seed 100, 101" in rows["nonsense"].crashed
    assert rows["same"].delays_s == rows["running"].delays_s  # the same seeds, so the same runs
    assert rows["red"].ratio is not None
    assert rows["red"].ratio > 2
    assert rows["red"].note == "red"
    assert found.trips == len(TRIPS)


def test_runs_are_kept_under_all_that_they_came_from(crossing: Scenario, tmp_path: Path) -> None:
    def trial(seed: int, *programs: Path, cache: Path | None = tmp_path) -> Trial:
        return Trial(peer="x", scenario=crossing, proposal=Proposal(programs=programs), seed=seed, cache=cache)

    first, second = tmp_path / "a.add.xml", tmp_path / "b.add.xml"
    first.write_text(program(ALWAYS_RED_FROM_WEST))
    second.write_text(program([(60.0, "GGrr"), (60.0, "rrGG")]))
    keys = [trial_key(trial(1)), trial_key(trial(2)), trial_key(trial(1, first)), trial_key(trial(1, second))]
    assert len(set(keys)) == 4
    kept = try_out(trial(1))
    (file,) = (tmp_path / "outcomes").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"mean_delay_s": 123.0}))
    assert try_out(trial(1)).mean_delay_s == 123.0  # type: ignore[union-attr]
    assert try_out(trial(1, cache=None)).mean_delay_s == kept.mean_delay_s  # type: ignore[union-attr]


def test_no_run_is_kept_across_versions(crossing: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Trial(peer="x", scenario=crossing, proposal=Proposal(), seed=1)
    before = trial_key(trial)
    monkeypatch.setattr("greenband.benchmarks.store.versions", lambda: {"eclipse-sumo": "0"})
    assert trial_key(trial) != before


def test_a_kept_folder_is_whole_or_not_there(tmp_path: Path) -> None:
    def half(folder: Path) -> None:
        folder.mkdir()
        (folder / "counts").write_text("1")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        kept_folder(tmp_path / "study", half)
    assert list(tmp_path.iterdir()) == []


def test_sumos_tools_write_programs_for_trips_that_duarouter_made_explicit(crossing: Scenario, tmp_path: Path) -> None:
    trips = tmp_path / "trips.rou.xml"
    trips.write_text(
        "<routes>" + "".join(f'<trip id="{k}" depart="{k}" from="sm" to="mn"/>' for k in range(0, 240, 4)) + "</routes>"
    )
    scenario = Scenario(network=crossing.network, routes=(trips,), begin_s=0, end_s=300)
    made = explicit_routes(scenario, tmp_path)
    assert made != trips
    assert 'edges="sm mn"' in made.read_text()
    assert explicit_routes(crossing, tmp_path) == crossing.routes[0].resolve()
    programs = adapted_cycles(scenario, tmp_path, unified=True)
    assert 'tlLogic id="m"' in programs.read_text()
    assert coordinated_offsets(scenario, programs, tmp_path).is_file()


def test_a_program_that_fails_crashes_with_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(PeerCrashed, match=r"^KeyError: 'm'$"):
        _execute([sys.executable, "-c", "print('fine so far'); {}['m']"], tmp_path)


def test_a_tool_that_writes_no_program_has_crashed(tmp_path: Path) -> None:
    empty = tmp_path / "empty.add.xml"
    empty.write_text("<additional/>")
    with pytest.raises(PeerCrashed, match="no program"):
        require_programs(empty)
    with pytest.raises(PeerCrashed, match="no readable file"):
        require_programs(tmp_path / "missing.add.xml")


def test_greenbands_own_failure_is_a_crash_with_its_traceback_kept(crossing: Scenario, tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (ours,) = (one for one in PEERS if one.id == "greenband")
    task = Task(scenario=crossing, folder=tmp_path, study=lambda: tmp_path / "study", tell=quiet)
    with pytest.raises(PeerCrashed, match=r"study\.toml"):
        ours.propose(task)
    assert "Traceback" in (tmp_path / "run" / "traceback.txt").read_text()


def run_command(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(streets.streets)
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return result.exit_code, result.stdout


def test_the_help_names_every_peer() -> None:
    assert streets.PEER_IDS.split(",") == [peer.id for peer in PEERS[1:]]


def test_the_command_prints_and_writes_json(
    crossing: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "chosen_scenarios", lambda _names, _every: {"crossing": crossing})
    monkeypatch.setattr("greenband.benchmarks.streets.record.wheel_version", lambda: "0")
    code, text = run_command("crossing", "--seeds", "2", "--only", "actuated", "--json", "--out", str(tmp_path))
    content = json.loads(text)
    assert code == 0
    assert content == json.loads((tmp_path / "streets.json").read_text())
    assert [row["peer"] for row in content["scenarios"][0]["rows"]] == ["running", "actuated"]
    assert content["seeds"] == [100, 101]
    assert (tmp_path / "crossing" / "actuated" / "actuated.add.xml").is_file()


def test_the_field_study_is_made_once_and_has_no_routes(
    crossing: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Bench(name="x", scenario=crossing, seeds=(100,), days=2, folder=tmp_path / "out", cache=tmp_path / "cache")
    study = bench.field_study(one, quiet)
    assert (study / "counts.parquet").is_file()
    assert not [path for path in study.rglob("*") if path.suffix == ".xml" and "<vehicle" in path.read_text()]
    monkeypatch.setattr(bench, "run_field", lambda *_, **__: pytest.fail("it was made again"))
    assert bench.field_study(one, quiet) == study


@pytest.mark.parametrize(
    ("arguments", "found"),
    [(["atlantis"], "atlantis"), ([], "no scenario"), (["cologne1", "--only", "magic"], "magic")],
)
def test_unknown_names_are_one_clear_error(arguments: list[str], found: str) -> None:
    try:
        scenarios.scenarios_folder()
    except InputError:
        pytest.skip("the sumo-rl wheel, which carries the scenarios, is not installed")
    with pytest.raises(InputError, match=found):
        run_command(*arguments)


def test_without_the_wheel_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InputError, match=r"greenband\[benchmarks\]"):
        scenarios.chosen_scenarios(["cologne1"], False)
