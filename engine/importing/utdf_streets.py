"""The streets of a UTDF file: nodes, edges with their lanes, and which lane makes which turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...networks.errors import InputError
from ...networks.utdf.cells import FEET, KM_H, METRES, MPH, Cells, number
from ...networks.utdf.sections import Section
from ...networks.utdf.signals import MOST_LANES, UtdfController, UtdfMovement, movements
from ...networks.utdf.tables import UtdfFile
from .utdf_scenario import FOOT_M, MILE_M, is_metric

MOST_SPEED = 400
ORDER = ("R2", "R", "T", "L", "L2", "U")  # lanes from the kerb on
DEFAULT_SPEED_M_S = 13.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street in one direction, from node to node; `turns` are the movements that each lane makes, kerb first."""

    id: str
    from_node: str
    to_node: str
    speed_m_s: float
    turns: tuple[tuple[UtdfMovement, ...], ...]
    name: str


@dataclass(frozen=True, kw_only=True)
class Streets:
    """All streets, the places of the nodes in metres, and the controller of each node that has one."""

    places: dict[str, tuple[float, float]]
    streets: dict[str, Street]
    controller_of: dict[str, str]


def street_id(from_node: str, to_node: str) -> str:
    """Return the name of the street from one node to another."""
    return f"{from_node}_{to_node}"


def streets_of(file: UtdfFile, signals: dict[str, UtdfController], source: str) -> Streets:
    """Return the streets of a file. Raises InputError if it has no [Nodes] or [Links], or a link to an unknown node."""
    nodes, links = file.section("Nodes"), file.section("Links")
    if nodes is None or links is None:
        raise InputError(
            where=source,
            found=f"no section [{'Nodes' if nodes is None else 'Links'}]",
            rule="a network is built from [Nodes], [Links] and [Lanes]",
            fix="save the whole file from Synchro, or import the plan into a study that has the network",
        )
    metric, _ = is_metric(file, source)
    places = _places(nodes, source, 1.0 if metric else FOOT_M)
    lanes = _by_approach(movements(file, source))
    found: dict[str, Street] = {}
    for intid, records in links.records.items():
        cells = Cells(section=links, source=source, intid=intid)
        for side in records.get("Up ID", {}):
            up = cells.text("Up ID", side)
            if up and (up not in places or intid not in places):
                raise cells.error("Up ID", side, f"a link from node '{up}' to '{intid}'", "links join nodes of [Nodes]")
            if up:
                found[street_id(up, intid)] = _street(cells, side, up, lanes.get((intid, up), ()), metric=metric)
    _add_missing(found, lanes, places)
    return Streets(
        places=places,
        streets=found,
        controller_of={node: c.intid for c in signals.values() for node in c.nodes if node in places},
    )


def _places(nodes: Section, source: str, metres: float) -> dict[str, tuple[float, float]]:
    """Return the nodes' places in metres. Raises InputError with line and column for a node without one."""
    missing = [name for name in ("INTID", "X", "Y") if name not in nodes.columns]
    if missing:
        raise InputError(
            where=f"{source}, line {nodes.line}",
            found=f"no column {missing[0]} in [Nodes]",
            rule="[Nodes] has the columns INTID, X and Y",
            fix="correct the header, or export the file again",
        )
    at = {name: k for k, name in enumerate(nodes.columns)}
    found = {}
    for k, row in enumerate(nodes.rows):
        x, y = (_coordinate(nodes, source, (k, at[name])) * metres for name in ("X", "Y"))
        found[row[at["INTID"]].strip()] = x, y
    return found


def _coordinate(nodes: Section, source: str, cell: tuple[int, int]) -> float:
    row, column = cell
    text = nodes.rows[row][column] if column < len(nodes.rows[row]) else ""
    try:
        value = number(text, (*FEET, *METRES), decimal_comma=nodes.decimal_comma)
        if value is None:
            raise ValueError("an empty cell")
    except ValueError as error:
        name = nodes.columns[column]
        raise InputError(
            where=f"{source}, line {nodes.line_of(row)}, column {column + 1} ({name})",
            found=str(error),
            rule="each node has a place: X and Y are numbers",
            fix="correct the cell",
        ) from None
    return value


