"""The tables of right of way of a network's nodes, and which way has which row in them, told in two manners."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from lxml import etree

Rows = tuple[str, str, str, str]  # a connection: from, fromLane, to, toLane
_CROSSING = re.compile(r":(?P<node>.+)_c(?P<nth>\d+)$")


@dataclass(frozen=True, kw_only=True)
class RightOfWay:
    """A node's tables: entry [i, j] says that way i crosses or merges with way j, or that i yields to j.

    `known[i]` says whether the file has row i.
    """

    meets: np.ndarray
    yields: np.ndarray
    known: np.ndarray


def read_tables(root: etree._Element) -> dict[str, RightOfWay]:
    """Return the tables of each node that has any. Raises ValueError for a row that no table of its size has."""
    found = {}
    for node in root.findall("junction"):
        rows = node.findall("request")
        if rows:
            found[str(node.get("id") or "")] = _table(rows)
    return found


def _table(rows: list[etree._Element]) -> RightOfWay:
    """Return tables of truth: the letters of a row run from the last way to the first, and say how many there are."""
    size = max(len(rows), *(len(row.get(name) or "") for row in rows for name in ("foes", "response")))
    meets, yields = np.zeros((size, size), dtype=bool), np.zeros((size, size), dtype=bool)
    known = np.zeros(size, dtype=bool)
    for row in rows:
        at = int(row.get("index") or 0)
        if at < 0 or at >= size:
            raise ValueError(f"request {at} of {size}")
        for table, name in ((meets, "foes"), (yields, "response")):
            letters = (row.get(name) or "")[::-1]
            table[at, : len(letters)] |= np.array([letter == "1" for letter in letters], dtype=bool)
        known[at] = len(row.get("foes") or "") == len(row.get("response") or "") == size
    return RightOfWay(meets=meets, yields=yields, known=known)


def rows_by_lanes(root: etree._Element, tables: dict[str, RightOfWay]) -> dict[str, tuple[str, int]]:
    """Return node and row of each inner lane that its node lists, where the list is as long as the table."""
    found: dict[str, tuple[str, int]] = {}
    for name, node in _nodes(root):
        lanes = (node.get("intLanes") or "").split()
        if name in tables and len(lanes) == len(tables[name].known):
            found.update({lane: (name, row) for row, lane in enumerate(lanes)})
    return found


def rows_by_order(root: etree._Element, tables: dict[str, RightOfWay]) -> dict[Rows, tuple[str, int]]:
    """Return node and row of each connection by its place: lane by lane as the node lists them, then the crossings.

    A node whose connections and crossings are not as many as its rows says nothing.
    """
    of_lane, of_crossing = defaultdict(list), defaultdict(list)
    for link in root.findall("connection"):
        key: Rows = tuple(str(link.get(name) or "") for name in ("from", "fromLane", "to", "toLane"))  # type: ignore[assignment]
        if key[2].startswith(":"):
            of_crossing[key[2]].append(key)
        else:
            of_lane[f"{key[0]}_{key[1]}"].append(key)
    crossings = _crossings(root)
    found: dict[Rows, tuple[str, int]] = {}
    for name, node in _nodes(root):
        lanes = [lane for lane in (node.get("incLanes") or "").split() if not lane.startswith(":")]
        ways = [[key] for lane in lanes for key in of_lane[lane]]
        ways += [of_crossing[crossing] for crossing in crossings[name]]
        if name in tables and len(ways) == len(tables[name].known):
            found.update({key: (name, row) for row, keys in enumerate(ways) for key in keys})
    return found


def _nodes(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    return ((str(n.get("id") or ""), n) for n in root.findall("junction") if n.get("type") != "internal")


def _crossings(root: etree._Element) -> dict[str, list[str]]:
    """Return the names of the crossings of each node, in their order."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for edge in root.findall("edge"):
        match = _CROSSING.match(str(edge.get("id") or ""))
        if match:
            found[match["node"]].append((int(match["nth"]), match[0]))
    return defaultdict(list, {node: [name for _, name in sorted(named)] for node, named in found.items()})
