"""On which side of the road a network drives: there the turn across those who come the other way is another."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from lxml import etree

from ...networks.files import read_bytes


def turn_across(path: Path) -> str:
    """Return SUMO's letter of the turn across those who come the other way: 'l', or 'r' in left-hand traffic.

    `path` is a SUMO network that has been read before; only its first element is looked at.
    """
    content = BytesIO(read_bytes(path, "a network"))
    for _, element in etree.iterparse(content, events=("start",), resolve_entities=False, no_network=True):
        return "r" if element.get("lefthand") in ("true", "1") else "l"
    return "l"
