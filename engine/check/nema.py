"""The safety check of NEMA programs: what two rings may show at once and one after the other, whatever detectors say.

SUMO's controller, as its code reads and as it was watched (1.28): a ring shows one phase at a time, and every phase
its shortest green, its yellow and its red in full before the next; the rings stand on the same side of the barriers,
where any phase of one may run beside any of the other; at a barrier both end their greens at once; and phases that
nobody calls are left out. A lamp that is `G` in a running phase shows what this phase shows, else the greenest of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

from ...networks import lamps
from ...networks.junction import Junction
from .circle import to_ms
from .conflict_rules import may_meet
from .findings import Finding
from .nema_phases import RingPhase, Rings
from .program_findings import early, finding, short, worst_of

Shown = Mapping[str, str]  # the greens of a phase, by group
Lanes = Mapping[str, frozenset[str]]  # from which vehicles come, by group


def check_rings(rings: Rings, junction: Junction, lanes: Lanes) -> tuple[Finding, ...]:
    """Return what is wrong with a NEMA program; of findings of a kind about the same groups, the worst."""
    phases = rings.phases
    alone = (rule(phase, junction) for phase in phases for rule in (_alike, _lasting))
    pairs = (rule(a, b, phases, junction) for a, b in permutations(phases, 2) for rule in (_following, _in_two))
    beside = (
        _meeting(_beside(a, b, junction), junction)
        for a, b in combinations(phases, 2)
        if a.ring != b.ring and a.side == b.side
    )
    single = (_meeting(_greens(phase, junction), junction) for phase in phases)
    found = (one for part in (alone, pairs, beside, single) for findings in part for one in findings)
    return worst_of(
        (*found, *_served(rings, junction), *_called(rings, junction, lanes), *_coordinated(phases, junction))
    )


def _greens(phase: RingPhase, junction: Junction) -> Shown:
    letters = {group.id: phase.state[group.links[0]] for group in junction.groups}
    return {group: letter for group, letter in letters.items() if letter in lamps.GREENS}


def _beside(a: RingPhase, b: RingPhase, junction: Junction) -> Shown:
    """Return what groups show while both are green: a protected green where either shows one."""
    one, other = _greens(a, junction), _greens(b, junction)
    return {g: lamps.PROTECTED if lamps.PROTECTED in (one.get(g), other.get(g)) else "g" for g in (*one, *other)}


def _alike(phase: RingPhase, junction: Junction) -> Iterator[Finding]:
    for group in junction.groups:
        if len({phase.state[link] for link in group.links}) > 1:
            yield finding(junction, "group", (group.id,), "shows two things at once. Its lamps are one.")


def _lasting(phase: RingPhase, junction: Junction) -> Iterator[Finding]:
    """Greens last their minimum, and yellows are whole."""
    for group in _greens(phase, junction):
        if phase.shortest_ms < to_ms(junction.min_green_s[group]):
            yield short(junction, "min_green", group, "green", phase.shortest_ms, junction.min_green_s[group])
        if phase.yellow_ms < to_ms(junction.yellow_s[group]):
            yield short(junction, "yellow", group, "yellow", phase.yellow_ms, junction.yellow_s[group])


def _coordinated(phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """The coordinated greens last their minimum even when the phases before them end late.

    SUMO ends them at their force-off whenever they began. It begins a phase that has time for its shortest green, and
    beside it the last one of the other ring, be there time for that one or not.
    """
    before = [phase for phase in phases if phase.side == 1]
    late_ms = max(phase.shortest_ms for phase in before if phase.last) - min(phase.shortest_ms for phase in before)
    for phase in (one for one in phases if one.last and one.side == 0):
        for group in _greens(phase, junction):
            if phase.longest_ms - max(0, late_ms) < to_ms(junction.min_green_s[group]):
                green_ms = phase.longest_ms - max(0, late_ms)
                yield short(junction, "min_green", group, "green", green_ms, junction.min_green_s[group])


def _meeting(shown: Shown, junction: Junction) -> Iterator[Finding]:
    for a, b in combinations(sorted(shown), 2):
        if (a, b) in junction.foes and not may_meet(junction, a, shown[a], b, shown[b]):
            text = f"may show '{shown[a]}' and '{shown[b]}' at once and conflict. Today they never do."
            yield finding(junction, "conflict", (a, b), text)


def _gap_ms(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase]) -> int | None:
    """Return the least time from the end of a phase's green to the start of another's; None where they may overlap.

    Across a barrier both rings end their greens at once, and each starts its next one after its own clearance.
    """
    if a.ring == b.ring:
        return a.clearance_ms
    if a.side == b.side:
        return None
    return min(phase.clearance_ms for phase in phases if phase.ring == b.ring and phase.side == a.side)


def _following(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """Foes in phases that never run together leave each other their intergreen."""
    gap_ms = _gap_ms(a, b, phases)
    if gap_ms is None:
        return
    for one, display in _greens(a, junction).items():
        for other, letter in _greens(b, junction).items():
            if (one, other) not in junction.foes or may_meet(junction, one, display, other, letter):
                continue
            if gap_ms < to_ms(junction.intergreen_s[(one, other)]):
                yield early(junction, (one, other), gap_ms, to_ms(junction.intergreen_s[(one, other)]))


def _in_two(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """A lamp that has a phase in each ring still shows its minimum green and its whole yellow."""
    if a.ring == b.ring:
        return
    both = _greens(a, junction).keys() & _greens(b, junction).keys()
    gap_ms = _gap_ms(a, b, phases)
    for group in sorted(both):
        if gap_ms is None:
            yield from _on_one_side(group, a, b, phases, junction)
        elif gap_ms < a.yellow_ms:
            yield short(junction, "yellow", group, "yellow", gap_ms, a.yellow_ms / 1000)


def _on_one_side(
    group: str, a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction
) -> Iterator[Finding]:
    """It is protected in one, and yields in one that ends at the barrier, from which the rings go on, never back.

    What it shows when it yields then begins with a phase of the other ring and ends with both at the barrier.
    """
    yielding, other = (a, b) if _greens(a, junction)[group] == lamps.PERMITTED else (b, a)
    displays = {_greens(phase, junction)[group] for phase in (a, b)}
    onward = all(phase.recalled for phase in phases if phase.last and phase.side != a.side)
    if displays != lamps.GREENS or not yielding.last or not onward:
        yield finding(
            junction, "yellow", (group,), "has a phase in each ring, and one may cut the other's yellow.", 0.0
        )
    beside = [phase for phase in phases if phase.ring == other.ring and phase.side == other.side]
    shortest_ms = min(phase.shortest_ms for phase in beside)
    if shortest_ms < to_ms(junction.min_green_s[group]):
        yield short(junction, "min_green", group, "green", shortest_ms, junction.min_green_s[group])


def _served(rings: Rings, junction: Junction) -> Iterator[Finding]:
    """Who is green today is green here, and nobody is who needs more than a detector of vehicles."""
    shown = {group for phase in rings.phases for group in _greens(phase, junction)}
    for group in junction.groups:
        if (group.id in shown) != bool(junction.running.greens(group.id)):
            text = "is never green, but is today." if group.id not in shown else "is green here, but never today."
            yield finding(junction, "served", (group.id,), text)
        if group.id in shown and group.kind == "pedestrian":
            yield finding(
                junction, "served", (group.id,), "is of pedestrians, for whom such a program has no clearance."
            )


def _called(rings: Rings, junction: Junction, lanes: Lanes) -> Iterator[Finding]:
    """A phase comes by itself, or each of its lanes has a detector that calls it or another phase of its group.

    SUMO lets those lanes call for a phase that are `G` in it.
    """
    shown = [_greens(phase, junction) for phase in rings.phases]
    protected = {group for greens in shown for group, letter in greens.items() if letter == lamps.PROTECTED}
    for phase, greens in zip(rings.phases, shown, strict=True):
        calling = [lanes[group] for group, letter in greens.items() if letter == lamps.PROTECTED]
        seen = frozenset().union(*calling)
        unseen = sorted(group for group in greens if group not in protected and lanes[group] - seen)
        if unseen and not phase.recalled:
            yield finding(junction, "served", tuple(unseen), "may wait for a phase that nobody calls.")
    for lane in rings.blind:
        yield finding(junction, "detector", (), f"has no detector on lane {lane}, where it names one.")
