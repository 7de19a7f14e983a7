"""What the plan does differently, junction by junction."""

from __future__ import annotations

from dataclasses import dataclass

from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan, whole_ms
from ..validate.displays import DisplayChange, changes_of
from .places import group_words
from .words import ABSENT, say, seconds, translated


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One thing that differs: its name, under the running plan, under this plan."""

    what: str
    running: str
    plan: str


def plan_changes(network: Network, junction: Junction, running: JunctionPlan, plan: JunctionPlan) -> list[ShownChange]:
    """Return the differences between two plans of a junction: cycle, offset, then the greens of each group."""
    changes = []
    if whole_ms(running.cycle_s) != whole_ms(plan.cycle_s):
        changes.append(ShownChange(what=say("cycle"), running=_s(running.cycle_s), plan=_s(plan.cycle_s)))
    if whole_ms(running.offset_s) != whole_ms(plan.offset_s):
        changes.append(ShownChange(what=say("offset"), running=_s(running.offset_s), plan=_s(plan.offset_s)))
    for group in junction.groups:
        before, after = _greens(running, group.id), _greens(plan, group.id)
        if before != after:
            words = f"{group.id} {group_words(network, junction, group)}"
            changes.append(ShownChange(what=say("green of {group}", group=words), running=before, plan=after))
    return changes + [_to_review(network, junction, change) for change in changes_of(junction, plan)]


def _to_review(network: Network, junction: Junction, change: DisplayChange) -> ShownChange:
    """Return a change of display, which an engineer has to look at, as a line of the table."""
    if change.group is None:
        return ShownChange(what=say("REVIEW: order of the greens"), running=change.running, plan=change.plan)
    words = f"{change.group} {group_words(network, junction, junction.by_group[change.group])}"
    return ShownChange(
        what=say("REVIEW: display of {group}", group=words),
        running=translated(change.running),
        plan=translated(change.plan),
    )


def _s(value: float) -> str:
    return f"{seconds(value)} s"


def _greens(plan: JunctionPlan, group: str) -> str:
    """Return '12–40 (28 s)' for each green, in seconds of the cycle."""
    greens = plan.greens(group) if group in plan.by_group else ()
    texts = [
        f"{seconds(g.start_s)}–{seconds((whole_ms(g.start_s) + whole_ms(g.length_s)) % whole_ms(plan.cycle_s) / 1000)}"
        f" ({_s(g.length_s)})"
        for g in greens
    ]
    return ", ".join(texts) or ABSENT
