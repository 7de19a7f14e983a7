"""Streets that are full from end to end: what queues do to the junction before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ...networks.network import Edge, Network
from .trips import Journey

SPACE_M = 7.5  # of a standing car with its gap: SUMO's default vehicle, 5 m and 2.5 m
SHORTEST_M = 2 * SPACE_M  # an edge that two cars fill is full whenever they wait at red, and nobody calls it spillback


def spillback_s(journeys: Iterable[Journey], network: Network, begin_s: float, end_s: float) -> dict[str, float]:
    """Return how long each street was full in [begin, end), by its name; streets that never were are left out. [s]

    A street is full while the vehicles on it, standing at 7.5 m each, would fill all its lanes from stop line to start:
    the density of a standing queue (K. Nagel, M. Schreckenberg, A cellular automaton model for freeway traffic, Journal
    de Physique I 2, 1992, take the same 7.5 m). A vehicle counts from leaving the street before, so that one that waits
    inside the junction for room counts, too. One full turning lane beside free lanes is not seen, and lorries count as
    cars: the measure is a floor.
    """
    room = {name: room_of(edge) for name, edge in network.edges.items() if edge.length_m >= SHORTEST_M}
    changes: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for journey in journeys:
        entered_s = journey.depart_s
        for edge, exit_s in zip(journey.edges, journey.exits_s, strict=True):
            left_s = exit_s if exit_s >= 0 else end_s
            if edge in room and left_s > begin_s:
                changes[edge] += [(max(entered_s, begin_s), 1), (left_s, -1)]
            if exit_s < 0:
                break
            entered_s = exit_s
    return _full_s(changes, room, end_s)


def room_of(edge: Edge) -> float:
    """Return how many standing cars fill the edge."""
    return max(1, len(edge.vehicle_lanes)) * edge.length_m / SPACE_M


def _full_s(
    changes: Mapping[str, list[tuple[float, int]]], room: Mapping[str, float], end_s: float
) -> dict[str, float]:
    found = {}
    for edge, times in changes.items():
        if len(times) / 2 < room[edge]:
            continue
        full_s, vehicles, since_s = 0.0, 0, 0.0
        for time_s, change in sorted(times):
            if vehicles >= room[edge]:
                full_s += min(time_s, end_s) - since_s
            vehicles, since_s = vehicles + change, min(time_s, end_s)
        if full_s > 0:
            found[edge] = full_s
    return dict(sorted(found.items()))
