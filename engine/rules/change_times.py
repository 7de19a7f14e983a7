"""Yellow, red clearance, walk and pedestrian clearance from speeds and lengths."""

from __future__ import annotations

import math

GRAVITY_M_S2 = 9.81
FOOT_M = 0.3048


def kinematic_yellow_s(
    speed_m_s: float, *, grade: float = 0.0, reaction_s: float = 1.0, deceleration_m_s2: float = 10 * FOOT_M
) -> float:
    """Return the yellow in which a driver who cannot stop comfortably reaches the stop line. [s]

    Y = t + v / (2 a + 2 g G), the grade G being positive uphill. Institute of Transportation Engineers, Determining
    Vehicle Signal Change and Clearance Intervals, 1994; a = 10 ft/s² and t = 1 s as there.
    """
    return reaction_s + speed_m_s / (2 * deceleration_m_s2 + 2 * GRAVITY_M_S2 * grade)


def red_clearance_s(speed_m_s: float, *, width_m: float, vehicle_m: float = 20 * FOOT_M) -> float:
    """Return the time in which a vehicle that enters at the end of yellow leaves the junction. [s]

    R = (W + L) / v, W from the stop line to the far end of the conflict: as for the yellow.
    """
    return (width_m + vehicle_m) / speed_m_s


def pedestrian_clearance_s(crossing_m: float, *, speed_m_s: float = 3.5 * FOOT_M) -> float:
    """Return the time that one who steps off at the end of walk needs to the other side, in whole seconds. [s]

    Manual on Uniform Traffic Control Devices 2009, section 4E.06: crossing length over 3.5 ft/s.
    """
    return whole_seconds_up(crossing_m / speed_m_s)


def walk_s(
    crossing_m: float,
    clearance_s: float,
    *,
    shortest_s: float = 7.0,
    approach_m: float = 6 * FOOT_M,
    total_speed_m_s: float | None = 3.0 * FOOT_M,
) -> float:
    """Return the walk after which the clearance still lets a slow walker across, in whole seconds. [s]

    Walk and clearance together last for the crossing and the way from the button, or 6 ft where there is none, at
    3 ft/s: Manual on Uniform Traffic Control Devices 2009, section 4E.06. Without `total_speed_m_s`, the shortest walk.
    """
    if total_speed_m_s is None:
        return shortest_s
    return max(shortest_s, whole_seconds_up((crossing_m + approach_m) / total_speed_m_s) - clearance_s)


def whole_seconds_up(seconds: float) -> float:
    """Return a time rounded up to a whole second, but for the noise of floats."""
    return float(math.ceil(round(seconds, 6)))


def up_to_tenths(seconds: float) -> float:
    """Return a time rounded up to a tenth of a second, as controllers take it."""
    return math.ceil(round(seconds * 10, 6)) / 10
