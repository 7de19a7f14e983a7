"""How long vehicles are: what loops tell by how long each one covers them where traffic flows freely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats
from .loops_seen import LoopsSeen

# Where a loop is covered for less than so much of the time nobody queues on it, and fewer vehicles say little.
FREE_OCCUPANCY, LEAST_VEH = 0.12, 3.0
LEAST_INTERVALS, LEAST_LOOPS = 10, 5
SHORTEST_M, LONGEST_M = 3.0, 12.0
MAD_TO_SD = 1.4826  # of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleLength:
    """The mean length of vehicles as loops see it, and the standard error of that. [m]"""

    length_m: float
    error_m: float
    loops: int  # that told


def vehicle_length(counted: LoopsSeen, driven: LoopsSeen, driven_length_m: float) -> VehicleLength | None:
    """Return the length at which simulated vehicles would cover loops for as long as the street's do.

    At a speed v a vehicle of length L covers a loop for L / v: D. J. Dailey, A statistical algorithm for estimating
    speed from single loop volume and occupancy measurements, Transportation Research B 33, 1999 (cited from memory).
    Speeds are those of the simulation, which are the street's where both flow freely: so the ratio of seconds per
    vehicle is that of the lengths. Loops past a junction tell; their median is taken. None where fewer than five do.
    """
    past = np.array([loop.kind == "exit" for loop in counted.detectors])
    street, street_known = _covered(counted)
    made, made_known = _covered(driven)
    tells = past & (street_known >= LEAST_INTERVALS) & (made_known >= LEAST_INTERVALS) & (made > 0)
    if tells.sum() < LEAST_LOOPS:
        return None
    lengths_m = driven_length_m * street[tells] / made[tells]
    middle_m = float(np.median(lengths_m))
    error_m = MAD_TO_SD * float(np.median(np.abs(lengths_m - middle_m))) / np.sqrt(lengths_m.size)
    if not SHORTEST_M <= middle_m <= LONGEST_M:
        return None
    return VehicleLength(length_m=round(middle_m, 2), error_m=round(float(error_m), 2), loops=int(tells.sum()))


def _covered(seen: LoopsSeen) -> tuple[Floats, NDArray[np.int64]]:
    """Return how much occupancy each vehicle brings to each loop in free intervals, and of how many such intervals."""
    free = (seen.occupancy < FREE_OCCUPANCY) & (seen.veh >= LEAST_VEH)
    occupancy = np.where(free, seen.occupancy, 0.0).sum(axis=(1, 2))
    veh = np.where(free, seen.veh, 0.0).sum(axis=(1, 2))
    return np.asarray(occupancy / np.maximum(veh, 1.0)), free.sum(axis=(1, 2))
