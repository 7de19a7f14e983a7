"""How long the greens and yellows of a NEMA program last at least, and what lies between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.sentence import Sentence
from ..circle import to_ms
from ..findings import Finding
from .nema_phases import RingPhase
from .program_findings import finding, short

Shown = Mapping[str, str]  # the greens of a phase, by group


def greens_of(phase: RingPhase, junction: Junction) -> Shown:
    """Return what a phase shows to the groups that are green in it."""
    letters = {group.id: phase.state[group.links[0]] for group in junction.groups}
    return {group: letter for group, letter in letters.items() if letter in lamps.GREENS}


def least_gap_ms(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase]) -> int | None:
    """Return the least time from the end of a phase's green to the start of another's; None where they may overlap.

    Across a barrier both rings end their greens at once, and each starts its next one after its own clearance.
    """
    if a.ring == b.ring:
        return a.clearance_ms
    if a.side == b.side:
        return None
    return min(phase.clearance_ms for phase in phases if phase.ring == b.ring and phase.side == a.side)


def lasting(phase: RingPhase, junction: Junction) -> Iterator[Finding]:
    """Greens last their minimum, and yellows are whole."""
    for group in greens_of(phase, junction):
        if phase.shortest_ms < to_ms(junction.min_green_s[group]):
            yield short(junction, "min_green", group, Sentence("green"), phase.shortest_ms, junction.min_green_s[group])
        if phase.yellow_ms < to_ms(junction.yellow_s[group]):
            yield short(junction, "yellow", group, Sentence("yellow"), phase.yellow_ms, junction.yellow_s[group])


def in_two(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """A lamp that has a phase in each ring still shows its minimum green and its whole yellow."""
    if a.ring == b.ring:
        return
    both = greens_of(a, junction).keys() & greens_of(b, junction).keys()
    gap_ms = least_gap_ms(a, b, phases)
    for group in sorted(both):
        if gap_ms is None:
            yield from _on_one_side(group, a, b, phases, junction)
        elif gap_ms < a.yellow_ms:
            yield short(junction, "yellow", group, Sentence("yellow"), gap_ms, a.yellow_ms / 1000)


def _on_one_side(
    group: str, a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction
) -> Iterator[Finding]:
    """It is protected in one, and yields in one that ends at the barrier, from which the rings go on, never back.

    What it shows when it yields then begins with a phase of the other ring and ends with both at the barrier.
    """
    yielding, other = (a, b) if greens_of(a, junction)[group] == lamps.PERMITTED else (b, a)
    displays = {greens_of(phase, junction)[group] for phase in (a, b)}
    onward = all(phase.recalled for phase in phases if phase.last and phase.side != a.side)
    if displays != lamps.GREENS or not yielding.last or not onward:
        text = Sentence("has a phase in each ring, and one may cut the other's yellow.")
        yield finding(junction, "yellow", (group,), text, 0.0)
    beside = [phase for phase in phases if phase.ring == other.ring and phase.side == other.side]
    shortest_ms = min(phase.shortest_ms for phase in beside)
    if shortest_ms < to_ms(junction.min_green_s[group]):
        yield short(junction, "min_green", group, Sentence("green"), shortest_ms, junction.min_green_s[group])


def coordinated(phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """The coordinated greens last their minimum even when the phases before them end late.

    SUMO ends them at their force-off whenever they began. It begins a phase that has time for its shortest green, and
    beside it the last one of the other ring, be there time for that one or not.
    """
    before = [phase for phase in phases if phase.side == 1]
    late_ms = max(phase.shortest_ms for phase in before if phase.last) - min(phase.shortest_ms for phase in before)
    for phase in (one for one in phases if one.last and one.side == 0):
        for group in greens_of(phase, junction):
            if phase.longest_ms - max(0, late_ms) < to_ms(junction.min_green_s[group]):
                green_ms = phase.longest_ms - max(0, late_ms)
                yield short(junction, "min_green", group, Sentence("green"), green_ms, junction.min_green_s[group])
