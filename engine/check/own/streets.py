"""What each lamp steers, read by the check itself from the network file: the lines of the ways, and who yields.

Nothing here comes from the readers that the plans were made with, except the parser of XML.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lxml import etree

from ....networks.errors import InputError
from .lines import Line, line_of, shape_m, turn_of
from .tables import RightOfWay, Rows, read_tables, rows_by_lanes, rows_by_order

WIDTH_M = 3.2  # of a lane where the file tells none, as in SUMO
MIRRORED = {"l": "r", "r": "l"}
RAILS = frozenset(("tram", "rail", "rail_urban", "rail_electric", "rail_fast", "subway", "cable_car"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Steered:
    """One way that a lamp steers: of vehicles from a stop line, or of those who walk over a crossing.

    `line_m` holds the corners of its middle line, shape (N, 2), N = 0 where nothing tells it. `rows` are its rows in
    the node's table of right of way: none where the file gives none, two where the file tells two. `length_m` is the
    length that the file tells. `direction` is as in right-hand traffic: 'l' turns across those who come the other way.
    `drawn` says that the line is the check's own, from lane to lane, for the file has none; `damaged`, that the file
    has inner lanes at that node but not this one.
    """

    lamp: int
    walking: bool
    node: str
    rows: tuple[int, ...] = ()
    origin: str  # the edge it comes from; of a crossing, itself
    lane: str = ""  # the lane it comes from
    to_lane: str
    direction: str
    speed_m_s: float
    width_m: float
    length_m: float
    line_m: np.ndarray
    drawn: bool = False
    damaged: bool = False
    rail: bool = False
    cars: bool = True  # whether cars may come from its lane
    against: str = ""  # the edge from which those come who use the lanes it leads to in the other direction


@dataclass(frozen=True, kw_only=True)
class Streets:
    """The ways that each signal steers, and the tables of each node."""

    steered: dict[str, tuple[Steered, ...]]
    tables: dict[str, RightOfWay]


@dataclass(frozen=True, kw_only=True)
class _Map:
    """The file's elements by name, as the ways are put together from them."""

    lanes: dict[str, etree._Element]
    ends: dict[str, str]  # the node at which an edge ends
    both_ways: dict[str, str]  # the edge over the same ground in the other direction
    onward: dict[str, str]
    by_lanes: dict[str, tuple[str, int]]
    by_order: dict[Rows, tuple[str, int]]
    inner: frozenset[str]  # nodes that have inner lanes
    left_hand: bool


def read_streets(root: etree._Element, path: Path) -> Streets:
    """Return the ways and tables of a network. Raises InputError where a number is none."""
    try:
        tables = read_tables(root)
        return Streets(steered=_steered(root, _map_of(root, tables)), tables=tables)
    except (ValueError, IndexError, OverflowError) as error:
        raise InputError(
            where=str(path),
            found=f"a connection, lane or request that cannot be read ({str(error)[:120]})",
            rule="numbers are numbers, and tables of right of way have a letter for each way",
            fix="build the network again with netconvert",
        ) from None


def _map_of(root: etree._Element, tables: dict[str, RightOfWay]) -> _Map:
    edges = root.findall("edge")
    onward: dict[str, str] = {}
    for link in root.findall("connection"):
        if _text(link, "from").startswith(":") and link.get("via"):
            onward[f"{link.get('from')}_{link.get('fromLane')}"] = _text(link, "via")
    by_lanes = rows_by_lanes(root, tables)
    return _Map(
        lanes={_text(lane, "id"): lane for edge in edges for lane in edge.findall("lane")},
        ends={_text(edge, "id"): _text(edge, "to") for edge in edges if edge.get("to")},
        both_ways={_text(edge, "id"): _text(edge, "bidi") for edge in edges if edge.get("bidi")},
        onward=onward,
        by_lanes=by_lanes,
        by_order=rows_by_order(root, tables),
        inner=_nodes_with_lanes(root),
        left_hand=root.get("lefthand") in ("true", "1"),
    )


def _nodes_with_lanes(root: etree._Element) -> frozenset[str]:
    """Return the nodes within which the file has lanes for vehicles, by the edges' names: ':node_3'."""
    edges = (_text(edge, "id") for edge in root.findall("edge"))
    ends = ((edge[1:].rpartition("_")) for edge in edges if edge.startswith(":"))
    return frozenset(node for node, _, place in ends if place.isdigit())


