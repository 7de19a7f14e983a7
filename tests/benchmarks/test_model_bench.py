"""The model benchmark: its figures by hand, and SUMO's results kept under what made them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.model import model_sumo
from greenband.benchmarks.model.command import figures
from greenband.benchmarks.model.model_bench import Comparison, chosen_plans, seed_spearman
from greenband.benchmarks.model.model_cases import arterial_cases, chosen_cases, with_fixed_routes
from greenband.benchmarks.model.model_sumo import simulate_all
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import run
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import EDGES, NODES, make_network, program, routes

TRIPS = [(float(second), edges) for second in range(0, 300, 6) for edges in ("sm mn", "wm me")]


def silent(*_):
    pass


def compared(**changes) -> Comparison:
    """The running plan, then four; the last gridlocks."""
    fields = {
        "name": "made up",
        "vehicles": 100,
        "left_out": 0,
        "model_s": np.array([99.0, 10.0, 20.0, 30.0, 90.0]),
        "from_counts_s": np.array([0.0, 40.0, 30.0, 20.0, 10.0]),
        "sumo_s": np.array([90.0, 10.0, 25.0, 24.0, 300.0]),
        "between_seeds": 0.05,
        "seed_spearman": 0.9,
        "gridlocked": np.array([False, False, False, False, True]),
        "movement_error_s": 1.5,
        "model_ms": np.array([2.0, 1.0, 1.0, 3.0, 3.0]),
        "sumo_s_per_run": 1.5,
    }
    return Comparison(**(fields | changes))


def test_figures_are_those_worked_out_by_hand():
    """Ranks of the random plans 1 2 3 4 and 1 3 2 4: 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15) = 0.8.

    From counts 4 3 2 1 against 1 3 2 4: 1 - 6 * (9 + 0 + 0 + 9) / 60 = -0.8. Errors of those that flow: 0.1, 0, -0.2,
    0.25, so that the median is 0.05 and of their sizes 0.15.
    """
    found = figures(compared())
    assert (found["spearman"], found["spearman_from_counts"]) == (0.8, -0.8)
    assert (found["bias"], found["median_error"]) == (0.05, 0.15)
    assert (found["plans"], found["gridlocked"]) == (4, 1)
    assert (found["model_ms"], found["ratio"]) == (2.0, 750), "the ratio is that of the running plan"


def test_one_seed_against_the_mean_of_the_others_by_hand():
    """Of two seeds each is held to the other: ranks 1 2 3 4 and 1 3 2 4, so 0.8 both times."""
    assert seed_spearman(np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [4.0, 40.0]])) == pytest.approx(0.8)
    assert np.isnan(seed_spearman(np.ones((3, 1))))


@pytest.fixture
def small(tmp_path) -> tuple[Scenario, Path]:
    network = make_network(tmp_path, NODES, EDGES)
    (tmp_path / "cars.rou.xml").write_text(routes(TRIPS))
    (tmp_path / "plan.add.xml").write_text(program([(30, "GGrr"), (3, "yyrr"), (10, "rrGG"), (3, "rryy")]))
    scenario = Scenario(network=network, routes=(tmp_path / "cars.rou.xml",), begin_s=0, end_s=300)
    return scenario, tmp_path / "plan.add.xml"


def test_what_sumo_said_is_kept_until_something_that_made_it_changes(small, tmp_path, monkeypatch):
    scenario, plan = small
    calls = []
    monkeypatch.setattr(model_sumo, "simulate", lambda *a, **k: (calls.append(k["seed"]), real(*a, **k)))
    given = {"workers": 1, "cache": tmp_path / "kept", "tell": silent}
    first = simulate_all("small", scenario, [plan], [1, 2], **given)
    truth = run(scenario, seed=1, programs=plan)
    assert first[0][0].mean_delay_s == pytest.approx(truth.mean_delay_s)
    assert sum(n for n, _ in first[0][0].turns.values()) == len(TRIPS) - truth.unserved
    assert simulate_all("small", scenario, [plan], [1, 2], **given) == first
    shutil.rmtree(tmp_path / "kept" / "figures")
    assert simulate_all("small", scenario, [plan], [1, 2], **given) == first, "read again, not simulated again"
    assert calls == [1, 2]
    cars = scenario.routes[0]
    cars.write_text(cars.read_text().replace("<routes>", "<routes><!-- made at another time -->"))
    assert simulate_all("small", scenario, [plan], [1], **given)[0] == first[0][:1]
    assert calls == [1, 2], "a comment decides nothing"
    plan.write_text(plan.read_text().replace('duration="10"', 'duration="12"'))
    assert simulate_all("small", scenario, [plan], [1], **given)[0] != first[0][:1]
    assert calls == [1, 2, 1]


real = model_sumo.simulate


def test_more_plans_of_a_seed_begin_with_the_same_ones(small):
    network = read_network(small[0].network)
    few, many = (chosen_plans(network, plans, 5) for plans in (2, 4))
    assert many[:3] == few
    assert chosen_plans(network, 2, 6)[1:] != few[1:]


def test_only_who_leaves_while_it_is_simulated_is_in_the_fixed_routes(small, tmp_path):
    scenario = Scenario(network=small[0].network, routes=small[0].routes, begin_s=120, end_s=180, warm_up_s=60)
    fixed = with_fixed_routes(scenario, tmp_path)
    left = model_sumo.etree.parse(str(fixed.routes[0])).getroot().findall("vehicle")
    assert [float(v.get("depart")) for v in left] == [s for s, _ in TRIPS if 60 <= s < 180]


def test_the_arterials_periods_are_cases_beside_those_of_the_wheel():
    assert list(arterial_cases()) == ["arterial-morning", "arterial-evening"]
    (case,) = chosen_cases(["arterial-evening"], False)
    assert (case.scenario.begin_s, case.scenario.warm_up_s, case.period) == (60_300, 900, "evening")
    with pytest.raises(InputError):
        chosen_cases(["arterial-night"], False)
