"""Streets across a main street that nobody counts carry what like streets carry, not any number that fits."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from greenband.engine.counts.verdict import judge
from greenband.engine.forecast.day import forecast_day
from greenband.engine.movements import estimate as estimating
from greenband.engine.movements.inferred import inferred_flows

from tests.engine.cross import cross_counts, cross_network

PERIOD = (25_200, 28_800)


@pytest.fixture(scope="module")
def inferred():
    """What is inferred of two opposite arms of a crossing, with no loop on them, and the true flow of each edge."""
    network = cross_network()
    counts, turns = cross_counts(network, days=15, bins=12, seed=3)
    veh = counts.veh.copy()
    veh[[loop.lane[0] in "NS" for loop in counts.detectors]] = np.nan
    judged = judge(replace(counts, veh=veh))
    forecast = forecast_day(judged, counts.days[-1] + timedelta(days=1), *PERIOD)
    known = estimating.known_flows(network, counts.detectors, forecast)
    truth = {}
    for (origin, target), flow in turns.items():
        truth[origin] = truth.get(origin, 0.0) + flow
        truth[target] = truth.get(target, 0.0) + flow
    return {one.where.split()[1]: one for one in inferred_flows(known, counts.detectors, judged, forecast)}, truth


def test_all_four_ends_are_inferred_from_the_streets_around(inferred):
    found, _ = inferred
    assert set(found) == {"Nin", "Nout", "Sin", "Sout"}
    assert all(one.told_by == () and one.spans_s == (PERIOD,) for one in found.values())


def test_they_carry_about_what_the_counted_arms_carry(inferred):
    found, truth = inferred
    for edge, one in found.items():
        assert truth[edge] / 2.5 < one.flow_veh_h < 2.5 * truth[edge]
        assert one.q10_veh_h < one.flow_veh_h < one.q90_veh_h
    counted = [truth[edge] for edge in ("Ein", "Win")]
    usual = np.mean(counted)
    assert abs(np.mean([found["Nin"].flow_veh_h, found["Sin"].flow_veh_h]) / usual - 1) < 0.5
