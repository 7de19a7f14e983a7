"""The ways through the junctions of a SUMO network: how long, how fast, and whom they must let pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from lxml import etree

from ..files import finite
from ..network import Connection
from .links import request_rows

Key = tuple[str, str, str, str]


def with_ways(root: etree._Element, connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
    """Return the connections with length and speed of their way through the junction, and whom they yield to."""
    ways, rows = _Ways(root), request_rows(root)
    of_row: dict[tuple[str, int], list[int]] = defaultdict(list)
    row_of: list[tuple[str, int] | None] = []
    parts = [ways.parts(connection) for connection in connections]
    for place, lanes in enumerate(parts):
        row = rows.get(lanes[-1]) if lanes else None
        row_of.append(row)
        if row is not None:
            of_row[row].append(place)
    responses = _responses(root)
    return tuple(
        replace(
            connection,
            length_m=sum(ways.length_m.get(lane, 0.0) for lane in lanes),
            speed_m_s=min((ways.speed_m_s[lane] for lane in lanes if lane in ways.speed_m_s), default=0.0),
            wait_m=ways.length_m.get(lanes[0], 0.0) if len(lanes) > 1 else 0.0,
            yields_to=_yields_to(row, responses, of_row),
        )
        for connection, lanes, row in zip(connections, parts, row_of, strict=True)
    )


def _yields_to(
    row: tuple[str, int] | None, responses: dict[str, list[str]], of_row: dict[tuple[str, int], list[int]]
) -> tuple[int, ...]:
    if row is None:
        return ()
    node, index = row
    letters = responses.get(node, [])
    bits = letters[index][::-1] if index < len(letters) else ""
    return tuple(place for other, bit in enumerate(bits) if bit == "1" for place in of_row.get((node, other), ()))


def _responses(root: etree._Element) -> dict[str, list[str]]:
    return {
        node.get("id") or "": [
            request.get("response") or ""
            for request in sorted(node.iterchildren("request"), key=lambda request: int(request.get("index") or 0))
        ]
        for node in root.iterchildren("junction")
    }


class _Ways:
    """The lanes inside junctions, and which of them follow one another."""

    def __init__(self, root: etree._Element) -> None:
        inner = [
            lane
            for edge in root.iterchildren("edge")
            if edge.get("function") == "internal"
            for lane in edge.iterchildren("lane")
        ]
        self.length_m = {lane.get("id") or "": finite(lane.get("length") or "0") for lane in inner}
        self.speed_m_s = {lane.get("id") or "": finite(lane.get("speed") or "0") for lane in inner}
        self._via: dict[Key, str] = {}
        self._onward: dict[str, str] = {}
        for element in root.iterchildren("connection"):
            via, origin = element.get("via"), element.get("from") or ""
            if via is None:
                continue
            if origin.startswith(":"):
                self._onward[f"{origin}_{element.get('fromLane')}"] = via
            else:
                lanes = element.get("fromLane") or "0", element.get("toLane") or "0"
                self._via[(origin, lanes[0], element.get("to") or "", lanes[1])] = via

    def parts(self, connection: Connection) -> list[str]:
        """Return the lanes inside the junction that a connection runs over: two or more where it can wait inside."""
        key = (connection.from_edge, str(connection.from_lane), connection.to_edge, str(connection.to_lane))
        found, lane = [], self._via.get(key)
        while lane is not None and lane not in found:
            found.append(lane)
            lane = self._onward.get(lane)
        return found
