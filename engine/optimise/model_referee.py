"""The queue model as a referee: as `Referee`, but in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.demand import Demand
from ...networks.plan import Plan
from ..model.estimate import Estimate, estimate, mean_delays_s
from ..model.queue_traffic import Traffic, Vehicles, warm_load
from ..model.streets import TICKS_PER_S, Streets
from ..studies.objective import DELAY, Objective
from .objective import cost_in_model


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReferee:
    """The streets of a network and the traffic of each seed, as the queue model sees them."""

    streets: Streets
    traffic: dict[int, Traffic]
    end_s: float
    objective: Objective = DELAY
    factors: NDArray[np.float64] | None = None  # on the delay before each of `streets.turns`; see `correction`

    def costs(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[float]]:
        """Return what the objective makes of every plan with every seed; the mean delay by default. [s/veh]"""
        if self.objective == DELAY:
            return self.delays_s(plans, seeds)
        return [[self._cost(plan, seed) for seed in seeds] for plan in plans]

    def _cost(self, plan: Plan, seed: int) -> float:
        with_queues = self.objective.needs_queues
        found = estimate(self.streets, self.traffic[seed], plan, self.end_s, with_queues=with_queues)
        cost = cost_in_model(self.objective, found, plan, self.streets.network)
        return cost + self.objective.delay * self._more_s(found)

    def _more_s(self, found: Estimate) -> float:
        """Return what the factors add to the mean delay of an estimate. [s]"""
        if self.factors is None:
            return 0.0
        places = [self.streets.turn_index[(from_edge, to_edge)] for _, from_edge, to_edge in found.turns]
        return float(((self.factors[places] - 1.0) * found.turn_delay_s).sum()) / max(found.vehicles, 1)

    def delays_s(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[float]]:
        """Return the modelled mean delay of every plan with every seed. [s]"""
        traffic = [self.traffic[seed] for seed in seeds]
        return [mean_delays_s(self.streets, traffic, plan, self.end_s, self.factors) for plan in plans]


def model_referee(
    streets: Streets, demand: Demand, vehicles: Mapping[int, Vehicles], warm_up_s: int, objective: Objective = DELAY
) -> ModelReferee:
    """Return the queue model of some streets with the vehicles of each seed, those of a warm-up included."""
    return ModelReferee(
        streets=streets,
        traffic={
            seed: warm_load(streets, chosen, demand.begin_s, demand.end_s, warm_up_s, seed)
            for seed, chosen in vehicles.items()
        },
        end_s=demand.end_s,
        objective=objective,
    )


def vehicle_seconds(model: ModelReferee, plan: Plan, seed: int) -> float:
    """Return how long vehicles are on the streets in all under a plan: what a simulation's time grows with. [s]"""
    traffic = model.traffic[seed]
    places, starts = traffic.tables.places, traffic.tables.vehicles["start"]
    ends = np.flatnonzero(places["turn"] == -1)  # of the routes, which stand one after another
    free_s = places["free"][ends[np.searchsorted(ends, starts)]].sum() / TICKS_PER_S
    return float(free_s) + starts.size * model.delays_s([plan], [seed])[0][0]
