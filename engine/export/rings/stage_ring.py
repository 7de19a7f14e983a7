"""One ring in which each stage is a phase; a group that stays green from stage to stage belongs to each of them."""

from __future__ import annotations

from ..group_spans import GroupSpan, RingWishes
from .phase_tasks import Task

CARRIED_YELLOW_MS = 3000  # of a phase at whose end no lamp turns yellow; NEMA TS 2 asks for at least 3.0 s
Named = tuple[str, GroupSpan]


def stage_tasks(wishes: RingWishes, cycle_ms: int, grid_ms: int) -> tuple[Task, ...] | None:
    """Return a task per stage, or None if the greens cannot be cut into stages.

    A stage starts where a group turns green, and also where the yellow of a group has ended while others stay green.
    """
    greens = [(group, span) for group, spans in wishes.spans.items() for span in spans]
    starts = sorted({span.start_ms for _, span in greens})
    tasks: list[Task] = []
    for start, after in zip(starts, [*starts[1:], starts[0] + cycle_ms], strict=True):
        walks = [(g, s) for g, s in greens if s.is_walk and s.start_ms == start]
        if len({s.green_ms for _, s in walks}) > 1:
            return None
        at: int | None = start
        while at is not None and at < after:
            task, at = _stage(at, after, _running(greens, at, cycle_ms), walks if at == start else [], grid_ms)
            if task is None:
                return None
            tasks.append(task.turned(0, cycle_ms))
    return tuple(tasks)


def _running(greens: list[Named], at: int, cycle_ms: int) -> list[tuple[str, GroupSpan, int]]:
    """Return the vehicle groups that are green at an instant, with how long they stay so."""
    since = [(group, span, (at - span.start_ms) % cycle_ms) for group, span in greens if not span.is_walk]
    return [(group, span, span.green_ms - ms) for group, span, ms in since if ms < span.green_ms]


def _stage(
    start: int, after: int, running: list[tuple[str, GroupSpan, int]], walks: list[Named], grid_ms: int
) -> tuple[Task | None, int | None]:
    """Return the stage from an instant on, and where the next one starts if that is before `after`."""
    walk = walks[0][1].green_ms if walks else 0
    ends = sorted({(left, span.yellow_ms) for _, span, left in running if left < after - start})
    if ends:
        green, yellow = ends[0]
    elif running:
        yellow = CARRIED_YELLOW_MS if after - start > 2 * CARRIED_YELLOW_MS else 0
        green = after - start - yellow
    else:
        green, yellow = walk, 0
    if green + yellow > after - start or walk > green or green == 0:
        return None, None
    task = Task(
        GroupSpan(start, green, yellow, False), walk, tuple(g for g, _, _ in running), tuple(g for g, _ in walks)
    )
    stays = any(left > green for _, _, left in running)
    return task, -(-(start + green + yellow) // grid_ms) * grid_ms if stays and ends else None
