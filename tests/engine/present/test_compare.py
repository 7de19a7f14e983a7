"""Simulated loops beside counted ones."""

import numpy as np
import pytest
from greenband.engine.present.compare import PlaceMatch, geh, places_of
from greenband.engine.present.loops_seen import LoopsSeen, late_ratio
from greenband.networks.detector import Detector

LOOPS = tuple(
    Detector(id=name, lane=lane, position_m=1.0, kind=kind)
    for name, lane, kind in (("a0", "A_0", "approach"), ("a1", "A_1", "approach"), ("b", "B_0", "exit"))
)


def seen(veh, occupancy) -> LoopsSeen:
    """Four days of two intervals of 300 s, all alike."""
    shape = (len(LOOPS), 4, 2)
    veh = np.broadcast_to(np.array(veh, dtype=float)[:, None, None], shape).copy()
    occupancy = np.broadcast_to(np.array(occupancy, dtype=float)[:, None, None], shape).copy()
    return LoopsSeen(detectors=LOOPS, interval_s=300, veh=veh, occupancy=occupancy)


@pytest.mark.parametrize(
    ("simulated", "counted", "expected"),
    # Worked in the UK's Design Manual for Roads and Bridges' form: sqrt(2 d^2 / sum), by hand.
    [(100.0, 100.0, 0.0), (1500.0, 1300.0, 5.345), (60.0, 100.0, 4.472), (0.0, 50.0, 10.0), (0.0, 0.0, 0.0)],
)
def test_geh_by_hand(simulated, counted, expected):
    assert geh(simulated, counted) == pytest.approx(expected, abs=5e-4)


def test_lanes_of_one_street_are_one_place():
    places = places_of(seen([10, 20, 5], [0.2, 0.4, 0.1]), seen([14, 16, 5], [0.3, 0.3, 0.1]), {})
    assert [(one.edge, one.kind) for one in places] == [("A", "approach"), ("B", "exit")]
    street = places[0]
    assert (street.counted_veh_h, street.simulated_veh_h) == (360.0, 360.0)
    assert street.counted_occupancy == pytest.approx(0.3)
    assert street.flow_agrees
    assert street.occupancy_agrees


def test_a_place_with_a_loop_that_nobody_observed_is_left_out():
    counted = seen([10, np.nan, 5], [0.2, np.nan, 0.1])
    assert [one.edge for one in places_of(counted, seen([10, 10, 5], [0.2, 0.2, 0.1]), {})] == ["B"]


def test_without_occupancies_nobody_says_that_they_agree():
    counted = seen([10, 10, 5], [np.nan] * 3)
    assert {one.occupancy_agrees for one in places_of(counted, seen([10, 10, 5], [0.2] * 3), {})} == {None}


def place(counted: float, simulated: float, sd: float = 0.0) -> PlaceMatch:
    return PlaceMatch(
        edge="A",
        kind="approach",
        loops=("a",),
        counted_veh_h=100.0,
        simulated_veh_h=100.0,
        counted_occupancy=counted,
        simulated_occupancy=simulated,
        days_occupancy_sd=sd,
    )


@pytest.mark.parametrize(
    ("one", "agrees"),
    [
        (place(0.40, 0.459), True),  # within 15 %
        (place(0.40, 0.461), False),
        (place(0.05, 0.079), True),  # within 3 % of the time
        (place(0.05, 0.081), False),
        (place(0.40, 0.49, sd=0.05), True),  # within 1.96 of the days' deviations
        (place(0.40, 0.50, sd=0.05), False),
    ],
)
def test_occupancies_agree_within_a_share_or_what_days_differ_by(one, agrees):
    assert one.occupancy_agrees is agrees


def test_late_in_the_period_only_loops_that_were_seen_then_are_compared():
    """Two intervals: the last one counts. By hand: loops a0 and b, 10 and 5 on the street, 4 and 5 in simulation."""
    counted, driven = seen([10, np.nan, 5], [0.1] * 3), seen([10, 9, 5], [0.1] * 3)
    driven.veh[0, :, 1] = 4.0
    assert late_ratio(counted, driven) == pytest.approx(9 / 15)
    counted.veh[0, :3, 1] = np.nan  # on one of four days it is known
    assert late_ratio(counted, driven) == pytest.approx(9 / 15)
    assert late_ratio(seen([np.nan] * 3, [0.1] * 3), driven) is None
