"""The queue model set right for a study: SUMO's word on a movement changes what a climb makes of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.model_referee import ModelReferee
from greenband.engine.optimise.race.correction import DOUBT_VEH_S, LEAST, MOST, Correction, factors_of, with_factors
from greenband.engine.studies.objective import Objective

from tests.engine.model.small_streets import PLAIN, junction_plan, network, plan, vehicles

NET = network(
    {"a": 400.0, "b": 400.0, "end": 100.0}, [("a", "end"), ("b", "end")],
    {("a", "end"): ("J", 0), ("b", "end"): ("J", 1)},
)  # fmt: skip
A, B = ("J", "a", "end"), ("J", "b", "end")


def split(green_s: int):
    """The plan of two approaches that share a minute: `a` has so many seconds, `b` the rest but for the yellows."""
    return plan(junction_plan("J", 60, {"g0": (0, green_s), "g1": (green_s + 3, 54 - green_s)}))


def model(objective: Objective | None = None) -> ModelReferee:
    streets = build_streets(NET, PLAIN)
    departs_s = np.arange(0.0, 900.0, 5.0)
    routes = [("a", "end"), ("b", "end")]
    traffic = load(streets, vehicles(departs_s, routes, np.arange(departs_s.size) % 2), 0, 900.0)
    more = {} if objective is None else {"objective": objective}
    return ModelReferee(streets=streets, traffic={7: traffic}, end_s=900.0, **more)


def test_a_factor_is_the_simulated_delay_over_the_modelled_one_drawn_to_one_by_the_doubt():
    twice = factors_of([({A: 2 * DOUBT_VEH_S}, {A: DOUBT_VEH_S})])
    assert twice == {A: pytest.approx(3 / 2)}  # (2 + 1) / (1 + 1)
    assert factors_of([({A: 1e9, B: 0.0}, {A: 1.0, B: 1e9})]) == {A: MOST, B: LEAST}
    assert factors_of([({A: 40.0}, {A: 40.0}), ({B: 1.0}, {B: 1.0})]) == {A: 1.0, B: 1.0}
    assert factors_of([]) == {}


def test_the_corrected_cost_is_the_delay_with_each_movement_times_its_factor():
    """Oracle: the estimate's own table of movements, summed by hand."""
    own = model()
    found = estimate(own.streets, own.traffic[7], split(20), 900.0)
    delay_s = {turn: total for turn, (_, total) in found.by_turn.items()}
    assert delay_s[A] > 500
    expected = found.mean_delay_s + (1.5 - 1) * delay_s[A] / found.vehicles + (0.7 - 1) * delay_s[B] / found.vehicles
    for one in (own, model(Objective(stops=1e-12))):
        right = with_factors(one, {A: 1.5, B: 0.7})
        assert right.costs([split(20)], [7])[0][0] == pytest.approx(expected)
    assert with_factors(own, {}).costs([split(20)], [7]) == pytest.approx(np.array(own.costs([split(20)], [7])))


class Sumo:
    """A simulator in which one movement has three times the delay that the model sees, and nobody knows why."""

    def __init__(self, own, *, locked=False):
        self.own, self.locked = own, locked

    def runs(self, plans, seeds):
        return [[self._run(one, seed) for seed in seeds] for one in plans]

    def _run(self, one, seed):
        found = estimate(self.own.streets, self.own.traffic[seed], one, self.own.end_s)
        delay_s = [total * (3.0 if turn == A else 1.0) for turn, (_, total) in found.by_turn.items()]
        movements = SimpleNamespace(turns=tuple(found.by_turn), delay_s=np.array(delay_s))
        return SimpleNamespace(seed=seed, movements=movements, gridlocked=self.locked)


def best_split(judge) -> int:
    return min(range(8, 47), key=lambda green_s: judge.costs([split(green_s)], [7])[0][0])


def test_what_the_model_thought_too_well_off_gets_more_green_once_it_is_corrected():
    own = model()
    right = Correction(model=own, referee=Sumo(own), seeds=(7,))([split(27)])
    assert best_split(right) > best_split(own)


def test_runs_that_locked_up_teach_nothing():
    own = model()
    right = Correction(model=own, referee=Sumo(own, locked=True), seeds=(7,))([split(27)])
    assert right.costs([split(27)], [7]) == pytest.approx(np.array(own.costs([split(27)], [7])))
