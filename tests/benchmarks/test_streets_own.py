"""Rows of one's own in the streets benchmark: a plan and a controller from a folder that is not ours."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from greenband.benchmarks import scenarios
from greenband.benchmarks.streets import command as streets
from greenband.benchmarks.streets.judge import Trial, try_out
from greenband.benchmarks.streets.own import own_peers
from greenband.benchmarks.streets.peers import PEERS, Proposal
from greenband.networks.errors import InputError
from greenband.networks.plan_file import plan_json
from greenband.networks.sumo.net import read_network
from greenband.simulation.controlled import Controller
from greenband.simulation.scenario import Scenario
from typer.testing import CliRunner

from tests.simulation.streets import EDGES, NODES, make_network, program, routes

TRIPS = [(float(second), edges) for second in range(0, 240, 6) for edges in ("sm mn", "wm me")]
# Green for the west alone, from the first second on: what a program that is always so does, too.
CONTROL = """
from helper import STATE

def always(connection, junctions):
    def step(time_s):
        for junction in junctions:
            connection.trafficlight.setRedYellowGreenState(junction, STATE)
    return step

def fails(connection, junctions):
    return lambda time_s: 1 / 0

def steps_nothing(connection, junctions):
    return None

NUMBER = 3
"""
ALWAYS_WEST = [(120.0, "rrGG")]


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("crossing")
    (folder / "cars.rou.xml").write_text(routes(TRIPS))
    return Scenario(network=make_network(folder, NODES, EDGES), routes=(folder / "cars.rou.xml",), begin_s=0, end_s=300)


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A researcher's folder, from which the command is called."""
    (tmp_path / "my_control.py").write_text(CONTROL)
    (tmp_path / "helper.py").write_text('STATE = "rrGG"\n')
    (tmp_path / "west.add.xml").write_text(program(ALWAYS_WEST))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table(crossing: Scenario, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, dict]]:
    """The command's rows by peer."""
    monkeypatch.setattr(scenarios, "chosen_scenarios", lambda _names, _every: {"crossing": crossing})
    monkeypatch.setattr("greenband.benchmarks.streets.record.wheel_version", lambda: "0")

    def run(*arguments: str) -> dict[str, dict]:
        app = typer.Typer()
        app.command()(streets.streets)
        called = ["crossing", "--seeds", "2", "--only", "running", "--json", *arguments]
        result = CliRunner().invoke(app, called, catch_exceptions=False)
        assert result.exit_code == 0
        return {row["peer"]: row for row in json.loads(result.stdout)["scenarios"][0]["rows"]}

    return run


def test_an_own_controller_does_what_a_program_does_that_shows_the_same(theirs: Path, table) -> None:
    rows = table("--plan", "fixed=west.add.xml", "--controller", "mine=my_control:always")
    assert list(rows) == ["running", "fixed", "mine"]
    assert rows["mine"]["delays_s"] == rows["fixed"]["delays_s"] != rows["running"]["delays_s"]
    assert len(rows["mine"]["delays_s"]) == 2  # the judge's seeds, as for everybody
    assert rows["mine"]["ratio"] > 1


def test_an_own_plan_in_json_is_judged_as_the_running_program_where_it_is_the_same(
    crossing: Scenario, theirs: Path, table
) -> None:
    network = read_network(crossing.network)
    (theirs / "plan.json").write_bytes(plan_json(network.running_plan, network, {}))
    rows = table("--plan", "today=plan.json")
    assert rows["today"]["delays_s"] == rows["running"]["delays_s"]


def test_what_fails_keeps_its_row_with_its_last_word(theirs: Path, table) -> None:
    (theirs / "other.json").write_text("{}")
    rows = table(
        "--controller", "a=my_control:fails", "--controller", "b=my_control:steps_nothing", "--plan", "c=other.json"
    )
    assert "ZeroDivisionError" in rows["a"]["crashed"]
    assert "returned None" in rows["b"]["crashed"]
    assert "other.json" in rows["c"]["crashed"]


@pytest.mark.parametrize(
    ("plans", "controllers", "found"),
    [
        (["nameless.xml"], [], "nameless.xml"),
        (["../out=west.add.xml"], [], r"\.\./out"),
        (["x=absent.add.xml"], [], "no such file"),
        (["greenband=west.add.xml"], [], "another row"),
        (["x=west.add.xml"], ["x=my_control:always"], "another row"),
        ([], ["x=my_control"], "my_control"),
        ([], ["x=my_control:absent"], "no attribute 'absent'"),
        ([], ["x=my_control:NUMBER"], "no function"),
        ([], ["x=nowhere:control"], "No module named 'nowhere'"),
    ],
)
def test_a_wrong_name_is_one_clear_error_before_anything_runs(
    theirs: Path, plans: list[str], controllers: list[str], found: str
) -> None:
    with pytest.raises(InputError, match=found):
        own_peers(plans, controllers, theirs)


def test_a_controller_of_this_machine_is_not_sent_to_a_cluster(theirs: Path) -> None:
    app = typer.Typer()
    app.command()(streets.streets)
    arguments = ["cologne1", "--controller", "x=my_control:always", "--cluster", "tcp://127.0.0.1:1"]
    with pytest.raises(InputError, match="leave out --cluster"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_runs_of_an_own_controller_are_never_kept(crossing: Scenario, theirs: Path, tmp_path: Path) -> None:
    own = Proposal(controller=Controller("my_control:always", theirs))
    before = try_out(Trial(peer="x", scenario=crossing, proposal=own, seed=100, cache=tmp_path / "cache"))
    (theirs / "helper.py").write_text('STATE = "GGrr"\n')
    after = try_out(Trial(peer="x", scenario=crossing, proposal=own, seed=100, cache=tmp_path / "cache"))
    assert not (tmp_path / "cache").exists()
    assert type(before) is type(after)
    assert before != after


def test_own_rows_take_no_name_of_ours(theirs: Path) -> None:
    (mine,) = own_peers([], ["mine=my_control:always"], theirs)
    assert mine.id not in {peer.id for peer in PEERS}
