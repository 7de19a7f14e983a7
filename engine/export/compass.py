"""Names of approaches and turns by the compass, as UTDF columns have them: NBL is northbound left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees

from ...networks.network import Edge, Network
from .exporter import CannotHold

APPROACHES = {"NB": 0, "NE": 45, "EB": 90, "SE": 135, "SB": 180, "SW": 225, "WB": 270, "NW": 315}
DIAGONAL_COST = 25.0  # a diagonal name is taken only where the direction is clearly diagonal, or the plain one is gone
TURNS = {"U": -180.0, "L2": -130.0, "L": -85.0, "T": 0.0, "R": 85.0, "R2": 130.0}
LETTERS = {"U": "t", "L2": "lL", "L": "lL", "T": "s", "R": "rR", "R2": "rR"}
LETTER_COST = 45.0
LOOK_BACK_M = 20.0  # the direction of an approach is that of its last stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn at a node: the edges, SUMO's letter for it, and its column."""

    node: str
    from_edge: str
    to_edge: str
    column: str


def heading(points: Sequence[tuple[float, float]]) -> float:
    """Return the compass heading of a stretch: 0 north, 90 east. [degrees]"""
    (x0, y0), (x1, y1) = points[0], points[-1]
    return degrees(atan2(x1 - x0, y1 - y0)) % 360


def arrival(edge: Edge) -> float:
    """Return the heading with which an edge reaches its end."""
    return heading(_stretch(edge.shape[::-1])[::-1])


def departure(edge: Edge) -> float:
    """Return the heading with which an edge leaves its start."""
    return heading(_stretch(edge.shape))


def _stretch(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept, length = [points[0]], 0.0
    for a, b in pairwise(points):
        kept.append(b)
        length += ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
        if length >= LOOK_BACK_M:
            break
    return kept


def between(a: float, b: float) -> float:
    """Return the angle from one heading to another, positive to the right, in [-180, 180)."""
    return (b - a + 180) % 360 - 180


def turns_at(junction: str, network: Network) -> tuple[Turn, ...]:
    """Return the turns of vehicles that a signal governs, each with a column that is its own at its node.

    Raises CannotHold where a node has more approaches than the compass has names, or an approach more exits than
    there are turns.
    """
    pairs: dict[str, dict[str, dict[str, str]]] = {}
    for movement in network.by_junction[junction].movements:
        node = network.edges[movement.from_edge].to_node
        pairs.setdefault(node, {}).setdefault(movement.from_edge, {})[movement.to_edge] = movement.direction
    return tuple(turn for node in sorted(pairs) for turn in _turns_at_node(junction, node, pairs[node], network))


def _turns_at_node(junction: str, node: str, approaches: dict[str, dict[str, str]], network: Network) -> list[Turn]:
    origins = sorted(approaches)
    costs = [[_approach_cost(arrival(network.edges[edge]), name) for name in APPROACHES] for edge in origins]
    names = _assigned(costs, list(APPROACHES), f"junction {junction}, node {node}", "approaches")
    found = []
    for origin, name in zip(origins, names, strict=True):
        exits = sorted(approaches[origin])
        before = arrival(network.edges[origin])
        angles = [between(before, departure(network.edges[edge])) for edge in exits]
        letters = [approaches[origin][edge] for edge in exits]
        costs = [[_turn_cost(a, le, turn) for turn in TURNS] for a, le in zip(angles, letters, strict=True)]
        turns = _assigned(costs, list(TURNS), f"junction {junction}, approach {origin}", "exits")
        found += [
            Turn(node=node, from_edge=origin, to_edge=edge, column=name + turn)
            for edge, turn in zip(exits, turns, strict=True)
        ]
    return found


def _approach_cost(angle: float, name: str) -> float:
    return abs(between(angle, APPROACHES[name])) + (DIAGONAL_COST if APPROACHES[name] % 90 else 0.0)


def _turn_cost(angle: float, letter: str, turn: str) -> float:
    off = min(abs(between(angle, TURNS[turn])), 360.0)
    second = 20.0 if turn.endswith("2") else 0.0
    return off + second + (0.0 if letter in LETTERS[turn] else LETTER_COST)


def _assigned(costs: list[list[float]], names: list[str], where: str, what: str) -> list[str]:
    from scipy.optimize import linear_sum_assignment

    if len(costs) > len(names):
        raise CannotHold(
            where=where,
            found=f"{len(costs)} {what}",
            rule=f"UTDF has names for {len(names)} {what}: {', '.join(names)}",
            fix="leave the junction out with --junction, or export to another format",
        )
    _, columns = linear_sum_assignment(costs)
    return [names[column] for column in columns]
