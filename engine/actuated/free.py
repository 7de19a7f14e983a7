"""Free-running programs: the running program's stages in whatever order traffic calls for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...networks import lamps
from ...networks.actuated_plan import ActuatedJunction, Change, Stage, Weights
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.types import Turn
from ..optimise.junction.stages import stages_of
from ..optimise.junction.switching import Displays
from .changes import change_intervals, state_of
from .detectors import calls_for, watched

LONGEST_GREEN_S = 60.0
SHORTEST_GREEN_S = 5.0
MOST_STAGES = 8


def free_junction(
    network: Network, junction: Junction, flow_veh_h: Mapping[Turn, float], weights: Weights
) -> ActuatedJunction | None:
    """Return the free-running program of a junction, or None where there is nothing to choose or nobody to see.

    Its stages are those that the running program shows, and a stage may follow any other; the changes between them are
    made from the intergreens, as those of a fixed-time plan with new sequences are.
    """
    shown = stages_of(junction)
    watch = watched(network, junction, flow_veh_h, weights.zone_m)
    if not 2 <= len(shown) <= MOST_STAGES or not watch.zones:
        return None
    stages = tuple(
        Stage(
            name=f"stage {place + 1}",
            state=state_of(junction, displays),
            min_green_s=shortest_s(junction, displays),
            max_green_s=max(LONGEST_GREEN_S, shortest_s(junction, displays)),
            calls=calls_for(watch, displays),
            walks=_walks(junction, displays),
        )
        for place, displays in enumerate(shown)
    )
    if sum(bool(stage.calls or stage.walks) for stage in stages) < 2:
        return None
    return ActuatedJunction(
        junction=junction.id,
        mode="free",
        zones=watch.zones,
        stages=stages,
        changes=_changes(junction, shown),
        weights=weights,
    )


def shortest_s(junction: Junction, displays: Displays) -> float:
    """Return how long a stage must stand, so that every green in it has its minimum whatever stages are around it."""
    greens = [group for group, shown in displays.items() if shown in lamps.GREENS]
    return max([SHORTEST_GREEN_S, *(junction.min_green_s[group] for group in greens)])


def _walks(junction: Junction, displays: Displays) -> tuple[int, ...]:
    walks = (g for g in junction.groups if g.kind == "pedestrian" and displays[g.id] in lamps.GREENS)
    return tuple(link for group in walks for link in group.links)


def _changes(junction: Junction, shown: Sequence[Displays]) -> tuple[Change, ...]:
    return tuple(
        Change(before=a, after=b, intervals=change_intervals(junction, one, other))
        for a, one in enumerate(shown)
        for b, other in enumerate(shown)
        if a != b
    )
