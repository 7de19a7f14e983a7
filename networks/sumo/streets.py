"""Edges, lanes and connections of a SUMO network file."""

from __future__ import annotations

from lxml import etree

from ..errors import InputError
from ..files import attribute, finite
from ..junction import Lane
from ..network import Connection, Edge
from .permissions import is_for_cars, is_for_motor_vehicles


def read_edges(root: etree._Element, source: str) -> dict[str, Edge]:
    """Return the normal edges (no internal lanes, crossings or walking areas) by name."""
    edges = {}
    for element in root.iterchildren("edge"):
        if element.get("function", "normal") != "normal":
            continue
        try:
            edge = _read_edge(element)
        except (KeyError, ValueError, IndexError) as error:
            raise InputError(
                where=f"{source}, line {element.sourceline}, edge {element.get('id')}",
                found=f"an attribute is missing or no number ({error})",
                rule="an edge has nodes, and lanes with a length and a speed",
                fix="build the network again with netconvert",
            ) from error
        edges[edge.id] = edge
    return edges


def _read_edge(element: etree._Element) -> Edge:
    lanes = tuple(
        Lane(
            id=attribute(lane, "id"),
            edge=attribute(element, "id"),
            index=int(attribute(lane, "index")),
            length_m=finite(attribute(lane, "length")),
            speed_m_s=finite(attribute(lane, "speed")),
            vehicles=is_for_cars(lane),
            others=not is_for_cars(lane) and is_for_motor_vehicles(lane),
        )
        for lane in element.iterchildren("lane")
    )
    shape = element.get("shape") or next(element.iterchildren("lane")).get("shape") or ""
    return Edge(
        id=attribute(element, "id"),
        from_node=attribute(element, "from"),
        to_node=attribute(element, "to"),
        lanes=(lanes[0], *lanes[1:]),
        shape=tuple((finite(x), finite(y)) for x, y, *_ in (point.split(",") for point in shape.split())),
    )


def read_connections(root: etree._Element, edges: dict[str, Edge]) -> tuple[Connection, ...]:
    """Return the connections from lane to lane that cars may use, those inside junctions left out.

    Both lanes, the connection itself and the lanes inside the junction must let them: that is the graph on which SUMO
    finds a car's way.
    """
    inner = {lane.get("id"): lane for edge in root.iterchildren("edge") for lane in edge.iterchildren("lane")}
    found = []
    for element in root.iterchildren("connection"):
        origin, target = edges.get(element.get("from", "")), edges.get(element.get("to", ""))
        if origin is None or target is None:
            continue
        from_lane, to_lane = int(element.get("fromLane", "0")), int(element.get("toLane", "0"))
        lanes = origin.lanes[from_lane], target.lanes[to_lane]
        if all(lane.vehicles for lane in lanes) and is_for_cars(element, inner.get(element.get("via"))):
            found.append(_connection(element, origin.id, target.id, from_lane, to_lane))
    return tuple(found)


def _connection(element: etree._Element, origin: str, target: str, from_lane: int, to_lane: int) -> Connection:
    link = element.get("linkIndex")
    return Connection(
        from_edge=origin,
        from_lane=from_lane,
        to_edge=target,
        to_lane=to_lane,
        direction=element.get("dir", "s"),
        signal=element.get("tl"),
        link=None if link is None else int(link),
    )
