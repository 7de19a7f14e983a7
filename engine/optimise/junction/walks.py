"""Walks as long as the plan has room for: seconds in which pedestrians wait for nothing are given to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ....networks import lamps
from ....networks.plan import Plan
from .skeleton import Skeleton
from .timings import Timing, keeps_limits, plan_of, timings_of


def with_long_walks(plan: Plan, skeletons: Mapping[str, Skeleton]) -> Plan:
    """Return the plan with every walk as long as its limits allow, what vehicles see being the same to the second.

    The search weighs vehicles only, so it leaves to chance where a stage changes from walk to pedestrian clearance.
    Plans with other intervals than the running program's come back as they are.
    """
    timings = timings_of(plan, skeletons)
    if not timings:
        return plan
    longer = {junction: _lengthened(skeletons[junction], timing) for junction, timing in timings.items()}
    return plan_of(longer, skeletons, plan, plan.name)


def _lengthened(skeleton: Skeleton, timing: Timing) -> Timing:
    count = len(skeleton.states)
    for k in skeleton.free:
        after = (k + 1) % count
        if after in skeleton.free and after != k and _only_walks_change(skeleton, k, after):
            walks = [_walking(skeleton, place) for place in (k, after)]
            if walks[0] > walks[1]:
                timing = _shifted(skeleton, timing, after, k)
            elif walks[1] > walks[0]:
                timing = _shifted(skeleton, timing, k, after)
    return timing


def _pedestrian_lamps(skeleton: Skeleton) -> set[int]:
    return {link for group in skeleton.junction.groups if group.kind == "pedestrian" for link in group.links}


def _only_walks_change(skeleton: Skeleton, a: int, b: int) -> bool:
    """Whether vehicles see the same in two intervals, so that the border between them is the pedestrians' alone."""
    walks = _pedestrian_lamps(skeleton)
    pairs = zip(skeleton.states[a], skeleton.states[b], strict=True)
    return all(one == other for link, (one, other) in enumerate(pairs) if link not in walks)


def _walking(skeleton: Skeleton, k: int) -> int:
    return sum(skeleton.states[k][link] in lamps.GREENS for link in _pedestrian_lamps(skeleton))


def _shifted(skeleton: Skeleton, timing: Timing, giver: int, taker: int) -> Timing:
    """Move whole seconds from one interval to the other, as many as the limits allow."""
    for seconds in range(int(timing.lengths_s[giver]) - 1, 0, -1):
        lengths = list(timing.lengths_s)
        lengths[giver] -= seconds
        lengths[taker] += seconds
        moved = replace(timing, lengths_s=tuple(lengths))
        if keeps_limits(skeleton, moved):
            return moved
    return timing
