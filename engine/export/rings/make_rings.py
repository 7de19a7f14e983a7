"""From a plan of signal groups to rings, barriers and phases, where that can be done without changing one lamp.

Three ways are tried. In two rings without fillers, each distinct green is a phase. In one ring, each stage is a phase
and a group that stays green over several stages belongs to all of them (an overlap). In up to four rings, phases
without lamps fill the gaps, and a green that lies across the only barrier is cut into two phases of the same lamps.
Each result is painted and compared with the plan; the first that shows the same is taken.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....networks.junction import Junction
from ....networks.plan import JunctionPlan, whole_ms
from ..exporter import CannotHold, Loss
from ..group_spans import GroupSpan, RingWishes, wishes_of
from .pack_rings import pack
from .paint_rings import differing_groups
from .phase_tasks import Task
from .ring_barrier import RingBarrier, RingLimits
from .stage_ring import stage_tasks


def ring_barrier(plan: JunctionPlan, junction: Junction, limits: RingLimits) -> tuple[RingBarrier, tuple[Loss, ...]]:
    """Return the plan in rings, and what is lost of it. Raises CannotHold naming the groups that stand in the way."""
    wishes = wishes_of(plan, junction, limits.format_name)
    if not wishes.spans:
        raise CannotHold(
            where=f"junction {junction.id}",
            found="no group that changes",
            rule=f"{limits.format_name} holds phases that come and go",
            fix="leave the junction out",
        )
    _require_grid(plan, wishes, limits)
    cycle_ms = whole_ms(plan.cycle_s)
    for found in _ways(junction.id, wishes, cycle_ms, limits, plan.coordinated):
        if not differing_groups(found, wishes):
            return found, wishes.losses
    raise CannotHold(
        where=f"junction {junction.id}",
        found=f"groups {', '.join(_in_the_way(wishes, cycle_ms, limits))} start and end so that phases cannot follow",
        rule=f"{limits.format_name} holds at most {limits.phases} phases in {limits.rings} rings with a common barrier",
        fix="plan with fewer distinct starts and ends, or export to a format of signal groups (sumo, vissim, sheet)",
    )


def _require_grid(plan: JunctionPlan, wishes: RingWishes, limits: RingLimits) -> None:
    odd = sorted(
        group
        for group, spans in wishes.spans.items()
        for span in spans
        if span.start_ms % limits.grid_ms or (span.is_walk and span.green_ms % limits.grid_ms) or span.yellow_ms % 100
    )
    if odd or whole_ms(plan.cycle_s) % limits.grid_ms:
        where = f"groups {', '.join(dict.fromkeys(odd))}" if odd else f"the cycle of {plan.cycle_s} s"
        raise CannotHold(
            where=f"junction {plan.junction}",
            found=f"{where} off the grid of {limits.grid_ms / 1000:g} s",
            rule=f"in {limits.format_name} cycle, starts of green and walks are multiples of it, and yellow is tenths",
            fix="plan in whole seconds",
        )


def _ways(
    junction: str, wishes: RingWishes, cycle_ms: int, limits: RingLimits, coordinated: str | None
) -> Iterator[RingBarrier]:
    greens = _tasks(wishes)
    stages = stage_tasks(wishes, cycle_ms, limits.grid_ms)
    for tasks, rings, plain in ((greens, min(2, limits.rings), True), (stages, 1, True), (greens, limits.rings, False)):
        if tasks is not None:
            found = pack(
                junction, tasks, wishes, cycle_ms, rings=rings, plain=plain, limits=limits, coordinated=coordinated
            )
            if found is not None:
                yield found


def _tasks(wishes: RingWishes) -> tuple[Task, ...]:
    """Join the groups of equal spans; walks join a green that starts with them and outlasts them."""
    members: dict[GroupSpan, list[str]] = {}
    for group, spans in wishes.spans.items():
        for span in spans:
            members.setdefault(span, []).append(group)
    walks = {span: groups for span, groups in members.items() if span.is_walk}
    tasks = []
    for span, groups in sorted(members.items()):
        if span.is_walk:
            continue
        fitting = [w for w in walks if w.start_ms == span.start_ms and w.green_ms <= span.green_ms]
        walk = max(fitting, default=None)
        walkers = walks.pop(walk) if walk is not None else []
        tasks.append(Task(span, walk.green_ms if walk else 0, tuple(groups), tuple(walkers)))
    tasks += [Task(span, span.green_ms, (), tuple(groups)) for span, groups in walks.items()]
    return tuple(sorted(tasks, key=lambda task: (task.span, task.groups, task.walks)))


def _in_the_way(wishes: RingWishes, cycle_ms: int, limits: RingLimits) -> list[str]:
    """Return the groups of the distinct spans that meet at the most crowded instant, or else all that have a span."""
    spans = {span for found in wishes.spans.values() for span in found}
    crowds = [
        {b for b in spans if (a.start_ms - b.start_ms) % cycle_ms < b.green_ms + b.yellow_ms} for a in sorted(spans)
    ]
    crowd = max(crowds, key=len)
    if len(crowd) <= limits.rings:
        crowd = spans
    return sorted(group for group, found in wishes.spans.items() if crowd & set(found))
