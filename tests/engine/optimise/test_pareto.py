"""The plans to choose from: each is the best at what it is said to be best at, and offsets alone find a known wave."""

import numpy as np
import pytest
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.candidates.candidates import Problem
from greenband.engine.optimise.model_referee import ModelReferee
from greenband.engine.optimise.objective import weighed
from greenband.engine.optimise.race.race import Standing
from greenband.engine.optimise.why import pareto
from greenband.engine.optimise.why.pareto import AIMS, alternatives, best_shifts, raced
from greenband.networks.plan import Plan

from tests.engine.model.small_streets import PLAIN, junction_plan, network, plan, vehicles

NET = network(
    {"a": 300.0, "b": 190.0, "end": 100.0}, [("a", "b"), ("b", "end")], {("a", "b"): ("J", 0), ("b", "end"): ("K", 0)}
)


def judge():
    streets = build_streets(NET, PLAIN)
    traffic = load(streets, vehicles(np.arange(0.0, 900.0, 6.0), [("a", "b", "end")]), 0, 900.0, speed_spread=0.0)
    return ModelReferee(streets=streets, traffic={1: traffic}, end_s=900.0)


def with_offset(offset_s):
    return plan(junction_plan("J", 60, {"g0": (0, 30)}), junction_plan("K", 60, {"g0": (0, 30)}, offset_s=offset_s))


def test_offsets_alone_find_the_green_wave():
    """K's green of 30 s begins when what leaves J on its green of 30 s arrives: 200 m at 10 m/s later."""
    model = judge()
    found = best_shifts(model, with_offset(50), 1, 200, 1)
    offset_s = (found.by_junction["K"].offset_s - found.by_junction["J"].offset_s) % 60
    assert offset_s == pytest.approx(20, abs=4)
    assert model.delays_s([found], [1])[0][0] <= model.delays_s([with_offset(20)], [1])[0][0] + 0.1
    assert [own.groups for own in found.junctions] == [own.groups for own in with_offset(50).junctions]


def problem():
    return Problem(network=NET, flow_veh_h={}, period_h=1.0, options={}, skeletons={}, streams={})


def named(name, offset_s):
    return Plan(name=name, junctions=with_offset(offset_s).junctions)


def test_each_alternative_is_the_best_of_all_at_its_aim(monkeypatch):
    tried = {"a": (30.0, 1.5, 90.0), "b": (31.0, 0.8, 95.0), "c": (35.0, 1.6, 50.0)}
    plans = [named(name, 1 + place) for place, name in enumerate(tried)]
    told = {
        one.junctions: dict(zip(("delay", "stops", "worst_movement"), tried[one.name], strict=True)) for one in plans
    }
    worst = {"delay": 60.0, "stops": 2.0, "worst_movement": 99.0}
    monkeypatch.setattr(pareto, "values", lambda _model, one, _seeds: told.get(one.junctions, worst))
    found = {one.name: one for one in alternatives(problem(), judge(), plans[0], plans, seeds=[1], trials=5, seed=1)}
    assert list(found) == ["chosen", "running", *AIMS]
    best = {"least-delay": plans[0], "fewest-stops": plans[1], "fairest": plans[2], "chosen": plans[0]}
    assert {name: found[name].plan.junctions for name in best} == {name: one.junctions for name, one in best.items()}
    assert all(
        weighed(aim, found[name].values) <= weighed(aim, other.values)
        for name, aim in AIMS.items()
        for other in found.values()
    )


def test_a_plan_that_was_kept_is_chosen_and_running_at_once():
    running = NET.running_plan
    found = alternatives(problem(), judge(), running, [], seeds=[1], trials=3, seed=1)
    assert {one.plan.junctions for one in found if one.name in ("chosen", "running")} == {running.junctions}
    assert found[0].values == found[1].values


def test_the_delay_in_the_simulator_is_that_of_the_longest_row_of_runs():
    running = NET.running_plan
    found = alternatives(problem(), judge(), running, [], seeds=[1], trials=3, seed=1)
    standings = [
        Standing(plan=running, delay_s={1: 10.0}),
        Standing(plan=running, delay_s={1: 20.0, 2: 30.0}),
        Standing(plan=with_offset(7), delay_s={1: 1.0, 2: 1.0, 3: 1.0}),
    ]
    known = {one.name: (one.race_delay_s, one.race_seeds) for one in raced(found, standings)}
    assert known["chosen"] == (25.0, 2)
    assert raced(found, [])[0].race_delay_s is None
