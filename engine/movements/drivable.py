"""Whether cars may drive what was drawn: held to the network before anything long begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ...networks.demand import Turn
from ...networks.errors import InputError
from ...networks.network import Network


def require_turns(network: Network, turns: Iterable[Turn], what: str) -> None:
    """Raise InputError, naming the edges, if cars may not go from the first edge of one of the turns to the second."""
    for origin, target in turns:
        if target not in network.turns.get(origin, ()):
            raise InputError(
                where=f"{network.path}, from edge {origin} to edge {target}",
                found=f"{what} takes a way that cars may not",
                rule="cars keep to lanes and connections that are open to the class passenger",
                fix="correct the permissions in the network, or leave these edges out",
            )


def require_routes(network: Network, routes: Iterable[Sequence[str]]) -> None:
    """Raise InputError, naming the edges, for a route that a car cannot drive from its first edge to its last."""
    different = set(map(tuple, routes))
    for edge in sorted({edge for route in different for edge in route}):
        if edge not in network.edges or not network.edges[edge].vehicle_lanes:
            raise InputError(
                where=f"{network.path}, edge {edge}",
                found="a trip over an edge without a lane for cars",
                rule="cars keep to lanes that are open to the class passenger",
                fix="correct the permissions in the network",
            )
    require_turns(network, sorted({turn for route in different for turn in pairwise(route)}), "a trip")
