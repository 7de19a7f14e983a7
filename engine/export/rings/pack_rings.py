"""Putting greens into rings: which barrier, which ring, and what fills the gaps."""

from __future__ import annotations

from dataclasses import replace

from ..group_spans import GroupSpan, RingWishes
from .number_phases import numbered
from .phase_tasks import Ring, Task
from .ring_barrier import RingBarrier, RingLimits


def pack(
    junction: str,
    tasks: tuple[Task, ...],
    wishes: RingWishes,
    cycle_ms: int,
    *,
    rings: int,
    plain: bool,
    limits: RingLimits,
    coordinated: str | None,
) -> RingBarrier | None:
    """Return the tasks in at most so many rings around the best cut, or None. `plain` allows neither fillers nor cuts.

    The cut is a start of green at which all rings change. Of all cuts the one with the fewest phases is taken, and of
    equal ones the one nearest to second 0.
    """
    best: tuple[int, int, list[Ring]] | None = None
    for cut in sorted({task.span.start_ms for task in tasks}):
        packed = _packed_at(cut, tasks, cycle_ms, rings, plain, limits)
        if packed is None:
            continue
        size = sum(map(len, packed))
        if size <= limits.phases and (best is None or size < best[0]):
            best = size, cut, packed
    return numbered(junction, best[2], best[1], cycle_ms, wishes, coordinated) if best else None


def _packed_at(
    cut: int, tasks: tuple[Task, ...], cycle_ms: int, rings: int, plain: bool, limits: RingLimits
) -> list[Ring] | None:
    pieces: list[Task] = []
    for task in (task.turned(cut, cycle_ms) for task in tasks):
        parts = _cut(task, cycle_ms)
        if parts is None or (plain and len(parts) > 1):
            return None
        pieces += parts
    chains = _chains(pieces, rings)
    if chains is None:
        return None
    filled = [_filled(chain, cycle_ms, limits) for chain in chains]
    if plain and any(len(ring) > len(chain) for ring, chain in zip(filled, chains, strict=True)):
        return None
    return filled


def _cut(task: Task, cycle_ms: int) -> list[Task] | None:
    """Return the task whole if it ends before the next cut, in two where its green lies across, else None."""
    span = task.span
    if span.end_ms <= cycle_ms:
        return [task]
    over_ms = span.start_ms + span.green_ms - cycle_ms
    if over_ms <= 0 or task.walks:  # only the yellow lies across; or a walk would begin twice
        return None
    before = replace(task, span=replace(span, green_ms=span.green_ms - over_ms, yellow_ms=0))
    return [before, replace(task, span=replace(span, start_ms=0, green_ms=over_ms))]


def _chains(pieces: list[Task], rings: int) -> list[list[Task]] | None:
    """Colour intervals greedily by their starts: the fewest rings that there can be; the ring freed last goes first."""
    chains: list[list[Task]] = []
    for task in sorted(pieces, key=lambda t: (t.span.start_ms, -t.span.end_ms, t.groups, t.walks)):
        free = [chain for chain in chains if chain[-1].span.end_ms <= task.span.start_ms]
        if free:
            max(free, key=lambda chain: chain[-1].span.end_ms).append(task)
        elif len(chains) < rings:
            chains.append([task])
        else:
            return None
    return chains


def _filled(chain: list[Task], cycle_ms: int, limits: RingLimits) -> Ring:
    """Return the ring with its splits and fillers.

    A gap gets a filler if it lies before the first phase, if it is too long for red clearance, or if the same group is
    green on both sides of it: without one its lamps would stay green. A ring of one phase is such a case.
    """
    ring: Ring = []
    if chain[0].span.start_ms > 0:
        ring.append(_filler(0, chain[0].span.start_ms))
    for k, task in enumerate(chain):
        follower = chain[(k + 1) % len(chain)]
        start, end = task.span.start_ms, task.span.end_ms
        after = follower.span.start_ms if k + 1 < len(chain) else cycle_ms
        at_cut = k + 1 == len(chain) and chain[0].span.start_ms > 0
        parted = not at_cut and bool(set(task.groups) & set(follower.groups)) and end < after
        filler = -(-end // limits.grid_ms) * limits.grid_ms
        if filler < after and (after - end > limits.red_ms or parted):
            ring += [(task, filler - start), _filler(filler, after)]
        else:
            ring.append((task, after - start))
    return ring


def _filler(start: int, end: int) -> tuple[Task, int]:
    return Task(GroupSpan(start, end - start, 0, False), 0, (), ()), end - start
