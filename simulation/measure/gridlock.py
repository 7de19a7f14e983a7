"""Whether the streets were locked when the simulation ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...networks.network import Network
from .spillback import room_of
from .trips import Journey

BLOCKED_S = 300.0  # longer than any cycle: an approach that is merely oversaturated discharges in every green
LEAST_VEHICLES = 8
# Where a circle closes through vehicles inside junctions, which no output shows, the jam is known by its size: so
# large a share of all vehicles under way stands on blocked edges, and so many of these edges wait for blocked ones.
# Two scenarios that lock so (608 s and 412 s of delay) have shares of 0.94 and 0.57, and 19 and 17 such edges; a run of
# each that flows had no blocked edge at all.
JAMMED_SHARE, JAMMED_EDGES = 0.2, 4
# A single signal locks when vehicles inside it wait for each other. So many of its approaches then stand for longer
# than any cycle, though the streets that they want onto are less than half full.
LOCKED_APPROACHES, HALF_FULL = 2, 0.5


@dataclass(slots=True)
class _Edge:
    """What is on an edge at the end: when each vehicle came onto it, and where they want to go."""

    entered_s: list[float] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)


def stuck_vehicles(journeys: Iterable[Journey], end_s: float, network: Network | None = None) -> int:
    """Return how many vehicles stand on locked edges at the end, or on blocked ones where the whole network is jammed.

    An edge is blocked when no vehicle has left it for 300 s although one has been on it for so long. It is locked when
    besides its vehicles wait for a locked edge: blocked edges that want into each other in a circle, and what queues
    behind them. So an approach that a signal or a stream with priority keeps shut is blocked, but not locked.
    """
    last_exit_s: dict[str, float] = {}
    occupied: dict[str, _Edge] = {}
    for journey in journeys:
        since_s = journey.depart_s
        for place, (edge, exit_s) in enumerate(zip(journey.edges, journey.exits_s, strict=True)):
            if exit_s < 0:
                state = occupied.setdefault(edge, _Edge())
                state.entered_s.append(since_s)
                state.wanted.update(journey.edges[place + 1 : place + 2])
                break
            since_s = exit_s
            last_exit_s[edge] = max(exit_s, last_exit_s.get(edge, exit_s))
    deadline_s = end_s - BLOCKED_S
    blocked = {
        edge: state
        for edge, state in occupied.items()
        if min(state.entered_s) <= deadline_s and last_exit_s.get(edge, deadline_s) <= deadline_s
    }
    jam = set(blocked) if _is_jammed(blocked, occupied) else _locked(blocked) | _locked_inside(blocked, network)
    return sum(len(blocked[edge].entered_s) for edge in jam)


def _is_jammed(blocked: dict[str, _Edge], occupied: dict[str, _Edge]) -> bool:
    standing = sum(len(state.entered_s) for state in blocked.values())
    under_way = sum(len(state.entered_s) for state in occupied.values())
    behind = sum(bool(state.wanted & set(blocked)) for state in blocked.values())
    return standing >= JAMMED_SHARE * under_way and behind >= JAMMED_EDGES


def _locked(blocked: dict[str, _Edge]) -> set[str]:
    """Return the edges that are in a circle of waiting, or wait for one: what is left when free ends are taken away."""
    left = set(blocked)
    while free := {edge for edge in left if not blocked[edge].wanted & left}:
        left -= free
    return left


def _locked_inside(blocked: dict[str, _Edge], network: Network | None) -> set[str]:
    """Return the approaches of signals inside which vehicles wait for each other."""
    if network is None:
        return set()
    approaches: dict[str, set[str]] = defaultdict(set)
    for edge, state in blocked.items():
        for ahead in state.wanted:
            signal = network.signal_of_turn.get((edge, ahead))
            if signal is not None and _has_room(ahead, blocked, network):
                approaches[signal].add(edge)
    return {edge for of_one in approaches.values() if len(of_one) >= LOCKED_APPROACHES for edge in of_one}


def _has_room(edge: str, blocked: dict[str, _Edge], network: Network) -> bool:
    """Whether an edge is less than half full; one that is not blocked discharges, so it is no reason to stand."""
    return edge not in blocked or len(blocked[edge].entered_s) < HALF_FULL * room_of(network.edges[edge])


def is_gridlocked(journeys: Iterable[Journey], end_s: float, network: Network | None = None) -> bool:
    """Whether at least 8 vehicles stand on locked edges at the end: see `stuck_vehicles`.

    A lock that formed in the last 300 s is not seen, nor one that dissolved again; both still show in the delay. A
    circle that closes only through vehicles standing inside junctions without a signal is seen once it has jammed a
    fifth of all.
    """
    return stuck_vehicles(journeys, end_s, network) >= LEAST_VEHICLES
