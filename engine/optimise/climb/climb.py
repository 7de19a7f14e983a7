"""Climbing on the queue model: thousands of small changes, from where the formulas left off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np

from ....networks.plan import Plan
from ....networks.sentence import Sentence
from ..junction.skeleton import Skeleton
from ..junction.timings import Drawings, Timings, timings_of
from .changes import Change, possible_changes
from .refine import Judge

# The queue model has no noise of drivers, only of the traffic drawn: a smaller gain counts.
CLIMB_GAIN = 0.0005
# Random changes from which the climb starts anew when it stands on a top.
KICKS = 4


def climb(
    referee: Judge, plan: Plan, skeletons: Mapping[str, Skeleton], seeds: Sequence[int], trials: int, seed: int
) -> Plan:
    """Return the best plan that an iterated local search meets in a number of trials.

    Changes are tried one by one in a seeded random order, and kept if they help. Where none has helped for a whole
    round, the search goes on from the best plan so far with a few random changes (H. R. Lourenço, O. C. Martin and
    T. Stützle, Iterated local search, in Handbook of Metaheuristics, 2003).
    """
    timings = timings_of(plan, skeletons)
    if not timings:
        return plan

    drawings = Drawings(skeletons=skeletons, base=plan)

    def delay_s(candidate: Timings) -> float:
        return fmean(referee.costs([drawings.plan(candidate, plan.name)], seeds)[0])

    generator, changes = np.random.default_rng(seed), possible_changes(skeletons)
    now, now_s = timings, delay_s(timings)
    best, best_s, left, idle = now, now_s, trials if changes else 0, 0
    while left > 0:
        if idle > len(changes):
            now, idle = _kicked(best, changes, generator), 0
            now_s = delay_s(now)
        left, idle = left - 1, idle + 1
        change = changes[int(generator.integers(len(changes)))]
        while (new := change(now)) is not None and (new_s := delay_s(new)) < now_s * (1 - CLIMB_GAIN):
            now, now_s, idle, left = new, new_s, 0, left - 1
        if now_s < best_s:
            best, best_s = now, now_s
    again = plan.name.startswith("climbed ")
    return drawings.plan(best, plan.name if again else Sentence("climbed {plan}", plan=plan.name))


def _kicked(timings: Timings, changes: Sequence[Change], generator: np.random.Generator) -> Timings:
    for k in generator.integers(len(changes), size=KICKS):
        timings = changes[int(k)](timings) or timings
    return timings
