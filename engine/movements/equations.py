"""What is known of the flows: counts, conservation, and weak beliefs where both leave a choice.

All equations are in vehicles over a stretch of time, each with the standard deviation it is trusted to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from ...networks.detector import Detector
from ...networks.network import Network
from .unknowns import Unknowns

Terms = tuple[tuple[int, float], ...]

# Two loops on one street see the same vehicles, so chance in the traffic is no error: what remains is miscounting and
# the vehicles between them when the period begins and ends.
COUNT_SHARE, COUNT_VEH = 0.02, 3.0
# Vehicles that start or end their trips on one edge within the network: rare against the flow of a street.
MIDBLOCK_VEH_H = 25.0
# Past the junction drivers hold the lane they came into for about so long.
HOLDS_LANE_M = 25.0
# Turn shares by SUMO's letter before any count is seen, and how much they are worth: a Dirichlet distribution whose
# parameters add up to SHARE_WORTH; a share s then has the variance s (1 - s) / (SHARE_WORTH + 1).
SHARE_BY_DIRECTION = {"s": 0.70, "l": 0.15, "r": 0.15, "L": 0.30, "R": 0.30, "t": 0.01}
SHARE_WORTH = 4.0
LANE_DOUBT = 0.5
LEAST_FLOW_VEH_H = 20.0


class Kind(IntEnum):
    """Where an equation comes from."""

    COUNT = 0
    CONSERVATION = 1
    BELIEF = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Sum of factor times unknown = target. Counts name their detectors, whose sum the target is."""

    kind: Kind
    terms: Terms
    sd_veh: float
    target_veh: float = 0.0
    detectors: tuple[str, ...] = ()


def count_equations(
    unknowns: Unknowns, detectors: Sequence[Detector], veh: Mapping[str, float], network: Network
) -> Iterator[Equation]:
    """Yield an equation for each approach lane and each exit lane; for an edge where lanes are changed before the loop.

    Exits farther than 25 m past the junction, and entries, are summed over the edge; if one of its lanes has no count
    they say nothing. `veh` has the vehicles of each detector.
    """
    lanes = {lane.id: lane for edge in network.edges.values() for lane in edge.lanes}
    whole: dict[tuple[str, str], list[Detector]] = {}
    for loop in detectors:
        near = loop.kind == "exit" and loop.position_m <= HOLDS_LANE_M
        if loop.kind == "approach" or near:
            places = (unknowns.from_lane if loop.kind == "approach" else unknowns.to_lane).get(loop.lane, ())
            yield _count([loop], veh, places)
        else:
            whole.setdefault((loop.kind, lanes[loop.lane].edge), []).append(loop)
    for (kind, edge), loops in whole.items():
        if {loop.lane for loop in loops} == {lane.id for lane in network.edges[edge].vehicle_lanes}:
            # What comes in at an entry is its source, which has no unknown: it goes out again.
            yield _count(loops, veh, (unknowns.out_of if kind == "entry" else unknowns.into).get(edge, ()))


def _count(detectors: Sequence[Detector], veh: Mapping[str, float], places: Sequence[int]) -> Equation:
    total = sum(veh[detector.id] for detector in detectors)
    return Equation(
        kind=Kind.COUNT,
        terms=tuple((place, 1.0) for place in places),
        sd_veh=float(np.hypot(COUNT_SHARE * total, COUNT_VEH)),
        target_veh=total,
        detectors=tuple(detector.id for detector in detectors),
    )


def conservation_equations(unknowns: Unknowns, hours: float, slack_veh: Mapping[str, float]) -> Iterator[Equation]:
    """Yield for each edge within the network: turns into it = turns out of it, but for trips that start or end there.

    Half a normal distribution for the trips that start and one for those that end make one for the difference.
    `slack_veh` adds to the standard deviation of an edge.
    """
    for edge in unknowns.edges:
        if edge not in unknowns.entries and edge not in unknowns.exits:
            terms = [(place, 1.0) for place in unknowns.into.get(edge, ())]
            terms += [(place, -1.0) for place in unknowns.out_of.get(edge, ())]
            sd_veh = float(np.hypot(MIDBLOCK_VEH_H * hours, slack_veh.get(edge, 0.0)))
            yield Equation(kind=Kind.CONSERVATION, terms=tuple(terms), sd_veh=sd_veh)


def turn_beliefs(unknowns: Unknowns, edge_veh: Mapping[str, float], hours: float) -> Iterator[Equation]:
    """Yield the beliefs about turn shares and lane use of each edge, whose flow is about `edge_veh`.

    Each turn takes the share of its direction; the lanes of a turn carry equal parts, within a half of them. At
    the border of the network nobody turns round.
    """
    for edge, places in unknowns.out_of.items():
        flow = max(edge_veh.get(edge, 0.0), LEAST_FLOW_VEH_H * hours)
        for turn, share in _shares(unknowns, places).items():
            own = set(unknowns.by_turn[turn])
            if edge in unknowns.exits:
                terms = tuple((place, 1.0) for place in sorted(own))
                yield Equation(kind=Kind.BELIEF, terms=terms, sd_veh=0.1 * flow)
            elif share < 1.0:
                terms = tuple((place, (place in own) - share) for place in places)
                yield Equation(kind=Kind.BELIEF, terms=terms, sd_veh=flow * _share_sd(share))
            if len(own) > 1:
                for place in sorted(own):
                    even = tuple((k, (k == place) - 1.0 / len(own)) for k in sorted(own))
                    yield Equation(kind=Kind.BELIEF, terms=even, sd_veh=LANE_DOUBT * flow / len(own))


def _shares(unknowns: Unknowns, places: Sequence[int]) -> dict[tuple[str, str], float]:
    direction = {unknowns.streams[place].turn: unknowns.streams[place].direction for place in places}
    weights = {turn: SHARE_BY_DIRECTION.get(letter, 0.15) for turn, letter in direction.items()}
    return {turn: weight / sum(weights.values()) for turn, weight in weights.items()}


def _share_sd(share: float) -> float:
    return float(np.sqrt(share * (1.0 - share) / (SHARE_WORTH + 1.0)))
