"""The queue model set right for one study: where SUMO sees more delay at a movement than it, it counts more there.

The same plans meet the same traffic in both. Of each movement, the delay in SUMO over that in the model is a factor on
what the model says of that movement from then on, so that a climb on it gives green to movements whose delay it
underestimated.
It is the cheap kind of a metamodel: physics plus a correction learnt where the search is (C. Osorio, M. Bierlaire, A
simulation-based optimization framework for urban transportation problems, Operations Research 61, 2013).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....networks.plan import Plan
from ....networks.types import JunctionTurn
from ....simulation.run import Run
from ...model.estimate import estimate
from ..model_referee import ModelReferee
from .referee import Referee

# So much delay that both would agree on is added to either side: small movements keep a factor near 1. [veh s]
DOUBT_VEH_S = 500.0
# A movement counts at most so many times as much, and at least so much of it: beyond, one of the two has locked up.
MOST, LEAST = 3.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Asks SUMO about plans and returns the model as it should be near them.

    `referee` has traffic for the seeds of `model`; both meet the same vehicles.
    """

    model: ModelReferee
    referee: Referee
    seeds: tuple[int, ...]

    def __call__(self, plans: Sequence[Plan]) -> ModelReferee:
        """Return the model with factors learnt from some plans; runs in which the streets locked up teach nothing."""
        pairs = [
            (run, modelled_s(self.model, plan, seed))
            for plan, of_plan in zip(plans, self.referee.runs(plans, self.seeds), strict=True)
            for seed, run in zip(self.seeds, of_plan, strict=True)
            if not run.gridlocked
        ]
        return with_factors(self.model, factors_of([(simulated_s(run), model_s) for run, model_s in pairs]))


def modelled_s(model: ModelReferee, plan: Plan, seed: int) -> dict[JunctionTurn, float]:
    """Return the delay of each movement in the queue model, summed over its vehicles. [veh s]"""
    found = estimate(model.streets, model.traffic[seed], plan, model.end_s)
    return {turn: delay_s for turn, (_, delay_s) in found.by_turn.items()}


def simulated_s(run: Run) -> dict[JunctionTurn, float]:
    """Return the delay of each movement in a simulation, summed over its vehicles. [veh s]"""
    return dict(zip(run.movements.turns, run.movements.delay_s.tolist(), strict=True))


def factors_of(
    pairs: Sequence[tuple[Mapping[JunctionTurn, float], Mapping[JunctionTurn, float]]],
) -> dict[JunctionTurn, float]:
    """Return what each movement's modelled delay is to be multiplied by, from (simulated, modelled) pairs of runs."""
    sums: dict[JunctionTurn, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for simulated, modelled in pairs:
        for turn in {**simulated, **modelled}:
            there, here = sums[turn]
            sums[turn] = there + max(simulated.get(turn, 0.0), 0.0), here + max(modelled.get(turn, 0.0), 0.0)
    doubt_s = DOUBT_VEH_S * len(pairs)
    return {
        turn: float(np.clip((there + doubt_s) / (here + doubt_s), LEAST, MOST))
        for turn, (there, here) in sorted(sums.items())
    }


def with_factors(model: ModelReferee, factors: Mapping[JunctionTurn, float]) -> ModelReferee:
    """Return the model that multiplies the delay of some movements; movements without a factor keep theirs."""
    names = model.streets.network.signal_of_turn
    by_place = [factors.get((names.get(turn, ""), *turn), 1.0) for turn in model.streets.turns]
    return replace(model, factors=np.array(by_place))
