"""Cyclic flow profiles: platoons that leave a signal, disperse along a link, and meet the next signal."""

from __future__ import annotations

import numpy as np

from .compiled import kernel


@kernel
def departures(arrivals, service):
    """Return the flow that leaves a signal in each second of the cycle, once the cycles repeat.

    Parameters
    ----------
    arrivals : (C,) float64
        Vehicles that arrive in each second of the cycle. [veh]
    service : (C,) float64
        Vehicles that the signal can let through in each second. [veh]

    Returns
    -------
    (C,) float64
        Vehicles that leave in each second. Arrivals beyond what one cycle can serve are left out. [veh]
    """
    cycle = arrivals.size
    out = np.zeros(cycle)
    total, capacity = arrivals.sum(), service.sum()
    scale = 1.0 if total <= capacity else capacity / total
    queue = 0.0
    for _ in range(3):
        for t in range(cycle):
            queue += arrivals[t] * scale
            out[t] = min(queue, service[t])
            queue -= out[t]
    return out


@kernel
def disperse(flow, travel_s, factor):
    """Return a platoon as it arrives after a link: shifted by the travel time, and smoothed.

    Parameters
    ----------
    flow : (C,) float64
        Vehicles that enter the link in each second of the cycle. [veh]
    travel_s : int
        Travel time of the head of the platoon. [s]
    factor : float
        Smoothing factor F, 0 < F <= 1; 1 keeps the platoon as it is.

    Returns
    -------
    (C,) float64
        Vehicles that arrive in each second; their sum is that of `flow`. [veh]

    Notes
    -----
    q_d[t] = F q_u[t - T] + (1 - F) q_d[t - 1], D. I. Robertson, TRANSYT: a traffic network study tool, RRL Report
    LR 253, 1969; on the circle, so the start value is the one that returns to itself after a cycle.
    """
    cycle = flow.size
    out = np.zeros(cycle)
    keep = 1.0 - factor
    last = 0.0
    for t in range(cycle):
        last = factor * flow[(t - travel_s) % cycle] + keep * last
    last = last / (1.0 - keep**cycle)
    for t in range(cycle):
        last = factor * flow[(t - travel_s) % cycle] + keep * last
        out[t] = last
    return out


@kernel
def mean_queue(arrivals, service):
    """Return the mean queue over the cycle, which is the total delay per second. [veh s / s]

    Parameters
    ----------
    arrivals, service : (C,) float64
        As for `departures`; arrivals above 0.98 of the capacity are scaled down to it, since a queue that grows
        without limit says nothing about offsets. [veh]
    """
    cycle = arrivals.size
    total, capacity = arrivals.sum(), service.sum()
    scale = 1.0 if total <= 0.98 * capacity else 0.98 * capacity / total
    queue, area = 0.0, 0.0
    for _ in range(4):
        area = 0.0
        for t in range(cycle):
            queue += arrivals[t] * scale
            queue -= min(queue, service[t])
            area += queue
    return area / cycle


@kernel
def delay_by_offset(platoons, even, service):
    """Return the delay that a link's platoons meet at the next signal, for every offset between the two.

    Parameters
    ----------
    platoons : (L, C) float64
        Vehicles that arrive at each of L lanes in each second of the upstream signal's cycle. [veh]
    even : (L,) float64
        Vehicles per second that arrive at each lane from elsewhere, evenly. [veh]
    service : (L, C) float64
        Vehicles that each lane can let through in each second of the downstream signal's cycle. [veh]

    Returns
    -------
    (C,) float64
        Total delay per second when the downstream cycle starts d seconds after the upstream one. [veh s / s]
    """
    lanes, cycle = platoons.shape
    table = np.zeros(cycle)
    arrivals = np.empty(cycle)
    for d in range(cycle):
        for lane in range(lanes):
            for t in range(cycle):
                arrivals[t] = platoons[lane, (t + d) % cycle] + even[lane]
            table[d] += mean_queue(arrivals, service[lane])
    return table
