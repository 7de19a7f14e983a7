"""Small networks of many kinds, built by netconvert, for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from greenband.simulation.binaries import child_environment, find_binary

ENDS = """<node id="w" x="-300" y="0"/><node id="e" x="300" y="0"/>
  <node id="s" x="0" y="-300"/><node id="n" x="20" y="300"/>"""
CROSS = f'<nodes><node id="m" x="0" y="0" type="traffic_light"/>{ENDS}</nodes>'
CROSS_EDGES = """<edges>
  <edge id="wm" from="w" to="m" numLanes="3"/><edge id="mw" from="m" to="w" numLanes="2"/>
  <edge id="em" from="e" to="m" numLanes="2"/><edge id="me" from="m" to="e" numLanes="2"/>
  <edge id="sm" from="s" to="m" numLanes="1"/><edge id="ms" from="m" to="s" numLanes="1"/>
  <edge id="nm" from="n" to="m" numLanes="2"/><edge id="mn" from="m" to="n" numLanes="1"/>
</edges>"""
ONE_WAY_EDGES = """<edges>
  <edge id="wm" from="w" to="m" numLanes="2"/><edge id="me" from="m" to="e" numLanes="2"/>
  <edge id="nm" from="n" to="m" numLanes="1"/><edge id="ms" from="m" to="s" numLanes="1"/>
</edges>"""
TWIN = """<nodes><node id="m" x="0" y="0" type="traffic_light" tl="T"/>
  <node id="k" x="60" y="0" type="traffic_light" tl="T"/><node id="w" x="-300" y="0"/><node id="e" x="360" y="0"/>
  <node id="s" x="0" y="-300"/><node id="n" x="60" y="300"/></nodes>"""
TWIN_EDGES = """<edges>
  <edge id="wm" from="w" to="m" numLanes="2"/><edge id="mw" from="m" to="w" numLanes="1"/>
  <edge id="mk" from="m" to="k" numLanes="2"/><edge id="km" from="k" to="m" numLanes="1"/>
  <edge id="ke" from="k" to="e" numLanes="1"/><edge id="ek" from="e" to="k" numLanes="2"/>
  <edge id="sm" from="s" to="m" numLanes="1"/><edge id="ms" from="m" to="s" numLanes="1"/>
  <edge id="nk" from="n" to="k" numLanes="1"/><edge id="kn" from="k" to="n" numLanes="1"/>
</edges>"""
CROSSINGS = ("--sidewalks.guess", "--sidewalks.guess.from-permissions", "--crossings.guess")
KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a crossing of two streets": (CROSS, CROSS_EDGES, ("--no-turnarounds",)),
    "with turn-rounds": (CROSS, CROSS_EDGES, ()),
    "on the left": (CROSS, CROSS_EDGES, ("--lefthand", "--no-turnarounds")),
    "two one-way streets": (CROSS, ONE_WAY_EDGES, ("--no-turnarounds",)),
    "two nodes, one signal": (TWIN, TWIN_EDGES, ("--no-turnarounds",)),
    "all approaches one after the other": (CROSS, CROSS_EDGES, ("--tls.layout", "incoming")),
}
WALKED = {f"{name}, with crossings": (n, e, (*options, *CROSSINGS)) for name, (n, e, options) in KINDS.items()}


def build(folder: Path, nodes: str, edges: str, options: tuple[str, ...], name: str = "built") -> Path:
    """Return the network that netconvert builds."""
    (folder / "plain.nod.xml").write_text(nodes)
    (folder / "plain.edg.xml").write_text(edges)
    given = ["--node-files", "plain.nod.xml", "--edge-files", "plain.edg.xml", *options]
    return netconvert(folder, given, name)


def netconvert(folder: Path, options: list[str], name: str) -> Path:
    made = folder / f"{name}.net.xml"
    subprocess.run(
        [str(find_binary("netconvert")), *options, "--output-file", made.name, "--no-warnings"],
        cwd=folder,
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    return made
