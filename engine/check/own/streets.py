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

LARGEST_M = 1e9
WIDTH_M = 3.2  # of a lane where the file tells none, as in SUMO


@dataclass(frozen=True, kw_only=True, eq=False)
class Steered:
    """One way that a lamp steers: of vehicles from a stop line, or of those who walk over a crossing.

    `line_m` holds the corners of its middle line, shape (N, 2). `row` is its row in the node's table of right of way,
    or None where the file gives it none; `length_m` is the length that the file tells.
    """

    lamp: int
    walking: bool
    node: str
    row: int | None
    origin: str  # the edge it comes from; of a crossing, itself
    to_lane: str
    direction: str
    speed_m_s: float
    width_m: float
    length_m: float
    line_m: np.ndarray


@dataclass(frozen=True, kw_only=True)
class RightOfWay:
    """A node's tables: entry [i, j] says that way i crosses or merges with way j, or that i yields to j."""

    meets: np.ndarray
    yields: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Streets:
    """The ways that each signal steers, and the tables of each node."""

    steered: dict[str, tuple[Steered, ...]]
    tables: dict[str, RightOfWay]


def read_streets(root: etree._Element, path: Path) -> Streets:
    """Return the ways and tables of a network. Raises InputError where a number is none."""
    try:
        return Streets(steered=_steered(root), tables=_tables(root))
    except (ValueError, IndexError, OverflowError) as error:
        raise InputError(
            where=str(path),
            found=f"a connection, lane or request that cannot be read ({str(error)[:120]})",
            rule="numbers are numbers, and tables of right of way have a letter for each way",
            fix="build the network again with netconvert",
        ) from None


def _steered(root: etree._Element) -> dict[str, tuple[Steered, ...]]:
    lanes = {_text(lane, "id"): lane for edge in root.findall("edge") for lane in edge.findall("lane")}
    crossings = {_text(edge, "id") for edge in root.findall("edge") if edge.get("function") == "crossing"}
    places = {
        lane: (_text(node, "id"), row)
        for node in root.findall("junction")
        if node.get("type") != "internal"
        for row, lane in enumerate((node.get("intLanes") or "").split())
    }
    onward: dict[str, str] = {}
    for link in root.findall("connection"):
        if (link.get("from") or "").startswith(":") and link.get("via"):
            onward[f"{link.get('from')}_{link.get('fromLane')}"] = _text(link, "via")
    found: dict[str, list[Steered]] = defaultdict(list)
    for link in root.findall("connection"):
        for name in ("linkIndex", "linkIndex2"):
            lamp = link.get(name)
            if lamp is not None and link.get("tl") is not None:
                found[_text(link, "tl")].append(_way(link, int(lamp), lanes, crossings, places, onward))
    return {signal: tuple(ways) for signal, ways in found.items()}


def _way(
    link: etree._Element,
    lamp: int,
    lanes: dict[str, etree._Element],
    crossings: set[str],
    places: dict[str, tuple[str, int]],
    onward: dict[str, str],
) -> Steered:
    walking = link.get("to") in crossings
    first = f"{link.get('to')}_{link.get('toLane')}" if walking else link.get("via")
    chain = _chain(first, onward)
    parts = [lanes[lane] for lane in chain if lane in lanes]
    listed = [places[lane] for lane in chain if lane in places]
    node, row = listed[-1] if listed else ("", None)
    origin = lanes.get(f"{link.get('from')}_{link.get('fromLane')}")
    return Steered(
        lamp=lamp,
        walking=walking,
        node=node,
        row=row,
        origin=_text(link, "to" if walking else "from"),
        to_lane=f"{link.get('to')}_{link.get('toLane')}",
        direction=(link.get("dir") or "s").lower(),
        speed_m_s=float(origin.get("speed") or 0) if origin is not None and not walking else 0.0,
        width_m=float(parts[0].get("width") or WIDTH_M) if parts else WIDTH_M,
        length_m=sum(float(part.get("length") or 0) for part in parts),
        line_m=_line_m(parts),
    )


def _chain(lane: str | None, onward: dict[str, str]) -> list[str]:
    """Return the lanes within the node from one on: two where it waits inside."""
    chain: list[str] = []
    while lane and lane not in chain:
        chain.append(lane)
        lane = onward.get(lane)
    return chain


def _line_m(parts: list[etree._Element]) -> np.ndarray:
    corners = [corner.split(",")[:2] for part in parts for corner in (part.get("shape") or "").split()]
    line = np.array(corners, dtype=float).reshape(-1, 2)
    if not (np.abs(line) <= LARGEST_M).all():
        raise ValueError("a lane that is nowhere on Earth")
    return line


def _tables(root: etree._Element) -> dict[str, RightOfWay]:
    tables = {}
    for node in root.findall("junction"):
        rows = node.findall("request")
        if rows:
            tables[_text(node, "id")] = RightOfWay(meets=_table(rows, "foes"), yields=_table(rows, "response"))
    return tables


def _table(rows: list[etree._Element], name: str) -> np.ndarray:
    """Return a table of truth: the letters of a row run from the last way to the first."""
    table = np.zeros((len(rows), len(rows)), dtype=bool)
    for row in rows:
        letters = (row.get(name) or "")[::-1]
        at = int(row.get("index") or 0)
        if at < 0 or at >= len(rows):
            raise ValueError(f"request {at} of {len(rows)}")
        for column, letter in enumerate(letters[: len(rows)]):
            table[at, column] = letter == "1"
    return table


def _text(element: etree._Element, name: str) -> str:
    return str(element.get(name) or "")
