"""How long a turn across is green while nobody who comes the other way is: its protected time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.plan import JunctionPlan
from ...networks.sumo.program import intervals

LEAST_S = 5.0  # a lead shorter than this is no time of its own, unless the lamp says so with a protected green
Shown = Literal["none", "protected", "permitted", "both"]


def shown_as(junction: Junction, plan: JunctionPlan, group: str, opposing: frozenset[str]) -> Shown:
    """Return how a plan shows a turn: with protected time, yielding to those who come the other way, both or never."""
    own, others = plan.by_group[group], [plan.by_group[name] for name in opposing if name in plan.by_group]
    yields = any(
        _green(own.display_at(part.start_s, plan.cycle_s))
        and any(_green(other.display_at(part.start_s, plan.cycle_s)) for other in others)
        for part in intervals(plan, junction)
    )
    alone = is_protected(junction, plan, group, opposing)
    return "both" if yields and alone else "permitted" if yields else "protected" if alone else "none"


def is_protected(junction: Junction, plan: JunctionPlan, group: str, opposing: frozenset[str]) -> bool:
    """Whether a turn has protected time: 5 s of it, or any with a protected green."""
    return longest_s(junction, plan, group, opposing) >= LEAST_S or bool(
        longest_s(junction, plan, group, opposing, frozenset(lamps.PROTECTED))
    )


def longest_s(
    junction: Junction,
    plan: JunctionPlan,
    group: str,
    opposing: frozenset[str],
    displays: frozenset[str] = lamps.GREENS,
) -> float:
    """Return the longest stretch in which the turn shows one of the displays and nobody opposite is green. [s]"""
    parts = intervals(plan, junction)
    alone = [state_shelters(junction, part.state, group, opposing, displays) for part in parts]
    if all(alone):
        return plan.cycle_s
    longest = so_far = 0.0
    for part, is_alone in zip((*parts, *parts), (*alone, *alone), strict=True):
        so_far = so_far + part.length_s if is_alone else 0.0
        longest = max(longest, so_far)
    return longest


def state_shelters(
    junction: Junction, state: str, group: str, opposing: Iterable[str], displays: frozenset[str] = lamps.GREENS
) -> bool:
    """Whether the lamps of a state show the turn one of the displays, and nobody opposite a green."""
    shown = {name: state[junction.by_group[name].links[0]] for name in (group, *opposing)}
    return shown[group] in displays and not any(_green(shown[name]) for name in opposing)


def _green(display: str) -> bool:
    return display in lamps.GREENS
