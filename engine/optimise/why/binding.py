"""Which constraint holds each green of a plan where it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ....networks import lamps
from ..junction.skeleton import AtLeast, Skeleton
from ..junction.splits import Splits, saturation_of
from ..junction.streams import Stream

# A green that serves a lane this full is as long as it is for that lane's sake.
FULL = 0.9
# So many seconds beside the length that suits the junction alone are for the sake of its neighbours.
ELSEWHERE_S = 3

Binds = Literal["pedestrians", "minimum green", "intergreen", "saturation", "coordination", "balance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLength:
    """Green intervals in which vehicles see the same, with what holds their length.

    `binds` says why it is not shorter: a pedestrian's walk and clearance, a minimum green, an intergreen, a lane that
    is nearly saturated (`saturation` of the fullest lane served), the neighbours (it lasts otherwise than suits the
    junction alone), or nothing but the balance of the delays.
    """

    groups: tuple[str, ...]  # vehicle groups that are green
    intervals: tuple[int, ...]
    length_s: float
    saturation: float
    binds: Binds


def stages_of(
    skeleton: Skeleton, streams: Sequence[Stream], lengths_s: Sequence[float], alone: Splits | None
) -> tuple[StageLength, ...]:
    """Return the stages of a plan; `alone` are the best splits of the junction by itself at the same cycle."""
    found = []
    for intervals in _stages(skeleton):
        length_s = sum(lengths_s[k] for k in intervals)
        served = [s for s in streams if any(s.weights[k] > 0 for k in intervals)]
        alone_s = sum(alone.lengths_s[k] for k in intervals) if alone else None
        saturation = max((saturation_of(stream, lengths_s) for stream in served), default=0.0)
        found.append(
            StageLength(
                groups=_green_groups(skeleton, intervals[0]),
                intervals=intervals,
                length_s=length_s,
                saturation=saturation,
                binds=_binds(skeleton, lengths_s, intervals) or _free_choice(length_s, saturation, alone_s),
            )
        )
    return tuple(found)


def _free_choice(length_s: float, saturation: float, alone_s: float | None) -> Binds:
    if saturation >= FULL:
        return "saturation"
    return "coordination" if alone_s is not None and abs(length_s - alone_s) >= ELSEWHERE_S else "balance"


def _stages(skeleton: Skeleton) -> list[tuple[int, ...]]:
    """Return the free intervals, those together that follow each other and differ in walks alone."""
    walks = {link for group in skeleton.junction.groups if group.kind == "pedestrian" for link in group.links}

    def seen(k: int) -> tuple[str, ...]:
        return tuple(letter for link, letter in enumerate(skeleton.states[k]) if link not in walks)

    runs: list[list[int]] = []
    for k in skeleton.free:
        if runs and runs[-1][-1] == k - 1 and seen(k) == seen(k - 1):
            runs[-1].append(k)
        else:
            runs.append([k])
    last = len(skeleton.states) - 1
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == last and seen(0) == seen(last):
        runs[0] = runs.pop() + runs[0]
    return [tuple(run) for run in runs]


def _green_groups(skeleton: Skeleton, k: int) -> tuple[str, ...]:
    state = skeleton.states[k]
    return tuple(
        group.id
        for group in skeleton.junction.groups
        if group.kind == "vehicle" and state[group.links[0]] in lamps.GREENS
    )


def _binds(skeleton: Skeleton, lengths_s: Sequence[float], stage: tuple[int, ...]) -> Binds | None:
    """Return the kind of limit without which the stage could last a second less, or None if it can with all of them."""
    if _can_shrink(skeleton, lengths_s, stage):
        return None
    kinds: list[tuple[Binds, Callable[[AtLeast], bool]]] = [
        ("pedestrians", lambda limit: is_pedestrians(skeleton, limit)),
        ("minimum green", lambda limit: limit.kind != "intergreen"),
        ("intergreen", lambda _limit: True),
    ]
    for name, dropped in kinds:
        if _can_shrink(without(skeleton, dropped), lengths_s, stage):
            return name
    return "minimum green"  # an interval of a second cannot be shorter


def without(skeleton: Skeleton, dropped: Callable[[AtLeast], bool]) -> Skeleton:
    """Return the skeleton without some of its limits: for asking what they cost, never for a plan."""
    return replace(skeleton, limits=tuple(limit for limit in skeleton.limits if not dropped(limit)))


def is_pedestrians(skeleton: Skeleton, limit: AtLeast) -> bool:
    """Whether a limit is for those who walk: the walk itself or the clearance after it."""
    group = skeleton.junction.by_group.get(limit.group)
    return group is not None and group.kind == "pedestrian"


def _can_shrink(skeleton: Skeleton, lengths_s: Sequence[float], stage: tuple[int, ...]) -> bool:
    """Whether some way to cut the stage, in all a second shorter, meets every limit."""
    wanted = round(sum(lengths_s[k] for k in stage)) - 1
    return any(
        _holds(skeleton, dict(zip(stage, parts, strict=True)), lengths_s) for parts in _parts(wanted, len(stage))
    )


def _parts(total: int, count: int) -> list[tuple[int, ...]]:
    """Return all ways to write a total as so many whole numbers of at least one."""
    if count == 1:
        return [(total,)] if total >= 1 else []
    return [(first, *rest) for first in range(1, total - count + 2) for rest in _parts(total - first, count - 1)]


def _holds(skeleton: Skeleton, new_s: dict[int, int], lengths_s: Sequence[float]) -> bool:
    return all(
        sum(new_s.get(k, lengths_s[k]) for k in limit.intervals) >= limit.seconds - 1e-6 for limit in skeleton.limits
    )
