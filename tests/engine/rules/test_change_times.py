"""Change intervals, walks and intergreens against published values."""

import pytest
from greenband.engine.rules.change_times import (
    FOOT_M,
    kinematic_yellow_s,
    pedestrian_clearance_s,
    red_clearance_s,
    up_to_tenths,
    walk_s,
)
from greenband.engine.rules.intergreens import Clearing, Conflict, intergreen_s

MILE_PER_HOUR_M_S = 0.44704


def test_yellow_at_30_mph_is_that_of_the_californian_table():
    """3.2 s: California MUTCD, table 4D-102."""
    assert kinematic_yellow_s(30 * MILE_PER_HOUR_M_S) == pytest.approx(3.2, abs=0.01)


def test_yellow_and_red_downhill_are_those_worked_out_in_feet():
    """45 mph, 3 % downhill, 80 ft wide: 4.6525 s and 1.5152 s with g = 32.2 ft/s²."""
    speed = 66.0 * FOOT_M
    assert kinematic_yellow_s(speed, grade=-0.03) == pytest.approx(4.6525, abs=0.005)
    assert red_clearance_s(speed, width_m=80 * FOOT_M) == pytest.approx(1.5152, abs=0.002)


def test_yellow_and_red_of_a_textbook_exercise():
    """40 mph, 15 ft/s², 70 ft wide: 2.9567 s and 1.5332 s."""
    speed = 58.7 * FOOT_M
    yellow = kinematic_yellow_s(speed, deceleration_m_s2=15 * FOOT_M)
    assert yellow == pytest.approx(2.9567, abs=0.001)
    assert yellow + red_clearance_s(speed, width_m=70 * FOOT_M) == pytest.approx(4.4899, abs=0.001)


def test_pedestrians_over_130_ft_with_a_button_60_ft_away():
    """MUTCD 2009: walk 26 s and clearance 38 s; 2003, at 4 ft/s and without the slow walker: 7 s and 33 s."""
    clearance = pedestrian_clearance_s(130 * FOOT_M)
    assert clearance == 38
    assert walk_s(130 * FOOT_M, clearance, approach_m=60 * FOOT_M) == 26
    before = pedestrian_clearance_s(130 * FOOT_M, speed_m_s=4 * FOOT_M)
    assert (before, walk_s(130 * FOOT_M, before, total_speed_m_s=None)) == (33, 7)


def test_a_short_crossing_has_the_shortest_walk():
    assert walk_s(6.0, pedestrian_clearance_s(6.0)) == 7


def test_intergreen_is_the_worst_conflict_rounded_up_and_not_below_zero():
    """t_z = t_ü + (s_0 + l) / v_r - s_e / v_e by hand: 3 + 26/10 - 10/11.1 = 4.70, and 3 + 16/10 - 0 = 4.6."""
    straight = Clearing(overrun_s=3, speed_m_s=10, length_m=6)
    points = [Conflict(clearing_m=20, entering_m=10), Conflict(clearing_m=10, entering_m=0)]
    assert intergreen_s(straight, 11.1, points) == 5
    assert intergreen_s(straight, 11.1, points[:1]) == intergreen_s(straight, 11.1, points[1:]) == 5
    assert intergreen_s(straight, 11.1, [Conflict(clearing_m=10, entering_m=60)]) == 0


def test_tenths_are_rounded_up_but_not_for_the_noise_of_floats():
    assert (up_to_tenths(3.21), up_to_tenths(3.2), up_to_tenths(0.1 + 0.2)) == (3.3, 3.2, 0.3)
