"""A plan as the lengths of its intervals, and the small changes that may be made to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ...networks.plan import JunctionPlan, Plan
from ...networks.sumo_program import intervals
from .skeleton import Skeleton

SHIFTS_S = (1, 2, 4, 8, 16)
MOVES_S = (1, 2, 4)
LONGEST_CYCLE_S = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The lengths of a signal's intervals, and when the first of them starts. [s]"""

    lengths_s: tuple[float, ...]
    start_s: float


Timings = dict[str, Timing]
Change = Callable[[Timings], Timings | None]


def timings_of(plan: Plan, skeletons: Mapping[str, Skeleton]) -> Timings | None:
    """Return the plan in terms of the running program's intervals, or None where it has other intervals."""
    timings = {}
    for signal, skeleton in skeletons.items():
        own = plan.by_junction[signal]
        parts = intervals(own, skeleton.junction)
        turned = _turn_to([part.state for part in parts], list(skeleton.states))
        if turned is None:
            return None
        lengths = [part.length_s for part in parts]
        timings[signal] = Timing(
            lengths_s=tuple(lengths[turned:] + lengths[:turned]),
            start_s=(own.offset_s + parts[turned].start_s) % own.cycle_s,
        )
    return timings


def _turn_to(states: list[str], wanted: list[str]) -> int | None:
    return next((k for k in range(len(states)) if states[k:] + states[:k] == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """The plans of many timings of the same skeletons; signals that are not steered stay as in `base`.

    What was drawn before is not drawn again: most changes touch one signal, and drawing takes as long as the model.
    """

    skeletons: Mapping[str, Skeleton]
    base: Plan
    drawn: dict[tuple[str, Timing], JunctionPlan] = field(default_factory=dict)

    def plan(self, timings: Timings, name: str) -> Plan:
        """Return the plan with these timings."""
        made = {signal: self._junction(signal, timing) for signal, timing in timings.items()}
        own = tuple(made.get(plan.junction, plan) for plan in self.base.junctions)
        return replace(self.base, name=name, junctions=own)

    def _junction(self, signal: str, timing: Timing) -> JunctionPlan:
        if (signal, timing) not in self.drawn:
            unmoved = replace(timing, start_s=0.0)
            if (signal, unmoved) not in self.drawn:
                self.drawn[(signal, unmoved)] = self.skeletons[signal].plan(timing.lengths_s, 0.0)
            drawn = self.drawn[(signal, unmoved)]
            self.drawn[(signal, timing)] = drawn.with_offset(drawn.offset_s + timing.start_s)
        return self.drawn[(signal, timing)]


def plan_of(timings: Timings, skeletons: Mapping[str, Skeleton], base: Plan, name: str) -> Plan:
    """Return the plan with these timings; signals that are not steered stay as in `base`."""
    return Drawings(skeletons=skeletons, base=base).plan(timings, name)


def possible_changes(skeletons: Mapping[str, Skeleton]) -> list[Change]:
    """Return every small change there is: offsets, green from one interval to another, the cycle of all."""
    changes: list[Change] = []
    for signal, skeleton in skeletons.items():
        if len(skeletons) > 1:
            changes += [_shift(signal, sign * by) for by in SHIFTS_S for sign in (1, -1)]
        free = skeleton.free
        changes += [_move(skeleton, a, b, by) for by in MOVES_S for a in free for b in free if a != b]
    if skeletons:
        changes += [_stretch(skeletons, sign * by) for by in MOVES_S for sign in (1, -1)] * max(1, len(skeletons) // 4)
    return changes


def _shift(signal: str, by_s: int) -> Change:
    def change(timings: Timings) -> Timings | None:
        own = timings[signal]
        return {**timings, signal: replace(own, start_s=(own.start_s + by_s) % sum(own.lengths_s))}

    return change


def _move(skeleton: Skeleton, a: int, b: int, by_s: int) -> Change:
    """Take green from interval a and give it to interval b."""

    def change(timings: Timings) -> Timings | None:
        own = timings[skeleton.junction.id]
        lengths = list(own.lengths_s)
        lengths[a] -= by_s
        lengths[b] += by_s
        new = replace(own, lengths_s=tuple(lengths))
        return {**timings, skeleton.junction.id: new} if keeps_limits(skeleton, new) else None

    return change


def _stretch(skeletons: Mapping[str, Skeleton], by_s: int) -> Change:
    """Make the cycle of every signal longer or shorter, at each in its longest green interval."""

    def change(timings: Timings) -> Timings | None:
        new = {signal: _stretched(skeletons[signal], timing, by_s) for signal, timing in timings.items()}
        fits = all(keeps_limits(skeletons[signal], timing) for signal, timing in new.items())
        return new if fits else None

    return change


def _stretched(skeleton: Skeleton, timing: Timing, by_s: int) -> Timing:
    longest = max(skeleton.free, key=lambda k: timing.lengths_s[k])
    lengths = tuple(s + by_s if k == longest else s for k, s in enumerate(timing.lengths_s))
    before, after = sum(timing.lengths_s), sum(lengths)
    return Timing(lengths_s=lengths, start_s=round(timing.start_s * after / before) % after)


def keeps_limits(skeleton: Skeleton, timing: Timing) -> bool:
    """Whether every green interval lasts a second or more, every limit holds, and the cycle fits a controller."""
    lengths = timing.lengths_s
    return (
        all(lengths[k] >= 1 for k in skeleton.free)
        and sum(lengths) <= LONGEST_CYCLE_S
        and all(sum(lengths[k] for k in limit.intervals) >= limit.seconds for limit in skeleton.limits)
    )
