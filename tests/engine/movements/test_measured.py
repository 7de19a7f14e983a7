"""Turning counts of one day against flows that are known: they tell what loops leave open, and no more."""

from datetime import date, timedelta

import numpy as np
import pytest
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements.estimate import known_flows, movements_of
from greenband.engine.movements.measured import MeasuredApproach, level_of

from tests.engine.cross import MONDAY, cross_detectors, judged_cross
from tests.engine.movements.test_estimate import wape

DAY = MONDAY + timedelta(days=15)


def situation(seed, kinds=("approach", "exit"), scale=1.0, day=MONDAY, level=None):
    """Return network, loops, forecast, true turns, and turning counts drawn from these for every approach."""
    network, judged, turns = judged_cross(seed=seed)
    forecast = forecast_day(judged, DAY, 25_200, 28_800)
    loops = [loop for loop in cross_detectors(network) if loop.kind in kinds]
    rng = np.random.default_rng(seed + 100)
    by_approach = {}
    for turn, veh in turns.items():
        by_approach.setdefault(turn[0], {})[turn] = float(rng.poisson(veh * scale))
    measured = [
        MeasuredApproach(from_edge=edge, day=day, veh=veh, source=f"C/{edge}", level=level)
        for edge, veh in by_approach.items()
    ]
    return network, judged, loops, forecast, turns, measured


def error(seed, counted=True, **how):
    network, _, loops, forecast, turns, measured = situation(seed, **how)
    demand, residuals = movements_of(known_flows(network, loops, forecast, measured if counted else ()), forecast)
    return wape(demand, turns), residuals


def test_turning_counts_of_one_day_pin_what_loops_leave_open():
    with_counts = np.mean([error(seed, kinds=("approach",))[0] for seed in range(4)])
    without = np.mean([error(seed, counted=False, kinds=("approach",))[0] for seed in range(4)])
    # Poisson's chance alone leaves about 7 % of flows of 100 to 300 vehicles; loops before the junction say no turns.
    assert with_counts < 0.09
    assert with_counts < 0.4 * without


def test_without_any_loop_the_turning_counts_are_the_estimate():
    network, _, _, forecast, _, measured = situation(1)
    demand, _ = movements_of(known_flows(network, [], forecast, measured), forecast)
    for one in measured:
        for turn, veh in one.veh.items():
            assert demand.flow_veh_h[turn] == pytest.approx(veh, abs=0.15 * veh + 5)


@pytest.mark.parametrize("scale", [0.5, 1.6])
def test_a_count_of_a_quieter_or_busier_day_tells_shares_and_the_loops_tell_how_many(scale):
    off, residuals = error(2, kinds=("approach",), scale=scale)
    assert off < 0.12  # as totals they would be wrong by 50 or 60 %
    assert {one.detectors for one in residuals.turning} == {(f"C/{arm}in",) for arm in "NESW"}
    for one in residuals.turning:
        assert one.measured_veh_h == pytest.approx(scale * one.fitted_veh_h, rel=0.25)


def test_the_level_of_a_counted_day_is_what_its_loops_say():
    _, judged, _, forecast, _, _ = situation(1)
    k = 3
    level = level_of(judged, forecast, judged.counts.days[k])
    counted = judged.counts.veh[:, k].sum()
    assert level == pytest.approx(forecast.total.mean.sum() / counted)
    assert level_of(judged, forecast, date(2020, 1, 6)) is None


@pytest.mark.parametrize("level", [0.7, 1.25])
def test_without_loops_of_its_own_an_approach_is_brought_to_the_level_that_others_tell(level):
    network, _, _, forecast, _, measured = situation(1, level=level)
    demand, _ = movements_of(known_flows(network, [], forecast, measured), forecast)
    counted = sum(one.total_veh for one in measured)
    assert sum(demand.flow_veh_h.values()) == pytest.approx(level * counted, rel=0.03)


def test_no_turning_count_changes_nothing():
    network, _, loops, forecast, _, _ = situation(3)
    plain, none = known_flows(network, loops, forecast), known_flows(network, loops, forecast, ())
    assert (plain.flows_veh == none.flows_veh).all()
    assert movements_of(plain, forecast)[1].turning == ()
