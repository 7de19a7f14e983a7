"""What each vehicle did in the queue model, written down: the source of queues, spillback and of proofs in tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import simulate
from ...kernels.queue_tables import HOLD, LEG, LogTables
from ...networks.plan import Plan
from .lamps import switch
from .queue_traffic import Traffic
from .streets import TICKS_PER_S, Streets

LEGS_PER_VEHICLE = 12  # a first guess: where it is too small, the run is repeated


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Log:
    """The tables that a run returns and those that it wrote: see `kernels.queue_tables`. `end` is its last tick."""

    vehicles: NDArray[np.void]  # VEHICLE
    turns: NDArray[np.void]  # TURN
    legs: NDArray[np.void]  # LEG
    holds: NDArray[np.void]  # HOLD
    end: int


def logged_run(streets: Streets, traffic: Traffic, plan: Plan, end_s: float) -> Log:
    """Return the log of a plan's run until `end_s`."""
    end = round((end_s - traffic.begin_s) * TICKS_PER_S)
    lamps = switch(streets, plan, traffic.begin_s)
    sizes = (LEGS_PER_VEHICLE * traffic.tables.vehicles.size + 1, traffic.tables.vehicles.size + 1)
    while True:
        log = LogTables(legs=np.zeros(sizes[0], LEG), holds=np.zeros(sizes[1], HOLD), used=np.zeros(2, np.int64))
        vehicles, turns = simulate(streets.tables, traffic.tables, lamps, end, log)
        legs, holds = (int(rows) for rows in log.used)
        if legs <= sizes[0] and holds <= sizes[1]:
            return Log(vehicles=vehicles, turns=turns, legs=log.legs[:legs], holds=log.holds[:holds], end=end)
        sizes = (max(legs, 1), max(holds, 1))