def _street(cells: Cells, side: str, up: str, own: tuple[UtdfMovement, ...], *, metric: bool) -> Street:
    limit = cells.number("Speed", side, most=MOST_SPEED, units=KM_H if metric else MPH)
    count = cells.whole("Lanes", side, most=MOST_LANES) or 1
    return Street(
        id=street_id(up, cells.intid),
        from_node=up,
        to_node=cells.intid,
        speed_m_s=limit * (1 / 3.6 if metric else MILE_M / 3600) if limit else DEFAULT_SPEED_M_S,
        turns=lane_turns(own, count),
        name=cells.text("Name", side),
    )


def _by_approach(found: Iterable[UtdfMovement]) -> dict[tuple[str, str], tuple[UtdfMovement, ...]]:
    grouped: dict[tuple[str, str], list[UtdfMovement]] = {}
    for movement in found:
        grouped.setdefault((movement.intid, movement.up_node), []).append(movement)
    return {key: tuple(values) for key, values in grouped.items()}


def _add_missing(
    found: dict[str, Street],
    lanes: dict[tuple[str, str], tuple[UtdfMovement, ...]],
    places: dict[str, tuple[float, float]],
) -> None:
    """Add the streets to destinations that have no link of their own: ways out of the network."""
    for (intid, _), own in lanes.items():
        for movement in own:
            name = street_id(intid, movement.dest_node)
            if name not in found and movement.dest_node in places and intid in places:
                found[name] = Street(
                    id=name,
                    from_node=intid,
                    to_node=movement.dest_node,
                    speed_m_s=DEFAULT_SPEED_M_S,
                    turns=((),) * max(1, movement.lanes),
                    name="",
                )


def lane_turns(own: tuple[UtdfMovement, ...], link_lanes: int) -> tuple[tuple[UtdfMovement, ...], ...]:
    """Return the movements of each lane of an approach, the kerb's lane first.

    Lanes stand in the order R2, R, T, L, L2, U. A lane group shares its outer lane with left (code 1) or right (2) or
    both (3); a movement without a lane that nothing shares with goes from the lane nearest to it.
    """
    if not own:
        return ((),) * link_lanes
    kind = {m.column: m.column[2:] for m in own}
    ordered = sorted(own, key=lambda m: ORDER.index(kind[m.column]) if kind[m.column] in ORDER else 2)
    lanes: list[list[UtdfMovement]] = []
    place: dict[str, tuple[int, int]] = {}
    for movement in ordered:
        place[movement.column] = (len(lanes), len(lanes) + movement.lanes)
        lanes += [[movement] for _ in range(movement.lanes)]
    if not lanes:
        lanes = [[] for _ in range(link_lanes)]
    for rank, movement in enumerate(ordered):
        if movement.lanes:
            continue
        right = next((m for m in reversed(ordered[:rank]) if m.lanes), None)  # the lanes nearer to the kerb
        left = next((m for m in ordered[rank + 1 :] if m.lanes), None)
        host = left if left is not None and (left.shared & 2 or right is None) else right if right is not None else left
        at = 0 if host is None else place[host.column][0] if host is left else place[host.column][1] - 1
        lanes[at].append(movement)
    for rank, movement in enumerate(ordered):
        _share(movement, ordered, rank, place, lanes)
    return tuple(tuple(lane) for lane in lanes)


def _share(
    movement: UtdfMovement,
    ordered: list[UtdfMovement],
    rank: int,
    place: dict[str, tuple[int, int]],
    lanes: list[list[UtdfMovement]],
) -> None:
    """Let the outer lanes of a lane group also make the turns that share it and have lanes of their own."""
    first, end = place[movement.column]
    if not movement.lanes:
        return
    sides = ((1, end - 1, ordered[rank + 1 : rank + 2]), (2, first, ordered[max(0, rank - 1) : rank]))
    for code, at, others in sides:
        for other in others if movement.shared & code else ():
            if other not in lanes[at]:
                lanes[at].append(other)
