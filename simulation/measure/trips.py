"""What SUMO wrote about each trip, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from ...networks.types import Floats

Flags = NDArray[np.bool_]
TOLERANCE_S = 1e-3
EMITTED = ("CO2_abs", "fuel_abs")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trips:
    """The trips that wanted to leave in the period, one place each, in the order of their names.

    All arrays have shape (V,). A trip that was never inserted has `departed` False, a time loss of 0 and a departure
    delay from its planned departure to the end. `co2_g` and `fuel_g` are what each trip emitted and burnt so far, None
    where the simulation did not measure it.
    """

    planned_s: Floats
    depart_delay_s: Floats
    time_loss_s: Floats
    stops: NDArray[np.int64]
    departed: Flags
    arrived: Flags
    co2_g: Floats | None = None
    fuel_g: Floats | None = None

    @property
    def delay_s(self) -> Floats:
        """Time loss plus departure delay of each trip."""
        return self.time_loss_s + self.depart_delay_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One vehicle that was inserted: its way, when it left each edge of it, and what the way cost."""

    id: str
    planned_s: float
    depart_s: float
    depart_delay_s: float
    depart_position_m: float
    arrival_position_m: float  # -1 while under way
    duration_s: float
    driven_m: float
    time_loss_s: float
    standing_s: float  # at planned stops
    arrived: bool
    edges: tuple[str, ...]
    exits_s: tuple[float, ...]  # -1 for edges that it has not left


def elements(path: Path, tag: str) -> Iterator[etree._Element]:
    """Give the elements of a large output file one by one, and forget each."""
    for _, element in etree.iterparse(str(path), tag=tag, resolve_entities=False, no_network=True):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def in_period(planned_s: float, begin_s: float, end_s: float) -> bool:
    """Whether a planned departure lies in [begin, end); SUMO writes times to the hundredth, so sums are not exact."""
    return begin_s - TOLERANCE_S <= planned_s < end_s - TOLERANCE_S


def read_trips(path: Path, begin_s: float, end_s: float) -> tuple[Trips, dict[str, dict[str, str]]]:
    """Return the trips planned to depart in [begin_s, end_s), and the attributes of every trip that was inserted.

    SUMO writes a departure of -1 for a trip that was never inserted, and its wait until the end as departure delay.
    """
    rows, inserted = [], {}
    for element in elements(path, "tripinfo"):
        values = {str(name): str(value) for name, value in element.attrib.items()}
        departed = float(values["depart"]) >= 0
        delay_s = float(values["departDelay"])
        planned_s = float(values["depart"]) - delay_s if departed else end_s - delay_s
        if departed:
            inserted[values["id"]] = values
        if in_period(planned_s, begin_s, end_s):
            arrived = float(values["arrival"]) >= 0
            emitted = element.find("emissions")
            burnt_g = (np.nan, np.nan) if emitted is None else tuple(_grams(emitted, name) for name in EMITTED)
            own = (values["id"], planned_s, delay_s, values["timeLoss"], values["waitingCount"], departed, arrived)
            rows.append((*own, *(burnt_g if departed else (0.0, 0.0))))
    rows.sort(key=lambda row: str(row[0]))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    co2_g, fuel_g = (_measured(column) for column in columns[7:])
    trips = Trips(
        planned_s=np.array(columns[1], dtype=np.float64),
        depart_delay_s=np.array(columns[2], dtype=np.float64),
        time_loss_s=np.array(columns[3], dtype=np.float64),
        stops=np.array(columns[4], dtype=np.int64),
        departed=np.array(columns[5], dtype=np.bool_),
        arrived=np.array(columns[6], dtype=np.bool_),
        co2_g=co2_g,
        fuel_g=fuel_g,
    )
    return trips, inserted


def _grams(emitted: etree._Element, name: str) -> float:
    return float(emitted.get(name) or "nan") / 1000  # SUMO writes milligrams


def _measured(values: tuple[float, ...]) -> Floats | None:
    """Return the values as an array, None where one is missing: the simulation ran without emissions."""
    array = np.array(values, dtype=np.float64)
    return None if not array.size or np.isnan(array).any() else array


def read_journeys(path: Path, inserted: dict[str, dict[str, str]]) -> list[Journey]:
    """Return the ways of the inserted vehicles from SUMO's route output with exit times."""
    journeys = []
    for element in elements(path, "vehicle"):
        routes = list(element.iter("route"))
        values = inserted.get(element.get("id") or "")
        if routes and values is not None:
            journeys.append(_journey(routes[-1], values))
    return journeys


def _journey(route: etree._Element, values: dict[str, str]) -> Journey:
    edges = (route.get("edges") or "").split()
    exits_s = [float(time) for time in (route.get("exitTimes") or "").split()]
    return Journey(
        id=values["id"],
        planned_s=float(values["depart"]) - float(values["departDelay"]),
        depart_s=float(values["depart"]),
        depart_delay_s=float(values["departDelay"]),
        depart_position_m=float(values["departPos"]),
        arrival_position_m=float(values["arrivalPos"]),
        duration_s=float(values["duration"]),
        driven_m=float(values["routeLength"]),
        time_loss_s=float(values["timeLoss"]),
        standing_s=float(values["stopTime"]),
        arrived=float(values["arrival"]) >= 0,
        edges=tuple(edges),
        exits_s=(*exits_s, *[-1.0] * (len(edges) - len(exits_s))),
    )
