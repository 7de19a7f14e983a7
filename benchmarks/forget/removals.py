"""What a network file tells of conflicts, removed at random."""

from __future__ import annotations

import random
from collections.abc import Callable

from lxml import etree


def _node(root: etree._Element, chance: random.Random) -> etree._Element:
    nodes = list(root.iterchildren("junction"))
    signals = [node for node in nodes if (node.get("type") or "").startswith("traffic_light")]
    return chance.choice(signals or nodes)


def _some(found: list[etree._Element], chance: random.Random) -> list[etree._Element]:
    if chance.random() < 0.3:
        return found
    return chance.sample(found, chance.randint(1, max(1, min(4, len(found))))) if found else []


def _drop(found: list[etree._Element]) -> None:
    for element in found:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _unset(found: list[etree._Element], *names: str) -> None:
    for element in found:
        for name in names:
            if name in element.attrib:
                del element.attrib[name]


def rows(root: etree._Element, chance: random.Random) -> None:
    """Rows of a node's table are gone."""
    _drop(_some(list(_node(root, chance).iterchildren("request")), chance))


def letters(root: etree._Element, chance: random.Random) -> None:
    """A node's table names no conflict."""
    for row in _node(root, chance).iterchildren("request"):
        row.set("foes", "0" * len(row.get("foes", "")))


def one_row_s_letters(root: etree._Element, chance: random.Random) -> None:
    """A row is silent, too short or empty."""
    for row in _some(list(_node(root, chance).iterchildren("request")), chance)[:1]:
        row.set("foes", chance.choice(("0" * len(row.get("foes", "")), row.get("foes", "")[1:], "")))


def via(root: etree._Element, chance: random.Random) -> None:
    """Connections do not tell their way inside the node."""
    _unset(_some([c for c in root.iterchildren("connection") if c.get("via")], chance), "via")


def inner_edges(root: etree._Element, chance: random.Random) -> None:
    """Lanes inside nodes are gone."""
    kinds = chance.choice((("internal",), ("crossing",), ("internal", "crossing", "walkingarea")))
    _drop(_some([e for e in root.iterchildren("edge") if e.get("function") in kinds], chance))


def shapes(root: etree._Element, chance: random.Random) -> None:
    """Lanes are not drawn."""
    _unset(_some(list(root.iter("lane")), chance), "shape")


def inner_lanes_listed(root: etree._Element, chance: random.Random) -> None:
    """A node's list of its inner lanes lacks some."""
    node = _node(root, chance)
    listed = (node.get("intLanes") or "").split()
    if listed and chance.random() < 0.5:
        listed.remove(chance.choice(listed))
        node.set("intLanes", " ".join(listed))
    else:
        _unset([node], "intLanes")


def incoming_lanes_listed(root: etree._Element, chance: random.Random) -> None:
    """A node's list of its incoming lanes lacks some."""
    node = _node(root, chance)
    listed = (node.get("incLanes") or "").split()
    node.set("incLanes", " ".join(listed[: chance.randrange(len(listed) or 1)]))


def who_may_use_a_lane(root: etree._Element, chance: random.Random) -> None:
    """Who may use lanes is not told, nor how wide they are."""
    _unset(_some(list(root.iter("lane")), chance), "allow", "disallow", "width")


def what_a_crossing_crosses(root: etree._Element, chance: random.Random) -> None:
    """Crossings do not tell what they cross."""
    _unset(_some([e for e in root.iterchildren("edge") if e.get("crossingEdges")], chance), "crossingEdges")


def directions(root: etree._Element, chance: random.Random) -> None:
    """Connections do not tell where they turn."""
    _unset(_some(list(root.iterchildren("connection")), chance), "dir")


def walks(root: etree._Element, chance: random.Random) -> None:
    """Connections of those who walk are gone."""
    _drop(_some([c for c in root.iterchildren("connection") if (c.get("to") or "").startswith(":")], chance))


WAYS: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    rows,
    letters,
    one_row_s_letters,
    via,
    inner_edges,
    shapes,
    inner_lanes_listed,
    incoming_lanes_listed,
    who_may_use_a_lane,
    what_a_crossing_crosses,
    directions,
    walks,
)


def forget(root: etree._Element, chance: random.Random) -> tuple[str, ...]:
    """Remove knowledge of one to three kinds from a network, and return their names."""
    chosen = [chance.choice(WAYS) for _ in range(chance.choice((1, 1, 2, 3)))]
    for way in chosen:
        way(root, chance)
    return tuple(way.__name__ for way in chosen)
