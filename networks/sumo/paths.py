"""The ways over a signal's junctions as lines on the map: of vehicles, and of those who walk."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import finite, read_xml

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The middle line of a way from the stop line, or from the kerb, to where it leaves the junction. [m]"""

    walking: bool
    width_m: float
    points: tuple[Point, ...]


VEHICLE_WIDTH_M = 3.2  # SUMO's usual lane


def read_ways(path: Path) -> dict[tuple[str, int], tuple[Way, ...]]:
    """Return the ways that each lamp governs, by signal and lamp. Raises InputError if it is no network."""
    root = read_xml(path, what="a network", root="net")
    try:
        return _ways(root)
    except (KeyError, ValueError, IndexError, TypeError, OverflowError) as error:
        raise broken_network(path, error) from error


def broken_network(path: Path, error: Exception) -> InputError:
    """Return the error for a network in which a number is none, or a name leads nowhere."""
    return InputError(
        where=str(path),
        found=f"something that no network has ({type(error).__name__}: {str(error)[:120]})",
        rule="lanes, connections and requests of a network hold numbers, and names of its own lanes",
        fix="build the network again with netconvert",
    )


def _ways(root: etree._Element) -> dict[tuple[str, int], tuple[Way, ...]]:
    lanes = {lane.get("id") or "": lane for edge in root.iterchildren("edge") for lane in edge.iterchildren("lane")}
    crossings = {edge.get("id") for edge in root.iterchildren("edge") if edge.get("function") == "crossing"}
    onward = {
        f"{link.get('from')}_{link.get('fromLane')}": link.get("via") or ""
        for link in root.iterchildren("connection")
        if (link.get("from") or "").startswith(":") and link.get("via")
    }
    found: dict[tuple[str, int], list[Way]] = defaultdict(list)
    for link in root.iterchildren("connection"):
        signal, lamp = link.get("tl"), link.get("linkIndex")
        if signal is None or lamp is None:
            continue
        walking = link.get("to") in crossings
        first = f"{link.get('to')}_{link.get('toLane')}" if walking else link.get("via") or ""
        way = _way(first, lanes, onward, walking)
        for place in (lamp, link.get("linkIndex2")):
            if way is not None and place is not None:
                found[(signal, int(place))].append(way)
    return {key: tuple(ways) for key, ways in found.items()}


def _way(first: str, lanes: dict[str, etree._Element], onward: dict[str, str], walking: bool) -> Way | None:
    """Follow the inner lanes from the first to the last."""
    points: list[Point] = []
    seen: list[str] = []
    while first in lanes and first not in seen:
        shape = (lanes[first].get("shape") or "").split()
        points += [(finite(x), finite(y)) for x, y, *_ in (pair.split(",") for pair in shape)]
        seen.append(first)
        first = onward.get(first, "")
    if len(points) < 2:
        return None
    return Way(
        walking=walking, width_m=finite(lanes[seen[0]].get("width") or str(VEHICLE_WIDTH_M)), points=tuple(points)
    )
