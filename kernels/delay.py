"""Delay and overflow formulas for one fixed-time signal group after another.

All arrays have the shape (G,), one value per signal group. Green is effective green; the degree of saturation is
x = q C / (s g). The functions are defined for x >= 1 too, except Webster's, which has no value there (nan).
"""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def uniform_delay(flow_veh_s, saturation_veh_s, green_s, cycle_s):
    """Return the mean delay when arrivals are evenly spaced: HCM's d1, the first term of Webster's formula. [s]

    Parameters
    ----------
    flow_veh_s, saturation_veh_s, green_s : (G,) float64
        Arrival flow; flow out of a standing queue, > 0; effective green, 0 < green <= cycle.
    cycle_s : float
        Cycle time.

    Notes
    -----
    d1 = C (1 - u)^2 / (2 (1 - min(1, x) u)) with u = g / C. F. V. Webster, Traffic Signal Settings, Road Research
    Technical Paper 39, HMSO, 1958, eq. 1; Highway Capacity Manual 2000, eq. 16-11. What exceeds the capacity is
    counted by the overflow terms.
    """
    delay = np.empty(flow_veh_s.size)
    for g in range(flow_veh_s.size):
        share = green_s[g] / cycle_s
        x = min(1.0, flow_veh_s[g] / (saturation_veh_s[g] * share))
        room = 1.0 - x * share
        delay[g] = 0.5 * cycle_s * (1.0 - share) ** 2 / room if room > 0.0 else 0.0
    return delay


@kernel
def incremental_delay(x, capacity_veh_s, period_h, control, upstream):
    """Return HCM's d2: the delay from random arrivals and from flow above capacity over a period. [s]

    Parameters
    ----------
    x, capacity_veh_s : (G,) float64
        Degree of saturation, and capacity s g / C, > 0.
    period_h : float
        Length of the analysis period T, > 0.
    control, upstream : float
        HCM's k (0.5 for fixed-time signals) and I (1 where no signal upstream meters the flow).

    Notes
    -----
    d2 = 900 T [(x - 1) + sqrt((x - 1)^2 + 8 k I x / (c T))], c in veh/h: Highway Capacity Manual 2000, eq. 16-12.
    """
    delay = np.empty(x.size)
    for g in range(x.size):
        served_veh = capacity_veh_s[g] * 3600.0 * period_h
        over = x[g] - 1.0
        delay[g] = 900.0 * period_h * (over + np.sqrt(over * over + 8.0 * control * upstream * x[g] / served_veh))
    return delay


@kernel
def initial_queue_delay(flow_veh_s, capacity_veh_s, queue_veh, period_h):
    """Return HCM's d3: the mean delay that a queue left over from the period before adds. [s]

    Parameters
    ----------
    flow_veh_s, capacity_veh_s, queue_veh : (G,) float64
        Arrival flow, > 0; capacity, > 0; vehicles waiting when the period starts.
    period_h : float
        Length of the analysis period T, > 0.

    Notes
    -----
    The area between the queue polygons with and without the initial queue, divided by the arrivals: Highway Capacity
    Manual 2000, appendix F of chapter 16, for constant flow. It takes queue / (c - q) to clear when c > q.
    """
    delay = np.empty(flow_veh_s.size)
    period_s = 3600.0 * period_h
    for g in range(flow_veh_s.size):
        spare = capacity_veh_s[g] - flow_veh_s[g]
        lasting_s = period_s
        if spare > 0.0:
            lasting_s = min(period_s, queue_veh[g] / spare)
        left_veh = queue_veh[g] - max(spare, 0.0) * lasting_s
        delay[g] = 0.5 * (queue_veh[g] + left_veh) * lasting_s / (flow_veh_s[g] * period_s)
    return delay


@kernel
def hcm_delay(flow_veh_s, saturation_veh_s, green_s, cycle_s, period_h):
    """Return the control delay d1 + d2 of isolated fixed-time groups (k = 0.5, I = 1, no initial queue). [s]

    Parameters
    ----------
    flow_veh_s, saturation_veh_s, green_s : (G,) float64
        Arrival flow; saturation flow, > 0; effective green, 0 < green <= cycle.
    cycle_s, period_h : float
        Cycle time, and length of the analysis period.

    Notes
    -----
    Highway Capacity Manual 2000, eq. 16-9. For a fixed cycle it falls with green, is convex in it, and is defined
    beyond saturation, so it can be tabled for a solver.
    """
    capacity = saturation_veh_s * green_s / cycle_s
    uniform = uniform_delay(flow_veh_s, saturation_veh_s, green_s, cycle_s)
    return uniform + incremental_delay(flow_veh_s / capacity, capacity, period_h, 0.5, 1.0)


@kernel
def webster_delay(flow_veh_s, saturation_veh_s, green_s, cycle_s):
    """Return Webster's mean delay with random arrivals, nan where x >= 1. [s]

    Parameters
    ----------
    flow_veh_s, saturation_veh_s, green_s : (G,) float64
        Arrival flow, > 0; saturation flow, > 0; effective green, 0 < green <= cycle.
    cycle_s : float
        Cycle time.

    Notes
    -----
    d = d1 + x^2 / (2 q (1 - x)) - 0.65 (C / q^2)^(1/3) x^(2 + 5 u): F. V. Webster, Traffic Signal Settings, Road
    Research Technical Paper 39, HMSO, 1958, eq. 1.
    """
    delay = uniform_delay(flow_veh_s, saturation_veh_s, green_s, cycle_s)
    for g in range(flow_veh_s.size):
        share = green_s[g] / cycle_s
        x = flow_veh_s[g] / (saturation_veh_s[g] * share)
        if x >= 1.0:
            delay[g] = np.nan
            continue
        random = x * x / (2.0 * flow_veh_s[g] * (1.0 - x))
        correction = 0.65 * (cycle_s / flow_veh_s[g] ** 2) ** (1.0 / 3.0) * x ** (2.0 + 5.0 * share)
        delay[g] += random - correction
    return delay


@kernel
def overflow_queue(flow_veh_s, saturation_veh_s, green_s, cycle_s, period_h):
    """Return the mean queue at the end of green over a period: Akçelik's overflow queue. [veh]

    Parameters
    ----------
    flow_veh_s, saturation_veh_s, green_s : (G,) float64
        Arrival flow; saturation flow, > 0; effective green, 0 < green <= cycle.
    cycle_s, period_h : float
        Cycle time, and length T of the period that starts without a queue.

    Notes
    -----
    Q = c T / 4 [(x - 1) + sqrt((x - 1)^2 + 12 (x - x0) / (c T))] for x > x0, else 0, with x0 = 0.67 + s g / 600 and
    s g in vehicles per cycle: R. Akçelik, Time-dependent expressions for delay, stop rate and queue length at traffic
    signals, ARRB Internal Report AIR 367-1, 1980. The delay it causes is Q divided by the capacity.
    """
    queue = np.zeros(flow_veh_s.size)
    for g in range(flow_veh_s.size):
        per_green_veh = saturation_veh_s[g] * green_s[g]
        capacity = per_green_veh / cycle_s
        x = flow_veh_s[g] / capacity
        least = 0.67 + per_green_veh / 600.0
        if x > least:
            served_veh = capacity * 3600.0 * period_h
            over = x - 1.0
            queue[g] = 0.25 * served_veh * (over + np.sqrt(over * over + 12.0 * (x - least) / served_veh))
    return queue
