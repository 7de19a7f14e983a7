"""Refining a plan before the simulator: small changes, each kept only if the simulated delay falls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from statistics import fmean
from typing import Protocol

import numpy as np

from ....networks.plan import Plan
from ....networks.progress import Tell, silent
from ....networks.sentence import Sentence
from ..junction.skeleton import Skeleton
from ..junction.timings import plan_of, timings_of
from .changes import Change, possible_changes

# A change must take off at least this share of the delay: less is the noise of the few seeds that are looked at.
LEAST_GAIN = 0.002
AT_ONCE = 2
# So many draws without one change that the limits allow: there is none.
MOST_IDLE = 500


class Judge(Protocol):
    """Whoever says what a plan costs: the simulator, or the queue model."""

    def costs(self, plans: Sequence[Plan], seeds: Sequence[int]) -> list[list[float]]:
        """Return what the study's objective makes of every plan with every seed; by default its delay. [s/veh]"""
        ...


def refine(
    referee: Judge,
    plan: Plan,
    skeletons: Mapping[str, Skeleton],
    seeds: Sequence[int],
    runs: int,
    seed: int,
    tell: Tell = silent,
) -> tuple[Plan, int]:
    """Return the plan after a pattern search with a budget of simulations, and how many changes were kept.

    Changes are tried in a seeded random order, two at once; a change that helped is tried again. The result is to be
    raced against the start on other seeds: this search has seen these.
    """
    timings = timings_of(plan, skeletons)
    if timings is None or not timings:
        return plan, 0
    best_s = fmean(referee.costs([plan], seeds)[0])
    left, kept, idle = runs - len(seeds), 0, 0
    again: list[Change] = []
    order = _changes(skeletons, seed)
    while left >= AT_ONCE * len(seeds) and idle < MOST_IDLE:
        tell("refinement", runs - left, runs)
        drawn = [*again, *islice(order, AT_ONCE)]
        tried = [(change, new) for change in drawn if (new := change(timings)) is not None][:AT_ONCE]
        again, idle = [], 0 if tried else idle + 1
        if not tried:
            continue
        plans = [plan_of(new, skeletons, plan, plan.name) for _, new in tried]
        delays = [fmean(of_plan) for of_plan in referee.costs(plans, seeds)]
        left -= len(seeds) * len(plans)
        k = int(np.argmin(delays))
        if delays[k] < best_s * (1 - LEAST_GAIN):
            best_s, timings, kept, again = delays[k], tried[k][1], kept + 1, [tried[k][0]]
    tell("refinement", runs, runs)
    return plan_of(timings, skeletons, plan, Sentence("refined {plan}", plan=plan.name)), kept


def _changes(skeletons: Mapping[str, Skeleton], seed: int) -> Iterator[Change]:
    """Give the possible changes for ever, each round in a new random order."""
    generator, changes = np.random.default_rng(seed), possible_changes(skeletons)
    while changes:
        for k in generator.permutation(len(changes)):
            yield changes[k]
