"""The study's weights: the default is the delay to the last bit, and each term has an answer known beforehand."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.engine.optimise.model_referee import ModelReferee
from greenband.engine.optimise.objective import (
    cost_in_model,
    cost_in_simulation,
    crossing_wait_s,
    pedestrian_wait_s,
    values_in_model,
    worst_movement_s,
)
from greenband.engine.studies.file import read_study, with_objective
from greenband.engine.studies.objective import Objective
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window
from pydantic import ValidationError

from tests.engine.model.small_streets import PLAIN, junction_plan, network, plan, vehicles
from tests.engine.optimise.made_up_junctions import junction
from tests.engine.validate.made_runs import made

NET = network({"in": 500.0, "out": 100.0}, [("in", "out")], {("in", "out"): ("J", 0)})
PLAN = plan(junction_plan("J", 60, {"g0": (0, 20)}))


def judge(objective=None):
    streets = build_streets(NET, PLAIN)
    traffic = load(streets, vehicles(np.arange(0.0, 900.0, 7.0), [("in", "out")]), 0, 900.0)
    more = {} if objective is None else {"objective": objective}
    return ModelReferee(streets=streets, traffic={1: traffic}, end_s=900.0, **more)


def test_the_default_cost_is_the_delay_to_the_last_bit():
    assert judge().costs([PLAN], [1]) == judge().delays_s([PLAN], [1])
    run = made(100, 0.1 + 0.2)
    assert cost_in_simulation(Objective(), run, PLAN, NET) == run.mean_delay_s


def test_a_stop_costs_the_seconds_that_it_is_said_to_be_worth():
    own = judge(Objective(stops=20.0))
    found = estimate(own.streets, own.traffic[1], PLAN, 900.0)
    assert found.stops_per_vehicle > 0.5
    expected = found.delay_s.sum() / found.vehicles + 20 * found.stops.sum() / found.vehicles
    assert own.costs([PLAN], [1])[0][0] == pytest.approx(expected)
    assert cost_in_simulation(Objective(stops=20.0), made(100, 40.0), PLAN, NET) == pytest.approx(40 + 20 * 1.0)


def test_spillback_is_the_time_in_which_somebody_waits_for_room_over_the_vehicles():
    net = network(
        {"a": 500.0, "b": 65.0, "end": 100.0}, [("a", "b"), ("b", "end")],
        {("a", "b"): ("J", 0), ("b", "end"): ("K", 0)},
    )  # fmt: skip
    never = plan(junction_plan("J", 60, {"g0": (0, 60)}), junction_plan("K", 60, {"g0": (0, 30)}, "r"))
    streets = build_streets(net, PLAIN)
    traffic = load(streets, vehicles(np.arange(0.0, 100.0, 5.0), [("a", "b", "end")]), 0, 600.0, speed_spread=0.0)
    own = ModelReferee(
        streets=streets, traffic={1: traffic}, end_s=600.0, objective=Objective(delay=0, stops=1e-9, spillback=3)
    )
    eleventh_s = 10 * 5.0 + 50.0  # from then on ten vehicles fill the street of 75 m, and it waits for room
    assert own.costs([never], [1])[0][0] == pytest.approx(3 * (600 - eleventh_s) / 20, abs=0.2)


def test_spillback_cannot_be_weighed_without_queues():
    own = judge()
    found = estimate(own.streets, own.traffic[1], PLAN, 900.0)
    assert "spillback" not in values_in_model(found, PLAN, NET)
    with pytest.raises(ValueError, match="with_queues"):
        cost_in_model(Objective(spillback=1.0), found, PLAN, NET)


def test_the_worst_movement_is_one_that_many_make():
    delay_s = np.array([800 * 20.0, 80 * 35.0, 10 * 99.0])
    assert worst_movement_s(np.array([800, 80, 10]), delay_s) == pytest.approx(35.0)
    assert worst_movement_s(np.array([8, 40, 10]), np.array([80.0, 400.0, 990.0])) == pytest.approx(10.0)  # the busiest
    assert worst_movement_s(np.array([], dtype=int), np.array([])) == 0.0
    weighed = Objective(delay=0, worst_movement=0.5)
    assert cost_in_simulation(weighed, made(100, 20.0, side_s=35.0, rare_s=99.0), PLAN, NET) == pytest.approx(17.5)


def test_pedestrians_wait_by_the_equation_of_the_highway_capacity_manual():
    """HCM 2000, equation 18-5: 0.5 (C - g)^2 / C."""
    own = crossing("p", [(70.0, 30.0)], 90.0)  # passes the end of the cycle
    assert crossing_wait_s(own, "p") == pytest.approx(0.5 * (90 - 30) ** 2 / 90)


@pytest.mark.parametrize("walks", [[(0.0, 7.0), (40.0, 11.0)], [(5.0, 20.0)], [(50.0, 15.0), (10.0, 5.0)]])
def test_pedestrians_wait_as_those_who_come_one_each_tenth_of_a_second_do(walks):
    own = crossing("p", walks, 60.0)
    green = [any((t - start) % 60 < length for start, length in walks) for t in np.arange(0, 60, 0.1) + 0.05]
    waits = [next(n for n in itertools.count() if green[(k + n) % 600]) / 10 for k in range(600)]
    assert crossing_wait_s(own, "p") == pytest.approx(np.mean(waits), abs=0.06)


def test_a_crossing_without_a_walk_waits_a_cycle_and_one_always_open_not_at_all():
    assert crossing_wait_s(crossing("p", [], 60.0), "p") == 60.0
    assert crossing_wait_s(crossing("p", [(0.0, 60.0)], 60.0), "p") == 0.0


def test_all_crossings_weigh_the_same_and_vehicles_do_not_count():
    own = junction([(20.0, "Grr"), (30.0, "rGr"), (10.0, "rrG")], pedestrians=(1, 2))
    net = replace(NET, junctions=(own,))
    running = Plan(name="running", junctions=(own.running,))
    assert pedestrian_wait_s(running, net) == pytest.approx((30**2 + 50**2) / 120 / 2)
    assert pedestrian_wait_s(PLAN, NET) == 0.0


def crossing(group, walks, cycle_s):
    windows = tuple(Window(start_s=start, length_s=length, display="G") for start, length in sorted(walks))
    return JunctionPlan(
        junction="J", cycle_s=cycle_s, offset_s=0.0, coordinated=None, groups=(GroupPlan(group=group, windows=windows),)
    )


def test_an_objective_asked_for_by_name_stands_in_for_the_study_s_own(tmp_path):
    (tmp_path / "net.xml").write_text("<net/>")
    (tmp_path / "study.toml").write_text(
        """schema = 1
name = "s"
network = "net.xml"
day = "2026-03-03"
objective = { stops = 3.0 }
[[periods]]
name = "am"
begin = "07:00"
end = "08:00"
"""
    )
    own = read_study(tmp_path)
    assert with_objective(own, None).file.objective == Objective(stops=3.0)
    assert with_objective(own, "bandwidth").file.objective == Objective(bandwidth=30.0)
    assert with_objective(own, "delay").file.objective == Objective()


@pytest.mark.parametrize(
    ("weights", "word"),
    [
        ({"stops": -1.0}, "greater than or equal to 0"),
        ({"delay": float("inf")}, "finite"),
        ({"delay": 0.0, "pedestrian_wait": 1.0}, "no traffic is looked at"),
        ({"comfort": 1.0}, "Extra inputs"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights, word):
    with pytest.raises(ValidationError, match=word):
        Objective(**weights)
