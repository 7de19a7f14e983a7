"""Numbers, barriers and positions for phases that have found their rings."""

from __future__ import annotations

from ..group_spans import RingWishes
from .phase_tasks import Ring, Task
from .ring_barrier import Phase, RingBarrier

MOST_BARRIERS = 4
MOST_POSITIONS = 4  # of a ring between two barriers; both as in Synchro's ring and barrier designer
NEMA_RING = 4  # phases 1 to 4 make ring 1 and 5 to 8 ring 2 where they fit


def numbered(
    junction: str, rings: list[Ring], cut_ms: int, cycle_ms: int, wishes: RingWishes, coordinated: str | None
) -> RingBarrier | None:
    """Return the rings with numbers, or None if they do not fit between the barriers that there may be."""
    barriers = _barriers(rings)
    if barriers is None:
        return None
    nema = len(rings) == 2 and all(len(ring) <= NEMA_RING for ring in rings)
    phases: list[Phase] = []
    for place, ring in enumerate(rings):
        first = 1 + NEMA_RING * place if nema else len(phases) + 1
        position: dict[int, int] = {}
        for k, (task, split) in enumerate(ring):
            barrier = sum(task.span.start_ms >= start for start in barriers)
            position[barrier] = position.get(barrier, 0) + 1
            phases.append(_phase(first + k, place + 1, barrier, position[barrier], task, split, (cut_ms, cycle_ms)))
    return RingBarrier(
        junction=junction,
        cycle_ms=cycle_ms,
        phases=tuple(phases),
        coordinated=_coordinated(phases, coordinated),
        steady=wishes.steady,
        dark=wishes.dark,
        red=wishes.red,
    )


def _phase(
    number: int, ring: int, barrier: int, position: int, task: Task, split: int, circle: tuple[int, int]
) -> Phase:
    cut_ms, cycle_ms = circle
    return Phase(
        number=number,
        ring=ring,
        barrier=barrier,
        position=position,
        start_ms=(task.span.start_ms + cut_ms) % cycle_ms,
        green_ms=task.span.green_ms,
        yellow_ms=task.span.yellow_ms,
        red_ms=split - task.span.green_ms - task.span.yellow_ms,
        walk_ms=task.walk_ms,
        groups=task.groups,
        walks=task.walks,
    )


def _barriers(rings: list[Ring]) -> list[int] | None:
    """Return the times after the cut at which barriers are crossed: as many as there may be, merged where need be."""
    starts = [{task.span.start_ms for task, _ in ring} for ring in rings]
    common = sorted(set.intersection(*starts))
    if len(common) > MOST_BARRIERS:
        common = _merged(common, starts)
    ends = [*common[1:], float("inf")]
    fits = all(
        sum(start <= at < end for at in ring) <= MOST_POSITIONS
        for start, end in zip(common, ends, strict=True)
        for ring in starts
    )
    return common if fits and len(common) <= MOST_BARRIERS else None


def _merged(common: list[int], starts: list[set[int]]) -> list[int]:
    kept = [common[0]]
    for _, end in zip(common, [*common[1:], None], strict=True):
        if end is None:
            continue
        after = min((at for at in common if at > end), default=float("inf"))
        if any(sum(kept[-1] <= at < after for at in ring) > MOST_POSITIONS for ring in starts):
            kept.append(end)
    return kept


def _coordinated(phases: list[Phase], group: str | None) -> Phase:
    """Return the phase of the coordinated group that starts at second 0; else one that starts first."""
    return min(phases, key=lambda p: (p.start_ms, group not in (*p.groups, *p.walks), not p.groups, p.number))
