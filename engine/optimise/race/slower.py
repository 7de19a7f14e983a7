"""The same plan with longer cycles: fewer changes of stage an hour, and more of each cycle green."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ....networks.limits import LONGEST_CYCLE_S
from ....networks.plan import Plan
from ....networks.sentence import Sentence
from ..climb.half_moves import common_of, lengths_at
from ..junction.skeleton import Skeleton
from ..junction.timings import Timing, Timings, keeps_limits, plan_of, timings_of

# Streets lock up where vehicles that a change of stage catches inside a junction wait for each other. On cologne1 a
# plan of two stages did so with 9, 3, 0 and 0 of 100 seeds at cycles of 44, 54, 64 and 76 s.
LONGER = 1.2


def slowed(plan: Plan, skeletons: Mapping[str, Skeleton], longest_s: int = LONGEST_CYCLE_S) -> Plan | None:
    """Return the plan with every cycle a fifth longer, the greens in proportion; None where one would get too long.

    Junctions that share a cycle go on sharing one, of even seconds, with offsets at the same part of it; those at half
    of it stay at half.
    """
    timings = timings_of(plan, skeletons)
    if not timings:
        return None
    cycles_s = {junction: round(float(sum(timing.lengths_s)), 3) for junction, timing in timings.items()}
    common_s = common_of(cycles_s.values())
    new: Timings = {}
    for junction, timing in timings.items():
        made = _slowed(skeletons[junction], timing, _longer_s(cycles_s[junction], common_s))
        if made is None or sum(made.lengths_s) > longest_s:
            return None
        new[junction] = made
    return plan_of(new, skeletons, plan, Sentence("slower {plan}", plan=plan.name))


def _longer_s(cycle_s: float, common_s: int | None) -> int:
    """Return a cycle a fifth longer, rounded up; where all share one, junctions at half of it stay at half."""
    if common_s is None:
        return math.ceil(round(cycle_s * LONGER, 6))
    whole_s = math.ceil(round(common_s * LONGER, 6))
    return whole_s + whole_s % 2 if cycle_s == common_s else (whole_s + whole_s % 2) // 2


def _slowed(skeleton: Skeleton, timing: Timing, cycle_s: int) -> Timing | None:
    lengths_s = lengths_at(skeleton, timing.lengths_s, cycle_s)
    if lengths_s is None:
        return None
    new = Timing(lengths_s=lengths_s, start_s=round(timing.start_s * cycle_s / sum(timing.lengths_s)) % cycle_s)
    return new if keeps_limits(skeleton, new) else None
