"""Entries at which more wants in than gets in: what is counted there is what the street takes, not what comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ...networks.network import Network
from .compare import PlaceMatch

# A loop at a full entry is covered by standing vehicles: for so much of the time, and so many times as long as its
# counts would cover it at the speed limit.
LEAST_OCCUPANCY, TIMES_FREE = 0.06, 2.0
# How strongly one round of simulations answers to occupancies that differ, and how far a factor may go: beyond, loops
# that are covered for other reasons (a bus stop, parked cars) would be taken for demand.
ANSWER, LEAST_FACTOR, MOST_FACTOR = 0.5, 1.0, 3.0
MORE_COUNTED = 0.03  # by chance


def full_entries(places: Iterable[PlaceMatch], network: Network, length_m: float) -> tuple[PlaceMatch, ...]:
    """Return the entries whose loops are covered for longer than vehicles of that length at the speed limit would."""
    found = []
    for one in places:
        if one.kind == "entry" and one.counted_occupancy is not None and one.counted_veh_h > 0:
            speed_m_s = network.edges[one.edge].speed_m_s
            free = one.counted_veh_h / max(len(one.loops), 1) / 3600 * length_m / speed_m_s
            if one.counted_occupancy > max(LEAST_OCCUPANCY, TIMES_FREE * free):
                found.append(one)
    return tuple(found)


def next_factors(
    entries: Iterable[PlaceMatch], now: Mapping[str, PlaceMatch], factors: Mapping[str, float]
) -> dict[str, float]:
    """Return the factors on the entries' traffic for the next round: more where loops are covered for too short.

    At a full entry more who want in are not counted more. Where they are, its loops are covered for another reason
    (other programs, a queue from elsewhere): there the traffic goes back to what is counted.
    """
    found = {}
    for entry in entries:
        place, factor = now[entry.edge], factors.get(entry.edge, 1.0)
        made = max(place.simulated_occupancy, 1e-3)
        answer = (float(entry.counted_occupancy or made) / made) ** ANSWER
        if place.simulated_veh_h > (1.0 + MORE_COUNTED) * entry.counted_veh_h:
            answer = min(answer, entry.counted_veh_h / place.simulated_veh_h)
        found[entry.edge] = float(np.clip(factor * answer, LEAST_FACTOR, MOST_FACTOR))
    return found
