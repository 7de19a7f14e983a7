"""Who may use what: held to SUMO's own router, on streets with lanes, turns and whole streets for buses."""

from pathlib import Path

import pytest
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.simulation.special_streets import ARMS_NODES, BUS_EDGES, BUS_TURN, convert, drivable


@pytest.mark.parametrize("connections", ["", BUS_TURN])
@pytest.mark.parametrize("options", [(), ("--no-turnarounds",), ("--no-internal-links",), ("--lefthand",)])
def test_the_graph_is_the_one_on_which_sumo_lets_a_car_drive(
    tmp_path: Path, options: tuple[str, ...], connections: str
) -> None:
    made = convert(tmp_path, ARMS_NODES, BUS_EDGES, *options, connections=connections)
    network = read_network(made)
    edges = list(network.edges)
    asked = [(a, b) for a in edges for b in edges if a != b]
    ours = {(a, b) for a, targets in network.turns.items() for b in targets}
    assert ours == drivable(made, asked, tmp_path)
    assert ("WA", "AE") in ours
    assert not {turn for turn in ours if {"NA", "AN"} & set(turn)}


def test_lanes_for_buses_are_not_for_cars_and_their_signal_is_kept(tmp_path: Path) -> None:
    network = read_network(convert(tmp_path, ARMS_NODES, BUS_EDGES))
    lanes = {lane.id: lane for edge in network.edges.values() for lane in edge.lanes}
    assert {name for name, lane in lanes.items() if not lane.vehicles} == {"WA_0", "AW_0", "NA_0", "AN_0"}
    assert all(lane.others != lane.vehicles for lane in lanes.values())
    assert {"NA", "SA", "EA", "WA"} == {e for g in network.junctions[0].groups for e in g.from_edges}
    assert {lane for m in network.junctions[0].movements for lane in m.lanes}.isdisjoint({"WA_0", "NA_0"})


@pytest.mark.parametrize(
    ("words", "cars"),
    [
        ({}, True),
        ({"allow": "all"}, True),
        ({"allow": "bus taxi"}, False),
        ({"allow": "bus passenger"}, True),
        ({"disallow": "all"}, False),
        ({"disallow": "passenger"}, False),
        ({"disallow": "truck bus"}, True),
    ],
)
def test_permissions_are_read_as_sumo_reads_them(tmp_path: Path, words: dict[str, str], cars: bool) -> None:
    made = convert(tmp_path, ARMS_NODES, BUS_EDGES.replace('allow="bus bicycle"', ""), "--no-turnarounds")
    root = etree.parse(made).getroot()
    for lane in root.xpath("edge[@id='SA']/lane"):
        lane.attrib.update(words)
    made.write_bytes(etree.tostring(root))
    assert bool(read_network(made).edges["SA"].vehicle_lanes) is cars
    assert (("SA", "AE") in drivable(made, [("SA", "AE")], tmp_path)) is cars
