"""Putting the phases of a NEMA program into its two rings: who may run beside whom, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from ...networks import lamps
from ...networks.junction import Junction
from .nema_phases import MOST_IN_A_ROW, Draft, NotHeld, Staged, approach_drafts, sides, stage_drafts

Ring = tuple[Draft, ...]  # of one side of the barriers, in the order in which they run


@dataclass(frozen=True, kw_only=True)
class Side:
    """What runs between two barriers: for each ring its phases, and how long this lasts in the plan. [s]"""

    stages: tuple[int, ...]
    rings: tuple[Ring, Ring]
    length_s: float


def arranged(staged: Staged, coordinated: str | None) -> tuple[Side, Side]:
    """Return the side of the coordinated group and the other one. Raises NotHeld with the reason.

    Two rings of approaches are tried first. If those cannot be, one ring runs the stages, and the other nothing.
    """
    why = "no two barriers part its stages so that no group is green on both sides"
    for one, other in sides(staged):
        first, second = (other, one) if coordinated in _greens(staged, other) else (one, other)
        try:
            return _two_rings(staged, first, main_last=True), _two_rings(staged, second, main_last=False)
        except NotHeld as reason:
            why = str(reason)
    try:
        return _one_ring(staged, coordinated)
    except NotHeld as reason:
        raise NotHeld(f"two rings: {why}; one ring: {reason}") from None


def in_both(side: Side) -> set[str]:
    """Return the turns that yield in a phase of one ring and are protected in one of the other.

    Where the coordinated phases are left for a phase before them, one ring a little later than the other, the yellow of
    such a turn would be cut short by its own green; so the phases of the other side are then called in every cycle.
    """
    one, other = ({group for draft in ring for group in draft.shows} for ring in side.rings)
    return one & other


def _greens(staged: Staged, stages: Sequence[int]) -> set[str]:
    return {group for stage in stages for group in staged.shown(stage)}


def _two_rings(staged: Staged, stages: tuple[int, ...], *, main_last: bool) -> Side:
    return _side(staged, stages, *_rings(staged.junction, approach_drafts(staged, stages), main_last))


def _side(staged: Staged, stages: tuple[int, ...], one: Ring, other: Ring) -> Side:
    after = (stages[-1] + 1) % staged.count
    length_s = (staged.start_s(after) - staged.start_s(stages[0])) % staged.cycle_s
    return Side(stages=stages, rings=(one, other), length_s=length_s)


def _one_ring(staged: Staged, coordinated: str | None) -> tuple[Side, Side]:
    drafts = stage_drafts(staged)
    many = len(drafts)
    if not 2 <= many <= 2 * MOST_IN_A_ROW:
        raise NotHeld(f"it has {many} stages, and a ring has two to four phases")
    main = max(range(many), key=lambda k: (coordinated in drafts[k].shows, drafts[k].planned_s, -k))
    before = ((main - 1) % many,) if many == 2 * MOST_IN_A_ROW else ()
    rest = tuple((main + step) % many for step in range(1, many - len(before)))
    shadow = Draft(shows={}, stages=(), planned_s=0.0)
    made = [_side(staged, part, tuple(drafts[k] for k in part), (shadow,)) for part in ((*before, main), rest)]
    return made[0], made[1]


def _rings(junction: Junction, drafts: Sequence[Draft], main_last: bool) -> tuple[Ring, Ring]:
    """Return the phases of a side in two rings, of all ways the one that keeps most of the plan's order.

    With `main_last` the longest phase of each ring comes last if it can: there the coordinated ones are.
    """
    ways = [way for way in _ways(drafts) if _fits(junction, way)]
    if not ways:
        groups = ", ".join(sorted({group for draft in drafts for group in draft.shows}))
        raise NotHeld(f"the phases of groups {groups} cannot be put into two rings whose phases may all run together")
    return min(
        ways,
        key=lambda way: (main_last * sum(map(_shorter_last, way)), sum(map(_turned, way)), len(way[0]) - len(way[1])),
    )


def _ways(drafts: Sequence[Draft]) -> Iterator[tuple[Ring, Ring]]:
    for rings in product((0, 1), repeat=len(drafts)):
        halves = [tuple(d for d, ring in zip(drafts, rings, strict=True) if ring == own) for own in (0, 1)]
        if len(halves[0]) < len(halves[1]) or max(map(len, halves)) > MOST_IN_A_ROW:
            continue
        for one, other in product(*(_orders(half) for half in halves)):
            yield one, other or (Draft(shows={}, stages=(), planned_s=0.0),)


def _orders(half: Ring) -> tuple[Ring, ...]:
    return (half,) if len(half) < MOST_IN_A_ROW else (half, half[::-1])


def _shorter_last(ring: Ring) -> bool:
    return ring[-1].planned_s < max(draft.planned_s for draft in ring)


def _turned(ring: Ring) -> int:
    return sum(a.stages > b.stages for a, b in pairwise(ring))


def _fits(junction: Junction, way: tuple[Ring, Ring]) -> bool:
    """Whether every phase of one ring may run beside every one of the other.

    A turn that has a phase in each ring must yield in one that ends at the barrier: elsewhere its yellow could be cut.
    """
    for a, b in product(*way):
        if not may_run_together(junction, a.shows, b.shows):
            return False
        for group in a.shows.keys() & b.shows.keys():
            yields = [(draft, ring) for draft, ring in ((a, way[0]), (b, way[1])) if draft.shows[group] == "g"]
            if len(yields) != 1 or yields[0][0] is not yields[0][1][-1]:
                return False
    return True


def may_run_together(junction: Junction, a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """Whether no two groups of two phases conflict, but those that the running program shows together like this."""
    both = {group: max(a.get(group, ""), b.get(group, ""), key=_rank) for group in (*a, *b)}
    return all(
        (one, both[one], other, both[other]) in junction.together
        for one in both
        for other in both
        if (one, other) in junction.foes
    )


def _rank(letter: str) -> int:
    return ("", lamps.PERMITTED, lamps.PROTECTED).index(letter)
