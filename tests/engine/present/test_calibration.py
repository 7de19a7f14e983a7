"""What loops tell of vehicles and of traffic that waits outside."""

from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.movements.raised import raised
from greenband.engine.present.compare import PlaceMatch
from greenband.engine.present.full_entries import full_entries, next_factors
from greenband.engine.present.loops_seen import LoopsSeen
from greenband.engine.present.vehicle_length import vehicle_length
from greenband.networks.detector import Detector

from tests.engine.cross import cross_network
from tests.engine.movements.test_sample_trips import cross_demand

EXITS = tuple(Detector(id=f"x{k}", lane=f"E{k}_0", position_m=5.0, kind="exit") for k in range(8))


def passing(length_m: float, seed: int) -> LoopsSeen:
    """Loops past which vehicles of a length drive at 10 to 14 m/s: a closed form of occupancy, L / v a vehicle."""
    random = np.random.default_rng(seed)
    veh = random.poisson(20, (len(EXITS), 10, 12)).astype(float)
    speed_m_s = np.linspace(10.0, 14.0, len(EXITS))[:, None, None]
    occupancy = veh * length_m / speed_m_s / 300 * random.normal(1.0, 0.05, veh.shape)
    return LoopsSeen(detectors=EXITS, interval_s=300, veh=veh, occupancy=occupancy)


def test_the_length_is_that_of_the_streets_vehicles():
    found = vehicle_length(passing(4.3, 1), passing(5.0, 2), 5.0)
    assert found is not None
    assert found.length_m == pytest.approx(4.3, abs=0.06)
    assert found.error_m < 0.1
    assert found.loops == len(EXITS)


def test_loops_on_which_vehicles_queue_tell_nothing_of_lengths():
    queued = passing(4.3, 1)
    covered = LoopsSeen(detectors=EXITS, interval_s=300, veh=queued.veh, occupancy=queued.occupancy + 0.3)
    assert vehicle_length(covered, passing(5.0, 2), 5.0) is None


def entry(occupancy: float, made: float = 0.03) -> PlaceMatch:
    return PlaceMatch(
        edge="Nin",
        kind="entry",
        loops=("n",),
        counted_veh_h=450.0,
        simulated_veh_h=450.0,
        counted_occupancy=occupancy,
        simulated_occupancy=made,
        days_occupancy_sd=0.01,
    )


def test_an_entry_is_full_where_standing_vehicles_cover_its_loops():
    free = 450 / 3600 * 5.0 / cross_network().edges["Nin"].speed_m_s
    assert full_entries([entry(free), entry(1.5 * free)], cross_network(), 5.0) == ()
    assert full_entries([entry(0.4)], cross_network(), 5.0) == (entry(0.4),)


def test_full_entries_get_more_traffic_and_never_less_than_is_counted():
    full = entry(0.4, made=0.1)
    assert next_factors([full], {"Nin": full}, {}) == {"Nin": pytest.approx(2.0)}
    over = entry(0.1, made=0.4)
    assert next_factors([over], {"Nin": over}, {}) == {"Nin": 1.0}


def test_where_more_are_counted_the_entry_was_not_full():
    full = entry(0.4, made=0.1)
    driven = replace(full, simulated_veh_h=600.0)
    assert next_factors([full], {"Nin": driven}, {"Nin": 1.5}) == {"Nin": pytest.approx(1.5 * 450 / 600)}


def test_what_is_added_at_an_entry_goes_on_as_its_vehicles_do():
    demand = cross_demand()
    more = raised(demand, {"Nin": 1.5})
    for turn, flow in demand.flow_veh_h.items():
        assert more.flow_veh_h[turn] == pytest.approx(flow * (1.5 if turn[0] == "Nin" else 1.0), rel=1e-3)
    assert more.vehicles == pytest.approx(demand.vehicles * (3 + 1.5) / 4)
    into = sum(sink.mean_veh_h for sink in more.sinks)
    assert into == pytest.approx(sum(source.mean_veh_h for source in more.sources), rel=1e-3)
    assert raised(demand, {}) is demand
