"""A demand with more traffic at some entries, carried on downstream as the street's traffic divides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.linalg import splu

from ...networks.demand import Demand, EdgeFlow, TurnFlow
from .chance import GO_ON


def raised(demand: Demand, factors: Mapping[str, float]) -> Demand:
    """Return the demand whose sources have so many times their flow, and all streets the vehicles that follow from it.

    What is added at an entry divides at each edge as the demand's own vehicles do: (I - P) v = d, with P the shares
    from edge to edge over the whole period. Bounds grow with their flows.
    """
    if not factors:
        return demand
    edges = {edge: k for k, edge in enumerate(dict.fromkeys(e for turn in demand.turns for e in turn.turn))}
    flow = np.array([turn.mean_veh_h for turn in demand.turns])
    origin, target = (np.array([edges[turn.turn[end]] for turn in demand.turns], dtype=np.int64) for end in (0, 1))
    ends = np.zeros(len(edges))
    for sink in demand.sinks:
        if sink.edge in edges:
            ends[edges[sink.edge]] += sink.mean_veh_h
    through = np.bincount(origin, flow, len(edges)) + ends
    share = flow / np.where(through > 0, through, 1.0)[origin]
    more = np.zeros(len(edges))
    for source in demand.sources:
        if source.edge in edges:
            more[edges[source.edge]] += (factors.get(source.edge, 1.0) - 1.0) * source.mean_veh_h
    onward = csc_matrix((GO_ON * share, (target, origin)), shape=(len(edges), len(edges)))
    added = splu(csc_matrix(identity(len(edges), format="csc") - onward)).solve(more)
    grown = np.maximum(1.0 + added / np.where(through > 0, through, 1.0), 0.0)
    turns = tuple(_turn(turn, float(grown[edges[turn.from_edge]])) for turn in demand.turns)
    sources = tuple(_edge(one, factors.get(one.edge, 1.0)) for one in demand.sources)
    sinks = tuple(_edge(one, float(grown[edges[one.edge]]) if one.edge in edges else 1.0) for one in demand.sinks)
    return replace(demand, turns=turns, sources=sources, sinks=sinks)


def _turn(turn: TurnFlow, factor: float) -> TurnFlow:
    return replace(
        turn,
        flow_veh_h=_times(turn.flow_veh_h, factor),
        q10_veh_h=_times(turn.q10_veh_h, factor),
        q90_veh_h=_times(turn.q90_veh_h, factor),
    )


def _edge(one: EdgeFlow, factor: float) -> EdgeFlow:
    return replace(one, flow_veh_h=_times(one.flow_veh_h, factor))


def _times(flow: tuple[float, ...], factor: float) -> tuple[float, ...]:
    return tuple(round(value * factor, 6) for value in flow)
