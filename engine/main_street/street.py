"""The main street: the busiest chain of junctions that a driver can follow straight on."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ...networks.junction import Movement
from ...networks.network import Network

FARTHEST_M = 2000.0  # platoons have dissolved long before
TURN_COSTS_M = 300.0  # a detour that a driver would take rather than leave the street
AHEAD = frozenset("sLR")
TURNING = frozenset("lr")
MOST_STEPS = 20_000  # of the search over chains; straight-on streets need some hundreds


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetLink:
    """The way from one junction to the next: its edges, and the flow that arrives."""

    origin: str
    target: str
    edges: tuple[str, ...]
    length_m: float
    travel_s: float  # at the speed limit
    flow_veh_h: float
    edge_lengths_m: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Junctions in order; `back[i]` leads from junction i + 1 to junction i, where the street runs both ways."""

    junctions: tuple[str, ...]
    straight: bool  # False if it takes turns to follow it
    forth: tuple[StreetLink, ...]
    back: tuple[StreetLink | None, ...]


def find_links(network: Network, flow_into: Mapping[str, float]) -> tuple[StreetLink, ...]:
    """Return the shortest way from each exit edge of each junction to the next junction, at most 2 km away.

    `flow_into` is the flow that reaches the end of an edge. [veh/h]
    """
    ends_at = {edge: junction for (edge, _), junction in network.signal_of_turn.items()}
    ahead = {(c.from_edge, c.to_edge) for c in network.connections if c.direction in AHEAD}
    starts = dict.fromkeys((c.signal, c.to_edge) for c in network.connections if c.signal is not None)
    links = []
    for junction, exit_edge in starts:
        edges = _way_to_junction(network, exit_edge, ends_at, ahead)
        if edges and junction is not None and ends_at[edges[-1]] != junction:
            links.append(_link(network, junction, ends_at[edges[-1]], edges, flow_into.get(edges[-1], 0.0)))
    return tuple(links)


def _link(network: Network, origin: str, target: str, edges: tuple[str, ...], flow_veh_h: float) -> StreetLink:
    parts = [network.edges[edge] for edge in edges]
    return StreetLink(
        origin=origin,
        target=target,
        edges=edges,
        length_m=sum(part.length_m for part in parts),
        travel_s=sum(part.length_m / part.speed_m_s for part in parts),
        flow_veh_h=flow_veh_h,
        edge_lengths_m=tuple(part.length_m for part in parts),
    )


def _way_to_junction(
    network: Network, start: str, ends_at: Mapping[str, str], ahead: set[tuple[str, str]]
) -> tuple[str, ...]:
    """Dijkstra over edges: metres, plus a charge for leaving the street."""
    queue: list[tuple[float, tuple[str, ...]]] = [(network.edges[start].length_m, (start,))]
    done: set[str] = set()
    while queue:
        cost, edges = heapq.heappop(queue)
        if edges[-1] in ends_at:
            return edges
        if edges[-1] in done or cost > FARTHEST_M:
            continue
        done.add(edges[-1])
        for following in network.turns[edges[-1]]:
            charge = 0.0 if (edges[-1], following) in ahead else TURN_COSTS_M
            heapq.heappush(queue, (cost + network.edges[following].length_m + charge, (*edges, following)))
    return ()


def street_of(network: Network, flow: Mapping[tuple[str, str], float]) -> Street | None:
    """Return the main street by the flow of each movement, by its edges. [veh/h]"""
    into: dict[str, float] = {}
    for (from_edge, _), veh_h in flow.items():
        into[from_edge] = into.get(from_edge, 0.0) + veh_h
    return main_street(network, into)


def main_street(network: Network, flow_into: Mapping[str, float]) -> Street | None:
    """Return the chain of junctions with the highest sum of arriving flows, both directions; None if none are linked.

    Without flows the number of lanes stands in for them. Straight on is preferred; only where that links no three
    junctions are turns allowed too.
    """
    flows = flow_into or {edge.id: float(len(edge.vehicle_lanes)) for edge in network.edges.values()}
    links = find_links(network, flows)
    ahead = _joints(network, AHEAD)
    chain = _best_chain(links, ahead, 2) or _best_chain(links, _joints(network, AHEAD | TURNING), 1)
    if not chain:
        return None
    return Street(
        junctions=(chain[0].origin, *(link.target for link in chain)),
        straight=all((a.edges[-1], b.edges[0]) in ahead for a, b in pairwise(chain)),
        forth=chain,
        back=tuple(_shortest(links, link.target, link.origin) for link in chain),
    )


