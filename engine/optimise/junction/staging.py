"""From a sequence of stages to a whole program: greens, yellows and red-ambers of every signal group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ....networks import lamps
from ....networks.errors import InputError
from ....networks.junction import Junction
from ....networks.plan import GroupPlan, JunctionPlan, Window, whole_ms
from ....networks.sumo.program import Program, intervals, plan_of_program
from .switching import Displays, Switching, switching


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """A sequence laid out in time. Stage k stands from `begins_s[k]` for `lengths_s[k]`, then comes `changes[k]`."""

    stages: Sequence[Displays]
    lengths_s: Sequence[float]
    changes: Sequence[Switching]
    begins_s: Sequence[float]
    cycle_s: float


def plan_of_stages(junction: Junction, stages: Sequence[Displays], lengths_s: Sequence[float]) -> JunctionPlan | None:
    """Return the program that shows some stages in this order, or None where the lengths leave a group no time.

    Parameters
    ----------
    stages : sequence of Displays
        Two or more.
    lengths_s : sequence of float
        How long each stands between the change before it and the change after it. [whole s]
    """
    course = _course(junction, stages, lengths_s)
    found = []
    for group in junction.groups:
        windows = _windows(junction, course, group.id)
        if any(window.length_s <= 0 for window in windows):
            return None
        found.append(GroupPlan(group=group.id, windows=tuple(sorted(windows))))
    return _from_first_green(junction, tuple(found), course.cycle_s)


def _course(junction: Junction, stages: Sequence[Displays], lengths_s: Sequence[float]) -> _Course:
    changes = [switching(junction, stage, stages[(k + 1) % len(stages)]) for k, stage in enumerate(stages)]
    begins_s, at_s = [], 0.0
    for length_s, change in zip(lengths_s, changes, strict=True):
        begins_s.append(at_s)
        at_s += length_s + change.length_s
    return _Course(stages=stages, lengths_s=lengths_s, changes=changes, begins_s=begins_s, cycle_s=at_s)


def _windows(junction: Junction, course: _Course, group: str) -> list[Window]:
    shown = [stage[group] for stage in course.stages]
    if len(set(shown)) == 1:
        return [] if shown[0] == lamps.RED else [Window(start_s=0.0, length_s=course.cycle_s, display=shown[0])]
    windows: list[Window] = []
    for first, last in _runs(shown):
        display, start_s, end_s = shown[first], _start_s(course, group, first), _end_s(course, group, last)
        windows.append(_window(course, start_s, end_s - start_s, display))
        if display not in lamps.GREENS:
            continue
        yellow_s, red_amber_s = junction.yellow_s[group], red_amber_before_s(junction, group)
        if shown[(last + 1) % len(shown)] not in lamps.GREENS and yellow_s > 0:
            windows.append(_window(course, end_s, yellow_s, lamps.YELLOW))
        if shown[first - 1] not in lamps.GREENS and red_amber_s > 0:
            windows.append(_window(course, start_s - red_amber_s, red_amber_s, lamps.RED_AMBER))
    return windows


def _runs(shown: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last stage of each unbroken display but red; the last may lie beyond the end of the cycle."""
    for first, display in enumerate(shown):
        if display != lamps.RED and shown[first - 1] != display:
            last = first
            while shown[(last + 1) % len(shown)] == display:
                last += 1
            yield first, last


def _start_s(course: _Course, group: str, stage: int) -> float:
    before = course.changes[stage - 1]
    return course.begins_s[stage] - before.length_s + before.starts_s.get(group, before.length_s)


def _end_s(course: _Course, group: str, stage: int) -> float:
    rounds, place = divmod(stage, len(course.stages))
    stands_until_s = course.begins_s[place] + course.lengths_s[place] + rounds * course.cycle_s
    return stands_until_s + course.changes[place].ends_s.get(group, 0.0)


def _window(course: _Course, start_s: float, length_s: float, display: str) -> Window:
    return Window(start_s=whole_ms(start_s) % whole_ms(course.cycle_s) / 1000, length_s=length_s, display=display)


def red_amber_before_s(junction: Junction, group: str) -> float:
    """Return how long a group shows red-amber before its greens today: 0 if there is one without."""
    cycle_ms = whole_ms(junction.running.cycle_s)
    lasting = {
        (whole_ms(window.start_s) + whole_ms(window.length_s)) % cycle_ms: window.length_s
        for window in junction.running.by_group[group].windows
        if window.display == lamps.RED_AMBER
    }
    greens = junction.running.greens(group)
    return min((lasting.get(whole_ms(green.start_s), 0.0) for green in greens), default=0.0)


def _from_first_green(junction: Junction, groups: tuple[GroupPlan, ...], cycle_s: float) -> JunctionPlan | None:
    """Return the plan with second 0 at the first green of the coordinated group, or None where windows overlap."""
    try:
        raw = JunctionPlan(junction=junction.id, cycle_s=cycle_s, offset_s=0.0, coordinated=None, groups=groups)
    except InputError:
        return None
    program = Program(junction=junction.id, program_id="", offset_s=0.0, intervals=intervals(raw, junction))
    return plan_of_program(program, junction.groups, junction.running.coordinated)
