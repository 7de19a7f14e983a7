"""A street drawn at random and built by netconvert with options drawn at random."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from greenband.simulation.binaries import child_environment, find_binary
from lxml import etree

from .layouts import LAYOUTS, Layout, bus_lanes, pockets
from .letters import rename_signals, renamed

LONGEST_S = 60.0
OPTIONS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.15, ("--no-internal-links",)),
    (0.2, ("--lefthand",)),
    (0.25, ("--junctions.join", "--junctions.join-dist", "30")),
    (0.4, ("--no-turnarounds",)),
    (0.1, ("--no-turnarounds.tls",)),
    (0.1, ("--no-turnarounds.geometry",)),
    (0.3, ("--sidewalks.guess", "--sidewalks.guess.from-permissions")),
    (0.3, ("--crossings.guess",)),
    (0.05, ("--walkingareas",)),
    (0.15, ("--bikelanes.guess",)),
    (0.2, ("--roundabouts.guess",)),
    (0.15, ("--tls.join",)),
    (0.15, ("--tls.guess",)),
    (0.1, ("--tls.group-signals",)),
    (0.2, ("--tls.layout", "incoming")),
    (0.2, ("--tls.allred.time", "2")),
    (0.1, ("--tls.yellow.time", "5")),
    (0.1, ("--tls.left-green.time", "0")),
    (0.1, ("--tls.scramble.time", "10")),
    (0.1, ("--tls.no-mixed",)),
    (0.1, ("--tls.cycle.time", "61")),
    (0.05, ("--no-left-connections",)),
    (0.1, ("--rectangular-lane-cut",)),
    (0.1, ("--junctions.join-turns",)),
    (0.1, ("--junctions.corner-detail", "0")),
    (0.1, ("--junctions.internal-link-detail", "2")),
    (0.05, ("--junctions.minimal-shape",)),
    (0.05, ("--check-lane-foes.all", "true")),
    (0.1, ("--geometry.max-segment-length", "50")),
    (0.05, ("--opposites.guess",)),
    (0.05, ("--default.lanewidth", "2.2")),
    (0.05, ("--default.junctions.type", "traffic_light_right_on_red")),
    (0.05, ("--offset.disable-normalization",)),
)
TYPES = ("static", "static", "actuated", "delay_based", "NEMA", "off")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A network that was built, and in a few words what it is."""

    network: Path
    about: str


def draw_street(folder: Path, rng: random.Random) -> Drawn | None:
    """Return a street drawn at random, built in a folder; None where netconvert refuses what was drawn."""
    name = rng.choice(sorted(LAYOUTS))
    made = LAYOUTS[name](rng)
    about = [name]
    for what, chance in ((bus_lanes, 0.25), (pockets, 0.2)):
        if rng.random() < chance:
            what(made, rng)
            about.append(what.__name__)
    if rng.random() < 0.25:
        made = renamed(made, rng)
        about.append("strange letters")
    options = [word for chance, words in OPTIONS if rng.random() < chance for word in words]
    options += ["--tls.default-type", rng.choice(TYPES)]
    network = build(folder, made, options)
    if network is None:
        return None
    if rng.random() < 0.15:
        about += [f"signals {', '.join(rename_signals(network, rng).values())}"]
    return Drawn(network=network, about=f"{', '.join(about)}: {' '.join(options)}")


def build(folder: Path, made: Layout, options: Sequence[str], name: str = "street") -> Path | None:
    """Return the network that netconvert builds of a layout; None where it refuses, or builds no signal."""
    nodes, edges = etree.Element("nodes"), etree.Element("edges")
    for node, attributes in made.nodes.items():
        etree.SubElement(nodes, "node", {"id": node, **attributes})
    for edge, attributes in made.edges.items():
        element = etree.SubElement(edges, "edge", {"id": edge, **attributes})
        for lane in made.lanes.get(edge, ()):
            etree.SubElement(element, "lane", lane)
        for split in made.splits.get(edge, ()):
            etree.SubElement(element, "split", split)
    for kind, root in (("nod", nodes), ("edg", edges)):
        (folder / f"{name}.{kind}.xml").write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
    target = folder / f"{name}.net.xml"
    files = ["--node-files", f"{name}.nod.xml", "--edge-files", f"{name}.edg.xml", "--output-file", target.name]
    if not made_by("netconvert", [*files, *options], folder) or not target.is_file():
        return None
    return target if _has_signal(target) else None


def _has_signal(network: Path) -> bool:
    """Whether a network has a program; one whose file is no XML, for netconvert cuts some letters apart, has none."""
    try:
        return etree.parse(str(network)).getroot().find("tlLogic") is not None
    except (etree.XMLSyntaxError, OSError):
        return False


def made_by(program: str, words: Sequence[str], folder: Path) -> bool:
    """Whether one of SUMO's programs, run in a folder, ended well."""
    command = [str(find_binary(program)), *words, "--no-warnings"]
    try:
        done = subprocess.run(command, cwd=folder, env=child_environment(), capture_output=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
