"""The small changes that may be made to a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..junction.skeleton import Skeleton
from ..junction.timings import Timing, Timings, keeps_limits
from .half_moves import common_cycle_s, halved_or_doubled

SHIFTS_S = (1, 2, 4, 8, 16)
MOVES_S = (1, 2, 4)
WAYS = (0, 1)  # of going to half a cycle, and back

Change = Callable[[Timings], Timings | None]


def possible_changes(skeletons: Mapping[str, Skeleton]) -> list[Change]:
    """Return every small change: offsets, green from one interval to another, half cycles, the cycle of all."""
    changes: list[Change] = []
    for junction, skeleton in skeletons.items():
        if len(skeletons) > 1:
            changes += [_shift(junction, sign * by) for by in SHIFTS_S for sign in (1, -1)]
            changes += [_half(skeleton, way) for way in WAYS]
        free = skeleton.free
        changes += [_move(skeleton, a, b, by) for by in MOVES_S for a in free for b in free if a != b]
    if skeletons:
        changes += [_stretch(skeletons, sign * by) for by in MOVES_S for sign in (1, -1)] * max(1, len(skeletons) // 4)
    return changes


def _shift(junction: str, by_s: int) -> Change:
    def change(timings: Timings) -> Timings | None:
        own = timings[junction]
        return {**timings, junction: replace(own, start_s=(own.start_s + by_s) % sum(own.lengths_s))}

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


def _half(skeleton: Skeleton, way: int) -> Change:
    """Give a junction half the common cycle, or give it back the whole."""
    return lambda timings: halved_or_doubled(skeleton, timings, way)


def _stretch(skeletons: Mapping[str, Skeleton], by_s: int) -> Change:
    """Make the cycle of every junction longer or shorter, at each in its longest green interval.

    A junction at half the common cycle gets half as much; where that is no whole seconds, there is no such change.
    """

    def change(timings: Timings) -> Timings | None:
        common_s = common_cycle_s(timings)
        halves = {junction for junction, timing in timings.items() if _is_half(timing, common_s)}
        if halves and by_s % 2:
            return None
        new = {
            junction: _stretched(skeletons[junction], timing, by_s // 2 if junction in halves else by_s)
            for junction, timing in timings.items()
        }
        fits = all(keeps_limits(skeletons[junction], timing) for junction, timing in new.items())
        return new if fits else None

    return change


def _is_half(timing: Timing, common_s: int | None) -> bool:
    return common_s is not None and round(sum(timing.lengths_s), 3) < common_s


def _stretched(skeleton: Skeleton, timing: Timing, by_s: int) -> Timing:
    longest = max(skeleton.free, key=lambda k: timing.lengths_s[k])
    lengths = tuple(s + by_s if k == longest else s for k, s in enumerate(timing.lengths_s))
    before, after = sum(timing.lengths_s), sum(lengths)
    return Timing(lengths_s=lengths, start_s=round(timing.start_s * after / before) % after)
