"""The green wave of the main street: how much of each cycle passes all its junctions without a stop."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

from ...networks.network import Network
from ...networks.plan import Plan
from .progression import bandwidth_s
from .street import StreetLink, main_street, through_groups

MOST_SWEEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One direction of a street, in driving order.

    `groups` let through traffic pass at each junction, `arrivals_s` is when a vehicle that passes the first at 0
    reaches each at the speed limit.
    """

    junctions: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    arrivals_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The widest through band of a direction: its width, and the share of the cycle that it is, its efficiency."""

    junctions: tuple[str, ...]
    width_s: float
    efficiency: float


_KNOWN: dict[int, tuple[weakref.ref[Network], tuple[Direction, ...]]] = {}


def directions(network: Network) -> tuple[Direction, ...]:
    """Return the directions of the network's main street that can be driven from end to end; none without a street.

    The main street is the chain of junctions with most lanes: it is the same whatever the demand of a period.
    """
    known = _KNOWN.get(id(network))
    if known is None or known[0]() is not network:
        known = _KNOWN[id(network)] = weakref.ref(network), _directions(network)
    return known[1]


def _directions(network: Network) -> tuple[Direction, ...]:
    street = main_street(network, {})
    if street is None:
        return ()
    both = (_direction(network, street.forth, {}), _direction(network, tuple(reversed(street.back)), {}))
    return tuple(one for one in both if one is not None and len(one.junctions) > 1)


def _direction(
    network: Network, links: tuple[StreetLink | None, ...], flow: Mapping[tuple[str, str], float]
) -> Direction | None:
    whole = [link for link in links if link is not None]
    groups = through_groups(network, links, flow)
    if len(whole) < len(links) or not whole or not all(groups):
        return None
    return Direction(
        junctions=(whole[0].origin, *(link.target for link in whole)),
        groups=groups,
        arrivals_s=tuple(accumulate((link.travel_s for link in whole), initial=0.0)),
    )


def bands(plan: Plan, network: Network) -> tuple[Band, ...]:
    """Return the widest band of each direction of the main street; 0 where the junctions' cycles differ.

    Bandwidth and its efficiency, the band over the cycle: J. D. C. Little, M. D. Kelson and N. H. Gartner, MAXBAND,
    Transportation Research Record 795, 1981.
    """
    found = []
    for way in directions(network):
        plans = [plan.by_junction[junction] for junction in way.junctions]
        width_s = bandwidth_s(plans, way.groups, way.arrivals_s)
        width_s = width_s if isfinite(width_s) else 0.0
        found.append(Band(junctions=way.junctions, width_s=width_s, efficiency=width_s / plans[0].cycle_s))
    return tuple(found)


def missing_band(plan: Plan, network: Network) -> float:
    """Return the share of the cycle that the bands lack to fill it, mean of the directions; 1 without a street."""
    found = bands(plan, network)
    return 1.0 - sum(band.efficiency for band in found) / len(found) if found else 1.0


def with_wide_bands(plan: Plan, network: Network) -> Plan:
    """Return the plan with offsets of wide bands: the widest that moving one junction after another finds.

    From the plan's own offsets and from those at which each direction's first vehicle meets every green at its start.
    """
    starts = [plan, *(_in_step(plan, way) for way in directions(network))]
    return min((_widened(start, network) for start in starts), key=lambda one: missing_band(one, network))


def _in_step(plan: Plan, way: Direction) -> Plan:
    for junction, groups, arrival_s in zip(way.junctions, way.groups, way.arrivals_s, strict=True):
        own = plan.by_junction[junction]
        greens = [green for group in groups for green in own.greens(group)]
        if greens:
            longest = max(greens, key=lambda green: green.length_s)
            plan = plan.with_junction(own.with_offset(round(arrival_s - longest.start_s)))
    return plan


def _widened(plan: Plan, network: Network) -> Plan:
    lacking = missing_band(plan, network)
    for _ in range(MOST_SWEEPS):
        before = lacking
        for junction in dict.fromkeys(junction for way in directions(network) for junction in way.junctions):
            own = plan.by_junction[junction]
            for by_s in range(1, int(own.cycle_s)):
                moved = plan.with_junction(own.with_offset(own.offset_s + by_s))
                if (now := missing_band(moved, network)) < lacking - 1e-9:
                    plan, lacking = moved, now
        if lacking >= before - 1e-9:
            break
    return plan
