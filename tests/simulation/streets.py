"""Small streets and traffic, made by SUMO's own tools, for the tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from greenband.simulation.binaries import child_environment, find_binary

NODES = """<nodes>
  <node id="w" x="-300" y="0"/><node id="m" x="0" y="0" type="traffic_light"/><node id="e" x="300" y="0"/>
  <node id="s" x="0" y="-300"/><node id="n" x="0" y="300"/>
</nodes>"""
EDGES = """<edges>
  <edge id="wm" from="w" to="m" numLanes="1" speed="10"/><edge id="me" from="m" to="e" numLanes="1" speed="10"/>
  <edge id="sm" from="s" to="m" numLanes="1" speed="10"/><edge id="mn" from="m" to="n" numLanes="1" speed="10"/>
</edges>"""
RING_NODES = """<nodes>
  <node id="a" x="0" y="0" type="traffic_light"/><node id="b" x="100" y="0" type="traffic_light"/>
  <node id="c" x="100" y="100" type="traffic_light"/><node id="d" x="0" y="100" type="traffic_light"/>
  <node id="A" x="-100" y="-20"/><node id="B" x="120" y="-100"/>
  <node id="C" x="200" y="120"/><node id="D" x="-20" y="200"/>
</nodes>"""
RING_EDGES = """<edges>
  <edge id="ab" from="a" to="b"/><edge id="bc" from="b" to="c"/><edge id="cd" from="c" to="d"/>
  <edge id="da" from="d" to="a"/>
  <edge id="Aa" from="A" to="a"/><edge id="Bb" from="B" to="b"/><edge id="Cc" from="C" to="c"/>
  <edge id="Dd" from="D" to="d"/>
  <edge id="aA" from="a" to="A"/>
</edges>"""
# Drivers who are all alike and make no mistakes: what they do can be worked out by hand.
VEHICLE_TYPE = '<vType id="car" sigma="0" speedDev="0" length="5" minGap="2.5" accel="2.6" decel="4.5"/>'


def make_network(folder: Path, nodes: str, edges: str) -> Path:
    (folder / "net.nod.xml").write_text(nodes)
    (folder / "net.edg.xml").write_text(edges)
    made = folder / "street.net.xml"
    files = [f"--node-files={folder / 'net.nod.xml'}", f"--edge-files={folder / 'net.edg.xml'}"]
    subprocess.run(
        [str(find_binary("netconvert")), *files, f"--output-file={made}", "--no-turnarounds", "--no-warnings"],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    return made


def routes(trips: Iterable[tuple[float, str]]) -> str:
    """Return a route file of (departure, edges)."""
    vehicles = "".join(
        f'<vehicle id="v{place:04d}" type="car" depart="{depart}"><route edges="{edges}"/></vehicle>'
        for place, (depart, edges) in enumerate(trips)
    )
    return f"<routes>{VEHICLE_TYPE}{vehicles}</routes>"


def program(phases: Iterable[tuple[float, str]], signal: str = "m", name: str = "test") -> str:
    """Return an additional file with one program."""
    inner = "".join(f'<phase duration="{duration}" state="{state}"/>' for duration, state in phases)
    return (
        f'<additional><tlLogic id="{signal}" type="static" programID="{name}" offset="0">{inner}</tlLogic></additional>'
    )
