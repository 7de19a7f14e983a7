"""What a street at the border carries whose loops all say nothing: about as much as others like it that are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ...networks.detector import Detector
from ...networks.network import Network
from .equations import Counted, Equation, Kind
from .unknowns import Unknowns

LEAST_ALIKE = 3
# Streets like each other are believed to differ by at least this share, whatever the few that are counted say.
LEAST_SPREAD = 0.3


def like_streets(
    network: Network,
    unknowns: Unknowns,
    detectors: Sequence[Detector],
    says: Mapping[str, Counted],
) -> Iterator[Equation]:
    """Yield a belief for each border edge that has loops of which none says anything.

    Without it, traffic that crosses the main street from one such edge to another could be any number: no count and no
    conservation would tell. Alike are edges of the same side of the border with as many lanes and the same speed; where
    fewer than three of them are counted, all of that side, by their lanes.
    """
    edge_of = {lane.id: edge.id for edge in network.edges.values() for lane in edge.lanes}
    for border, places in ((unknowns.entries, unknowns.out_of), (unknowns.exits, unknowns.into)):
        loops: dict[str, dict[str, list[Detector]]] = {}
        for loop in detectors:
            if edge_of[loop.lane] in border and edge_of[loop.lane] in places:
                loops.setdefault(edge_of[loop.lane], {}).setdefault(loop.kind, []).append(loop)
        counted = {edge: veh for edge, ends in loops.items() if (veh := _counted(ends, says)) is not None}
        for edge in loops:
            if edge not in counted and not any(loop.id in says for end in loops[edge].values() for loop in end):
                found = _alike(network, edge, counted)
                if found:
                    yield _belief(edge, places[edge], found)


def _counted(ends: Mapping[str, Sequence[Detector]], says: Mapping[str, Counted]) -> float | None:
    """Return what the loops at one end of an edge count together, if all of them do."""
    for loops in ends.values():
        if all(loop.id in says for loop in loops):
            return sum(says[loop.id].veh for loop in loops)
    return None


def _alike(network: Network, edge: str, counted: Mapping[str, float]) -> list[float]:
    """Return what counted edges carry that are like this one."""
    own = network.edges[edge].vehicle_lanes
    alike = []
    for other, veh in counted.items():
        lanes = network.edges[other].vehicle_lanes
        if len(lanes) == len(own) and lanes[0].speed_m_s == own[0].speed_m_s:
            alike.append(veh)
    if len(alike) >= LEAST_ALIKE:
        return alike
    return [veh * len(own) / len(network.edges[other].vehicle_lanes) for other, veh in counted.items()]


def _belief(edge: str, places: Sequence[int], alike: Sequence[float]) -> Equation:
    usual = float(np.median(alike))
    # One more like them lies as far from their mean as they do, and as their mean is not known.
    apart = float(np.std(alike, ddof=1)) * np.sqrt(1 + 1 / len(alike)) if len(alike) > 1 else usual
    return Equation(
        kind=Kind.BELIEF,
        terms=tuple((place, 1.0) for place in places),
        sd_veh=max(float(apart), LEAST_SPREAD * usual, 1.0),
        target_veh=usual,
        where=edge,
    )
