"""The group that offsets refer to: the main movement through a junction, never a turn while there is one ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .junction import Junction, Movement, SignalGroup
from .network import Network
from .plan import JunctionPlan, turned, whole_ms
from .types import Turn

# Ways ahead come first, then those partly ahead, then turns; nobody coordinates those who turn round.
RANK = {"s": 0, "L": 1, "R": 1, "l": 2, "r": 2, "t": 3}
TURNS = 2  # the rank from which on a way is a turn


def main_through(
    groups: Sequence[SignalGroup],
    movements: Sequence[Movement],
    greens_s: Mapping[str, float],
    flow_veh_h: Mapping[Turn, float] | None = None,
) -> str | None:
    """Return the group of the main movement ahead: that of most vehicles or, where flows are not known, of most lanes.

    `greens_s` has the green of each group that may be chosen: one that is green for a while and then not. Of equals
    that with the longest green counts, and of these the first. Flows of 0 do not make a movement the main one.
    """
    best: tuple[float, ...] | None = None
    chosen = None
    for place, group in enumerate(groups):
        if group.kind != "vehicle" or group.rail or group.id not in greens_s:
            continue
        ways = [one for one in movements if group.id in one.groups]
        used = [one for one in ways if flow_veh_h is None or flow_veh_h.get((one.from_edge, one.to_edge), 0.0) > 0]
        rank = min((RANK.get(one.direction, TURNS) for one in used), default=len(RANK))
        main = [one for one in used if RANK.get(one.direction, TURNS) == rank]
        size = float(
            sum(len(one.lanes) for one in main)
            if flow_veh_h is None
            else sum(flow_veh_h.get((one.from_edge, one.to_edge), 0.0) for one in main)
        )
        key = (float(rank), -size, -greens_s[group.id], float(place))
        if best is None or key < best:
            best, chosen = key, group.id
    return chosen


def with_main_through(network: Network, flow_veh_h: Mapping[Turn, float]) -> Network:
    """Return the network whose running plans begin with the green of the main movement ahead, by flow.

    The lamps stay as they are at every second: only what second 0 and the offset refer to changes.
    """
    return replace(network, junctions=tuple(_with_main(one, flow_veh_h) for one in network.junctions))


def greens_of(plan: JunctionPlan) -> dict[str, float]:
    """Return the longest green of each group that is green for a part of the cycle."""
    found = {}
    for group in plan.groups:
        parts = [green.length_s for green in group.greens(plan.cycle_s) if green.length_s < plan.cycle_s]
        if parts:
            found[group.group] = max(parts)
    return found


def _with_main(junction: Junction, flow_veh_h: Mapping[Turn, float]) -> Junction:
    chosen = main_through(junction.groups, junction.movements, greens_of(junction.running), flow_veh_h)
    if chosen in (None, junction.running.coordinated):
        return junction
    return replace(junction, running=turned_to(junction.running, str(chosen)))


def turned_to(plan: JunctionPlan, group: str) -> JunctionPlan:
    """Return the same lamps with second 0 at the start of a group's longest green, the first of equals."""
    shown = next(one for one in plan.groups if one.group == group)
    greens = [green for green in shown.greens(plan.cycle_s) if green.length_s < plan.cycle_s]
    zero_ms = whole_ms(min(greens, key=lambda green: (-green.length_s, green.start_s)).start_s)
    cycle_ms = whole_ms(plan.cycle_s)
    return replace(
        plan,
        coordinated=group,
        offset_s=(whole_ms(plan.offset_s) + zero_ms) % cycle_ms / 1000,
        groups=tuple(turned(one, zero_ms, cycle_ms) for one in plan.groups),
    )


def ways_in_words(junction: Junction, group: str | None) -> str:
    """Return the ways of a group by their edges, the one ahead first: 'WA → AE'. Empty for a group without ways."""
    ways = sorted(
        (one for one in junction.movements if group in one.groups), key=lambda one: RANK.get(one.direction, TURNS)
    )
    return ", ".join(f"{one.from_edge} → {one.to_edge}" for one in ways)
