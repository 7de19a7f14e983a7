"""From vehicles with routes to the arrays of the queue model: once per demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue_tables import GATE, PLACE, VEHICLE, TrafficTables
from .streets import TICKS_PER_S, Streets

CAR_LENGTH_M, CAR_GAP_M = 5.0, 2.5  # SUMO's default car
CAR_SPACE_M = CAR_LENGTH_M + CAR_GAP_M  # what a standing car takes up
SPEED_SPREAD = 0.1  # SUMO's speedDev: standard deviation of the drivers' speed factor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vehicles:
    """Vehicles that want to leave, each with one of the routes. Arrays have shape (V,)."""

    depart_s: NDArray[np.float64]
    route: NDArray[np.int64]  # place in `routes`
    routes: tuple[tuple[str, ...], ...]
    space_m: NDArray[np.float64]  # length and gap

    def __len__(self) -> int:
        return int(self.depart_s.size)


def cars(depart_s: Sequence[float], edges: Sequence[tuple[str, ...]], length_m: float | None = None) -> Vehicles:
    """Return cars that leave at some seconds after midnight, each along its edges; as long as SUMO's, or as given."""
    places: dict[tuple[str, ...], int] = {}
    route = [places.setdefault(each, len(places)) for each in edges]
    return Vehicles(
        depart_s=np.array(depart_s, dtype=np.float64),
        route=np.array(route, dtype=np.int64),
        routes=tuple(places),
        space_m=np.full(len(route), CAR_SPACE_M if length_m is None else length_m + CAR_GAP_M),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Traffic:
    """Vehicles as the queue model sees them: those that leave in a period, in the order of their departures."""

    begin_s: float
    counted_from_s: float
    tables: TrafficTables


def load(
    streets: Streets,
    vehicles: Vehicles,
    begin_s: float,
    end_s: float,
    seed: int = 1,
    speed_spread: float = SPEED_SPREAD,
    counted_from_s: float | None = None,
) -> Traffic:
    """Return the arrays of the vehicles that leave in [begin, end).

    Those that leave before `counted_from_s` are a warm-up: they drive, and no figure has them.

    The seed draws the drivers' free speeds: normal around the limit with the relative deviation `speed_spread`.
    """
    places: list[int] = []
    turns: list[int] = []
    edges: list[int] = []
    lanes: list[int] = []
    free: list[float] = []
    for route in vehicles.routes:
        places.append(len(turns))
        masks = lanes_of_route(streets, route)
        turns += [streets.turn_index[turn] for turn in pairwise(route)] + [-1]
        edges += [streets.edge_index[edge] for edge in route]
        lanes += masks
        free += _free_times(streets, route)
    chosen = np.flatnonzero((vehicles.depart_s >= begin_s) & (vehicles.depart_s < end_s))
    chosen = chosen[np.argsort(vehicles.depart_s[chosen], kind="stable")]
    start = np.array(places, dtype=np.int32)[vehicles.route[chosen]]
    table = np.zeros(chosen.size, VEHICLE)
    table["depart"] = np.round((vehicles.depart_s[chosen] - begin_s) * TICKS_PER_S)
    table["counted"] = counted_from_s is None or vehicles.depart_s[chosen] >= counted_from_s
    table["start"] = table["place"] = start
    table["space"] = np.round(vehicles.space_m[chosen] * 10)
    table["pace"] = 1.0 / np.clip(np.random.default_rng(seed).normal(1.0, speed_spread, chosen.size), 0.7, 1.3)
    rows = np.zeros(len(turns), PLACE)
    rows["turn"], rows["edge"], rows["lanes"], rows["free"] = turns, edges, lanes, free
    kinds, gate_of = np.unique(rows[["edge", "lanes"]][start], return_inverse=True)
    gates = np.zeros(len(kinds), GATE)
    gates["edge"] = kinds["edge"]
    bounds = np.searchsorted(np.sort(gate_of), np.arange(len(kinds) + 1))
    gates["at"], gates["end"] = bounds[:-1], bounds[1:]
    return Traffic(
        begin_s=begin_s,
        counted_from_s=begin_s if counted_from_s is None else counted_from_s,
        tables=TrafficTables(
            vehicles=table,
            places=rows,
            gates=gates,
            gate_vehicle=np.argsort(gate_of, kind="stable").astype(np.int32),
        ),
    )


def warm_load(
    streets: Streets, vehicles: Vehicles, begin_s: float, end_s: float, warm_up_s: float, seed: int = 1
) -> Traffic:
    """Return the arrays of a period whose streets are not empty when it begins: see `load`."""
    return load(streets, vehicles, max(begin_s - warm_up_s, 0.0), end_s, seed, counted_from_s=begin_s)


def lanes_of_route(streets: Streets, route: Sequence[str]) -> list[int]:
    """Return, for each edge of a route, the bit set of lanes that a driver who knows the way would use.

    A lane must lead to the next edge. If that one is short, it should also lead to a lane there from which the route
    goes on: drivers look ahead.
    """
    network, ahead_m = streets.network, streets.behaviour.foresight_m
    good = (1 << len(network.edges[route[-1]].vehicle_lanes)) - 1
    masks = [good]
    for edge, following in zip(reversed(route[:-1]), reversed(route[1:]), strict=True):
        ways = streets.ways_of_turn[(edge, following)]
        able = sum(1 << lane for lane in ways)
        direct = sum(1 << lane for lane, targets in ways.items() if targets & good)
        good = direct if direct and network.edges[following].length_m < ahead_m else able
        masks.append(good)
    return masks[::-1]


def _free_times(streets: Streets, route: Sequence[str]) -> list[float]:
    """Return the ticks from the start of the route to the start of each edge, at the speed limits."""
    total, found = 0.0, [0.0]
    for turn in pairwise(route):
        total += streets.free_of_turn[turn]
        found.append(total)
    return found
