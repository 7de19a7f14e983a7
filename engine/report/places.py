"""Words for places: numbers for junctions, compass points for approaches, arrows for turns.

Identifiers of real networks run to a hundred letters; a reader finds 'from the north, left' and the number on the map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...networks.junction import Junction, SignalGroup
from ...networks.network import Network
from .words import say

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
ARROWS = {"l": "←", "L": "←", "s": "↑", "r": "→", "R": "→", "t": "↶"}
TURNS = {"l": "left", "L": "left", "s": "straight", "r": "right", "R": "right", "t": "U-turn"}


def junction_numbers(network: Network) -> dict[str, int]:
    """Return the number of each junction on the map, in the network's order from 1."""
    return {junction.id: place for place, junction in enumerate(network.junctions, start=1)}


def approach_side(network: Network, edge: str) -> str:
    """Return the compass point from which an edge comes to its junction; '?' for an edge without a shape."""
    known = network.edges.get(edge)
    if known is None or len(known.shape) < 2:
        return "?"
    return say(_compass(_tail(known.shape), known.shape[-1]))


def _tail(shape: Sequence[tuple[float, float]], reach_m: float = 30.0) -> tuple[float, float]:
    """Return the last point of the shape that is some way from its end: the last metres often bend."""
    end = shape[-1]
    return next((point for point in reversed(shape[:-1]) if math.dist(point, end) >= reach_m), shape[0])


def _compass(origin: tuple[float, float], target: tuple[float, float]) -> str:
    """Return the compass point of `origin` as seen from `target`; y runs to the north."""
    angle = math.degrees(math.atan2(origin[0] - target[0], origin[1] - target[1]))
    return COMPASS[round(angle / 45) % 8]


def group_words(network: Network, junction: Junction, group: SignalGroup) -> str:
    """Return 'N ←↑' for a group that governs left and straight from the north, 'walk' for a crossing."""
    if group.kind == "pedestrian":
        return say("walk")
    if group.kind == "unused":
        return say("unused")
    by_side: dict[str, dict[str, None]] = {}
    for movement in junction.movements:
        if group.id in movement.groups:
            arrows = by_side.setdefault(approach_side(network, movement.from_edge), {})
            arrows[ARROWS.get(movement.direction, "·")] = None
    order = "↶←↑→·"
    return " ".join(f"{side} {''.join(sorted(arrows, key=order.index))}" for side, arrows in by_side.items())
