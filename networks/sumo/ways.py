"""The ways through the junctions of a SUMO network: how long, how fast, and whom they must let pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from ..files import finite
from ..network import Connection
from .tables import Key, Row, Table


def with_ways(
    root: etree._Element,
    connections: tuple[Connection, ...],
    tables: Mapping[str, Table],
    rows: Mapping[Key, Row],
) -> tuple[Connection, ...]:
    """Return the connections with length and speed of their way through the junction, and whom they yield to."""
    ways = _Ways(root)
    of_row: dict[Row, list[int]] = defaultdict(list)
    for place, connection in enumerate(connections):
        row = rows.get(_key(connection))
        if row is not None:
            of_row[row].append(place)
    found = []
    for connection in connections:
        lanes = ways.parts(connection)
        found.append(
            replace(
                connection,
                length_m=sum(ways.length_m.get(lane, 0.0) for lane in lanes),
                speed_m_s=min((ways.speed_m_s[lane] for lane in lanes if lane in ways.speed_m_s), default=0.0),
                wait_m=ways.length_m.get(lanes[0], 0.0) if len(lanes) > 1 else 0.0,
                yields_to=_yields_to(rows.get(_key(connection)), tables, of_row),
            )
        )
    return tuple(found)


def _key(connection: Connection) -> Key:
    return connection.from_edge, str(connection.from_lane), connection.to_edge, str(connection.to_lane)


def _yields_to(row: Row | None, tables: Mapping[str, Table], of_row: Mapping[Row, list[int]]) -> tuple[int, ...]:
    if row is None:
        return ()
    node, index = row
    return tuple(place for other in tables[node].yields(index) for place in of_row.get((node, other), ()))


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
        found, lane = [], self._via.get(_key(connection))
        while lane is not None and lane not in found:
            found.append(lane)
            lane = self._onward.get(lane)
        return found
