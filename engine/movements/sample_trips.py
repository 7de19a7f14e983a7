"""Traffic drawn from a demand: trips whose turns add up to it. These are not the true routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
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
# Trips cross fewer nodes than this on average, across a town of 21 or 43 signals 20 to 22; more where they only seem
# to, because most of them begin inside, where as many end.
MOST_CROSSINGS, INSIDE_SHARE = 30.0, 0.5
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
    round where hardly anybody does. Where the demand goes round and round, another vehicle starts in his place where he
    would come to an edge again, so that no traffic is lost in networks in which all trips begin and end inside.

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
        The first interval's traffic also runs for so long before the period, so that the streets are not empty; as
        many as it has under way are on every street when that begins, where the demand goes round.

    Raises
    ------
    InputError
        The demand has no vehicle, or a turn that cars may not make.
    """
    require_turns(network, ((t.from_edge, t.to_edge) for t in demand.turns if any(t.flow_veh_h)), "the demand")
    random = np.random.default_rng([seed, 0x67_72_65_65_6E])
    endless = goes_round(demand)
    choices = _Choices(network, demand, random, endless)
    vehicles = []
    starts = _departures(demand, random, scale, warm_up_s)
    starts += _under_way(network, demand, random, scale, warm_up_s) if endless else []
    for depart_s, edge in starts:
        vehicles += [(at_s, tuple(route)) for at_s, route in choices.routes(edge, depart_s) if len(route) > 1]
    vehicles.sort(key=lambda vehicle: vehicle[0])
    if not vehicles:
        raise InputError(
            where="the demand",
            found="no vehicle",
            rule="traffic needs counts above zero",
            fix="look at the verdict on the counts",
        )
    require_routes(network, (edges for _, edges in vehicles))
    return SampledTrips(tuple(at for at, _ in vehicles), tuple(edges for _, edges in vehicles))


def goes_round(demand: Demand) -> bool:
    """Whether most trips begin inside and would cross more nodes than any do: counts do not say where they end."""
    crossings, starts = (sum(flow.mean_veh_h for flow in flows) for flows in (demand.turns, demand.sources))
    led_to = {turn.to_edge for turn in demand.turns}
    inside = sum(flow.mean_veh_h for flow in demand.sources if flow.edge in led_to)
    return crossings > MOST_CROSSINGS * starts and inside > INSIDE_SHARE * starts


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


def _under_way(
    network: Network, demand: Demand, random: np.random.Generator, scale: float, warm_up_s: int
) -> list[tuple[float, str]]:
    """Return (second, edge) of the vehicles on each edge when the warm-up begins: its flow times the time along it.

    Without them traffic would take as long to build up as the longest trips last; none where there is no warm-up.
    """
    before_s = min(warm_up_s, demand.begin_s)
    if not before_s:
        return []
    flows: defaultdict[str, float] = defaultdict(float)
    for turn in demand.turns:
        flows[turn.from_edge] += turn.flow_veh_h[0]
    found = []
    for edge, flow_veh_h in flows.items():
        street = network.edges[edge]
        along_s = street.length_m / (street.speed_m_s * TRAVEL_SHARE_OF_LIMIT)
        number = int(random.poisson(flow_veh_h * scale * along_s / 3600))
        times_s = demand.begin_s - before_s + along_s * np.sort(random.random(number))
        found += [(round(float(time_s), 2), edge) for time_s in times_s]
    return found


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

    def __init__(self, network: Network, demand: Demand, random: np.random.Generator, endless: bool) -> None:
        self.network, self.demand, self.random, self.endless = network, demand, random, endless
        self.flows: dict[str, dict[str, Sequence[float]]] = defaultdict(dict)
        for turn in demand.turns:
            self.flows[turn.from_edge][turn.to_edge] = turn.flow_veh_h
        for sink in demand.sinks:
            self.flows[sink.edge][END] = sink.flow_veh_h
        self.behind: dict[str, dict[str, float]] = {}

    def routes(self, edge: str, depart_s: float) -> list[tuple[float, list[str]]]:
        """Return when a vehicle departs and the edges that it takes, and count it; after it, those in its place."""
        route, time_s = [edge], depart_s
        found = [(depart_s, route)]
        while time_s < self.demand.end_s or len(found) == 1:
            street = self.network.edges[route[-1]]
            time_s += street.length_m / (street.speed_m_s * TRAVEL_SHARE_OF_LIMIT)
            to_edge = self._next(route, self._shares(route[-1], time_s))
            if to_edge == END:
                break
            if len(route) == MOST_EDGES and not self.endless:
                break
            if to_edge in route or len(route) == MOST_EDGES:
                route = []
                found.append((round(time_s, 2), route))
            route.append(to_edge)
        return found

    def _shares(self, edge: str, time_s: float) -> dict[str, float]:
        k = int((time_s - self.demand.begin_s) // self.demand.interval_s)
        k = min(max(k, 0), self.demand.intervals - 1)
        flows = {choice: flow[k] for choice, flow in self.flows.get(edge, {}).items()}
        total = sum(flows.values())
        return {choice: flow / total for choice, flow in flows.items() if flow > 0} if total > 0 else {END: 1.0}

    def _next(self, route: Sequence[str], shares: Mapping[str, float]) -> str:
        """Return the choice by shares, or that lies furthest behind, among those that make sense; settle the account.

        An edge that was taken before is only chosen where nothing else leads on.
        """
        behind = self.behind.setdefault(route[-1], {})
        for choice, share in shares.items():
            # A random start, or every edge's first vehicle would take its main direction.
            behind[choice] = behind.get(choice, float(self.random.random()) * share) + share
        sensible = [way for way in shares if way == END or not self._turns_round(route[-1], way)] or [END]
        if self.endless:
            chosen = self._onward(sensible, set(route), shares, behind)
        else:
            chosen = self._chosen([way for way in sensible if way not in route] or [END], shares, behind)
        behind[chosen] = behind.get(chosen, 0.0) - 1.0
        return chosen

    def _chosen(self, open_ways: Sequence[str], shares: Mapping[str, float], behind: Mapping[str, float]) -> str:
        if self.demand.one_day:
            return max(open_ways, key=lambda way: behind.get(way, 0.0))
        weights = np.cumsum([shares.get(way, 0.0) for way in open_ways])
        at = float(self.random.random()) * float(weights[-1])
        return open_ways[min(int(np.searchsorted(weights, at, side="right")), len(open_ways) - 1)]

    def _onward(
        self, ways: Sequence[str], taken: Collection[str], shares: Mapping[str, float], behind: Mapping[str, float]
    ) -> str:
        """Return the choice where traffic goes round: it ends as seldom as it should, and an edge may come again."""
        if self.demand.one_day:
            first = max(ways, key=lambda way: behind.get(way, 0.0))
            new = [way for way in ways if way not in taken and way != END]
            return max(new, key=lambda way: behind.get(way, 0.0)) if new and first in taken else first
        onward = [way for way in ways if way != END]
        end = shares.get(END, 0.0) / max(sum(shares.get(way, 0.0) for way in ways), 1e-12)
        if not onward or float(self.random.random()) < end:
            return END
        onward = [way for way in onward if way not in taken] or onward
        weights = np.cumsum([shares[way] for way in onward])
        at = float(self.random.random()) * float(weights[-1])
        return onward[min(int(np.searchsorted(weights, at, side="right")), len(onward) - 1)]

    def _turns_round(self, edge: str, way: str) -> bool:
        """Whether a way leads back where hardly anybody turns, though others lead on."""
        return (edge, way) in self.network.turn_rounds and len(self.flows[edge]) > 1 and self._rarely(edge, way)

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
