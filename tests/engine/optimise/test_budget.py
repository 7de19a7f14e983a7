"""Budgets: what is promised is not overdrawn, and does not depend on the machine."""

import numpy as np
import pytest
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.budget import FEWEST_RUNS, MOST_RUNS, SIMULATED_VEH_S, budget_of
from greenband.engine.optimise.model_referee import ModelReferee, vehicle_seconds
from greenband.engine.optimise.race.race import race
from greenband.engine.optimise.search import simulated_seeds
from greenband.networks.seeds import FINAL_SEEDS, RACE_SEEDS, SEARCH_SEEDS

from tests.engine.model.small_streets import network, vehicles
from tests.engine.model.small_streets import plan as plan_with
from tests.engine.optimise.test_race_and_refine import PaperReferee, by_name, named


def simulations(budget):
    """Count what a race of as many plans as may enter really asks for, and add refinement and final."""
    referee = PaperReferee(by_name)
    race(referee, named(budget.entrants), RACE_SEEDS[: budget.race_seeds], budget.finalists)
    return len(referee.record) + budget.refine_runs + budget.final_seeds * (budget.finalists + 1)


@pytest.mark.parametrize("vehicle_s", [1e4, 1.3e5, 2.4e5, 5e5, 7e5, 9e5, 1.7e6, 1e8])
def test_a_search_simulates_no_more_than_its_budget(vehicle_s):
    runs = max(FEWEST_RUNS, min(MOST_RUNS, SIMULATED_VEH_S / vehicle_s))
    # A running plan that is among the worst goes on all the same, once more in each round.
    assert simulations(budget_of(vehicle_s, 3)) <= runs + 2


def test_dearer_simulations_leave_fewer_of_everything():
    budgets = [budget_of(vehicle_s, 3) for vehicle_s in (1e5, 3e5, 1e6, 3e6)]
    for name in ("trials", "entrants", "race_seeds", "refine_runs", "finalists", "final_seeds"):
        values = [getattr(budget, name) for budget in budgets]
        assert values == sorted(values, reverse=True), name
        assert values[0] > values[-1], name


@pytest.mark.parametrize("effort", [0.02, 0.5, 1.0, 3.0, 50.0])
def test_every_effort_leaves_a_race_and_a_final_on_seeds_of_their_own(effort):
    budget = budget_of(2e5, 3, effort)
    assert min(budget.entrants, budget.finalists, budget.final_seeds) >= 2
    assert set(simulated_seeds(budget)) <= set(SEARCH_SEEDS)
    assert len(set(simulated_seeds(budget))) == len(simulated_seeds(budget))
    assert not set(FINAL_SEEDS) & set(RACE_SEEDS)
    assert not {seed for seed in SEARCH_SEEDS if 100 <= seed < 1100}


def test_vehicle_seconds_are_time_at_the_limit_and_delay_by_hand():
    """Ten vehicles 200 s apart on 500 m at 10 m/s and through a junction of 10 m to their last street: 51 s each."""
    net = network({"in": 500.0, "out": 100.0}, [("in", "out")])
    streets = build_streets(net, Behaviour(start_delay_s=0.0, drag_m_s=0.0))
    traffic = load(streets, vehicles(np.arange(0.0, 2000.0, 200.0), [("in", "out")]), 0, 3600, speed_spread=0.0)
    model = ModelReferee(streets=streets, traffic={1: traffic}, end_s=3600)
    delay_s = model.delays_s([plan_with()], [1])[0][0]
    assert delay_s < 2.0
    assert vehicle_seconds(model, plan_with(), 1) == pytest.approx(10 * (51.0 + delay_s), abs=1.0)
