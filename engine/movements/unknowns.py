"""What is to be found: the flow of every connection from a lane to a lane of the next edge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ...networks.network import Network
from ...networks.types import Turn

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownStream:
    """An unknown flow from a lane to a lane of the next edge."""

    from_edge: str
    to_edge: str
    from_lane: str
    to_lane: str
    direction: str  # SUMO's letter; t wherever it leads back to where its edge came from

    @property
    def turn(self) -> Turn:
        """The two edges."""
        return self.from_edge, self.to_edge


@dataclass(frozen=True, kw_only=True)
class Unknowns:
    """The streams of a network in their order, and the edges at its border."""

    streams: tuple[UnknownStream, ...]
    edges: tuple[str, ...]
    entries: frozenset[str]  # edges where traffic comes into the network
    exits: frozenset[str]  # edges where it leaves

    @cached_property
    def from_lane(self) -> dict[str, list[int]]:
        """The places of the streams out of each lane."""
        return _places((stream.from_lane, place) for place, stream in enumerate(self.streams))

    @cached_property
    def to_lane(self) -> dict[str, list[int]]:
        """The places of the streams into each lane."""
        return _places((stream.to_lane, place) for place, stream in enumerate(self.streams))

    @cached_property
    def into(self) -> dict[str, list[int]]:
        """The places of the streams into each edge."""
        return _places((stream.to_edge, place) for place, stream in enumerate(self.streams))

    @cached_property
    def out_of(self) -> dict[str, list[int]]:
        """The places of the streams out of each edge."""
        return _places((stream.from_edge, place) for place, stream in enumerate(self.streams))

    @cached_property
    def by_turn(self) -> dict[Turn, list[int]]:
        """The places of the streams of each turn."""
        return _places((stream.turn, place) for place, stream in enumerate(self.streams))


def _places(pairs: Iterable[tuple[K, int]]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = defaultdict(list)
    for key, place in pairs:
        found[key].append(place)
    return dict(found)


def unknowns_of(network: Network) -> Unknowns:
    """Return the unknowns of a network."""
    edges = tuple(name for name, edge in network.edges.items() if edge.vehicle_lanes)
    streams = tuple(
        UnknownStream(
            from_edge=c.from_edge,
            to_edge=c.to_edge,
            from_lane=network.edges[c.from_edge].lanes[c.from_lane].id,
            to_lane=network.edges[c.to_edge].lanes[c.to_lane].id,
            direction="t" if _turns_round(network, c.from_edge, c.to_edge) else c.direction,
        )
        for c in network.connections
    )
    ahead = [stream for stream in streams if not _turns_round(network, *stream.turn)]
    return Unknowns(
        streams=streams,
        edges=edges,
        entries=frozenset(edges) - {stream.to_edge for stream in ahead},
        exits=frozenset(edges) - {stream.from_edge for stream in ahead},
    )


def _turns_round(network: Network, from_edge: str, to_edge: str) -> bool:
    return network.edges[from_edge].from_node == network.edges[to_edge].to_node
