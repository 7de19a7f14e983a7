"""What a rules pack asks, worked out a second time by the check: the formulas of `engine/rules` are not used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from ...rules.pack import Clearance, Pedestrian, Yellow
from .conflicts import crossings, distances
from .streets import Steered

Ways = Sequence[Steered]
SLOWEST_M_S = 4.0  # a clearing vehicle is taken to drive at least so fast
WALKER_M_S = 1.5  # who steps off when a walk begins
LOST_LINE = 1.25  # a way may be so much longer than the line that the check drew for it


def tenths_ms(seconds: float) -> int:
    """Return a time as milliseconds, rounded up to a tenth of a second but for the noise of floats."""
    return 100 * math.ceil(10 * seconds - 1e-6)


def seconds_ms(seconds: float) -> int:
    """Return a time as milliseconds, rounded up to a whole second but for the noise of floats."""
    return 1000 * math.ceil(seconds - 1e-6)


def limit_m_s(ways: Ways) -> float:
    """Return the highest speed limit of the lanes from which vehicles come."""
    return max((way.speed_m_s for way in ways if not way.walking), default=0.0)


def only_turns(ways: Ways) -> bool:
    """Whether none of the ways goes straight on."""
    return all(way.direction != "s" for way in ways)


def yellow_ms(rule: Yellow, ways: Ways) -> int:
    """Return the yellow at the speed limit, within the pack's bounds.

    Kinematic: time to react, and half the time to brake to a stop (ITE 1994). Steps: the first whose speed suffices,
    with 0.05 m/s for speeds that were rounded to km/h.
    """
    speed = limit_m_s(ways)
    if rule.kind == "kinematic":
        stop_s = (speed + rule.over_limit_m_s) / rule.deceleration_m_s2
        wanted = tenths_ms(rule.reaction_s + stop_s / 2)
    elif rule.turning_s is not None and only_turns(ways):
        wanted = round(1000 * rule.turning_s)
    else:
        wanted = round(1000 * next((s for limit, s in rule.steps if limit + 0.05 >= speed), rule.longest_s))
    return min(max(wanted, round(1000 * rule.shortest_s)), round(1000 * rule.longest_s))


def walk_clearance_ms(rule: Pedestrian, crossing_m: float) -> int:
    """Return how long one who steps off at the end of walk needs (MUTCD 2009, section 4E.06; RiLSA likewise)."""
    return seconds_ms(crossing_m / rule.clearance_m_s)


def walk_ms(rule: Pedestrian, crossing_m: float) -> int:
    """Return the shortest walk: the pack's own, its share of the way, or what walk and clearance together lack."""
    needs = [seconds_ms(rule.walk_s), seconds_ms(rule.walk_share * crossing_m / rule.clearance_m_s)]
    if rule.total_m_s is not None:
        both = seconds_ms((crossing_m + rule.approach_m) / rule.total_m_s)
        needs.append(both - walk_clearance_ms(rule, crossing_m))
    return max(needs)


def intergreen_ms(rule: Clearance, clearing: Ways, entering: Ways, yellow_ms: int) -> int:
    """Return the time from the end of a green of vehicles to the start of a foe's green.

    Of kind "red": yellow, then the time to drive past the farthest conflict point with the whole vehicle (ITE 1994).
    Else RiLSA 2015: the worst conflict point's overrun and clearing less entering time, and no less than the yellow.
    """
    points = np.vstack([_points_m(a, b) for a, b in product(clearing, entering)])
    if rule.kind == "red":
        slower = rule.left_under_limit_m_s if _lefts(clearing) else 0.0
        speed = max(limit_m_s(clearing) - slower, SLOWEST_M_S)
        red_ms = tenths_ms((points[:, 0].max() + rule.vehicle_m) / speed)
        return tenths_ms((yellow_ms + min(red_ms, round(1000 * rule.longest_s))) / 1000)
    turning = only_turns(clearing)
    overrun_s = rule.overrun_turning_s if turning else rule.overrun_straight_s
    clearing_m_s = rule.turning_m_s if turning else rule.straight_m_s
    entering_m_s = WALKER_M_S if all(way.walking for way in entering) else rule.entering_m_s
    needs_s = overrun_s + (points[:, 0] + rule.vehicle_m) / clearing_m_s - points[:, 1] / entering_m_s
    wanted = max(seconds_ms(max(0.0, float(needs_s.max()))), yellow_ms)
    return min(wanted, round(1000 * rule.longest_s))


def _lefts(ways: Ways) -> bool:
    return only_turns(ways) and any(way.direction == "l" for way in ways)


def _points_m(clearing: Steered, entering: Steered) -> np.ndarray:
    """Return how far one way has to be cleared, and the other can be entered, before each conflict point: (K, 2).

    Where the lines do not cross, the corners that come nearest are the conflict: where lanes merge, their ends. Where
    the file has lost a line, the whole way has to be cleared, and some more, and is entered at once.
    """
    if clearing.damaged or entering.damaged:
        return np.array([[LOST_LINE * float(distances(clearing.line_m)[-1]) + entering.width_m / 2, 0.0]])
    points = crossings(clearing.line_m, entering.line_m)
    if not points.size:
        gaps = np.hypot(*(clearing.line_m[:, None, :] - entering.line_m[None, :, :]).transpose(2, 0, 1))
        at, other = np.unravel_index(int(gaps.argmin()), gaps.shape)
        points = np.array([[distances(clearing.line_m)[at], distances(entering.line_m)[other]]])
    entered = np.zeros(len(points)) if entering.walking else np.maximum(0, points[:, 1] - clearing.width_m / 2)
    return np.column_stack((points[:, 0] + entering.width_m / 2, entered))
