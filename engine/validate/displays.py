"""What drivers and pedestrians would see that they do not see today: changes of display, listed for review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan
from ...networks.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayChange:
    """A group that is shown something else, or a junction whose greens come in another order (no group then)."""

    junction: str
    group: str | None
    running: str
    plan: str


def display_changes(network: Network, plan: Plan) -> tuple[DisplayChange, ...]:
    """Return the changes of display of a plan against the running one, junction by junction."""
    return tuple(
        change
        for junction in network.junctions
        if junction.id in plan.by_junction
        for change in changes_of(junction, plan.by_junction[junction.id])
    )


def changes_of(junction: Junction, plan: JunctionPlan) -> Iterator[DisplayChange]:
    """Yield the changes of display of one junction: greens that yield more or less, then the order of the greens."""
    for group in junction.groups:
        shown, other = (_greens_shown(one, group.id) for one in (junction.running, plan))
        if shown != other:
            yield DisplayChange(junction=junction.id, group=group.id, running=shown, plan=other)
    before, order = order_of_greens(junction.running), order_of_greens(plan)
    if before != order:
        yield DisplayChange(junction=junction.id, group=None, running=before, plan=order)


WORDS = {
    frozenset(): Sentence("no green"),
    frozenset(lamps.PROTECTED): Sentence("protected green only"),
    frozenset(lamps.PERMITTED): Sentence("permitted green only"),
    frozenset(lamps.GREENS): Sentence("protected and permitted green"),
}


def _greens_shown(plan: JunctionPlan, group: str) -> Sentence:
    shown = {window.display for window in plan.by_group[group].windows} if group in plan.by_group else set()
    return WORDS[frozenset(shown & lamps.GREENS)]


def order_of_greens(plan: JunctionPlan) -> str:
    """Return the groups in the order in which their greens start, those at the same second together.

    It begins with the coordinated group. Who is always green, or never, is left out.
    """
    starts: dict[float, list[str]] = {}
    for group in plan.groups:
        for green in group.greens(plan.cycle_s):
            if green.length_s < plan.cycle_s:
                starts.setdefault(green.start_s, []).append(group.group)
    return " → ".join(" + ".join(sorted(groups)) for _, groups in sorted(starts.items()))
