"""The benchmark's adaptive peers: max pressure by hand, and actuated programs as SUMO runs them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from greenband.benchmarks.peers.actuated import actuated_programs
from greenband.benchmarks.peers.max_pressure import CONTROLLER, green_stages, pressure, transition, weighted
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import run
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.simulation.streets import EDGES, NODES, make_network, program, routes

Write = Callable[[str, str], Path]
MEASURED_S = 4.548  # when max pressure was the only controller, with a loop of its own; SUMO 1.28.0
PHASES = [(30.0, "GGrr"), (4.0, "yyrr"), (2.0, "rrrr"), (20.0, "rrGg"), (3.0, "rryy")]
TURNS = [frozenset({(edge, out)}) for edge, out in (("s", "e"), ("s", "n"), ("w", "e"), ("w", "n"))]


def test_stages_keep_the_yellow_and_the_all_red_that_follow_them() -> None:
    found = [(stage.state, stage.yellow_s, stage.all_red_s) for stage in green_stages(PHASES, TURNS)]
    assert found == [("GGrr", 4.0, 2.0), ("rrGg", 3.0, 0.0)]


def test_a_change_of_stage_shows_yellow_then_red_then_the_new_green() -> None:
    south, west = green_stages(PHASES, TURNS)
    assert transition(south, west, 100.0) == [(100.0, "yyrr"), (104.0, "rrrr"), (106.0, "rrGg")]
    assert transition(west, south, 100.0) == [(100.0, "rryy"), (103.0, "GGrr")]


def test_a_lamp_that_is_green_in_both_stages_never_shows_yellow() -> None:
    phases = [(30.0, "GGr"), (3.0, "Gyr"), (30.0, "GrG"), (3.0, "Gry")]
    first, second = green_stages(phases, TURNS[:3])
    assert [state for _, state in transition(first, second, 0.0)] == ["Gyr", "GrG"]


def test_pressure_is_the_queue_less_what_the_exit_holds() -> None:
    south, west = green_stages(PHASES, TURNS)
    # On e, 6 go on to x and 2 to y: shares 0.75 and 0.25, so Varaiya subtracts 0.75 * 6 + 0.25 * 2 = 5.
    holding = weighted(Counter({("e", "x"): 6, ("e", "y"): 2}))
    assert holding == {"e": 5.0}
    wanting = Counter({("s", "e"): 7, ("s", "n"): 1, ("w", "e"): 4})
    assert pressure(south, wanting, holding) == (3.0, 8)
    assert pressure(west, wanting, holding) == (0.0, 4)


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("crossing"), NODES, EDGES)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content)
        return tmp_path / name

    return write_file


@pytest.fixture
def chosen(crossing: Path, write: Write) -> Scenario:
    """Much traffic from the west, little from the south."""
    trips = [(float(t), "sm mn" if t % 20 == 0 else "wm me") for t in range(0, 600, 4)]
    return Scenario(network=crossing, routes=(write("r.rou.xml", routes(trips)),), begin_s=0, end_s=900)


def test_max_pressure_beats_a_program_that_favours_the_empty_street(chosen: Scenario, write: Write) -> None:
    silly = [(50.0, "GGrr"), (3.0, "yyrr"), (10.0, "rrGG"), (3.0, "rryy")]
    programs = write("p.add.xml", program(silly))
    fixed = run(chosen, seed=1, programs=programs)
    controlled = run(chosen, seed=1, programs=programs, controller=CONTROLLER)
    assert len(controlled.trips.planned_s) == len(fixed.trips.planned_s)
    assert controlled.unfinished == 0
    assert controlled.emergency_brakings == 0
    assert controlled.mean_delay_s < 0.5 * fixed.mean_delay_s
    assert controlled.mean_delay_s == pytest.approx(MEASURED_S, abs=1e-9)
    again = run(chosen, seed=1, programs=programs, controller=CONTROLLER)
    assert again.mean_delay_s == controlled.mean_delay_s


def test_actuated_programs_have_the_states_of_the_running_ones_and_run(
    chosen: Scenario, crossing: Path, tmp_path: Path
) -> None:
    made = tmp_path / "actuated.add.xml"
    made.write_bytes(actuated_programs(crossing))
    logic = etree.parse(made).find("tlLogic")
    phases = [(phase.get("state"), phase.get("minDur"), phase.get("maxDur")) for phase in logic]
    assert phases == [("GGrr", "5", "50"), ("yyrr", None, None), ("rrGG", "5", "50"), ("rryy", None, None)]
    assert read_network(crossing).junctions[0].size == len(phases[0][0])
    assert run(chosen, seed=1, programs=made).mean_delay_s < run(chosen, seed=1).mean_delay_s
