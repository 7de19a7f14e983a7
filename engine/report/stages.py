"""The stages of a plan: which signal groups are green together, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...networks import lamps
from ...networks.plan import JunctionPlan, whole_ms

# A shorter stretch in which some of a neighbouring stage's groups are green is the way between two stages.
SHORTEST_STAGE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStage:
    """A stretch of the cycle; `shown` is the display, `G` or `g`, of each group that is green all through it."""

    start_s: float
    length_s: float
    shown: Mapping[str, str] = field(default_factory=dict)


def stages(plan: JunctionPlan) -> tuple[ShownStage, ...]:
    """Return the stages of a plan in the order of the cycle; one may pass its end.

    A stage is a stretch with constant greens. Stretches without a green are left out, and short ones whose greens are
    all in the stretch before or after.
    """
    every = _stretches(plan)
    kept = [stage for k, stage in enumerate(every) if stage.shown and not _is_between(every, k)]
    return tuple(kept)


def _stretches(plan: JunctionPlan) -> list[ShownStage]:
    cycle_ms = whole_ms(plan.cycle_s)
    edges = {0}
    for group in plan.groups:
        for window in group.windows:
            if window.display in lamps.GREENS:
                start_ms = whole_ms(window.start_s)
                edges |= {start_ms % cycle_ms, (start_ms + whole_ms(window.length_s)) % cycle_ms}
    starts = sorted(edges)
    ends = [*starts[1:], cycle_ms]
    parts = [
        ShownStage(start_s=start / 1000, length_s=(end - start) / 1000, shown=_shown(plan, start / 1000))
        for start, end in zip(starts, ends, strict=True)
    ]
    return _joined(parts)


def _shown(plan: JunctionPlan, second_s: float) -> dict[str, str]:
    displays = {group.group: group.display_at(second_s, plan.cycle_s) for group in plan.groups}
    return {group: display for group, display in displays.items() if display in lamps.GREENS}


def _joined(parts: list[ShownStage]) -> list[ShownStage]:
    """Join the last part to the first where nothing changes at the end of the cycle."""
    if len(parts) > 1 and parts[0].shown == parts[-1].shown:
        last, first = parts[-1], parts[0]
        whole = ShownStage(start_s=last.start_s, length_s=last.length_s + first.length_s, shown=first.shown)
        return [whole, *parts[1:-1]]
    return parts


def _is_between(every: Sequence[ShownStage], place: int) -> bool:
    stage = every[place]
    if stage.length_s >= SHORTEST_STAGE_S or len(every) < 2:
        return False
    neighbours = (every[place - 1], every[(place + 1) % len(every)])
    return any(stage.shown.keys() <= neighbour.shown.keys() for neighbour in neighbours if neighbour is not stage)
