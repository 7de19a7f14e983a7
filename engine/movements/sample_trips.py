"""Traffic drawn from a demand: trips whose turns add up to it. These are not the true routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from ...networks.demand import Demand
from ...networks.errors import InputError
from ...networks.files import xml_bytes
from ...networks.network import Network
from .drivable import require_routes, require_turns

WARM_UP_S = 600
MOST_EDGES = 200
# On an undisturbed street a little below the limit, with some time lost at signals: when a vehicle gets to an edge.
TRAVEL_SHARE_OF_LIMIT = 0.6
HEADWAY_S = 2.0  # between vehicles of a bunch
END = ""  # the choice to end the trip


@dataclass(frozen=True, slots=True)
class SampledTrips:
    """Vehicles that want to leave, in the order of their departures, each with the edges that it takes."""

    depart_s: tuple[float, ...]  # after midnight, to hundredths
    edges: tuple[tuple[str, ...], ...]


def sample_trips(
    network: Network, demand: Demand, seed: int, scale: float = 1.0, warm_up_s: int = WARM_UP_S
) -> SampledTrips:
    """Return trips with explicit edges that start where the demand's sources are.

    Each vehicle goes on turn by turn, and departs in bunches as the counts show them. Where the demand is a mean over
    days, how many come is left to chance (Poisson's law for the bunches), and so is each one's way, by the turns'
    shares: on the street nobody takes turns in turning. A demand of one day has had its chance: there totals are as
    asked, and the next edge is the one that lies furthest behind its share so far, so that the turns of all vehicles
    add up to the demand within a vehicle or two for each edge and interval. Nobody takes an edge twice, or turns
    round where hardly anybody does.

    Parameters
    ----------
    network : Network
        The streets.
    demand : Demand
        Flows by turn, sources and sinks.
    seed : int
        Of all chance: the same arguments give the same trips.
    scale : float
        Factor on the demand, > 0.
    warm_up_s : int
        The first interval's traffic also runs for so long before the period, so that the streets are not empty.

    Raises
    ------
    InputError
        The demand has no vehicle, or a turn that cars may not make.
    """
    require_turns(network, ((t.from_edge, t.to_edge) for t in demand.turns if any(t.flow_veh_h)), "the demand")
    random = np.random.default_rng([seed, 0x67_72_65_65_6E])
    choices = _Choices(network, demand, random)
    vehicles = []
    for depart_s, edge in _departures(demand, random, scale, warm_up_s):
        route = choices.route(edge, depart_s)
        if len(route) > 1:
            vehicles.append((depart_s, tuple(route)))
    if not vehicles:
        raise InputError(
            where="the demand",
            found="no vehicle",
            rule="traffic needs counts above zero",
            fix="look at the verdict on the counts",
        )
    require_routes(network, (edges for _, edges in vehicles))
    return SampledTrips(tuple(at for at, _ in vehicles), tuple(edges for _, edges in vehicles))


def _departures(demand: Demand, random: np.random.Generator, scale: float, warm_up_s: int) -> list[tuple[float, str]]:
    """Return (second, edge) of all departures in order of time, bunches anywhere in each interval."""
    found = []
    for source in demand.sources:
        owed = float(random.random())  # so that fractions of vehicles are right on average
        for start_s, length_s, k in _stretches(demand, warm_up_s):
            due = source.flow_veh_h[k] * scale * length_s / 3600
            owed += due
            number = int(owed)
            owed -= number
            if not demand.one_day:
                number = _by_chance(due, demand.bunching, random)
            times = start_s + length_s * _bunched(number, demand.bunching, length_s, random)
            found += [(round(float(time), 2), source.edge) for time in times]
    return sorted(found)


def _by_chance(due: float, bunching: float, random: np.random.Generator) -> int:
    """Return how many come where `due` do on average: a Poisson number of bunches, each of geometric size."""
    size = (bunching + 1.0) / 2.0
    bunches = int(random.poisson(due / size))
    return int(random.geometric(1.0 / size, bunches).sum())


def _bunched(number: int, bunching: float, length_s: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return `number` moments in [0, 1): bunches of geometric size that start anywhere, two seconds between vehicles.

    Bunches of mean size m have a count whose variance is 2 m - 1 times its mean: D. R. Cox, P. A. W. Lewis, The
    Statistical Analysis of Series of Events, 1966, chapter 7.
    """
    if number == 0:
        return np.zeros(0)
    leads = np.flatnonzero(np.concatenate(([True], random.random(number - 1) < 2.0 / (bunching + 1.0))))
    sizes = np.diff(np.append(leads, number))
    behind = np.arange(number) - np.repeat(leads, sizes)
    return np.asarray((np.repeat(random.random(leads.size), sizes) + behind * HEADWAY_S / length_s) % 1.0)


def _stretches(demand: Demand, warm_up_s: int) -> list[tuple[float, float, int]]:
    """Return start, length and interval of each stretch of time; the warm-up has the flows of interval 0."""
    before = min(warm_up_s, demand.begin_s)
    stretches = [(float(demand.begin_s - before), float(before), 0)] if before else []
    for k in range(demand.intervals):
        stretches.append((float(demand.begin_s + k * demand.interval_s), float(demand.interval_s), k))
    return stretches


class _Choices:
    """Which way vehicles go, and how far each choice lies behind its share."""

    def __init__(self, network: Network, demand: Demand, random: np.random.Generator) -> None:
        self.network, self.demand, self.random = network, demand, random
        self.flows: dict[str, dict[str, Sequence[float]]] = defaultdict(dict)
        for turn in demand.turns:
            self.flows[turn.from_edge][turn.to_edge] = turn.flow_veh_h
        for sink in demand.sinks:
            self.flows[sink.edge][END] = sink.flow_veh_h
        self.behind: dict[str, dict[str, float]] = {}

    def route(self, edge: str, depart_s: float) -> list[str]:
        """Return the edges that a vehicle takes, and count it."""
        route, time_s = [edge], depart_s
        while len(route) < MOST_EDGES:
            street = self.network.edges[route[-1]]
            time_s += street.length_m / (street.speed_m_s * TRAVEL_SHARE_OF_LIMIT)
            to_edge = self._next(route, self._shares(route[-1], time_s))
            if to_edge == END:
                break
            route.append(to_edge)
        return route

    def _shares(self, edge: str, time_s: float) -> dict[str, float]:
        k = int((time_s - self.demand.begin_s) // self.demand.interval_s)
        k = min(max(k, 0), self.demand.intervals - 1)
        flows = {choice: flow[k] for choice, flow in self.flows.get(edge, {}).items()}
        total = sum(flows.values())
        return {choice: flow / total for choice, flow in flows.items() if flow > 0} if total > 0 else {END: 1.0}

    def _next(self, route: Sequence[str], shares: Mapping[str, float]) -> str:
        """Return the choice that lies furthest behind, among those that make sense, and settle the account."""
        behind = self.behind.setdefault(route[-1], {})
        for choice, share in shares.items():
            # A random start, or every edge's first vehicle would take its main direction.
            behind[choice] = behind.get(choice, float(self.random.random()) * share) + share
        open_ways = [way for way in shares if way == END or not self._is_silly(route, way)] or [END]
        chosen = self._chosen(open_ways, shares, behind)
        behind[chosen] = behind.get(chosen, 0.0) - 1.0
        return chosen

    def _chosen(self, open_ways: Sequence[str], shares: Mapping[str, float], behind: Mapping[str, float]) -> str:
        if self.demand.one_day:
            return max(open_ways, key=lambda way: behind.get(way, 0.0))
        weights = np.cumsum([shares.get(way, 0.0) for way in open_ways])
        at = float(self.random.random()) * float(weights[-1])
        return open_ways[min(int(np.searchsorted(weights, at, side="right")), len(open_ways) - 1)]

    def _is_silly(self, route: Sequence[str], way: str) -> bool:
        turns_round = (route[-1], way) in self.network.turn_rounds
        return way in route or (turns_round and len(self.flows[route[-1]]) > 1 and self._rarely(route[-1], way))

    def _rarely(self, edge: str, way: str) -> bool:
        """Whether less than 2 % take a turn over the whole period."""
        total = sum(sum(flow) for flow in self.flows[edge].values())
        return sum(self.flows[edge][way]) < 0.02 * total


def routes_xml(trips: SampledTrips, types: Sequence[etree._Element] = ()) -> bytes:
    """Return trips as a SUMO route file, with some vehicle types before them."""
    root = etree.Element("routes")
    root.extend(types)
    for number, (depart_s, route) in enumerate(zip(trips.depart_s, trips.edges, strict=True)):
        vehicle = etree.SubElement(
            root, "vehicle", id=str(number), depart=f"{depart_s:.2f}", departLane="best", departSpeed="max"
        )
        etree.SubElement(vehicle, "route", edges=" ".join(route))
    return xml_bytes(root)
