from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements.days import scenario_days
from greenband.engine.movements.estimate import estimate, known_flows
from greenband.engine.movements.predict import level_sd

from tests.engine.cross import MONDAY, cross_detectors, judged_cross


def some_days(number, seed):
    network, judged, _ = judged_cross()
    forecast = forecast_day(judged, MONDAY + timedelta(days=15), 25_200, 28_800)
    detectors = cross_detectors(network)
    return (
        scenario_days(known_flows(network, detectors, forecast), forecast, number, seed),
        estimate(network, detectors, forecast)[0],
        forecast,
    )


def test_days_lie_around_the_estimate_and_share_their_level():
    days, demand, forecast = some_days(150, 1)
    totals = np.array([sum(day.flow_veh_h.values()) for day in days])
    assert totals.mean() == pytest.approx(sum(demand.flow_veh_h.values()), rel=0.03)
    # All turns together vary as the network's level does and by chance, one by one: what is open among them cancels.
    expected = np.hypot(level_sd(forecast), totals.mean() ** -0.5)
    assert np.log(totals).std() == pytest.approx(expected, rel=0.2)
    assert min(flow for day in days for flow in day.flow_veh_h.values()) >= 0.0
    off = np.array(
        [[day.flow_veh_h[turn] / total for turn in demand.flow_veh_h] for day, total in zip(days, totals, strict=True)]
    )
    # What goes straight on does not turn left: shares of one approach go against each other.
    from_north = [k for k, turn in enumerate(demand.flow_veh_h) if turn[0] == "Nin"]
    between = np.corrcoef(off[:, from_north].T)
    assert between[np.triu_indices(3, 1)].mean() < -0.1


def test_the_seed_decides_the_days():
    one, again, other = (some_days(3, seed)[0] for seed in (4, 4, 5))
    assert one == again
    assert one != other


def test_draws_that_lie_above_the_forecast_make_no_more_trips():
    network, judged, _ = judged_cross()
    forecast = forecast_day(judged, MONDAY + timedelta(days=15), 25_200, 28_800)
    known = known_flows(network, cross_detectors(network), forecast)
    days = scenario_days(replace(known, draws_veh=3 * known.draws_veh), forecast, 40, 1)
    usual = scenario_days(known, forecast, 40, 1)
    assert np.mean([day.vehicles for day in days]) == pytest.approx(np.mean([day.vehicles for day in usual]), rel=0.03)
