"""The streets of a UTDF file: nodes, edges with their lanes, and which lane makes which turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...networks.errors import InputError
from ...networks.utdf.signals import UtdfController, UtdfMovement, movements, number
from ...networks.utdf.tables import UtdfFile

FOOT_M, MILE_M = 0.3048, 1609.344
SHORTEST_M = 15.0
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
    foot, speed = _units(file)
    column = {name: k for k, name in enumerate(nodes.header)}
    places = {
        row[0]: ((number(row[column["X"]]) or 0.0) * foot, (number(row[column["Y"]]) or 0.0) * foot)
        for row in nodes.rows
        if row[0].strip()
    }
    lanes = _by_approach(movements(file, source))
    found: dict[str, Street] = {}
    for intid, records in links.records.items():
        for side, up in records.get("Up ID", {}).items():
            if not up.strip():
                continue
            if up not in places or intid not in places:
                raise InputError(
                    where=f"{source}, [Links], INTID {intid}, {side}",
                    found=f"a link from node '{up}'",
                    rule="links join nodes of [Nodes]",
                    fix="correct the number, or add the node",
                )
            limit = number(records.get("Speed", {}).get(side))
            count = int(number(records.get("Lanes", {}).get(side)) or 1)
            turns = lane_turns(lanes.get((intid, up), ()), max(1, count))
            found[street_id(up, intid)] = Street(
                id=street_id(up, intid),
                from_node=up,
                to_node=intid,
                speed_m_s=limit * speed if limit else DEFAULT_SPEED_M_S,
                turns=turns,
                name=records.get("Name", {}).get(side, "").strip(),
            )
    _add_missing(found, lanes, places)
    return Streets(
        places=places,
        streets=found,
        controller_of={node: c.intid for c in signals.values() for node in c.nodes if node in places},
    )


def _units(file: UtdfFile) -> tuple[float, float]:
    """Return metres per unit of length, and metres per second per unit of speed."""
    network = file.section("Network")
    metric = any(row[0] == "Metric" and row[1].strip() == "1" for row in network.rows) if network else False
    return (1.0, 1 / 3.6) if metric else (FOOT_M, MILE_M / 3600)


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
