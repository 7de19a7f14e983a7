"""Changes of lamps that no new plan brings in: reds too short to see, yellows out of order, and the yellow trap.

The safety check knows the same rules on its own road; a plan that it would refuse is not worth a search.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.plan import Interval, JunctionPlan
from ....networks.sumo.program import intervals

SHORTEST_RED_S = 2.0  # as the safety check has it: see SHORTEST_RED_MS
Odd = tuple[str, ...]
_MOVING = lamps.GREENS | lamps.YELLOWS
STOPPED = lamps.KNOWN - _MOVING


def shortest_red_s(junction: Junction, group: str) -> float:
    """Return how long a red of a group between two of its greens lasts at least: 2 s, or today's where shorter. [s]"""
    parts, lamp = intervals(junction.running, junction), junction.by_group[group].links[0]
    steps = enumerate(_steps(lamp, parts))
    reds = [_red_s(lamp, k, parts) for k, (before, now) in steps if before in _MOVING and now not in _MOVING]
    return min([SHORTEST_RED_S, *reds])


def brings_odd_changes(plan: JunctionPlan, junction: Junction) -> bool:
    """Whether a plan has a change of lamps that the running program has not and that should not be."""
    return bool(odd_changes(plan, junction) - odd_changes(junction.running, junction))


def odd_changes(plan: JunctionPlan, junction: Junction) -> frozenset[Odd]:
    """Return what is odd about the changes of a plan: the kind, and the groups in which it shows."""
    parts = intervals(plan, junction)
    found: set[Odd] = set()
    for group in junction.groups:
        if group.kind == "vehicle":
            found |= set(_of_lamp(group.id, group.links[0], parts))
    for a, b in junction.foes:
        if junction.by_group[a].kind == "vehicle":
            found |= set(_of_pair(junction, a, b, parts))
    return frozenset(found)


def _of_lamp(name: str, lamp: int, parts: tuple[Interval, ...]) -> Iterator[Odd]:
    for k, (before, now) in enumerate(_steps(lamp, parts)):
        if now in lamps.YELLOWS and before not in _MOVING:
            yield "yellow after", name, before
        if before in lamps.YELLOWS and now in lamps.GREENS | {lamps.RED_AMBER}:
            yield "yellow before", name, now
        if before in _MOVING and now not in _MOVING and _red_s(lamp, k, parts) < SHORTEST_RED_S:
            yield "short red", name


def _steps(lamp: int, parts: tuple[Interval, ...]) -> list[tuple[str, str]]:
    return [(parts[k - 1].state[lamp], part.state[lamp]) for k, part in enumerate(parts)]


def _red_s(lamp: int, first: int, parts: tuple[Interval, ...]) -> float:
    lasted_s = 0.0
    for k in range(len(parts)):
        part = parts[(first + k) % len(parts)]
        if part.state[lamp] in _MOVING:
            break
        lasted_s += part.length_s
    return lasted_s


def _of_pair(junction: Junction, a: str, b: str, parts: tuple[Interval, ...]) -> Iterator[Odd]:
    lamp, foe = junction.by_group[a].links[0], junction.by_group[b].links[0]
    if junction.by_group[b].kind == "pedestrian":
        if any(part.state[lamp] in lamps.YELLOWS and part.state[foe] in lamps.GREENS for part in parts):
            yield "yellow on walk", a, b
    elif _turns(junction, a) and _goes_straight(junction, b) and _is_trap(lamp, foe, parts):
        yield "yellow trap", a, b


def _turns(junction: Junction, group: str) -> bool:
    return any(group in m.groups and m.direction.lower() in ("l", "r") for m in junction.movements)


def _goes_straight(junction: Junction, group: str) -> bool:
    return any(group in m.groups and m.direction == "s" for m in junction.movements)


def _is_trap(lamp: int, foe: int, parts: tuple[Interval, ...]) -> bool:
    """Whether a yielding green ends in yellow while the foe is green, and still is when that yellow is over."""
    for k, (before, now) in enumerate(_steps(lamp, parts)):
        if before == lamps.PERMITTED and now in lamps.YELLOWS:
            places = [(k + n) % len(parts) for n in range(len(parts))]
            over = next(n for n, place in enumerate(places) if parts[place].state[lamp] not in lamps.YELLOWS)
            if all(parts[place].state[foe] in lamps.GREENS for place in places[: over + 1]):
                return True
    return False
