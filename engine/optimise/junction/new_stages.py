"""Stages that the running program never showed: as many groups green together as may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ....networks import lamps
from ....networks.junction import Junction
from .switching import Displays

Shown = tuple[str, str]  # a group and the green that it shows

# A junction of many small groups has thousands of such stages; more than these are not looked at.
MOST_STAGES = 60
FAMILIAR = lamps.GREENS | lamps.YELLOWS | {lamps.RED, lamps.RED_AMBER}


def compatible_stages(junction: Junction, most: int = MOST_STAGES) -> tuple[Displays, ...]:
    """Return the stages to which no green can be added, in an order that depends on nothing but the junction.

    Two groups are green together if their paths do not conflict, or with the displays that the running program shows
    at once: there one yields. Each group shows only greens that it shows today. Of stages that differ only in who
    yields, the one in which fewer yield is kept. None where a lamp shows more than green, yellow, red and red-amber.

    The stages are the maximal cliques of the graph of compatible greens: K. E. Stoffers, Scheduling of traffic
    lights: a new approach, Transportation Research 2, 1968.
    """
    shown = _shown(junction)
    if any(set(displays) - FAMILIAR for displays in shown.values()):
        return ()
    greens = [(g, d) for g, displays in shown.items() for d in sorted(displays & lamps.GREENS)]
    around = {one: {other for other in greens if _may_meet(junction, one, other)} for one in greens}
    found: list[dict[str, str]] = []
    for clique in _cliques((), greens, [], around):
        found.append(dict(clique))
        if len(found) >= most:
            break
    freest = [stage for stage in found if not any(_freer(other, stage) for other in found)]
    return tuple({group.id: stage.get(group.id, lamps.RED) for group in junction.groups} for stage in freest)


def sheltering_stage(junction: Junction, group: str) -> Displays | None:
    """Return a stage in which a turn across is green and nobody who comes the other way, as many others as may be.

    Groups are added in the junction's order, with their protected green before one that yields. None where the turn is
    never green.
    """
    shown, against = _shown(junction), junction.sheltered.get(group, frozenset())
    greens = [(g, d) for g, displays in shown.items() for d in sorted(displays & lamps.GREENS) if g not in against]
    chosen: list[Shown] = []
    for one in sorted(greens, key=lambda one: one[0] != group):  # sorting keeps the order of equals
        if all(_may_meet(junction, one, other) for other in chosen):
            chosen.append(one)
    stage = dict(chosen)
    return {g.id: stage.get(g.id, lamps.RED) for g in junction.groups} if group in stage else None


def _shown(junction: Junction) -> dict[str, set[str]]:
    return {plan.group: {window.display for window in plan.windows} for plan in junction.running.groups}


def _may_meet(junction: Junction, one: Shown, other: Shown) -> bool:
    if one[0] == other[0]:
        return False
    return (one[0], other[0]) not in junction.foes or (*one, *other) in junction.together


def _freer(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether the same groups are green in both stages, and fewer of them yield in the first."""
    return (
        one != other
        and one.keys() == other.keys()
        and all(one[group] in (other[group], lamps.PROTECTED) for group in one)
    )


def _cliques(
    chosen: tuple[Shown, ...], left: list[Shown], done: list[Shown], around: Mapping[Shown, set[Shown]]
) -> Iterator[tuple[Shown, ...]]:
    """Yield maximal cliques (C. Bron and J. Kerbosch, Algorithm 457, Communications of the ACM 16, 1973)."""
    if not left and not done:
        yield chosen
        return
    pivot = max([*left, *done], key=lambda one: sum(other in around[one] for other in left))
    for one in [one for one in left if one not in around[pivot]]:
        near = around[one]
        yield from _cliques((*chosen, one), [o for o in left if o in near], [o for o in done if o in near], around)
        left = [other for other in left if other != one]
        done = [*done, one]
