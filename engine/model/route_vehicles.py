"""Vehicles for the queue model from SUMO route files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from lxml import etree

from ...networks.errors import InputError
from ...networks.sumo.roots import read_additional, read_routes
from ...networks.sumo.times import seconds_of
from ...simulation.explicit import explicit_routes
from ...simulation.scenario import Scenario
from .queue_traffic import CAR_GAP_M, CAR_LENGTH_M, Vehicles
from .streets import Streets

# Defaults of SUMO's vehicle classes, from its manual's page "Vehicle Type Parameter Defaults". [m]
LENGTHS_M = {"bus": 12.0, "coach": 14.0, "delivery": 6.5, "truck": 7.1, "trailer": 16.5, "motorcycle": 2.2}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteVehicles:
    """The vehicles of route files, and how many of the files' vehicles the model cannot drive.

    Left out are those that use a way which is not for cars, and those that wait for a person.
    """

    vehicles: Vehicles
    left_out: int


def read_vehicles(scenario: Scenario, streets: Streets) -> RouteVehicles:
    """Return the vehicles of a scenario's route files; trips and flows go through SUMO's router first.

    Raises InputError where a file is missing or broken, SUMO does not accept it, or it names an edge that the network
    has not.
    """
    with tempfile.TemporaryDirectory(prefix="greenband-") as folder:
        path = explicit_routes(scenario, Path(folder))
        root = read_routes(path)
    more = [read_additional(path) for path in scenario.additional]
    return _vehicles([*more, root], streets, ", ".join(map(str, scenario.routes)))


def _vehicles(roots: Sequence[etree._Element], streets: Streets, where: str) -> RouteVehicles:
    spaces_m = {kind.get("id"): _space_m(kind) for root in roots for kind in root.iter("vType")}
    places: dict[tuple[str, ...], int] = {}
    rows, left_out = [], 0
    for vehicle in roots[-1].iter("vehicle"):
        route = vehicle.find("route")
        edges = tuple(((route.get("edges") if route is not None else None) or "").split())
        _require_edges(edges, streets, f"{where}, vehicle {vehicle.get('id')}")
        depart_s = seconds_of(vehicle.get("depart"))
        if depart_s is None or not _can_drive(edges, streets):
            left_out += 1
            continue
        space_m = spaces_m.get(vehicle.get("type"), CAR_LENGTH_M + CAR_GAP_M)
        rows.append((depart_s, places.setdefault(edges, len(places)), space_m))
    departs_s, chosen, taken_m = zip(*rows, strict=True) if rows else ((), (), ())
    vehicles = Vehicles(
        depart_s=np.array(departs_s, dtype=np.float64),
        route=np.array(chosen, dtype=np.int64),
        routes=tuple(places),
        space_m=np.array(taken_m, dtype=np.float64),
    )
    return RouteVehicles(vehicles=vehicles, left_out=left_out)


def _space_m(kind: etree._Element) -> float:
    """Return length and gap of a vehicle type."""
    length_m = seconds_of(kind.get("length")) or LENGTHS_M.get(kind.get("vClass") or "", CAR_LENGTH_M)
    gap_m = seconds_of(kind.get("minGap"))
    return length_m + (CAR_GAP_M if gap_m is None else gap_m)


def _require_edges(edges: Sequence[str], streets: Streets, where: str) -> None:
    unknown = [edge for edge in edges if edge not in streets.network.edges]
    if unknown or not edges:
        raise InputError(
            where=where,
            found=f"edge '{unknown[0]}'" if unknown else "a route without edges",
            rule=f"routes lead along edges of {streets.network.path}",
            fix="give the routes that belong to the network",
        )


def _can_drive(edges: Sequence[str], streets: Streets) -> bool:
    return all(edge in streets.edge_index for edge in edges) and all(
        turn in streets.turn_index for turn in pairwise(edges)
    )
