"""Names with letters that XML, shells, TOML, CSV and HTML each take for something else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from .layouts import Layout

STRANGE = (
    "é", "ü", "街", "Ж", "𝛼", "#", "-", ".", ",", "+", "=", "?", "!", "~", "[b]", "(", ")", "a b", "'", '"', "&amp;",
    "&", "<", ">", "%s", "{x}", "$HOME", "..", "/", "\\", "`", "|", "@", "*", "null", "0", "-1", "1e5", "true",
    "\u202e", "\u00a0", "e\u0301",
)  # fmt: skip
SUMO_REFUSES = frozenset(" \t\n\r@$%^&/|\\{}*'\";:<>")


def renamed(made: Layout, rng: random.Random) -> Layout:
    """Return a layout with names that have strange letters, but none that netconvert refuses."""
    allowed = [text for text in STRANGE if not set(text) & SUMO_REFUSES]
    names = {name: _strange(name, allowed, rng) for name in (*made.nodes, *made.edges)}
    return Layout(
        nodes={names[name]: attributes for name, attributes in made.nodes.items()},
        edges={
            names[name]: {**attributes, "from": names[attributes["from"]], "to": names[attributes["to"]]}
            for name, attributes in made.edges.items()
        },
        lanes={names[name]: lanes for name, lanes in made.lanes.items()},
        splits={
            names[name]: [{**split, "id": names[name] + "p"} for split in splits]
            for name, splits in made.splits.items()
        },
    )


def rename_signals(network: Path, rng: random.Random) -> dict[str, str]:
    """Give the signals of a network file names with any letters, which SUMO reads; return the new names."""
    root = etree.parse(str(network)).getroot()
    names = {str(logic.get("id")): "" for logic in root.iter("tlLogic")}
    names = {name: f"{_strange(name, STRANGE, rng)}{place or ''}" for place, name in enumerate(names)}
    for element in root.iter("tlLogic", "connection"):
        key = "id" if element.tag == "tlLogic" else "tl"
        if element.get(key) in names:
            element.set(key, names[str(element.get(key))])
    network.write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
    return names


def _strange(name: str, known: Sequence[str], rng: random.Random) -> str:
    return rng.choice((name + rng.choice(known), rng.choice(known) + name, name + "_" + rng.choice(known) * 2, name))
