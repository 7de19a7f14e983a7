"""Stages: what the running program shows, and the orders of some or all of them that serve everybody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.sumo.program import intervals
from .switching import Displays, switching

# Orders of one set of stages that are kept: those that lose least time in changes.
ORDERS_OF_A_SET = 2
# Of 8 stages there are 5,040 orders, of 12 there are 40 million: programs of more keep theirs, and drop few stages.
MOST_REORDERED, MOST_DROPPED = 8, 3


def stages_of(junction: Junction) -> tuple[Displays, ...]:
    """Return the stages of the running program: the displays of its intervals that are green and do not change.

    Where greens only end from one such interval to the next, as walks do before the traffic beside them, the first is
    the stage: when its greens end is for the change to say.
    """
    states = [part.state for part in intervals(junction.running, junction) if _steady(part.state)]
    kept = [state for k, state in enumerate(states) if len(states) == 1 or not _only_ends(states[k - 1], state)]
    return tuple(
        {group.id: state[group.links[0]] for group in junction.groups} for state in dict.fromkeys(kept or states)
    )


def _steady(state: str) -> bool:
    return bool(lamps.GREENS & set(state)) and not (lamps.YELLOWS | {lamps.RED_AMBER}) & set(state)


def _only_ends(before: str, after: str) -> bool:
    pairs = list(zip(before, after, strict=True))
    return before != after and all(a == b or (a in lamps.GREENS and b == lamps.RED) for a, b in pairs)


def is_safe(junction: Junction, stage: Displays) -> bool:
    """Whether no two groups that conflict are green at once in a stage, but where one yields as it does today.

    The running program itself may have stages that are not: what is unsafe today teaches nothing.
    """
    green = {group: shown for group, shown in stage.items() if shown in lamps.GREENS}
    return not any(
        a in green and b in green and (a, green[a], b, green[b]) not in junction.together for a, b in junction.foes
    )


def keeps_shelter(junction: Junction, stage: Displays, group: str) -> bool:
    """Whether a turn across is green in a stage in which nobody is who comes the other way."""
    opposing = junction.sheltered.get(group, frozenset())
    return stage[group] in lamps.GREENS and not any(stage[name] in lamps.GREENS for name in opposing)


def sequences_of(junction: Junction, most: int = 12) -> tuple[tuple[Displays, ...], ...]:
    """Return orders of some or all of the running program's stages, the running one first.

    Every group that is green today is green in each of them. A stage may go if what it serves is served in another:
    then protected turns become permitted ones, as they already are in that other stage. Of each set of stages the
    orders that lose least time in changes are kept, and `most` orders in all. Of very many stages at most three go, and
    the rest keep their order.
    """
    stages = stages_of(junction)
    served, many = _served(stages), len(stages) > MOST_REORDERED
    found: list[tuple[float, tuple[Displays, ...]]] = []
    for size in range(len(stages), len(stages) - MOST_DROPPED - 1 if many else 1, -1):
        for chosen in combinations(stages, size):
            if served <= _served(chosen):
                orders = [chosen] if many else [(chosen[0], *rest) for rest in permutations(chosen[1:])]
                lost = sorted(((lost_s(junction, order), order) for order in orders), key=lambda item: item[0])
                found += lost[:ORDERS_OF_A_SET]
    others = sorted((item for item in found if item[1] != stages), key=lambda item: item[0])
    return (stages, *(order for _, order in others[: most - 1]))


def _served(stages: Sequence[Displays]) -> set[str]:
    return {group for stage in stages for group, shown in stage.items() if shown in lamps.GREENS}


def lost_s(junction: Junction, stages: Sequence[Displays]) -> float:
    """Return the time that the changes of a sequence take in a cycle. [s]"""
    return sum(switching(junction, stages[k - 1], stages[k]).length_s for k in range(len(stages)))
