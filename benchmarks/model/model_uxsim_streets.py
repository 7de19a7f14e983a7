"""Our streets and plans in UXsim's nouns: a link for each lane group, and the phases of each node's signal."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from greenband.networks import lamps
from greenband.networks.network import Connection, Edge, Network
from greenband.networks.plan import JunctionPlan, Plan

LEAST_LENGTH_M = 1.0
PASSING = lamps.GREENS | {lamps.STOP_THEN_GO, lamps.DARK_YIELD, lamps.DARK}
OUT = ""  # the exit of those who stay on an edge
Turn = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of UXsim: a lane group of an edge, or the whole edge for those whose route ends there."""

    name: str
    edge: Edge
    lanes: int
    exits: tuple[Connection, ...]

    @property
    def length_m(self) -> float:
        """Length, with the way through the junction."""
        inside_m = float(np.mean([c.length_m for c in self.exits])) if self.exits else 0.0
        return max(self.edge.length_m + inside_m, LEAST_LENGTH_M)

    @property
    def end(self) -> str:
        """The node where it ends."""
        return f"node {self.edge.to_node}" if self.exits else f"end {self.edge.id}"


def links_of(network: Network, last_edges: Iterable[str]) -> dict[Turn, Link]:
    """Return the link for each turn, and for each edge where routes end: the turn there leads to `OUT`."""
    by_edge: dict[str, list[Connection]] = defaultdict(list)
    for connection in network.connections:
        by_edge[connection.from_edge].append(connection)
    found: dict[Turn, Link] = {}
    for name, connections in by_edge.items():
        for place, group in enumerate(_lane_groups(connections)):
            link = Link(
                name=f"{name} {place}",
                edge=network.edges[name],
                lanes=len({c.from_lane for c in group}),
                exits=tuple(group),
            )
            found |= {(name, c.to_edge): link for c in group}
    for name in dict.fromkeys(last_edges):
        edge = network.edges[name]
        found[name, OUT] = Link(name=f"{name} end", edge=edge, lanes=max(len(edge.vehicle_lanes), 1), exits=())
    return found


def _lane_groups(connections: Sequence[Connection]) -> list[list[Connection]]:
    groups: list[list[Connection]] = []
    for one in connections:
        near = [g for g in groups if any(c.from_lane == one.from_lane or c.to_edge == one.to_edge for c in g)]
        groups = [g for g in groups if g not in near] + [[*(c for g in near for c in g), one]]
    return groups


def phases_of(
    network: Network, links: Sequence[Link], plan: Plan, from_s: float
) -> dict[str, tuple[list[int], dict[str, list[int]]]]:
    """Return, by node with a signal, the lengths of its phases [s] and by link the phases in which it is green.

    The first phase begins at `from_s`. Lamps are read once a second, and cycles are whole seconds.
    """
    by_node: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if any(c.signal is not None for c in link.exits):
            by_node[link.end].append(link)
    found = {}
    for node, some in by_node.items():
        signals = {c.signal for link in some for c in link.exits if c.signal is not None}
        seconds = math.lcm(*(max(round(_junction_plan(network, plan, signal).cycle_s), 1) for signal in signals))
        greens = {link.name: _greens(network, link, plan, from_s, seconds) for link in some}
        runs = [(state, len(list(run))) for state, run in groupby(zip(*greens.values(), strict=True))]
        if len(runs) == 1:  # UXsim takes a single phase for no signal
            runs = [(runs[0][0], seconds)] * 2
        on = {link: [k for k, (state, _) in enumerate(runs) if state[row]] for row, link in enumerate(greens)}
        free = {link.name: list(range(len(runs))) for link in links if link.end == node and link.name not in on}
        found[node] = ([length for _, length in runs], on | free)
    return found


def _junction_plan(network: Network, plan: Plan, signal: str) -> JunctionPlan:
    return plan.by_junction.get(signal, network.by_junction[signal].running)


def _greens(network: Network, link: Link, plan: Plan, from_s: float, seconds: int) -> list[bool]:
    groups = set()
    for one in link.exits:
        if one.signal is None:
            return [True] * seconds
        group = next(g.id for g in network.by_junction[one.signal].groups if one.link in g.links)
        groups.add((one.signal, group))
    shown = [
        [_display(_junction_plan(network, plan, signal), group, from_s + k + 0.5) for k in range(seconds)]
        for signal, group in sorted(groups)
    ]
    return [any(display in PASSING for display in at_once) for at_once in zip(*shown, strict=True)]


def _display(junction_plan: JunctionPlan, group: str, time_s: float) -> str:
    return junction_plan.by_group[group].display_at(junction_plan.second_of_cycle(time_s), junction_plan.cycle_s)
