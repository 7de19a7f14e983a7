"""The same plan with longer cycles: fewer changes of stage an hour, and more of each cycle green."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...networks.plan import Plan
from .skeleton import Skeleton
from .timings import LONGEST_CYCLE_S, Timing, keeps_limits, plan_of, timings_of

# Streets lock up where vehicles that a change of stage catches inside a junction wait for each other. On cologne1 a
# plan of two stages did so with 9, 3, 0 and 0 of 100 seeds at cycles of 44, 54, 64 and 76 s.
LONGER = 1.2


def slowed(plan: Plan, skeletons: Mapping[str, Skeleton], longest_s: int = LONGEST_CYCLE_S) -> Plan | None:
    """Return the plan with every cycle a fifth longer, the greens in proportion; None where one would get too long.

    Signals that share a cycle go on sharing one, with offsets at the same part of it.
    """
    timings = timings_of(plan, skeletons)
    if not timings:
        return None
    new = {signal: _slowed(skeletons[signal], timing) for signal, timing in timings.items()}
    fits = all(
        sum(timing.lengths_s) <= longest_s and keeps_limits(skeletons[signal], timing) for signal, timing in new.items()
    )
    return plan_of(new, skeletons, plan, f"slower {plan.name}") if fits else None


def _slowed(skeleton: Skeleton, timing: Timing) -> Timing:
    cycle_s = sum(timing.lengths_s)
    more_s = math.ceil(round(cycle_s * (LONGER - 1.0), 6))
    lengths = list(timing.lengths_s)
    shares = _dealt(more_s, [lengths[k] for k in skeleton.free])
    for k, share_s in zip(skeleton.free, shares, strict=True):
        lengths[k] += share_s
    after_s = cycle_s + more_s
    return Timing(lengths_s=tuple(lengths), start_s=round(timing.start_s * after_s / cycle_s) % after_s)


def _dealt(seconds: int, weights: Sequence[float]) -> list[int]:
    """Return whole seconds in proportion to weights, the largest remainders rounded up, the first of equals first."""
    exact = [seconds * weight / sum(weights) for weight in weights]
    dealt = [math.floor(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda k: (dealt[k] - exact[k], k))
    for k in order[: seconds - sum(dealt)]:
        dealt[k] += 1
    return dealt
