"""Each rule on service fails a plan that breaks it, in one sentence, and lets the limit itself through."""

from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.studies.file import Gate
from greenband.engine.validate.service import service_faults, void_in_words
from greenband.simulation.run import Run

from tests.engine.validate.made_runs import made


def runs(**changes: float) -> list[Run]:
    """Ten runs; a measure is the given value with a little noise around it, the same on both sides."""
    noise = np.random.default_rng(1).normal(0, 0.002, 10)
    return [_with(made(100 + k, 40.0), float(1 + noise[k]), changes) for k in range(10)]


def _with(run: Run, factor: float, changes: dict[str, float]) -> Run:
    trips = replace(
        run.trips,
        stops=np.full(1000, changes.get("stops", 1.0) * factor),
        co2_g=np.full(1000, changes.get("co2_g", 200.0) * factor),
    )
    whole = {name: int(changes[name]) for name in ("collisions", "emergency_stops", "teleports") if name in changes}
    full_s, lost_s = changes.get("full_s", 0.0), changes.get("walk_s", 20.0)
    return replace(
        run,
        trips=trips,
        full_streets_s={"main": full_s * factor, "side": 1.0},
        walks_lost_s=np.full(30, lost_s * factor),
        **whole,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stops": 1.21}, "stop 1.21 times on average, under the running plan 1.00"),
        ({"full_s": 125.0}, "full from end to end for 126 s in all, under the running plan for 1 s; worst is main"),
        ({"walk_s": 31.0}, "People on foot wait 31 s on average, under the running plan 20 s"),
        ({"co2_g": 211.0}, "emits 211 g of CO2 on average, under the running plan 200 g"),
        ({"emergency_stops": 1}, "10 vehicles cannot stop in time at a stop line, under the running plan 0"),
        ({"collisions": 2}, "20 collisions are simulated"),
        ({"teleports": 1}, "The trial is void: 10 vehicles teleport"),
    ],
)
def test_a_broken_rule_is_one_sentence(changes, sentence):
    (said,) = service_faults(runs(**changes), runs(), Gate())
    assert sentence in said


@pytest.mark.parametrize(
    "changes", [{"stops": 1.19}, {"full_s": 115.0}, {"walk_s": 29.0}, {"co2_g": 209.0}, {"stops": 0.5, "co2_g": 100.0}]
)
def test_within_the_limits_nothing_is_said(changes):
    assert list(service_faults(runs(**changes), runs(), Gate())) == []


def test_the_study_sets_the_limits():
    strict = Gate(stops_share=0.0, spillback_s=0.0, pedestrian_wait_s=0.0, co2_share=0.0)
    broken = list(service_faults(runs(stops=1.1, full_s=10, walk_s=25, co2_g=205), runs(), strict))
    assert len(broken) == 4


def test_what_only_some_seeds_show_is_chance():
    plan = runs()
    plan[3] = _with(plan[3], 1.0, {"full_s": 5000.0})
    assert list(service_faults(plan, runs(), Gate())) == []


def test_nobody_on_foot_and_no_emissions_measured_break_no_rule():
    bare = [made(100 + k, 40.0) for k in range(10)]
    assert list(service_faults(bare, bare, Gate(co2_share=0, pedestrian_wait_s=0))) == []


def test_what_happens_as_often_as_today_is_said_but_no_fault():
    plan, today = runs(collisions=1), runs(collisions=1)
    assert list(service_faults(plan, today, Gate())) == []
    assert list(void_in_words(plan, today)) == [
        "In all runs 10 collisions are simulated, under the running plan 10: no clear change."
    ]
