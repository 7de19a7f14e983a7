"""A street network as values: edges, the connections between their lanes, and the signalised junctions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .junction import Junction, Lane
from .plan import Plan
from .sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A street in one direction between two nodes."""

    id: str
    from_node: str
    to_node: str
    lanes: tuple[Lane, ...]
    shape: tuple[tuple[float, float], ...]  # m

    @property
    def length_m(self) -> float:
        """Length of the edge."""
        return self.lanes[0].length_m

    @property
    def speed_m_s(self) -> float:
        """Speed limit: of the fastest lane for vehicles."""
        return max((lane.speed_m_s for lane in self.lanes if lane.vehicles), default=self.lanes[0].speed_m_s)

    @property
    def vehicle_lanes(self) -> tuple[Lane, ...]:
        """The lanes that motor vehicles may use."""
        return tuple(lane for lane in self.lanes if lane.vehicles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A way for vehicles from a lane to a lane of the next edge."""

    from_edge: str
    from_lane: int
    to_edge: str
    to_lane: int
    direction: str
    signal: str | None  # the signal that governs it
    link: int | None  # its place in that signal's state string
    length_m: float = 0.0  # of the way through the junction
    speed_m_s: float = 0.0  # there; 0 where the network has no inner lanes
    wait_m: float = 0.0  # length of the part before a waiting place inside the junction; 0 without one
    yields_to: tuple[int, ...] = ()  # places in `Network.connections` of those it lets pass, unless a lamp decides


@dataclass(frozen=True, kw_only=True)
class Network:
    """Streets and signals, as read from one file."""

    path: Path
    edges: dict[str, Edge]
    connections: tuple[Connection, ...]
    junctions: tuple[Junction, ...]
    positions: dict[str, tuple[float, float]]  # of each signal [m]

    @cached_property
    def by_junction(self) -> dict[str, Junction]:
        """The signalised junctions by name."""
        return {junction.id: junction for junction in self.junctions}

    @cached_property
    def turns(self) -> dict[str, tuple[str, ...]]:
        """The edges that vehicles can reach from each edge, in the file's order."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for connection in self.connections:
            found[connection.from_edge][connection.to_edge] = None
        return {edge: tuple(found.get(edge, ())) for edge in self.edges}

    @cached_property
    def signal_of_turn(self) -> dict[tuple[str, str], str]:
        """The signal that governs the way from an edge to the next, where one does."""
        return {(c.from_edge, c.to_edge): c.signal for c in self.connections if c.signal is not None}

    @cached_property
    def running_plan(self) -> Plan:
        """The plan that runs today."""
        return Plan(name=Sentence("running"), junctions=tuple(junction.running for junction in self.junctions))
