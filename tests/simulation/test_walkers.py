"""People on foot: who crosses where, how many, and that SUMO lets them wait at red and no longer."""

from pathlib import Path

import pytest
from greenband.networks.sumo.net import read_network
from greenband.simulation.run import run
from greenband.simulation.scenario import Scenario
from greenband.simulation.walkers import signalled_crossings, walks_xml
from lxml import etree

NETWORK = Path(__file__).parents[2] / "networks" / "arterial" / "arterial.net.xml"


def test_every_crossing_of_the_network_has_a_walk_between_pavements_of_its_junction():
    found = signalled_crossings(NETWORK)
    assert len(found) == NETWORK.read_text().count('function="crossing"')
    edges = read_network(NETWORK).edges
    for crossing, pair in found.items():
        node = crossing.strip(":").split("_")[0]
        assert all(node in (edges[name].from_node, edges[name].to_node) or name.endswith("_pocket") for name in pair)


def test_as_many_people_as_asked_half_each_way_and_the_same_bytes_again():
    made = walks_xml(NETWORK, 200, 0, 3600, seed=3)
    people = list(etree.fromstring(made).iter("person"))
    assert len(people) == pytest.approx(18 * 200, rel=0.05)
    departs = [float(person.get("depart")) for person in people]
    assert departs == sorted(departs)
    (start, end), *_ = signalled_crossings(NETWORK).values()
    ways = [(walk.get("from"), walk.get("to")) for walk in etree.fromstring(made).iter("walk")]
    assert ways.count((start, end)) == pytest.approx(ways.count((end, start)), rel=0.35)
    assert made == walks_xml(NETWORK, 200, 0, 3600, seed=3) != walks_xml(NETWORK, 200, 0, 3600, seed=4)


def test_sumo_walks_them_and_they_lose_time_at_red(tmp_path):
    walks, cars = tmp_path / "walks.rou.xml", tmp_path / "cars.rou.xml"
    walks.write_bytes(walks_xml(NETWORK, 40, 0, 600, seed=1))
    cars.write_text('<routes><vehicle id="a" depart="10"><route edges="W_J1 W_J1_pocket J1_N1"/></vehicle></routes>')
    found = run(Scenario(network=NETWORK, routes=(cars, walks), begin_s=0, end_s=900), seed=1)
    assert found.walks_lost_s is not None
    assert found.walks_lost_s.size == len(list(etree.fromstring(walks.read_bytes()).iter("person")))
    longest_s = max(junction.running.cycle_s for junction in read_network(NETWORK).junctions)
    assert 5 < found.walk_lost_s < longest_s
