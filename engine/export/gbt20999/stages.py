"""A plan as stages with late starts and early ends, as GB/T 20999-2017 holds it."""

from __future__ import annotations

from dataclasses import dataclass

from ....networks.junction import Junction
from ....networks.plan import JunctionPlan, whole_ms
from ..exporter import CannotHold, Loss
from ..group_spans import GroupSpan, RingWishes, wishes_of

NAME = "GB/T 20999-2017"
MOST_STAGES = 16
MOST_SECONDS = 255  # of a late start or an early end: one byte each


@dataclass(frozen=True, slots=True, kw_only=True)
class GbtStage:
    """A stage: its place in the cycle, its groups, and how much later or earlier each is green than the stage.

    A group that ends in the stage has shown its yellow `early_s` before the stage ends.
    """

    start_s: int
    length_s: int
    groups: tuple[str, ...]
    late_s: dict[str, int]
    early_s: dict[str, int]


def stages_of(plan: JunctionPlan, junction: Junction) -> tuple[tuple[GbtStage, ...], RingWishes, tuple[Loss, ...]]:
    """Return the stages of a plan. Raises CannotHold naming the groups that stand in the way.

    A stage starts where a group turns green. Where a yellow would last into the next stage, the two become one, and
    the groups that start there start late.
    """
    wishes = wishes_of(plan, junction, NAME)
    odd = sorted(
        group
        for group, spans in wishes.spans.items()
        for span in spans
        if any(ms % 1000 for ms in (span.start_ms, span.green_ms, span.yellow_ms))
    )
    if odd or whole_ms(plan.cycle_s) % 1000 or not wishes.spans:
        found = f"groups {', '.join(dict.fromkeys(odd))} do not change at whole seconds" if odd else "no group changes"
        raise _cannot(plan, found, "times are whole seconds, also those of yellow")
    cycle = whole_ms(plan.cycle_s) // 1000
    starts = sorted({span.start_ms // 1000 for spans in wishes.spans.values() for span in spans})
    while True:
        stages = _stages(starts, wishes, cycle)
        overlong = [k for k, stage in enumerate(stages) if min(stage.early_s.values(), default=0) < 0]
        if not overlong or len(starts) == 1:
            break
        del starts[(overlong[0] + 1) % len(starts)]
    _require(stages, wishes, plan, cycle)
    return stages, wishes, wishes.losses


def _stages(starts: list[int], wishes: RingWishes, cycle: int) -> tuple[GbtStage, ...]:
    found = []
    for start, after in zip(starts, [*starts[1:], starts[0] + cycle], strict=True):
        late, early, groups = {}, {}, []
        for group, spans in wishes.spans.items():
            for span in spans:
                place = _place(span, start, after - start, cycle)
                if place is None:
                    continue
                groups.append(group)
                late[group], early[group] = place
        found.append(GbtStage(start_s=start, length_s=after - start, groups=tuple(groups), late_s=late, early_s=early))
    return tuple(found)


def _place(span: GroupSpan, start: int, length: int, cycle: int) -> tuple[int, int] | None:
    """Return how late a green starts in a stage and how early its yellow ends, or None if it is not green in it."""
    begin, green, yellow = span.start_ms // 1000, span.green_ms // 1000, span.yellow_ms // 1000
    since = (start - begin) % cycle  # how long the green has lasted when the stage starts
    if since < green:
        return 0, (0 if green - since >= length else length - (green - since) - yellow)
    until = (begin - start) % cycle
    if until >= length:
        return None
    return until, (0 if until + green >= length else length - until - green - yellow)


def _require(stages: tuple[GbtStage, ...], wishes: RingWishes, plan: JunctionPlan, cycle: int) -> None:
    if len(stages) > MOST_STAGES:
        raise _cannot(plan, f"{len(stages)} stages", f"a plan has at most {MOST_STAGES} stages")
    for stage in stages:
        twice = sorted({group for group in stage.groups if stage.groups.count(group) > 1})
        odd = sorted(
            g for g in stage.groups if max(stage.late_s[g], stage.early_s[g]) > MOST_SECONDS or stage.early_s[g] < 0
        )
        if twice or odd:
            rule = "within a stage a group is green once, and its yellow ends with the stage or before"
            raise _cannot(plan, f"groups {', '.join(twice or odd)} in the stage at {stage.start_s} s", rule)
    joined = sorted(
        group for group, spans in wishes.spans.items() if len(spans) > 1 and _joins(spans, stages, group, cycle)
    )
    if joined:
        raise _cannot(
            plan,
            f"groups {', '.join(joined)} end and begin again at the border of two stages",
            "a group of two stages in a row stays green from one to the other",
        )


def _joins(spans: tuple[GroupSpan, ...], stages: tuple[GbtStage, ...], group: str, cycle: int) -> bool:
    """Whether a group is in neighbouring stages with two greens and nothing in the numbers that would part them."""
    pairs = zip(stages, (*stages[1:], stages[0]), strict=True)
    starts = {span.start_ms // 1000 % cycle for span in spans}
    return any(
        group in a.groups and group in b.groups and b.start_s in starts and a.early_s[group] == 0 for a, b in pairs
    )


def _cannot(plan: JunctionPlan, found: str, rule: str) -> CannotHold:
    return CannotHold(
        where=f"junction {plan.junction}",
        found=found,
        rule=f"in {NAME} {rule}",
        fix="plan in whole seconds with one green per group and stage, or export to another format",
    )
