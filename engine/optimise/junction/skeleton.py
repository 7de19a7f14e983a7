"""What may vary in a junction's plan when its stages keep their order: the lengths of its green intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.plan import Interval, JunctionPlan
from ....networks.sumo.program import Program, intervals, plan_of_program
from ...rules.shelter import LEAST_S, longest_s, state_shelters
from .changes_of_lamps import STOPPED, shortest_red_s


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """The intervals listed last `seconds` or more in all.

    `group` is whose shortest green it is, or after whose green the intergreen must pass: `kind` says which.
    """

    intervals: tuple[int, ...]
    seconds: float
    group: str = field(default="", compare=False)
    kind: Literal["", "green", "intergreen"] = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """The running program's intervals in their order, from second 0 of its cycle on.

    `fixed_s[k]` is the length of an interval that keeps its length (a change of stage: yellow, all-red), or None for
    a green interval, whose length is a whole number of seconds of at least one.
    """

    junction: Junction
    states: tuple[str, ...]
    fixed_s: tuple[float | None, ...]
    running_s: tuple[float, ...]
    limits: tuple[AtLeast, ...]

    @property
    def free(self) -> tuple[int, ...]:
        """The places of the intervals that may vary."""
        return tuple(k for k, fixed in enumerate(self.fixed_s) if fixed is None)

    @property
    def lost_s(self) -> float:
        """The sum of the fixed intervals."""
        return sum(fixed for fixed in self.fixed_s if fixed is not None)

    def plan(self, lengths_s: Sequence[float], start_s: float) -> JunctionPlan:
        """Return the plan with these interval lengths whose first interval starts at `start_s` after midnight."""
        starts = [sum(lengths_s[:k]) for k in range(len(lengths_s))]
        program = Program(
            junction=self.junction.id,
            program_id="",
            offset_s=start_s % sum(lengths_s),
            intervals=tuple(
                Interval(start_s=start, length_s=length, state=state)
                for start, length, state in zip(starts, lengths_s, self.states, strict=True)
            ),
        )
        return plan_of_program(program, self.junction.groups, self.junction.running.coordinated)


def skeleton_of(junction: Junction, plan: JunctionPlan | None = None) -> Skeleton:
    """Return what may vary in a plan of a junction, by default the running one, and the limits that hold."""
    parts = intervals(plan or junction.running, junction)
    states = tuple(part.state for part in parts)
    fixed = _whole_seconds([None if _is_green(part.state) else part.length_s for part in parts])
    limits = [
        *_shortest_greens(junction, states),
        *_shortest_reds(junction, states, fixed),
        *_shelters(junction, parts, fixed),
        *_intergreens(junction, states),
    ]
    return Skeleton(
        junction=junction,
        states=states,
        fixed_s=tuple(fixed),
        running_s=tuple(part.length_s for part in parts),
        limits=tuple(limit for limit in limits if not _holds_anyway(limit, fixed)),
    )


def _is_green(state: str) -> bool:
    """Whether an interval may be stretched: some lamp is green and none is on its way from one to the other."""
    changing = lamps.YELLOWS | {lamps.RED_AMBER}
    return bool(lamps.GREENS & set(state)) and not changing & set(state)


def _whole_seconds(fixed: list[float | None]) -> list[float | None]:
    """Lengthen the last interval of each change of stage until the change lasts whole seconds."""
    result = list(fixed)
    count = len(fixed)
    for k in range(count):
        if fixed[k] is None or fixed[(k + 1) % count] is not None:
            continue
        block, place = 0.0, k
        while (part := fixed[place]) is not None:
            block += part
            place = (place - 1) % count
            if place == k:
                break
        last = fixed[k]
        assert last is not None
        result[k] = last + math.ceil(round(block, 3)) - round(block, 3)
    return result


def _holds_anyway(limit: AtLeast, fixed: Sequence[float | None]) -> bool:
    """Whether the shortest lengths already meet the limit."""
    shortest = sum(1.0 if (part := fixed[k]) is None else part for k in limit.intervals)
    return round(shortest, 3) >= limit.seconds


def _runs(states: Sequence[str], link: int, displays: frozenset[str]) -> Iterator[tuple[int, ...]]:
    """Yield the unbroken stretches of intervals, around the circle, in which a lamp shows one of the displays."""
    count = len(states)
    shows = [state[link] in displays for state in states]
    if all(shows):
        yield tuple(range(count))
    for k in range(count):
        if shows[k] and not shows[k - 1]:
            length = next(n for n in range(1, count + 1) if not shows[(k + n) % count])
            yield tuple((k + n) % count for n in range(length))


def _shortest_greens(junction: Junction, states: Sequence[str]) -> Iterator[AtLeast]:
    for group in junction.groups:
        for run in _runs(states, group.links[0], lamps.GREENS):
            yield AtLeast(intervals=run, seconds=junction.min_green_s[group.id], group=group.id, kind="green")


def _shortest_reds(junction: Junction, states: Sequence[str], fixed: Sequence[float | None]) -> Iterator[AtLeast]:
    """Yield the reds of vehicles between two greens that a green interval of others could make too short to see."""
    for group in junction.groups:
        for run in _runs(states, group.links[0], STOPPED) if group.kind == "vehicle" else ():
            if len(run) < len(states) and any(fixed[k] is None for k in run):
                yield AtLeast(intervals=run, seconds=shortest_red_s(junction, group.id))


def _shelters(junction: Junction, parts: Sequence[Interval], fixed: Sequence[float | None]) -> Iterator[AtLeast]:
    """Yield the protected time of each turn across that has to keep it: its longest, as long as today's, or 5 s."""
    for group, opposing in junction.sheltered.items():
        alone = ["G" if state_shelters(junction, part.state, group, opposing) else "r" for part in parts]
        runs = [run for run in _runs(alone, 0, frozenset("G")) if any(fixed[k] is None for k in run)]
        if runs:
            longest = max(runs, key=lambda run: sum(parts[k].length_s for k in run))
            today_s = longest_s(junction, junction.running, group, opposing)
            yield AtLeast(intervals=longest, seconds=min(LEAST_S, today_s))


def _intergreens(junction: Junction, states: Sequence[str]) -> Iterator[AtLeast]:
    """Yield, for displays of foes that may not meet, the intervals between the end of one and the other's start."""
    count = len(states)
    for (a, b), seconds in junction.intergreen_s.items():
        for display_a in sorted(lamps.GREENS):
            for display_b in sorted(lamps.GREENS):
                if (a, display_a, b, display_b) in junction.together:
                    continue
                ends = [run[-1] for run in _runs(states, junction.by_group[a].links[0], frozenset(display_a))]
                starts = [run[0] for run in _runs(states, junction.by_group[b].links[0], frozenset(display_b))]
                for end in ends:
                    for start in starts:
                        between = (start - end - 1) % count
                        places = tuple((end + 1 + n) % count for n in range(between))
                        yield AtLeast(intervals=places, seconds=seconds, group=a, kind="intergreen")
