"""Streets that only some may use, and streets whose ends are as netconvert makes them, for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from greenband.simulation.binaries import child_environment, find_binary

ARMS_NODES = """<nodes>
  <node id="W" x="-300" y="0"/><node id="A" x="0" y="0" type="traffic_light"/><node id="E" x="300" y="0"/>
  <node id="N" x="0" y="300"/><node id="S" x="0" y="-300"/>
</nodes>"""
# The northern arm is for buses, and so are the kerb lanes of the western one.
BUS_EDGES = """<edges>
  <edge id="WA" from="W" to="A" numLanes="2"><lane index="0" allow="bus bicycle"/></edge>
  <edge id="AW" from="A" to="W" numLanes="2"><lane index="0" allow="bus bicycle"/></edge>
  <edge id="EA" from="E" to="A" numLanes="2"/><edge id="AE" from="A" to="E" numLanes="2"/>
  <edge id="NA" from="N" to="A" allow="bus"/><edge id="AN" from="A" to="N" allow="bus"/>
  <edge id="SA" from="S" to="A"/><edge id="AS" from="A" to="S"/>
</edges>"""
# Nobody but buses may turn from the south to the west.
BUS_TURN = '<connections><connection from="SA" to="AW" fromLane="0" toLane="1" allow="bus"/></connections>'
# The entry from the west has a pocket: it is split 60 m before the signal.
POCKET_EDGES = """<edges>
  <edge id="WA" from="W" to="A" numLanes="2"><split pos="-60" lanes="0 1 2" id="WAp"/></edge>
  <edge id="AW" from="A" to="W" numLanes="2"/>
  <edge id="EA" from="E" to="A" numLanes="2"/><edge id="AE" from="A" to="E" numLanes="2"/>
  <edge id="NA" from="N" to="A"/><edge id="AN" from="A" to="N"/>
  <edge id="SA" from="S" to="A"/><edge id="AS" from="A" to="S"/>
</edges>"""


def convert(folder: Path, nodes: str, edges: str, *options: str, connections: str = "") -> Path:
    """Return a network that netconvert makes with the options, turnarounds at the ends included unless they say no."""
    parts = {"nod": nodes, "edg": edges, "con": connections}
    for kind, content in parts.items():
        (folder / f"net.{kind}.xml").write_text(content)
    files = [f"--node-files={folder / 'net.nod.xml'}", f"--edge-files={folder / 'net.edg.xml'}"]
    files += [f"--connection-files={folder / 'net.con.xml'}"] if connections else []
    made = folder / "street.net.xml"
    subprocess.run(
        [str(find_binary("netconvert")), *files, f"--output-file={made}", "--no-warnings", *options],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    return made


def drivable(network: Path, turns: list[tuple[str, str]], folder: Path) -> set[tuple[str, str]]:
    """Return the turns that SUMO's own router has cars make, asked for a way from the one edge to the other."""
    trips = "".join(f'<trip id="{k}" depart="{k}" from="{a}" to="{b}"/>' for k, (a, b) in enumerate(turns))
    (folder / "asked.rou.xml").write_text(f"<routes>{trips}</routes>")
    made = folder / "answered.rou.xml"
    command = [str(find_binary("duarouter")), f"--net-file={network}", f"--route-files={folder / 'asked.rou.xml'}"]
    subprocess.run(
        [*command, f"--output-file={made}", "--ignore-errors", "--no-warnings"],
        env=child_environment(),
        check=True,
        capture_output=True,
    )
    text = made.read_text()
    return {turn for turn in turns if f'<route edges="{" ".join(turn)}"/>' in text}