def _joints(network: Network, directions: frozenset[str]) -> set[tuple[str, str]]:
    return {(m.from_edge, m.to_edge) for j in network.junctions for m in j.movements if m.direction in directions}


def _shortest(links: tuple[StreetLink, ...], origin: str, target: str) -> StreetLink | None:
    found = [link for link in links if (link.origin, link.target) == (origin, target)]
    return min(found, key=lambda link: (link.length_m, link.edges), default=None)


def _best_chain(links: tuple[StreetLink, ...], joints: set[tuple[str, str]], least: int) -> tuple[StreetLink, ...]:
    """Return the chain of at least so many links with the most traffic, both ways; none if there is no such chain."""
    worth = {(link.origin, link.target): 0.0 for link in links}
    for link in links:
        worth[(link.origin, link.target)] = max(worth[(link.origin, link.target)], link.flow_veh_h)

    def value(chain: tuple[StreetLink, ...]) -> tuple[float, int]:
        both = (worth[(k.origin, k.target)] + worth.get((k.target, k.origin), 0.0) for k in chain)
        return sum(both), len(chain)

    return max((chain for chain in _chains(links, joints) if len(chain) >= least), key=value, default=())


def _chains(links: tuple[StreetLink, ...], joints: set[tuple[str, str]]) -> Iterator[tuple[StreetLink, ...]]:
    """Yield the chains that visit no junction twice and cannot be made longer; the first `MOST_STEPS` of them."""
    leaving: dict[str, list[StreetLink]] = {}
    for link in links:
        leaving.setdefault(link.origin, []).append(link)
    stack: list[tuple[StreetLink, ...]] = [(link,) for link in reversed(links)]
    for _ in range(MOST_STEPS):
        if not stack:
            return
        chain = stack.pop()
        seen = {link.origin for link in chain}
        longer = [
            (*chain, link)
            for link in leaving.get(chain[-1].target, ())
            if (chain[-1].edges[-1], link.edges[0]) in joints and link.target not in seen | {chain[-1].target}
        ]
        if longer:
            stack += longer
        else:
            yield chain


def through_groups(
    network: Network, links: tuple[StreetLink | None, ...], flow: Mapping[tuple[str, str], float]
) -> tuple[tuple[str, ...], ...]:
    """Return, for each junction along links in driving order, the groups that let the street's through traffic pass.

    At the ends, where the street leaves the chain, it is the straight movement, of several the busiest.
    `flow` is that of each movement, by its edges. [veh/h]
    """
    junctions = _junctions(links)
    into = (None, *(link.edges[-1] if link else None for link in links))
    out = (*(link.edges[0] if link else None for link in links), None)
    return tuple(
        _through(network.by_junction[junction].movements, origin, target, flow) if junction else ()
        for junction, origin, target in zip(junctions, into, out, strict=True)
    )


def _junctions(links: tuple[StreetLink | None, ...]) -> tuple[str | None, ...]:
    befores = [link.origin if link else None for link in links] + [None]
    afters = [None, *(link.target if link else None for link in links)]
    return tuple(before or after for before, after in zip(befores, afters, strict=True))


def _through(
    movements: tuple[Movement, ...], origin: str | None, target: str | None, flow: Mapping[tuple[str, str], float]
) -> tuple[str, ...]:
    fitting = [
        m for m in movements if (origin is None or m.from_edge == origin) and (target is None or m.to_edge == target)
    ]
    if not fitting or (origin is None and target is None):
        return ()
    best = max(fitting, key=lambda m: (m.direction in AHEAD, flow.get((m.from_edge, m.to_edge), 0.0)))
    return best.groups


def distances_m(street: Street) -> tuple[float, ...]:
    """Return how far along the street each junction stands, from the first."""
    places = [0.0]
    for link in street.forth:
        places.append(places[-1] + link.length_m)
    return tuple(places)


def spaced(places: tuple[float, ...], apart: float) -> tuple[float, ...]:
    """Return rising places with at least `apart` between neighbours; wide gaps stay as they are."""
    result = [places[0]]
    for before, after in pairwise(places):
        result.append(result[-1] + max(after - before, apart))
    return tuple(result)
