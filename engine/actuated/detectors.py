"""Where an actuated junction looks: a zone before each stop line, and whom the vehicles in it wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...networks import lamps
from ...networks.actuated_plan import Call, Zone
from ...networks.junction import Junction
from ...networks.network import Connection, Network
from ...networks.types import Turn
from ..optimise.junction.streams import split_over_lanes
from ..optimise.junction.switching import Displays

# A presence loop at the stop line: FHWA, Traffic Signal Timing Manual, FHWA-HOP-08-024, 2008, section 4.2 has 6 to 12 m
# (20 to 40 ft) for stop-line detection.
LOOP_M = 10.0
VEHICLE_M = 5.0
# Largest headway between vehicles that still counts as one stream: ibid., section 5.4, 2 to 4 s.
MAXIMUM_ALLOWABLE_HEADWAY_S = 3.0
SHORTEST_PASSAGE_S, LONGEST_PASSAGE_S = 1.0, 3.0
SMALLEST_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The lanes before a junction: the zones, and for each the turns that its vehicles make and their shares."""

    zones: tuple[Zone, ...]
    shares: Mapping[str, Mapping[Turn, float]]  # by zone
    groups: Mapping[tuple[str, Turn], tuple[str, ...]]  # that let a turn go from a zone


def watched(network: Network, junction: Junction, flow_veh_h: Mapping[Turn, float], length_m: float) -> Watched:
    """Return the zones of a junction, at most `length_m` long, never beyond a place where streets join or split.

    Which share of a lane's vehicles makes which turn is known from the demand; equal shares where there is none.
    """
    group_of = {link: group.id for group in junction.groups for link in group.links}
    by_lane: dict[tuple[str, int], list[Connection]] = {}
    for connection in network.connections:
        if connection.signal == junction.id and connection.link in group_of:
            by_lane.setdefault((connection.from_edge, connection.from_lane), []).append(connection)
    flows = split_over_lanes(junction.movements, flow_veh_h)
    zones: list[Zone] = []
    shares: dict[str, dict[Turn, float]] = {}
    groups: dict[tuple[str, Turn], tuple[str, ...]] = {}
    for (edge, index), connections in sorted(by_lane.items()):
        lane = next(lane for lane in network.edges[edge].lanes if lane.index == index)
        if not lane.vehicles:
            continue
        name = f"z{len(zones)}"
        reach_m = _reach_m(network, edge, index, lane.length_m, length_m)
        loop_m = min(LOOP_M, lane.length_m - 0.2)
        zones.append(Zone(name=name, lane=lane.id, length_m=reach_m, loop_m=loop_m, speed_m_s=lane.speed_m_s))
        turns = list(dict.fromkeys((c.from_edge, c.to_edge) for c in connections))
        known = {turn: flows.get(lane.id, {}).get(turn, 0.0) for turn in turns}
        total = sum(known.values())
        shares[name] = {turn: known[turn] / total if total > 0 else 1 / len(turns) for turn in turns}
        for turn in turns:
            own = [group_of[c.link] for c in connections if (c.from_edge, c.to_edge) == turn and c.link is not None]
            groups[(name, turn)] = tuple(dict.fromkeys(own))
    return Watched(zones=tuple(zones), shares=shares, groups=groups)


def _reach_m(network: Network, edge: str, lane: int, own_m: float, wanted_m: float) -> float:
    """Return how far a zone reaches: past the start of a short lane only where one lane leads into it, unsignalled."""
    reach_m, at = own_m, (edge, lane)
    seen = {at}
    while reach_m < wanted_m:
        into = [c for c in network.connections if (c.to_edge, c.to_lane) == at]
        if len(into) != 1 or into[0].signal is not None or (into[0].from_edge, into[0].from_lane) in seen:
            break
        at = (into[0].from_edge, into[0].from_lane)
        seen.add(at)
        reach_m += into[0].length_m + network.edges[at[0]].length_m
    return round(min(wanted_m, reach_m - 0.2), 1)


def calls_for(watch: Watched, shown: Displays) -> tuple[Call, ...]:
    """Return which zones call for a stage, by the displays of its groups: permitted greens count as protected ones."""
    found = []
    for zone in watch.zones:
        share = sum(
            part
            for turn, part in watch.shares[zone.name].items()
            if any(shown[group] in lamps.GREENS for group in watch.groups[(zone.name, turn)])
        )
        if share > SMALLEST_SHARE:
            found.append(Call(zone=zone.name, share=round(share, 3)))
    return tuple(found)


def passage_s(zones: Sequence[Zone]) -> float:
    """Return the gap, from the end of one vehicle's presence to the next one's, that ends a green. [s]

    PT = MAH - (Lv + Ld) / v, with the headway MAH, the lengths of vehicle and loop and the approach speed: FHWA,
    Traffic Signal Timing Manual, FHWA-HOP-08-024, 2008, section 5.4; of several lanes the longest, in tenths.
    """
    gaps = [MAXIMUM_ALLOWABLE_HEADWAY_S - (VEHICLE_M + zone.loop_m) / zone.speed_m_s for zone in zones]
    return round(min(max([SHORTEST_PASSAGE_S, *gaps]), LONGEST_PASSAGE_S), 1)
