"""The tables of right of way of a SUMO network's nodes: which row belongs to which connection, and what the rows say.

A node's rows number its connections by the order of its incoming lanes, those of one lane in the file's order, and then
its crossings. The lanes inside the node (`intLanes`) are listed in the same order, where the network has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

Key = tuple[str, str, str, str]  # from edge, its lane, to edge, its lane; of a crossing: "", "", the crossing, its lane
Row = tuple[str, int]  # a node, and a row of its table


@dataclass(frozen=True, kw_only=True)
class Table:
    """A node's table: the letters of each row that the file has, from way 0 on."""

    foes: Mapping[int, str] = field(default_factory=dict)
    responses: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        """How many ways the table is about: as many as its rows have letters."""
        return max(map(len, self.foes.values()), default=0)

    @cached_property
    def silent(self) -> bool:
        """Whether the table names no conflict at all."""
        return not any("1" in row for row in self.foes.values())

    @cached_property
    def whole(self) -> bool:
        """Whether the file has every row of it."""
        return all(self.tells(row) for row in range(self.size))

    def tells(self, row: int) -> bool:
        """Whether the file has the whole row; one that names nobody, though others name it, is not believed."""
        letters = self.foes.get(row, "")
        if not letters or len(letters) != self.size:
            return False
        return "1" in letters or not any(self._says(other, row) for other in self.foes)

    def meets(self, one: int, other: int) -> bool | None:
        """Whether two ways cross or merge; None where the rows that there are do not say."""
        if self._says(one, other) or self._says(other, one):
            return True
        return False if self.tells(one) and self.tells(other) else None

    def yields(self, row: int) -> tuple[int, ...]:
        """Return the ways that a way lets pass."""
        return tuple(place for place, letter in enumerate(self.responses.get(row, "")) if letter == "1")

    def _says(self, row: int, column: int) -> bool:
        return self.foes.get(row, "")[column : column + 1] == "1"


def read_tables(root: etree._Element) -> dict[str, Table]:
    """Return the table of each node. In the file, a row's last letter stands for way 0."""
    return {
        node.get("id") or "": Table(
            foes={_number(request): (request.get("foes") or "")[::-1] for request in node.iterchildren("request")},
            responses={
                _number(request): (request.get("response") or "")[::-1] for request in node.iterchildren("request")
            },
        )
        for node in _nodes(root)
    }


def _nodes(root: etree._Element) -> list[etree._Element]:
    """Return the nodes without the waiting places inside them, whose lanes are listed again, without requests."""
    return [node for node in root.iterchildren("junction") if node.get("type") != "internal"]


def _number(request: etree._Element) -> int:
    return int(request.get("index") or 0)


def key_of(connection: etree._Element) -> Key:
    """Return what tells a connection from all others."""
    target, lane = connection.get("to") or "", connection.get("toLane") or "0"
    if target.startswith(":"):
        return "", "", target, lane
    return connection.get("from") or "", connection.get("fromLane") or "0", target, lane


def read_rows(root: etree._Element, tables: Mapping[str, Table]) -> dict[Key, Row]:
    """Return the row of each connection and crossing: by the lanes inside the node, or by the connections' order.

    A connection has none where neither list is as long as the table, or where the two lists contradict each other.
    """
    connections = {key_of(connection): connection for connection in root.iterchildren("connection")}
    lanes, onward = _rows_by_lanes(root, tables), _onward(root)
    ordered = _rows_by_order(root, tables)
    found = {}
    for key, connection in connections.items():
        listed = {lanes[lane] for lane in _lanes_inside(key, connection, onward) if lane in lanes}
        places = listed | ({ordered[key]} if key in ordered else set())
        if len(places) == 1:
            (found[key],) = places
    return found


def _rows_by_lanes(root: etree._Element, tables: Mapping[str, Table]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for node in _nodes(root):
        name, lanes = node.get("id") or "", (node.get("intLanes") or "").split()
        if len(lanes) == tables[name].size:
            rows |= {lane: (name, row) for row, lane in enumerate(lanes)}
    return rows


def _onward(root: etree._Element) -> dict[str, str]:
    """Return for each internal lane that ends at a waiting place within the junction the lane that goes on from it."""
    return {
        f"{connection.get('from')}_{connection.get('fromLane')}": connection.get("via") or ""
        for connection in root.iterchildren("connection")
        if (connection.get("from") or "").startswith(":") and connection.get("via")
    }


def _lanes_inside(key: Key, connection: etree._Element, onward: Mapping[str, str]) -> list[str]:
    """Return the lanes inside the node; the table lists a turn that waits inside by its second part."""
    lane = f"{key[2]}_{key[3]}" if key[2].startswith(":") else connection.get("via") or ""
    found: list[str] = []
    while lane and lane not in found:
        found.append(lane)
        lane = onward.get(lane, "")
    return found


def _rows_by_order(root: etree._Element, tables: Mapping[str, Table]) -> dict[Key, Row]:
    of_lane: dict[str, list[Key]] = defaultdict(list)
    crossings: dict[str, set[tuple[int, Key]]] = defaultdict(set)
    for connection in root.iterchildren("connection"):
        key = key_of(connection)
        crossing = crossing_of(key[2])
        if crossing is not None:
            crossings[crossing[0]].add((crossing[1], key))
        elif key[0] and not key[0].startswith(":"):
            of_lane[f"{key[0]}_{key[1]}"].append(key)
    rows: dict[Key, Row] = {}
    for node in _nodes(root):
        name = node.get("id") or ""
        keys = [key for lane in (node.get("incLanes") or "").split() for key in of_lane.get(lane, ())]
        keys += [key for _, key in sorted(crossings.get(name, ()))]
        if len(keys) == tables[name].size:
            rows |= {key: (name, row) for row, key in enumerate(keys)}
    return rows


def crossing_of(edge: str) -> tuple[str, int] | None:
    """Return node and number of a crossing, which SUMO calls ':NODE_cNUMBER'; None if the edge is none."""
    node, mark, number = edge.rpartition("_c")
    return (node[1:], int(number)) if mark and node.startswith(":") and number.isdecimal() else None
