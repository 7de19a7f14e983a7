"""What the phases of rings show to each group, compared with what the group asked for."""

from __future__ import annotations

from ..group_spans import GroupSpan, RingWishes
from .ring_barrier import Phase, RingBarrier


def differing_groups(rings: RingBarrier, wishes: RingWishes) -> list[str]:
    """Return the groups to which the rings show other spans than they asked for."""
    return [group for group, spans in wishes.spans.items() if shown_spans(rings, group) != tuple(sorted(spans))]


def shown_spans(rings: RingBarrier, group: str) -> tuple[GroupSpan, ...]:
    """Return the spans that a group gets: those of its phases, joined where one is next while the other clears.

    A group stays green through yellow and red clearance of its phase if another of its phases is next: the rule of
    overlaps in NTCIP 1202 v03, overlapType, normal. A phase of another ring counts as next too: the strict reading.
    """
    phases = rings.phases_of.get(group, ())
    walks = [GroupSpan(p.start_ms, p.walk_ms, 0, True) for p in phases if group in p.walks]
    greens = [p for p in phases if group in p.groups]
    after = {p.number: next((q for q in greens if _is_next(q, p, rings.cycle_ms)), None) for p in greens}
    followed = {q.number for q in after.values() if q is not None}
    heads = [p for p in greens if p.number not in followed]
    return tuple(sorted([*walks, *(_span(head, after, rings.cycle_ms) for head in heads)]))


def _is_next(phase: Phase, before: Phase, cycle_ms: int) -> bool:
    """Whether a phase starts between the end of green and the end of the split of another."""
    since_ms = (phase.start_ms - before.start_ms - before.green_ms) % cycle_ms
    return since_ms <= before.yellow_ms + before.red_ms


def _span(head: Phase, after: dict[int, Phase | None], cycle_ms: int) -> GroupSpan:
    length, phase = 0, head
    while (following := after[phase.number]) is not None:
        length += (following.start_ms - phase.start_ms) % cycle_ms
        phase = following
    return GroupSpan(head.start_ms, length + phase.green_ms, phase.yellow_ms, False)
