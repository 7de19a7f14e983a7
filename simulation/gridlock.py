"""Whether the streets were locked when the simulation ended."""

from __future__ import annotations

from collections.abc import Iterable

from .trips import Journey

BLOCKED_S = 300.0  # longer than any cycle: an approach that is merely oversaturated discharges in every green
LEAST_VEHICLES = 8
LEAST_SHARE = 0.05


def stuck_vehicles(journeys: Iterable[Journey], end_s: float) -> tuple[int, int]:
    """Return how many vehicles stand on blocked edges at the end, and how many are under way at all.

    An edge is blocked when no vehicle has left it for 300 s although one has been on it for so long. All vehicles that
    are on it count as stuck.
    """
    last_exit_s: dict[str, float] = {}
    on_edge: dict[str, list[float]] = {}
    for journey in journeys:
        since_s = journey.depart_s
        for edge, exit_s in zip(journey.edges, journey.exits_s, strict=True):
            if exit_s < 0:
                on_edge.setdefault(edge, []).append(since_s)
                break
            since_s = exit_s
            last_exit_s[edge] = max(exit_s, last_exit_s.get(edge, exit_s))
    deadline_s = end_s - BLOCKED_S
    stuck = sum(
        len(entered_s)
        for edge, entered_s in on_edge.items()
        if min(entered_s) <= deadline_s and last_exit_s.get(edge, deadline_s) <= deadline_s
    )
    return stuck, sum(map(len, on_edge.values()))


def is_gridlocked(journeys: Iterable[Journey], end_s: float) -> bool:
    """Whether at least 8 vehicles, and 5 % of those under way, stand on edges that are blocked at the end.

    A lock that formed in the last 300 s is not seen, nor one that dissolved again: both still show in the delay. A
    single driver who finds no gap is no gridlock, which is why a share is asked for. The limits were set by looking at
    runs of ingolstadt7 (SUMO 1.28): see `stuck_vehicles` there.
    """
    stuck, under_way = stuck_vehicles(journeys, end_s)
    return stuck >= LEAST_VEHICLES and stuck >= LEAST_SHARE * under_way
