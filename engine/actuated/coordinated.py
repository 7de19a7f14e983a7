"""Coordinated programs: a fixed-time plan whose greens end early when nobody comes, and in step all the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ...networks import lamps
from ...networks.actuated_plan import ActuatedJunction, Change, Stage
from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import Interval, JunctionPlan
from ...networks.sumo.program import intervals
from ...networks.types import Turn
from ..optimise.junction.skeleton import AtLeast, skeleton_of
from ..optimise.junction.switching import Displays
from .detectors import calls_for, passage_s, watched

ZONE_M = 80.0
SHORTEST_GREEN_S = 5.0


def coordinated_junction(
    network: Network, junction: Junction, plan: JunctionPlan, flow_veh_h: Mapping[Turn, float]
) -> ActuatedJunction | None:
    """Return a junction's fixed-time plan as a coordinated-actuated program, None where no green of it may vary.

    Force-offs are the ends of the greens in the plan (fixed, so that what one stage leaves the next may use); the
    longest stage of the coordinated group ends at its force-off and not before: that is its yield point. Minimums are
    those of the safety limits. Stages keep the plan's order and changes.
    """
    parts = intervals(plan, junction)
    skeleton = skeleton_of(junction, plan)
    free = list(skeleton.free)
    if len(free) < 2 or any(part.length_s != round(part.length_s) for part in parts):
        return None
    watch = watched(network, junction, flow_veh_h, ZONE_M)
    shortest = _shortest_s(parts, free, skeleton.limits)
    main = _main(parts, free, junction, plan.coordinated)
    zones = {zone.name: zone for zone in watch.zones}
    stages = []
    for place, k in enumerate(free):
        shown = {group.id: parts[k].state[group.links[0]] for group in junction.groups}
        calls = calls_for(watch, _ending(shown, parts[(k + 1) % len(parts)].state, junction))
        end_s = round(parts[k].start_s + parts[k].length_s) % round(plan.cycle_s)
        walks = any(g.kind == "pedestrian" and shown[g.id] in lamps.GREENS for g in junction.groups)
        fixed = not calls or walks  # nobody is seen who could end it early, or somebody walks who is not seen
        stages.append(
            Stage(
                name=f"stage {place + 1}",
                state=parts[k].state,
                min_green_s=parts[k].length_s if fixed and k != main else shortest[k],
                max_green_s=plan.cycle_s,
                calls=calls,
                passage_s=passage_s([zones[call.zone] for call in calls]) if calls else None,
                yield_s=float(end_s) if k == main else None,
                force_off_s=float(end_s),
                planned_s=parts[k].length_s,
            )
        )
    return ActuatedJunction(
        junction=junction.id,
        mode="coordinated",
        zones=watch.zones,
        stages=tuple(stages),
        changes=_changes(parts, free),
        cycle_s=plan.cycle_s,
        offset_s=plan.offset_s,
    )


def _ending(shown: Displays, following: str, junction: Junction) -> Displays:
    """Return the greens of a stage that its end would end; all of them where it ends none."""
    ends = {
        group.id: shown[group.id] if following[group.links[0]] not in lamps.GREENS else lamps.RED
        for group in junction.groups
    }
    return ends if any(display in lamps.GREENS for display in ends.values()) else shown


def _main(parts: Sequence[Interval], free: Sequence[int], junction: Junction, name: str | None) -> int:
    """Return the longest interval in which the coordinated group is green: what is left over goes there."""
    link = junction.by_group[name].links[0] if name is not None else 0
    return max(free, key=lambda k: (name is None or parts[k].state[link] in lamps.GREENS, parts[k].length_s, -k))


def _shortest_s(parts: Sequence[Interval], free: Sequence[int], limits: Sequence[AtLeast]) -> dict[int, float]:
    """Return the shortest length of each interval that may vary: together they keep every limit, as the plan does."""
    shortest = {k: min(SHORTEST_GREEN_S, parts[k].length_s) for k in free}
    for limit in limits:
        fixed_s = sum(parts[k].length_s for k in limit.intervals if k not in shortest)
        varying = sorted((k for k in limit.intervals if k in shortest), key=lambda k: (-parts[k].length_s, k))
        for k in varying:
            missing_s = limit.seconds - fixed_s - sum(shortest[other] for other in varying)
            if missing_s > 0:
                shortest[k] = min(parts[k].length_s, shortest[k] + math.ceil(round(missing_s, 3)))
    return shortest


def _changes(parts: Sequence[Interval], free: Sequence[int]) -> tuple[Change, ...]:
    found = []
    for place, k in enumerate(free):
        after = (place + 1) % len(free)
        between, at = [], (k + 1) % len(parts)
        while at != free[after]:
            between.append(parts[at])
            at = (at + 1) % len(parts)
        begin_s, placed = 0.0, []
        for part in between:
            placed.append(Interval(start_s=begin_s, length_s=part.length_s, state=part.state))
            begin_s = round(begin_s + part.length_s, 3)
        found.append(Change(before=place, after=after, intervals=tuple(placed)))
    return tuple(found)
