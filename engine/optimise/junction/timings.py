"""A plan as the lengths of its intervals: what searches vary and draw plans of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ....networks.limits import LONGEST_CYCLE_S
from ....networks.plan import JunctionPlan, Plan
from ....networks.sumo.program import intervals
from .skeleton import Skeleton


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The lengths of a junction's intervals, and when the first of them starts. [s]"""

    lengths_s: tuple[float, ...]
    start_s: float


Timings = dict[str, Timing]


def timings_of(plan: Plan, skeletons: Mapping[str, Skeleton]) -> Timings | None:
    """Return the plan in terms of the running program's intervals, or None where it has other intervals."""
    timings = {}
    for junction, skeleton in skeletons.items():
        own = plan.by_junction[junction]
        parts = intervals(own, skeleton.junction)
        turned = _turn_to([part.state for part in parts], list(skeleton.states))
        if turned is None:
            return None
        lengths = [part.length_s for part in parts]
        timings[junction] = Timing(
            lengths_s=tuple(lengths[turned:] + lengths[:turned]),
            start_s=(own.offset_s + parts[turned].start_s) % own.cycle_s,
        )
    return timings


def _turn_to(states: list[str], wanted: list[str]) -> int | None:
    return next((k for k in range(len(states)) if states[k:] + states[:k] == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """The plans of many timings of the same skeletons; junctions that are not steered stay as in `base`.

    What was drawn before is not drawn again: most changes touch one junction, and drawing takes as long as the model.
    """

    skeletons: Mapping[str, Skeleton]
    base: Plan
    drawn: dict[tuple[str, Timing], JunctionPlan] = field(default_factory=dict)

    def plan(self, timings: Timings, name: str) -> Plan:
        """Return the plan with these timings."""
        made = {junction: self._junction(junction, timing) for junction, timing in timings.items()}
        own = tuple(made.get(plan.junction, plan) for plan in self.base.junctions)
        return replace(self.base, name=name, junctions=own)

    def _junction(self, junction: str, timing: Timing) -> JunctionPlan:
        if (junction, timing) not in self.drawn:
            unmoved = replace(timing, start_s=0.0)
            if (junction, unmoved) not in self.drawn:
                self.drawn[(junction, unmoved)] = self.skeletons[junction].plan(timing.lengths_s, 0.0)
            drawn = self.drawn[(junction, unmoved)]
            self.drawn[(junction, timing)] = drawn.with_offset(drawn.offset_s + timing.start_s)
        return self.drawn[(junction, timing)]


def plan_of(timings: Timings, skeletons: Mapping[str, Skeleton], base: Plan, name: str) -> Plan:
    """Return the plan with these timings; junctions that are not steered stay as in `base`."""
    return Drawings(skeletons=skeletons, base=base).plan(timings, name)


def keeps_limits(skeleton: Skeleton, timing: Timing) -> bool:
    """Whether every green interval lasts a second or more, every limit holds, and the cycle fits a controller."""
    lengths = timing.lengths_s
    return (
        all(lengths[k] >= 1 for k in skeleton.free)
        and sum(lengths) <= LONGEST_CYCLE_S
        and all(sum(lengths[k] for k in limit.intervals) >= limit.seconds for limit in skeleton.limits)
    )
