"""Nodes and links for UTDF: the signals, the ends of their approaches and exits, and the streets between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ....networks.network import Network
from ....networks.utdf.sections import Records
from ..compass import Turn, turns_at

if TYPE_CHECKING:
    from ..rings.held_rings import Held

SIGNAL, EXTERNAL, UNSIGNALISED = "0", "1", "3"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The INTID of each node of the streets, and the turns at each signal with their columns."""

    of_node: dict[str, str]
    turns: dict[str, tuple[Turn, ...]]

    def nodes(self, junction: str) -> tuple[str, ...]:
        """Return the nodes that a signal governs."""
        return tuple(dict.fromkeys(turn.node for turn in self.turns[junction]))

    def master(self, junction: str) -> str:
        """Return the INTID under which the timing of a signal stands: that of its first node."""
        return self.of_node[self.nodes(junction)[0]]

    @cached_property
    def signals(self) -> dict[str, str]:
        """The signal of each node that has one."""
        return {node: junction for junction in self.turns for node in self.nodes(junction)}


def numbers_of(junctions: Sequence[str], network: Network) -> Numbers:
    """Return numbers for the nodes at the signals and for those where their streets begin and end."""
    turns = {junction: turns_at(junction, network) for junction in junctions}
    edges = dict.fromkeys(edge for found in turns.values() for t in found for edge in (t.from_edge, t.to_edge))
    signals = dict.fromkeys(turn.node for found in turns.values() for turn in found)
    ends = dict.fromkeys(
        node for edge in edges for node in (network.edges[edge].from_node, network.edges[edge].to_node)
    )
    ordered = [*signals, *(node for node in sorted(ends) if node not in signals)]
    return Numbers(of_node={node: str(k) for k, node in enumerate(ordered, start=1)}, turns=turns)


def node_rows(numbers: Numbers, network: Network) -> tuple[tuple[str, ...], ...]:
    """Return the rows of [Nodes]; the description names the SUMO node, and its signal."""
    places = _places(network)
    linked = {edge.from_node for edge in network.edges.values()} & {edge.to_node for edge in network.edges.values()}
    rows = []
    for node, intid in numbers.of_node.items():
        x, y = places[node]
        kind = SIGNAL if node in numbers.signals else UNSIGNALISED if node in linked else EXTERNAL
        signal = numbers.signals.get(node)
        name = node if signal in (None, node) else f"{node} of {signal}"
        rows.append((intid, kind, f"{x:.1f}", f"{y:.1f}", "0", name.replace(",", "_"), "", "", ""))
    return tuple(rows)


def _places(network: Network) -> dict[str, tuple[float, float]]:
    points: dict[str, list[tuple[float, float]]] = {}
    for edge in network.edges.values():
        points.setdefault(edge.from_node, []).append(edge.shape[0])
        points.setdefault(edge.to_node, []).append(edge.shape[-1])
    return {
        node: (sum(x for x, _ in found) / len(found), sum(y for _, y in found) / len(found))
        for node, found in points.items()
    }


def link_records(held: Sequence[Held], network: Network, numbers: Numbers) -> dict[str, Records]:
    """Return the approaches of each signalised node: from where, lanes, length and speed."""
    found: dict[str, Records] = {}
    for one in held:
        for turn in numbers.turns[one.junction.id]:
            edge = network.edges[turn.from_edge]
            lanes = edge.vehicle_lanes or edge.lanes
            values = {
                "Up ID": numbers.of_node[edge.from_node],
                "Lanes": str(len(lanes)),
                "Name": edge.id.replace(",", "_"),
                "Distance": f"{edge.length_m:.1f}",
                "Speed": f"{edge.speed_m_s * 3.6:.0f}",
                "Time": f"{edge.length_m / edge.speed_m_s:.1f}",
                "Grade": "0",
            }
            records = found.setdefault(numbers.of_node[turn.node], {name: {} for name in values})
            for name, value in values.items():
                records[name][turn.column[:2]] = value
    return found
