"""The links of a signal in a SUMO network: what each lamp governs, and where that leads."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from ..files import attribute, finite
from .lines import Point
from .tables import Key, Row, crossing_of, key_of

RAILS = frozenset(("tram", "rail_urban", "rail", "rail_electric", "rail_fast", "subway", "cable_car"))
GAP_M = 1.0  # between the end of a lane and the start of the next: SUMO draws them end to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One connection that a lamp governs: of vehicles from an edge, or a crossing.

    `line` is its middle line, empty where nothing is drawn; `drawn` says whether it follows lanes inside the junction,
    or leads straight from the end of one lane to the start of the next.
    """

    signal: str
    lamp: int
    node: str  # empty where not even that is known
    request: int | None  # its row in the node's table of right of way
    from_edge: str  # of a crossing: its own name
    from_lane: str
    to_edge: str
    to_lane: str
    direction: str
    crossing: bool
    rail: bool  # for trams or trains alone
    length_m: float  # of a crossing
    crossed: tuple[str, ...]  # edges that a crossing crosses
    line: tuple[Point, ...]
    drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A pedestrian crossing: the edges that it crosses, and its length."""

    edges: tuple[str, ...]
    length_m: float


def read_crossings(root: etree._Element) -> dict[str, Crossing]:
    """Return the crossings by the name of their internal edge."""
    return {
        attribute(edge, "id"): Crossing(
            edges=tuple((edge.get("crossingEdges") or "").split()),
            length_m=max(finite(lane.get("length") or "0") for lane in edge.iterchildren("lane")),
        )
        for edge in root.iterchildren("edge")
        if edge.get("function") == "crossing"
    }


def read_links(
    root: etree._Element, crossings: Mapping[str, Crossing], rows: Mapping[Key, Row]
) -> dict[str, list[Link]]:
    """Return the links of each signal, in the file's order."""
    maps = _Map(root)
    found = defaultdict(list)
    for connection in root.iterchildren("connection"):
        signal, lamp = connection.get("tl"), connection.get("linkIndex")
        if signal is None or lamp is None:
            continue
        link = _link(connection, signal, int(lamp), crossings, rows, maps)
        found[signal].append(link)
        second = connection.get("linkIndex2")
        if second is not None:
            found[signal].append(replace(link, lamp=int(second)))
    return dict(found)


def _link(
    connection: etree._Element,
    signal: str,
    lamp: int,
    crossings: Mapping[str, Crossing],
    rows: Mapping[Key, Row],
    maps: _Map,
) -> Link:
    target, origin = connection.get("to") or "", connection.get("from") or ""
    walking = target.startswith(":")  # all that a lamp governs within a junction is a crossing
    crossing = crossings.get(target, Crossing(edges=(), length_m=0.0))
    node, row = rows.get(key_of(connection), (maps.node_of(origin, target), None))
    inside = maps.inside(connection)
    return Link(
        signal=signal,
        lamp=lamp,
        node=node,
        request=row,
        from_edge=target if walking else origin,
        from_lane=f"{origin}_{connection.get('fromLane')}",
        to_edge=target,
        to_lane=f"{target}_{connection.get('toLane')}",
        direction=(connection.get("dir") or "").lower(),
        crossing=walking,
        rail=not walking and maps.is_track(f"{origin}_{connection.get('fromLane')}"),
        length_m=crossing.length_m,
        crossed=crossing.edges,
        line=inside or maps.straight(connection),
        drawn=bool(inside),
    )


class _Map:
    """The lanes of a network as lines."""

    def __init__(self, root: etree._Element) -> None:
        self._lanes = {
            lane.get("id") or "": lane for edge in root.iterchildren("edge") for lane in edge.iterchildren("lane")
        }
        self._ends_at = {edge.get("id") or "": edge.get("to") or "" for edge in root.iterchildren("edge")}
        self._onward = {
            f"{connection.get('from')}_{connection.get('fromLane')}": connection.get("via") or ""
            for connection in root.iterchildren("connection")
            if (connection.get("from") or "").startswith(":") and connection.get("via")
        }

    def node_of(self, origin: str, target: str) -> str:
        """Return the node at which a connection leaves an edge, or that a crossing belongs to."""
        crossing = crossing_of(target)
        return crossing[0] if crossing is not None else self._ends_at.get(origin, "")

    def is_track(self, lane: str) -> bool:
        """Whether a lane is for trams or trains alone."""
        allowed = set((self._lanes[lane].get("allow") or "").split()) if lane in self._lanes else set()
        return bool(allowed) and allowed <= RAILS

    def inside(self, connection: etree._Element) -> tuple[Point, ...]:
        """Return the line of a connection along the lanes inside the junction; empty where it is not drawn whole."""
        target = connection.get("to") or ""
        if target.startswith(":"):
            return self._line(f"{target}_{connection.get('toLane')}")
        line, ends = self._followed(connection.get("via") or ""), self.straight(connection)
        whole = line and ends and all(math.dist(*pair) <= GAP_M for pair in zip((line[0], line[-1]), ends, strict=True))
        return line if whole else ()

    def straight(self, connection: etree._Element) -> tuple[Point, ...]:
        """Return the line from the end of the approach lane to the start of the exit lane; empty if none is drawn."""
        if (connection.get("to") or "").startswith(":"):
            return ()
        end = self._line(f"{connection.get('from')}_{connection.get('fromLane')}")
        start = self._line(f"{connection.get('to')}_{connection.get('toLane')}")
        return (end[-1], start[0]) if end and start else ()

    def _followed(self, lane: str) -> tuple[Point, ...]:
        """Return the line of a lane inside a junction and of those that go on from it."""
        points: list[Point] = []
        seen: set[str] = set()
        while lane and lane not in seen:
            seen.add(lane)
            points += self._line(lane)
            lane = self._onward.get(lane, "")
        return tuple(points)

    def _line(self, lane: str) -> tuple[Point, ...]:
        shape = self._lanes[lane].get("shape") if lane in self._lanes else None
        corners = [corner.split(",") for corner in (shape or "").split()]
        return tuple((finite(x), finite(y)) for x, y, *_ in corners) if len(corners) > 1 else ()
