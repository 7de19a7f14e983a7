"""A UTDF file's streets and signals as plain XML for netconvert."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from ...networks.utdf.signals import UtdfController, UtdfMovement
from .utdf_lamps import TENTHS, served, strip_of
from .utdf_streets import Street, Streets, street_id

Link = tuple[str, str, int, int, str]  # from street, to street, from lane, to lane, what it shows


def nodes_xml(streets: Streets) -> etree._Element:
    """Return the nodes: signals by their controller, and all others as priority junctions or ends."""
    root = etree.Element("nodes")
    used = {node for s in streets.streets.values() for node in (s.from_node, s.to_node)}
    for node, (x, y) in streets.places.items():
        if node not in used:
            continue
        element = etree.SubElement(root, "node", id=node, x=f"{x:.2f}", y=f"{y:.2f}")
        controller = streets.controller_of.get(node)
        element.set("type", "priority" if controller is None else "traffic_light")
        if controller is not None:
            element.set("tl", controller)
    return root


def edges_xml(streets: Streets) -> etree._Element:
    """Return the streets; a lane of a pocket is as long as the street."""
    root = etree.Element("edges")
    for street in streets.streets.values():
        edge = etree.SubElement(root, "edge", {"id": street.id, "from": street.from_node, "to": street.to_node})
        edge.set("numLanes", str(len(street.turns)))
        edge.set("speed", f"{street.speed_m_s:.2f}")
        edge.set("priority", str(len(street.turns)))
        if street.name:
            edge.set("name", street.name)
    return root


def ways(streets: Streets) -> Iterator[tuple[Street, int, UtdfMovement, str, int]]:
    """Yield each way from a lane through a node: street, lane, movement, street after it, lane there."""
    for street in streets.streets.values():
        for lane, turns in enumerate(street.turns):
            for movement in turns:
                target = streets.streets.get(street_id(street.to_node, movement.dest_node))
                if target is not None:
                    yield street, lane, movement, target.id, _to_lane(street, lane, movement, len(target.turns))


def _to_lane(street: Street, lane: int, movement: UtdfMovement, lanes: int) -> int:
    """Return the lane that a way ends in: left turns from the middle of the street, all others from the kerb on."""
    own = [k for k, turns in enumerate(street.turns) if movement in turns]
    place = own.index(lane)
    if movement.column[2] in "LU":
        return max(0, lanes - len(own) + place)
    return min(lanes - 1, place)


def connections_xml(streets: Streets) -> etree._Element:
    """Return the ways through the nodes."""
    root = etree.Element("connections")
    for street, lane, _, target, to_lane in ways(streets):
        etree.SubElement(root, "connection", _ends(street.id, target, lane, to_lane))
    return root


def _ends(origin: str, target: str, lane: int, to_lane: int) -> dict[str, str]:
    return {"from": origin, "to": target, "fromLane": str(lane), "toLane": str(to_lane)}


def signals_xml(streets: Streets, signals: dict[str, UtdfController]) -> etree._Element:
    """Return the programs with the lamps of each way: fixed time, from midnight on, to the tenth of a second."""
    root = etree.Element("tlLogics")
    links: dict[str, list[tuple[dict[str, str], str]]] = {}
    for street, lane, movement, target, to_lane in ways(streets):
        name = streets.controller_of.get(street.to_node)
        if name is None:
            continue
        approach = tuple({m.column: m for turns in street.turns for m in turns}.values())
        shown = strip_of(signals[name], served(approach)[movement.column])
        links.setdefault(name, []).append((_ends(street.id, target, lane, to_lane), shown))
    for name, own in links.items():
        logic = etree.SubElement(root, "tlLogic", id=name, type="static", programID="utdf", offset="0")
        states = ["".join(lamps) for lamps in zip(*(shown for _, shown in own), strict=True)]
        for state, same in groupby(states):
            etree.SubElement(logic, "phase", duration=f"{len(list(same)) / TENTHS:.1f}", state=state)
    for name, own in links.items():
        for index, (ends, _) in enumerate(own):
            etree.SubElement(root, "connection", {**ends, "tl": name, "linkIndex": str(index)})
    return root
