"""Runs written by hand."""

import numpy as np
from greenband.simulation.measure.movements import MovementDelays
from greenband.simulation.measure.trips import Trips
from greenband.simulation.run import Run

MAIN, SIDE, RARE = ("J1", "west", "east"), ("J1", "south", "east"), ("J2", "north", "east")


def made(seed: int, delay_s: float, *, side_s: float = 30.0, rare_s: float = 20.0, unserved: int = 0, **counts) -> Run:
    """A run of 1000 trips of one delay each; 80 of them make the side movement and 10 the rare one."""
    departed = np.ones(1000, dtype=bool)
    departed[:unserved] = False
    return Run(
        seed=seed,
        trips=Trips(
            planned_s=np.zeros(1000),
            depart_delay_s=np.zeros(1000),
            time_loss_s=np.full(1000, delay_s),
            stops=np.ones(1000, dtype=int),
            departed=departed,
            arrived=departed,
        ),
        movements=MovementDelays(
            turns=(MAIN, SIDE, RARE),
            crossed=np.array([800, 70, 10]),
            waiting=np.array([0, 10, 0]),
            delay_s=np.array([800 * delay_s, 80 * side_s, 10 * rare_s]),
            elsewhere_s=0.0,
            entry_s=0.0,
        ),
        **{"teleports": 0, "collisions": 0, "emergency_brakings": 0, "gridlocked": False, "wall_s": 1.0, **counts},
    )


def series(delays_s, **changes) -> list[Run]:
    return [made(seed, delay_s, **changes) for seed, delay_s in enumerate(delays_s, start=100)]
