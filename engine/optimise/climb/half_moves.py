"""Junctions at half the common cycle, as changes of a climb: there and back, and what keeps all junctions in step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

from ..junction.quick_splits import shortest_lengths
from ..junction.skeleton import Skeleton
from ..junction.timings import Timing, Timings, keeps_limits


def common_cycle_s(timings: Timings) -> int | None:
    """Return the common cycle of timings, as `common_of` tells it."""
    return common_of(round(float(sum(timing.lengths_s)), 3) for timing in timings.values())


def common_of(cycles_s: Iterable[float]) -> int | None:
    """Return the cycle that all junctions have, some of them perhaps half of it, or None where they have others too."""
    found = {float(cycle_s) for cycle_s in cycles_s}
    longest_s = max(found, default=0.5)
    in_step = longest_s.is_integer() and found <= {longest_s, longest_s / 2}
    return int(longest_s) if in_step and (len(found) == 1 or longest_s % 2 == 0) else None


def halved_or_doubled(skeleton: Skeleton, timings: Timings, way: int) -> Timings | None:
    """Return the timings in which one junction goes from the common cycle to half of it, or back; None where it cannot.

    There are two ways for each. At half the cycle, the middle of the longest green stays when it was (way 0) or its
    start does (way 1). Of two greens, one is left: that whose middle was when the left one's is (0), or the other (1).
    """
    own, common_s = timings[skeleton.junction.id], common_cycle_s(timings)
    if common_s is None or common_s % 2:
        return None
    halves = round(sum(own.lengths_s), 3) < common_s
    lengths_s = lengths_at(skeleton, own.lengths_s, common_s if halves else common_s // 2)
    if lengths_s is None:
        return None
    kept = 0.0 if way and not halves else 0.5
    start_s = _start_s(skeleton, own, lengths_s, kept) + (common_s // 2 if way and halves else 0)
    new = Timing(lengths_s=lengths_s, start_s=start_s % round(sum(lengths_s)))
    return {**timings, skeleton.junction.id: new} if keeps_limits(skeleton, new) else None


def _start_s(skeleton: Skeleton, own: Timing, lengths_s: Sequence[float], kept: float) -> int:
    """Return the start with which a part of the longest green, 0 its start and 1 its end, comes when it came."""
    k = max(skeleton.free, key=lambda place: own.lengths_s[place])
    before, after = (sum(lengths[:k]) + kept * lengths[k] for lengths in (own.lengths_s, lengths_s))
    return floor(own.start_s + before - after + 0.5)


def lengths_at(skeleton: Skeleton, lengths_s: Sequence[float], cycle_s: int) -> tuple[float, ...] | None:
    """Return interval lengths at another cycle, or None where the shortest greens do not leave room for themselves.

    What each green lasts beyond its shortest keeps its share, in whole seconds; of equal remainders the first gets one.
    """
    lengths = shortest_lengths(skeleton)
    spare_s = round(float(cycle_s - sum(lengths)), 3)
    if not skeleton.free or spare_s < 0 or not spare_s.is_integer():
        return None
    beyond = {k: max(0.0, lengths_s[k] - lengths[k]) for k in skeleton.free}
    if not any(beyond.values()):
        beyond = dict.fromkeys(skeleton.free, 1.0)
    wanted = {k: spare_s * share / sum(beyond.values()) for k, share in beyond.items()}
    left = round(spare_s) - sum(floor(part) for part in wanted.values())
    favoured = sorted(wanted, key=lambda k: (floor(wanted[k]) - wanted[k], k))[:left]
    for k, part in wanted.items():
        lengths[k] += floor(part) + (k in favoured)
    return tuple(lengths)
