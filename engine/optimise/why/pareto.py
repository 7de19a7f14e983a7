"""Other plans to choose from: least delay, fewest stops, fairest, and nothing changed but the offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from ....networks.plan import JunctionPlan, Plan
from ...main_street.green_wave import directions, with_wide_bands
from ...model.estimate import estimate
from ...studies.objective import DELAY, Objective
from ..candidates.candidates import Problem
from ..climb.climb import climb
from ..junction.sequence_options import structure_of
from ..junction.walks import with_long_walks
from ..model_referee import ModelReferee
from ..objective import values_in_model, weighed
from ..race.race import Standing

# What each is best at. A small weight on delay keeps the other aims from plans with extreme delay.
AIMS = {
    "least-delay": DELAY,
    "fewest-stops": Objective(delay=0.1, stops=20.0),
    "fairest": Objective(delay=0.1, worst_movement=1.0),
}
GREEN_WAVE, WAVE = "green-wave", Objective(delay=0.1, bandwidth=100.0)
OFFSETS_ONLY = "offsets-only"
SHIFTS_S = (1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A plan that is best at something by the queue model.

    `values` are those that the objective's weights are multiplied with, by the model, means over its seeds.
    `race_delay_s` is its mean delay in the simulator where it ran there, with `race_seeds` seeds; None where it did
    not. `errors` are those of the safety check: a plan that has any is told of and not given out. Nothing but the
    chosen plan is validated.
    """

    name: str
    plan: Plan
    values: Mapping[str, float]
    race_delay_s: float | None = None
    race_seeds: int = 0
    errors: tuple[str, ...] = ()


def alternatives(
    problem: Problem,
    model: ModelReferee,
    chosen: Plan,
    tried: Sequence[Plan],
    *,
    seeds: Sequence[int],
    trials: int,
    seed: int,
) -> tuple[Alternative, ...]:
    """Return the chosen plan, the running one, and for each aim the best plan that a short climb finds.

    Parameters
    ----------
    problem, model
        Junctions and flows; the queue model with traffic for `seeds`.
    chosen, tried
        The plan that won, and others that the search looked at: each climb starts from the best of all for its aim.
    seeds, trials, seed
        Seeds to value plans with (the climbs look at the first), plans to try for each aim, and the seed of the order.
    """
    running = problem.network.running_plan
    pool: dict[tuple[JunctionPlan, ...], Valued] = {}

    def add(plan: Plan) -> None:
        if plan.junctions not in pool:
            pool[plan.junctions] = Valued(plan=plan, values=values(model, plan, seeds))

    for plan in (chosen, running, *tried):
        add(plan)
    aims = dict(AIMS)
    if directions(problem.network):
        aims[GREEN_WAVE] = WAVE
        add(with_wide_bands(chosen, problem.network))
    for aim in aims.values():
        add(_climbed(problem, replace(model, objective=aim), _best(pool.values(), aim), seeds[0], trials, seed))

    def same() -> list[Valued]:
        return [one for one in pool.values() if _unshifted(one.plan) == _unshifted(running)]

    several = len(problem.skeletons) > 1
    if several:
        add(best_shifts(model, _best(same(), DELAY), seeds[0], trials, seed))
    named = [("chosen", pool[chosen.junctions]), ("running", pool[running.junctions])]
    named += [(name, _best_valued(pool.values(), aim)) for name, aim in aims.items()]
    named += [(OFFSETS_ONLY, _best_valued(same(), DELAY))] if several else []
    return tuple(Alternative(name=name, plan=replace(one.plan, name=name), values=one.values) for name, one in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """A plan and what the weights are multiplied with."""

    plan: Plan
    values: Mapping[str, float]


def _best_valued(pool: Iterable[Valued], aim: Objective) -> Valued:
    """Return the plan of least cost; of several the first, which is the chosen one if it is among them."""
    return min(pool, key=lambda one: weighed(aim, one.values))


def _best(pool: Iterable[Valued], aim: Objective) -> Plan:
    return _best_valued(pool, aim).plan


def values(model: ModelReferee, plan: Plan, seeds: Sequence[int]) -> dict[str, float]:
    """Return what the weights are multiplied with for a plan: means over the seeds, by the queue model."""
    network = model.streets.network
    found = [
        values_in_model(
            estimate(model.streets, model.traffic[seed], plan, model.end_s, with_queues=True), plan, network
        )
        for seed in seeds
    ]
    return {name: fmean(one[name] for one in found) for name in found[0]}


def raced(found: Sequence[Alternative], standings: Sequence[Standing]) -> tuple[Alternative, ...]:
    """Return the alternatives with the simulated delay of those that ran there; of several rows the longest counts."""
    result = []
    for one in found:
        own = [s for s in standings if s.delay_s and s.plan.junctions == one.plan.junctions]
        best = max(own, key=lambda standing: len(standing.delay_s), default=None)
        result.append(one if best is None else replace(one, race_delay_s=best.mean_s, race_seeds=len(best.delay_s)))
    return tuple(result)


def _climbed(problem: Problem, model: ModelReferee, start: Plan, seed_of_traffic: int, trials: int, seed: int) -> Plan:
    skeletons = structure_of(start, problem.options) or {}
    if not skeletons:
        return start
    return with_long_walks(climb(model, start, skeletons, (seed_of_traffic,), trials, seed), skeletons)


def _unshifted(plan: Plan) -> tuple[JunctionPlan, ...]:
    """Return what a plan shows whatever its offsets: two that agree in it differ in nothing else."""
    return tuple(replace(own, offset_s=0.0) for own in plan.junctions)


def best_shifts(model: ModelReferee, plan: Plan, seed_of_traffic: int, trials: int, seed: int) -> Plan:
    """Return the plan of least delay that a local search over the offsets alone meets in a number of trials."""
    generator = np.random.default_rng(seed)
    moves = [(own.junction, sign * by) for own in plan.junctions for by in SHIFTS_S for sign in (1, -1)]
    best_s = model.delays_s([plan], [seed_of_traffic])[0][0]
    for _ in range(trials if len(plan.junctions) > 1 else 0):
        junction, by_s = moves[int(generator.integers(len(moves)))]
        own = plan.by_junction[junction]
        new = plan.with_junction(own.with_offset(own.offset_s + by_s))
        new_s = model.delays_s([new], [seed_of_traffic])[0][0]
        if new_s < best_s:
            plan, best_s = new, new_s
    return plan
