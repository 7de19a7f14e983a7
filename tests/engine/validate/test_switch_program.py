"""SUMO shows, second for second, the lamps of the way between two plans."""

import subprocess
from pathlib import Path

import pytest
from greenband.engine.validate.switch_program import switch_xml, ways
from greenband.networks.files import xml_bytes
from greenband.networks.plan import Plan
from greenband.networks.sumo.net import read_network
from greenband.simulation.binaries import child_environment, find_binary
from lxml import etree

TOP = Path(__file__).parents[3]
BEGIN_S, AT_S, END_S = 25_000, 25_200, 26_000


@pytest.mark.parametrize("mode", ["shortway", "dwell"])
def test_sumo_shows_the_rows(tmp_path: Path, mode: str) -> None:
    path = TOP / "networks" / "arterial" / "arterial.net.xml"
    network = read_network(path)
    plan = Plan(
        name="later",
        junctions=tuple(j.running.with_offset(j.running.offset_s + 23) for j in network.junctions),
    )
    found, left_out = ways(network, plan, mode, begin_s=BEGIN_S, at_s=AT_S, end_s=END_S)
    assert left_out == {}
    root = switch_xml(found, network, plan)
    one = found[0]
    etree.SubElement(root, "timedEvent", type="SaveTLSStates", source=one.junction, dest="lamps.xml")
    (tmp_path / "switch.add.xml").write_bytes(xml_bytes(root))
    command = [
        str(find_binary("sumo")),
        f"--net-file={path}",
        "--additional-files=switch.add.xml",
        f"--begin={BEGIN_S}",
        f"--end={END_S}",
        "--no-step-log",
    ]
    subprocess.run(command, cwd=tmp_path, env=child_environment(), check=True, capture_output=True)
    shown = {float(e.get("time")): e.get("state") for e in etree.parse(tmp_path / "lamps.xml").iter("tlsState")}
    junction = network.by_junction[one.junction]
    for second, row in enumerate(one.rows):
        for group, shows in zip(junction.groups, row, strict=True):
            assert {shown[BEGIN_S + second][link] for link in group.links} == {shows}, (second, group.id)
