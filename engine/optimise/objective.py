"""What a plan costs by the study's own weights: everything becomes equivalent seconds for each vehicle.

With the default weights the cost is the mean delay, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan
from ...simulation.run import Run
from ..main_street.green_wave import missing_band
from ..model.estimate import Estimate
from ..studies import objective as of_study
from ..studies.objective import BUSY_MOVEMENT_VEH, Objective

Traffic = TypeVar("Traffic", Estimate, Run)
Measured = Callable[[Traffic, Plan, Network], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """How a term of the objective is computed, of a plan with the queue model's or the simulator's traffic."""

    in_model: Measured[Estimate]
    in_simulation: Measured[Run]


def cost_in_model(objective: Objective, found: Estimate, plan: Plan, network: Network) -> float:
    """Return the cost of a plan by the queue model. [s/veh]

    The estimate must have queues where a term with a weight needs them (`Objective.needs_queues`).
    """
    weights = _asked(objective)
    return sum(weight * TERMS[name].in_model(found, plan, network) for name, weight in weights.items())


def cost_in_simulation(objective: Objective, run: Run, plan: Plan, network: Network) -> float:
    """Return the cost of a plan by a simulation. [s/veh]

    Its spillback is the time for which streets are full from end to end; in the queue model a street spills back as
    soon as one lane of it does.
    """
    weights = _asked(objective)
    return sum(weight * TERMS[name].in_simulation(run, plan, network) for name, weight in weights.items())


def values_in_model(found: Estimate, plan: Plan, network: Network) -> dict[str, float]:
    """Return what every weight would be multiplied with, by the queue model; spillback only where it was asked for."""
    known = [name for name in TERMS if found.queues is not None or not of_study.TERMS[name].needs_queues]
    return {name: TERMS[name].in_model(found, plan, network) for name in known}


def weighed(objective: Objective, values: Mapping[str, float]) -> float:
    """Return the cost of what `values_in_model` found; a term that is not there adds none. [s/veh]"""
    return sum(weight * values[name] for name, weight in _asked(objective).items() if name in values)


def _asked(objective: Objective) -> dict[str, float]:
    return {name: weight for name, weight in objective.weights.items() if weight}


def _spillback_s(found: Estimate) -> float:
    """Return the seconds in which somebody waits for room, summed over the streets, for each vehicle."""
    if found.queues is None:
        raise ValueError("an estimate without queues knows no spillback: ask for it with_queues")
    return float(found.queues.approaches.spillback_s.sum()) / max(found.vehicles, 1)


def worst_movement_s(vehicles: NDArray[np.int64], delay_s: NDArray[np.float64]) -> float:
    """Return the delay per vehicle of the movement that has most of it. [s]

    Movements of fewer than `BUSY_MOVEMENT_VEH` vehicles do not count, unless all are such: then it is that of the
    busiest. 0 without movements. `vehicles` and `delay_s`, its sum over them, have shape (M,).
    """
    if not vehicles.size:
        return 0.0
    busy = vehicles >= min(BUSY_MOVEMENT_VEH, float(vehicles.max()))
    return float((delay_s[busy] / np.maximum(vehicles[busy], 1)).max())


def pedestrian_wait_s(plan: Plan, network: Network) -> float:
    """Return the mean wait of pedestrians before the walk, the mean over all crossings; 0 without crossings. [s]

    Nobody counts pedestrians here, so each crossing weighs the same.
    """
    waits = [
        crossing_wait_s(plan.by_junction[junction.id], group.id)
        for junction in network.junctions
        for group in junction.groups
        if group.kind == "pedestrian" and junction.id in plan.by_junction
    ]
    return sum(waits) / len(waits) if waits else 0.0


def crossing_wait_s(plan: JunctionPlan, group: str) -> float:
    """Return the mean wait of a pedestrian who comes at a random second of the cycle. [s]

    Who comes on red waits for its end, so each red of r seconds adds r^2 / (2 C); for one walk a cycle this is
    d = (C - g)^2 / (2 C), equation 18-5 of the Highway Capacity Manual 2000. A crossing that never shows a walk has
    the wait of a whole cycle: finite and terrible.
    """
    greens = sorted((green.start_s, green.length_s) for green in plan.greens(group))
    if not greens:
        return plan.cycle_s
    nexts = [*(start for start, _ in greens[1:]), greens[0][0] + plan.cycle_s]
    reds = (after - start - length for (start, length), after in zip(greens, nexts, strict=True))
    return sum(red * red for red in reds) / (2 * plan.cycle_s)


def _of_plan(value: Callable[[Plan, Network], float]) -> Computed:
    """Return a term that the plan alone decides, whatever drives."""
    return Computed(
        in_model=lambda _, plan, network: value(plan, network),
        in_simulation=lambda _, plan, network: value(plan, network),
    )


# By the names of the weights in `study.toml`; what each is stands in `engine.studies.objective`.
TERMS = {
    "delay": Computed(
        in_model=lambda found, *_: found.mean_delay_s,
        in_simulation=lambda run, *_: run.mean_delay_s,
    ),
    "stops": Computed(
        in_model=lambda found, *_: found.stops_per_vehicle,
        in_simulation=lambda run, *_: run.stops_per_vehicle,
    ),
    "spillback": Computed(
        in_model=lambda found, *_: _spillback_s(found),
        in_simulation=lambda run, *_: run.spillback_s / max(run.trips.stops.size, 1),
    ),
    "worst_movement": Computed(
        in_model=lambda found, *_: worst_movement_s(found.turn_vehicles, found.turn_delay_s),
        in_simulation=lambda run, *_: worst_movement_s(
            run.movements.crossed + run.movements.waiting, run.movements.delay_s
        ),
    ),
    "pedestrian_wait": _of_plan(pedestrian_wait_s),
    "bandwidth": _of_plan(missing_band),
}
