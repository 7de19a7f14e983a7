"""The streets of the bundled arterial as plain XML for netconvert: nodes, edges, connections and crossings."""

from __future__ import annotations

from lxml import etree

from .streets import (
    JUNCTIONS,
    LANE_WIDTH_M,
    POCKET_M,
    POSITIONS_M,
    SIDEWALK_WIDTH_M,
    SPEED_MAIN_M_S,
    SPEED_SIDE_M_S,
    Arm,
    approach_edge,
    crossings,
    exit_edge,
    has_pocket,
    turns,
)


def _pocket_node(junction: str, arm: Arm) -> tuple[str, float, float]:
    (x, y), (far_x, far_y) = POSITIONS_M[junction], POSITIONS_M[arm.toward]
    share = POCKET_M / ((far_x - x) ** 2 + (far_y - y) ** 2) ** 0.5
    return f"{arm.toward}_{junction}_widens", x + share * (far_x - x), y + share * (far_y - y)


def nodes_xml() -> etree._Element:
    """Return the nodes: signals, ends of the streets, and the places where approaches widen."""
    root = etree.Element("nodes")
    for name, (x, y) in POSITIONS_M.items():
        node = etree.SubElement(root, "node", id=name, x=f"{x:.2f}", y=f"{y:.2f}")
        node.set("type", "traffic_light" if name in JUNCTIONS else "dead_end")
        if name in JUNCTIONS:
            node.set("tl", name)
    for junction, arms in JUNCTIONS.items():
        for arm in filter(has_pocket, arms.values()):
            name, x, y = _pocket_node(junction, arm)
            etree.SubElement(root, "node", id=name, x=f"{x:.2f}", y=f"{y:.2f}", type="priority")
    return root


def _add_edge(root: etree._Element, name: str, ends: tuple[str, str], lanes: int, main: bool) -> None:
    edge = etree.SubElement(root, "edge", {"id": name, "from": ends[0], "to": ends[1]})
    edge.set("priority", "3" if main else "1")
    edge.set("numLanes", str(lanes + 1))
    edge.set("speed", f"{SPEED_MAIN_M_S if main else SPEED_SIDE_M_S:.2f}")
    etree.SubElement(edge, "lane", index="0", allow="pedestrian", width=f"{SIDEWALK_WIDTH_M:.2f}")
    for index in range(1, lanes + 1):
        etree.SubElement(edge, "lane", index=str(index), disallow="pedestrian", width=f"{LANE_WIDTH_M:.2f}")


def edges_xml() -> etree._Element:
    """Return the edges, both directions of every street, each with a sidewalk as lane 0."""
    root = etree.Element("edges")
    for junction, arms in JUNCTIONS.items():
        for name, arm in arms.items():
            main = name in "EW"
            start, street = arm.toward, f"{arm.toward}_{junction}"
            if has_pocket(arm):
                widens = _pocket_node(junction, arm)[0]
                _add_edge(root, street, (start, widens), len(arm.lanes) - 1, main)
                start = widens
            _add_edge(root, approach_edge(junction, arm), (start, junction), len(arm.lanes), main)
            if arm.toward not in JUNCTIONS:  # a street between two junctions is the approach of the next one
                _add_edge(root, exit_edge(junction, arm), (junction, arm.toward), arm.lanes_out, main)
    return root


def connections_xml() -> etree._Element:
    """Return the connections and crossings; lamps are numbered as the programs number them."""
    root = etree.Element("connections")
    for junction, arms in JUNCTIONS.items():
        junction_turns = list(turns(junction))
        for turn in junction_turns:
            _add_connection(root, turn.from_edge, turn.to_edge, turn.from_lane, turn.to_lane)
        for arm in filter(has_pocket, arms.values()):
            street = f"{arm.toward}_{junction}"
            for lane, to_lane in ((1, 1), (2, 2), (2, 3)):
                _add_connection(root, street, approach_edge(junction, arm), lane, to_lane)
        for link, name in enumerate(crossings(junction), start=len(junction_turns)):
            edges = f"{approach_edge(junction, arms[name])} {exit_edge(junction, arms[name])}"
            etree.SubElement(
                root, "crossing", node=junction, edges=edges, priority="1", width="4.00", linkIndex=str(link)
            )
    return root


def _add_connection(root: etree._Element, from_edge: str, to_edge: str, from_lane: int, to_lane: int) -> None:
    lanes = {"fromLane": str(from_lane), "toLane": str(to_lane)}
    etree.SubElement(root, "connection", {"from": from_edge, "to": to_edge, **lanes})
