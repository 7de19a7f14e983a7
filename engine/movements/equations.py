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

# Two loops on one street see the same vehicles, so chance in the traffic is no error: what remains is miscounting, the
# vehicles between them when the period begins and ends, and days that one of them has missed.
COUNT_SHARE, COUNT_VEH = 0.01, 1.5
# Just past a junction drivers change lanes: some are seen by two loops, some by none.
EXIT_SHARE, LANE_SHARE = 0.015, 0.01
# Vehicles that start or end their trips on one edge within the network: rare against the flow of a street.
MIDBLOCK_VEH_H = 25.0
# Past the junction drivers hold the lane they came into for about so long.
HOLDS_LANE_M = 25.0


class Kind(IntEnum):
    """Where an equation comes from."""

    COUNT = 0  # all lanes of an approach, exit or entry
    LANE = 1  # one of several lanes
    CONSERVATION = 2
    BELIEF = 3
    HISTORY = 4  # ups and downs of the counts
    TURN = 5  # turns that were counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Sum of factor times unknown = target. Counts name their detectors, whose sum the target is."""

    kind: Kind
    terms: Terms
    sd_veh: float
    target_veh: float = 0.0
    detectors: tuple[str, ...] = ()
    where: str = ""  # which end of which edge they count


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a detector says of the period: vehicles, and the standard deviation that days without a count leave."""

    veh: float
    gap_sd_veh: float = 0.0


def count_equations(
    unknowns: Unknowns, detectors: Sequence[Detector], counted: Mapping[str, Counted], network: Network
) -> Iterator[Equation]:
    """Yield an equation for all lanes of each approach, exit and entry together, and one of kind LANE for each lane.

    Only approach lanes, and exit lanes whose loop lies within 25 m of the junction, speak for themselves: elsewhere
    drivers still change lanes. If a lane has no count, the whole says nothing. Loops on lanes that cars may not use, as
    bus lanes, say nothing of cars.
    """
    lanes = {lane.id: lane for edge in network.edges.values() for lane in edge.lanes}
    whole: dict[tuple[str, str], list[Detector]] = {}
    for loop in detectors:
        if lanes[loop.lane].vehicles:
            whole.setdefault((loop.kind, lanes[loop.lane].edge), []).append(loop)
    for (kind, edge), loops in whole.items():
        total_veh = sum(counted[loop.id].veh for loop in loops)
        complete = {loop.lane for loop in loops} == {lane.id for lane in network.edges[edge].vehicle_lanes}
        if complete:
            # What comes in at an entry is its source, which has no unknown: it goes out again.
            places = (unknowns.into if kind == "exit" else unknowns.out_of).get(edge, ())
            yield _count(
                Kind.COUNT, f"{kind} {edge}", loops, counted, places, EXIT_SHARE if kind == "exit" else COUNT_SHARE
            )
        if len(loops) > 1 or not complete:
            of_lane = unknowns.to_lane if kind == "exit" else unknowns.from_lane
            for loop in loops:
                if kind == "approach" or (kind == "exit" and loop.position_m <= HOLDS_LANE_M):
                    places = of_lane.get(loop.lane, ())
                    yield _count(Kind.LANE, f"{kind} {edge}", [loop], counted, places, LANE_SHARE, total_veh)


def _count(
    kind: Kind,
    where: str,
    detectors: Sequence[Detector],
    counted: Mapping[str, Counted],
    places: Sequence[int],
    share: float,
    of_veh: float | None = None,
) -> Equation:
    found = [counted[detector.id] for detector in detectors]
    total = sum(one.veh for one in found)
    wrong_veh = share * (total if of_veh is None else of_veh)
    return Equation(
        kind=kind,
        terms=tuple((place, 1.0) for place in places),
        sd_veh=float(np.sqrt(wrong_veh**2 + COUNT_VEH**2 + sum(one.gap_sd_veh**2 for one in found))),
        target_veh=total,
        detectors=tuple(detector.id for detector in detectors),
        where=where,
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
