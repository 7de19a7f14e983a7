"""The ways of a network: which there are, whom they let pass, and how long they take; in metres and seconds."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from ...networks.junction import Lane
from ...networks.network import Connection, Edge, Network
from .behaviour import Behaviour

VEHICLE_M = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWay:
    """The connections from one lane to one next edge: one way in the queue model."""

    edge: str
    lane: int  # place among the vehicle lanes of its edge
    to_edge: str
    connections: tuple[int, ...]
    group: int


def ways_of(network: Network, edges: dict[str, Edge], groups: tuple[tuple[str, str], ...]) -> tuple[QueueWay, ...]:
    """Return the ways, edge by edge, from the kerb."""
    place_of = {group: place for place, group in enumerate(groups)}
    of_lamp = {
        (junction.id, link): place_of[(junction.id, group.id)]
        for junction in network.junctions
        for group in junction.groups
        for link in group.links
    }
    found: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for place, connection in enumerate(network.connections):
        lane = lane_places(edges[connection.from_edge])[connection.from_lane]
        found[(connection.from_edge, lane, connection.to_edge)].append(place)
    order = {edge: place for place, edge in enumerate(edges)}
    return tuple(
        QueueWay(
            edge=edge,
            lane=lane,
            to_edge=to_edge,
            connections=tuple(places),
            group=next((_group(network.connections[p], of_lamp) for p in places), -1),
        )
        for (edge, lane, to_edge), places in sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1:]))
    )


def _group(connection: Connection, of_lamp: dict[tuple[str, int], int]) -> int:
    if connection.signal is None or connection.link is None:
        return -1
    return of_lamp.get((connection.signal, connection.link), -1)


def lane_places(edge: Edge) -> dict[int, int]:
    """Return the place among the vehicle lanes of each lane index."""
    return {lane.index: place for place, lane in enumerate(edge.vehicle_lanes)}


def foes_of(network: Network, ways: tuple[QueueWay, ...]) -> list[list[int]]:
    """Return the places of the ways that each way lets pass."""
    way_of = {connection: place for place, way in enumerate(ways) for connection in way.connections}
    return [
        sorted(
            {
                way_of[foe]
                for connection in way.connections
                for foe in network.connections[connection].yields_to
                if way_of[foe] != place
            }
        )
        for place, way in enumerate(ways)
    ]


def rooms_behind(network: Network, lanes: list[Lane]) -> list[float]:
    """Return the metres within the junction behind each lane on which its queue may stand.

    Drivers keep a junction clear for those whose way they cross: only where nobody's way is crossed do they queue on.
    Where a lane fans out to several of the next edge, who stands between them is in the way of the others.
    """
    yielded_to = {foe for connection in network.connections for foe in connection.yields_to}
    fans = Counter((c.from_edge, c.from_lane, c.to_edge) for c in network.connections)
    ways: dict[tuple[str, int], list[float]] = defaultdict(list)
    for place, connection in enumerate(network.connections):
        alone = fans[(connection.from_edge, connection.from_lane, connection.to_edge)] == 1
        free = alone and not connection.yields_to and place not in yielded_to
        ways[(connection.to_edge, connection.to_lane)].append(connection.length_m if free else 0.0)
    return [min(ways[(lane.edge, lane.index)], default=0.0) for lane in lanes]


class Drive:
    """Times and speeds of one way."""

    def __init__(self, network: Network, how: Behaviour, edges: dict[str, Edge], way: QueueWay) -> None:
        found = [network.connections[place] for place in way.connections]
        places = lane_places(edges[way.to_edge])
        self.targets = sum(1 << place for place in {places[c.to_lane] for c in found})
        before = edges[way.edge].vehicle_lanes[way.lane].speed_m_s
        after = edges[way.to_edge].speed_m_s
        first = found[0]
        speed = first.speed_m_s or min(before, after)
        self.wait_m = first.wait_m
        self.wait_s = first.wait_m / speed
        self.free_s = (first.length_m - first.wait_m) / speed
        self.discharge_m_s = min(max(speed - how.drag_m_s, 0.5 * speed), how.discharge_speed_m_s)
        faster, slower = how.speed_up_m_s2, how.slow_down_m_s2
        self.start_s = speed / (2 * faster)
        self.out_s = max(after - speed, 0.0) ** 2 / (2 * faster * after)
        self.in_s = max(before - speed, 0.0) ** 2 / (2 * slower * before)
        look = min(speed, how.look_speed_m_s)
        self.slow_s = max(before - look, 0.0) ** 2 / (2 * slower * before) + (speed - look) ** 2 / (2 * faster * speed)
        clear_m = first.length_m - first.wait_m + VEHICLE_M
        self.clear_s = 2 * clear_m / (look + speed)
        self.need_s = self.clear_s + how.look_ahead_s + how.decide_s
        self.need_standing_s = _time_from_rest(clear_m, speed, how.hurry_m_s2) + how.look_ahead_s


def _time_from_rest(length_m: float, speed_m_s: float, speed_up_m_s2: float) -> float:
    ramp_m = speed_m_s**2 / (2 * speed_up_m_s2)
    if length_m <= ramp_m:
        return math.sqrt(2 * length_m / speed_up_m_s2)
    return speed_m_s / speed_up_m_s2 + (length_m - ramp_m) / speed_m_s
