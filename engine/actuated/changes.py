"""The change between two stages as stretches of constant lamps, complete in itself whatever comes before or after."""

from __future__ import annotations

import math

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import Interval
from ..optimise.junction.staging import red_amber_before_s
from ..optimise.junction.switching import Displays, Switching, switching

Course = list[tuple[float, str]]  # what a group shows from which second on, the first being the stage before


def change_intervals(junction: Junction, before: Displays, after: Displays) -> tuple[Interval, ...]:
    """Return what is shown between two stages, from the first lamp that changes to the last.

    Every intergreen between greens that end and greens that start lies within, every yellow is over at the end, and the
    whole takes whole seconds: so the stage after may itself be left as soon as it has stood for its shortest green.
    """
    shift = switching(junction, before, after)
    courses = {g.id: _course(junction, g.id, before[g.id], after[g.id], shift) for g in junction.groups}
    begin_s = min([0.0, *shift.ends_s.values()])
    end_s = max([shift.length_s, *(course[-1][0] for course in courses.values())])
    end_s = begin_s + math.ceil(round(end_s - begin_s, 3))
    cuts = {round(at_s, 3) for course in courses.values() for at_s, _ in course}
    starts = sorted({begin_s, *(cut for cut in cuts if begin_s < cut < end_s)})
    return tuple(
        Interval(
            start_s=round(start - begin_s, 3),
            length_s=round(end - start, 3),
            state=state_of(junction, {name: _shown(course, start) for name, course in courses.items()}),
        )
        for start, end in zip(starts, [*starts[1:], end_s], strict=True)
        if end > start
    )


def _course(junction: Junction, group: str, before: str, after: str, shift: Switching) -> Course:
    course = [(-math.inf, before)]
    if before == after:
        return course
    if before in lamps.GREENS:
        if after in lamps.GREENS:
            return [*course, (shift.starts_s[group], after)]
        end_s, yellow_s = shift.ends_s.get(group, 0.0), junction.yellow_s[group]
        yellow = [(end_s, lamps.YELLOW)] if yellow_s > 0 else []
        return [*course, *yellow, (end_s + yellow_s, after)]
    start_s, red_amber_s = shift.starts_s.get(group, shift.length_s), red_amber_before_s(junction, group)
    red_amber = [(start_s - red_amber_s, lamps.RED_AMBER)] if red_amber_s > 0 else []
    return [*course, *red_amber, (start_s, after)]


def _shown(course: Course, at_s: float) -> str:
    return [display for since_s, display in course if since_s <= at_s + 1e-9][-1]


def state_of(junction: Junction, displays: Displays) -> str:
    """Return displays of the groups as one letter per lamp."""
    state = [lamps.RED] * junction.size
    for group in junction.groups:
        for link in group.links:
            state[link] = displays[group.id]
    return "".join(state)
