"""How drivers leave queues and use gaps in SUMO, against closed forms."""

import numpy as np
import pytest
from greenband.networks.errors import InputError
from greenband.simulation.calibrate import _discharge, _gaps, measure_discharge
from lxml import etree

LIMIT_M_S, SPACE_M = 50 / 3.6, 7.5


def alike(**changes: str) -> etree._Element:
    """Drivers who are all alike and make no mistakes."""
    return etree.Element("vType", {"id": "DEFAULT_VEHTYPE", "sigma": "0", "speedDev": "0", **changes})


@pytest.mark.parametrize("tau_s", [1.0, 1.6])
def test_the_headway_of_perfect_drivers_is_reaction_time_plus_space_over_speed(tau_s):
    """S. Krauss, Microscopic Modeling of Traffic Flow, 1998: who follows at speed v keeps the gap v * tau."""
    (right, straight, left) = measure_discharge(
        alike(tau=str(tau_s)), speeds_m_s=(LIMIT_M_S,), green_s=60, cycle_s=90, seconds=720
    )
    assert straight.headway_s == pytest.approx(tau_s + SPACE_M / LIMIT_M_S, rel=0.03)
    assert left.headway_s == pytest.approx(tau_s + SPACE_M / left.turn_limit_m_s, rel=0.06)
    assert right.turn_limit_m_s < left.turn_limit_m_s < LIMIT_M_S
    assert 0 < straight.first_s < 1.5, "a car at the stop line crosses it within the first steps of green"


def test_a_lane_is_summed_up_as_by_hand():
    """Green from 0: crossings at 1, 4, 6, 8 and then every 2 s; the first four take 8 s, of which 4 * 2 are due."""
    cycle = [(float(second), 10.0) for second in (1, 4, 6, 8, 10, 12, 14)]
    lane = _discharge("straight", 14.0, 14.0, 15.0, [[*cycle, (16.0, 9.0)], [*cycle, (16.0, 9.0)], cycle[:3]])
    assert (lane.cycles, lane.headway_s, lane.headway_error_s) == (2, 2.0, 0.0)
    assert (lane.first_s, lane.places_s, lane.start_up_loss_s) == (1.0, (3.0, 2.0, 2.0), 0.0)
    assert lane.saturation_flow_veh_h == 1800
    assert lane.yellow_s == 2.0, "eight vehicles need 17 s: 8 for four of them, four times 2, and half a headway"


def test_gaps_that_drivers_use_by_a_rule_give_the_rule_back():
    """Who takes gaps from 5 s on and follows 2 s behind puts n vehicles into gaps of 3 + 2 n to 5 + 2 n seconds."""
    gaps_s = np.random.default_rng(2).uniform(2.0, 15.0, 4000)
    against = np.concatenate(([0.0], np.cumsum(gaps_s)))
    lefts = [t + 1 + k * 2 for t, gap_s in zip(against, gaps_s, strict=False) for k in range(int((gap_s - 3) // 2))]
    found = _gaps(np.array(lefts), against, 3600, 600.0)
    assert found.follow_up_s == pytest.approx(2.0, abs=0.1)
    assert found.critical_gap_s == pytest.approx(5.0, abs=0.15)


def test_a_type_that_sumo_does_not_know_is_refused():
    with pytest.raises(InputError, match="moon"):
        measure_discharge(alike(carFollowModel="moon"), speeds_m_s=(LIMIT_M_S,), seconds=300)
