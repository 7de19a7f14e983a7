from collections import Counter
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from greenband.engine.chain.scenarios import forecast_trips, scenario_demands
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements.estimate import known_flows, movements_of
from greenband.engine.movements.sample_trips import routes_xml
from greenband.engine.studies.file import Options
from lxml import etree

from tests.engine.cross import MONDAY, cross_detectors, judged_cross

STUDY = SimpleNamespace(file=SimpleNamespace(options=Options(warm_up_s=0)))


@pytest.fixture(scope="module")
def prepared():
    network, judged, _ = judged_cross()
    forecast = forecast_day(judged, MONDAY + timedelta(days=15), 25_200, 28_800)
    known = known_flows(network, cross_detectors(network), forecast)
    return SimpleNamespace(
        network=network,
        forecast=forecast,
        known=known,
        demand=movements_of(known, forecast)[0],
        study=STUDY,
        present=None,
    )


def test_the_mean_of_the_days_is_the_forecast(prepared):
    days = scenario_demands(prepared, 200, seed=3)
    each = np.array([[day.flow_veh_h[turn] for turn in prepared.demand.flow_veh_h] for day in days])
    mean = np.array(list(prepared.demand.flow_veh_h.values()))
    error = each.std(axis=0) / np.sqrt(len(days))
    # Flows cannot be negative, which lifts the mean of what is hardly known by a part of its spread.
    assert (abs(each.mean(axis=0) - mean) < 4 * error + 0.4 * each.std(axis=0)).all()
    assert each.sum(axis=1).mean() == pytest.approx(mean.sum(), rel=0.02)


def test_the_same_seed_gives_the_same_days_whatever_else_was_drawn(prepared):
    first = scenario_demands(prepared, 2, seed=5)
    scenario_demands(prepared, 7, seed=6)
    assert scenario_demands(prepared, 2, seed=5) == first
    assert scenario_demands(prepared, 2, seed=6) != first


def test_traffic_of_a_day_makes_the_turns_of_that_day(prepared):
    busy = max(scenario_demands(prepared, 8, seed=1), key=lambda day: day.vehicles)
    routes = etree.fromstring(routes_xml(forecast_trips(STUDY, prepared.network, busy, seed=1)))
    made = Counter(turn for route in routes.iter("route") for turn in pairwise((route.get("edges") or "").split()))
    assert busy.vehicles > prepared.demand.vehicles
    for turn, flow_veh_h in busy.flow_veh_h.items():
        assert made[turn] == pytest.approx(flow_veh_h, abs=8), turn