def _steered(root: etree._Element, found: _Map) -> dict[str, tuple[Steered, ...]]:
    ways: dict[str, list[Steered]] = defaultdict(list)
    for link in root.findall("connection"):
        for name in ("linkIndex", "linkIndex2"):
            lamp = link.get(name)
            if lamp is not None and link.get("tl") is not None:
                ways[_text(link, "tl")].append(_way(link, int(lamp), found))
    return {signal: tuple(of_signal) for signal, of_signal in ways.items()}


def _way(link: etree._Element, lamp: int, found: _Map) -> Steered:
    """Return the way of a connection: one that leads onto an inner lane is a walk over a crossing."""
    walking = _text(link, "to").startswith(":")
    lane, to_lane = f"{link.get('from')}_{link.get('fromLane')}", f"{link.get('to')}_{link.get('toLane')}"
    chain = _chain(to_lane if walking else link.get("via"), found.onward)
    parts = [found.lanes[inner] for inner in chain if inner in found.lanes]
    node, rows = _place(link, chain, found)
    origin = found.lanes.get(lane)
    line = _line(chain, parts, origin, found.lanes.get(to_lane), walking)
    direction = (link.get("dir") or turn_of(line.corners_m)).lower()
    width = parts[0].get("width") if parts else None if origin is None else origin.get("width")
    return Steered(
        lamp=lamp,
        walking=walking,
        node=node,
        rows=rows,
        origin=_text(link, "to" if walking else "from"),
        lane=lane,
        to_lane=to_lane,
        direction=MIRRORED.get(direction, direction) if found.left_hand else direction,
        speed_m_s=float(origin.get("speed") or 0) if origin is not None and not walking else 0.0,
        width_m=float(width or WIDTH_M),
        length_m=sum(float(part.get("length") or 0) for part in parts),
        line_m=line.corners_m,
        drawn=line.drawn,
        damaged=line.drawn and (node in found.inner or not node),
        rail=origin is not None and not walking and _only_rails(origin),
        cars=origin is not None and not walking and _lets_cars(origin),
        against=found.both_ways.get(_text(link, "to"), ""),
    )


def _place(link: etree._Element, chain: list[str], found: _Map) -> tuple[str, tuple[int, ...]]:
    """Return the node and the rows of a way: by the inner lanes that the node lists, and by the connections' order."""
    listed = [found.by_lanes[lane] for lane in chain if lane in found.by_lanes]
    by_lane = listed[-1] if listed else None
    by_order = found.by_order.get(_key(link))
    ends_at = found.ends.get(_text(link, "from"))
    told = [place for place in (by_lane, by_order) if place is not None and place[0] == (ends_at or place[0])]
    node = ends_at or (told[0][0] if told else "")
    return node, tuple(dict.fromkeys(row for at, row in told if at == node))


def _key(link: etree._Element) -> Rows:
    return _text(link, "from"), _text(link, "fromLane"), _text(link, "to"), _text(link, "toLane")


def _line(
    chain: list[str],
    parts: list[etree._Element],
    origin: etree._Element | None,
    target: etree._Element | None,
    walking: bool,
) -> Line:
    shapes = [shape_m(part.get("shape")) for part in parts]
    whole = bool(chain) and len(parts) == len(chain)
    start, goal = (shape_m(lane.get("shape") if lane is not None else None) for lane in (origin, target))
    return line_of(shapes if whole else [], None if walking else (start, goal))


def _chain(lane: str | None, onward: dict[str, str]) -> list[str]:
    """Return the lanes within the node from one on: two where it waits inside."""
    chain: list[str] = []
    while lane and lane not in chain:
        chain.append(lane)
        lane = onward.get(lane)
    return chain


def _only_rails(lane: etree._Element) -> bool:
    allowed = frozenset(_text(lane, "allow").split())
    return bool(allowed) and allowed <= RAILS


def _lets_cars(lane: etree._Element) -> bool:
    """Whether cars may use a lane: SUMO's `allow` where it is given, else all but `disallow`."""
    allowed, barred = _text(lane, "allow").split(), _text(lane, "disallow").split()
    return bool({"passenger", "all"} & set(allowed)) if allowed else not {"passenger", "all"} & set(barred)


def _text(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")
