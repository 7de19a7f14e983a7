"""The links of a signal in a SUMO network: what each lamp governs, and which links cross."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from ..files import attribute, finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One connection that a lamp governs: of vehicles from an edge, or a crossing."""

    signal: str
    lamp: int
    node: str
    request: int | None  # its row in the node's request matrix
    from_edge: str  # of a crossing: its own name
    crossing: bool
    length_m: float  # of a crossing


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


def read_links(root: etree._Element, crossings: dict[str, Crossing]) -> dict[str, list[Link]]:
    """Return the links of each signal, in the file's order."""
    requests, onward = request_rows(root), _onward_lanes(root)
    found = defaultdict(list)
    for connection in root.iterchildren("connection"):
        signal, lamp = connection.get("tl"), connection.get("linkIndex")
        if signal is None or lamp is None:
            continue
        target = connection.get("to", "")
        crossing = crossings.get(target)
        lane = f"{target}_{connection.get('toLane')}" if crossing else connection.get("via") or ""
        node, row = requests.get(onward.get(lane, lane), ("", None))
        origin = target if crossing else connection.get("from", "")
        places = [lamp] if connection.get("linkIndex2") is None else [lamp, connection.get("linkIndex2")]
        for place in places:
            found[signal].append(
                Link(
                    signal=signal,
                    lamp=int(place or 0),
                    node=node,
                    request=row,
                    from_edge=origin,
                    crossing=crossing is not None,
                    length_m=crossing.length_m if crossing else 0.0,
                )
            )
    return dict(found)


def request_rows(root: etree._Element) -> dict[str, tuple[str, int]]:
    """Return for each internal lane its node and its row in the node's request matrix."""
    rows = {}
    for node in root.iterchildren("junction"):
        if node.get("type") == "internal":  # a waiting place: its lanes are listed again, without requests
            continue
        for row, lane in enumerate((node.get("intLanes") or "").split()):
            rows[lane] = (node.get("id") or "", row)
    return rows


def _onward_lanes(root: etree._Element) -> dict[str, str]:
    """Return for each internal lane that ends at a waiting place within the junction the lane that goes on from it.

    The request matrix lists a turn that waits inside the junction by its second part.
    """
    return {
        f"{connection.get('from')}_{connection.get('fromLane')}": connection.get("via") or ""
        for connection in root.iterchildren("connection")
        if (connection.get("from") or "").startswith(":") and connection.get("via")
    }


def read_foes(root: etree._Element) -> dict[str, list[str]]:
    """Return each node's request matrix: a row's last letter stands for request 0, '1' where paths cross or merge."""
    return {
        node.get("id") or "": [
            request.get("foes") or "" for request in sorted(node.iterchildren("request"), key=_row_number)
        ]
        for node in root.iterchildren("junction")
    }


def _row_number(request: etree._Element) -> int:
    return int(request.get("index") or 0)


def are_foes(a: Link, b: Link, foes: dict[str, list[str]]) -> bool:
    """Whether the paths of two links cross or merge. Links of different nodes never do."""
    if a.node != b.node or a.request is None or b.request is None:
        return False
    rows = foes.get(a.node, [])
    return _bit(rows, a.request, b.request) or _bit(rows, b.request, a.request)


def _bit(rows: list[str], row: int, column: int) -> bool:
    return row < len(rows) and column < len(rows[row]) and rows[row][-1 - column] == "1"
