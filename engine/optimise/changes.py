"""The small changes that may be made to a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from .skeleton import Skeleton
from .timings import Timing, Timings, keeps_limits

SHIFTS_S = (1, 2, 4, 8, 16)
MOVES_S = (1, 2, 4)

Change = Callable[[Timings], Timings | None]


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
