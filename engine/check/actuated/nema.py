"""The safety check of NEMA programs: what two rings may show at once and one after the other, whatever detectors say.

SUMO's controller, as its code reads and as it was watched (1.28): a ring shows one phase at a time, and every phase
its shortest green, its yellow and its red in full before the next; the rings stand on the same side of the barriers,
where any phase of one may run beside any of the other; at a barrier both end their greens at once; and phases that
nobody calls are left out. A lamp that is `G` in a running phase shows what this phase shows, else the greenest of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.sentence import Sentence
from ..circle import to_ms
from ..conflict_rules import may_meet
from ..findings import Finding
from .nema_greens import Shown, coordinated, greens_of, in_two, lasting, least_gap_ms
from .nema_phases import RingPhase, Rings
from .program_findings import early, finding, worst_of

Lanes = Mapping[str, frozenset[str]]  # from which vehicles come, by group


def check_rings(rings: Rings, junction: Junction, lanes: Lanes) -> tuple[Finding, ...]:
    """Return what is wrong with a NEMA program; of findings of a kind about the same groups, the worst."""
    phases = rings.phases
    alone = (rule(phase, junction) for phase in phases for rule in (_alike, lasting))
    pairs = (rule(a, b, phases, junction) for a, b in permutations(phases, 2) for rule in (_following, in_two))
    beside = (
        _meeting(_beside(a, b, junction), junction)
        for a, b in combinations(phases, 2)
        if a.ring != b.ring and a.side == b.side
    )
    single = (_meeting(greens_of(phase, junction), junction) for phase in phases)
    found = (one for part in (alone, pairs, beside, single) for findings in part for one in findings)
    return worst_of(
        (*found, *_served(rings, junction), *_called(rings, junction, lanes), *coordinated(phases, junction))
    )


def _beside(a: RingPhase, b: RingPhase, junction: Junction) -> Shown:
    """Return what groups show while both are green: a protected green where either shows one."""
    one, other = greens_of(a, junction), greens_of(b, junction)
    return {g: lamps.PROTECTED if lamps.PROTECTED in (one.get(g), other.get(g)) else "g" for g in (*one, *other)}


def _alike(phase: RingPhase, junction: Junction) -> Iterator[Finding]:
    for group in junction.groups:
        if len({phase.state[link] for link in group.links}) > 1:
            yield finding(junction, "group", (group.id,), Sentence("shows two things at once. Its lamps are one."))


def _meeting(shown: Shown, junction: Junction) -> Iterator[Finding]:
    for a, b in combinations(sorted(shown), 2):
        if (a, b) in junction.foes and not may_meet(junction, a, shown[a], b, shown[b]):
            text = Sentence(
                "may show '{one}' and '{other}' at once and conflict. Today they never do.",
                one=shown[a],
                other=shown[b],
            )
            yield finding(junction, "conflict", (a, b), text)


def _following(a: RingPhase, b: RingPhase, phases: Sequence[RingPhase], junction: Junction) -> Iterator[Finding]:
    """Foes in phases that never run together leave each other their intergreen."""
    gap_ms = least_gap_ms(a, b, phases)
    if gap_ms is None:
        return
    for one, display in greens_of(a, junction).items():
        for other, letter in greens_of(b, junction).items():
            if (one, other) not in junction.foes or may_meet(junction, one, display, other, letter):
                continue
            if gap_ms < to_ms(junction.intergreen_s[(one, other)]):
                yield early(junction, (one, other), gap_ms, to_ms(junction.intergreen_s[(one, other)]))


def _served(rings: Rings, junction: Junction) -> Iterator[Finding]:
    """Who is green today is green here, and nobody is who needs more than a detector of vehicles."""
    shown = {group for phase in rings.phases for group in greens_of(phase, junction)}
    for group in junction.groups:
        if (group.id in shown) != bool(junction.running.greens(group.id)):
            text = (
                Sentence("is green here, but never today.")
                if group.id in shown
                else Sentence("is never green, but is today.")
            )
            yield finding(junction, "served", (group.id,), text)
        if group.id in shown and group.kind == "pedestrian":
            text = Sentence("is of pedestrians, for whom such a program has no clearance.")
            yield finding(junction, "served", (group.id,), text)


def _called(rings: Rings, junction: Junction, lanes: Lanes) -> Iterator[Finding]:
    """A phase comes by itself, or each of its lanes has a detector that calls it or another phase of its group.

    SUMO lets those lanes call for a phase that are `G` in it.
    """
    shown = [greens_of(phase, junction) for phase in rings.phases]
    protected = {group for greens in shown for group, letter in greens.items() if letter == lamps.PROTECTED}
    for phase, greens in zip(rings.phases, shown, strict=True):
        calling = [lanes[group] for group, letter in greens.items() if letter == lamps.PROTECTED]
        seen = frozenset().union(*calling)
        unseen = sorted(group for group in greens if group not in protected and lanes[group] - seen)
        if unseen and not phase.recalled:
            yield finding(junction, "served", tuple(unseen), Sentence("may wait for a phase that nobody calls."))
    for lane in rings.blind:
        yield finding(
            junction, "detector", (), Sentence("has no detector on lane {lane}, where it names one.", lane=lane)
        )
