from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from greenband.benchmarks.scenarios import scenario_of_configuration
from greenband.engine.movements.turn_routes import routes_of, sampled_by_turns, turn_counts
from greenband.networks.demand import Demand, EdgeFlow, TurnFlow
from greenband.networks.sumo.net import read_network
from greenband.simulation import turn_routes
from greenband.simulation.explicit import explicit_routes
from greenband.simulation.turn_routes import TurnCounts, routes_by_turns
from lxml import etree

from tests.conftest import scenario_network
from tests.engine.cross import ARMS, cross_network

QUARTERS = 4


def demand_of(network, vehicles, begin_s, end_s):
    """Return the demand that (second, edges) of true trips make, in quarters of an hour."""
    length_s = (end_s - begin_s) // QUARTERS
    turns, starts, ends = (defaultdict(lambda: np.zeros(QUARTERS)) for _ in range(3))
    for depart_s, edges in vehicles:
        k = min(max(int(depart_s - begin_s) // length_s, 0), QUARTERS - 1)
        starts[edges[0]][k] += 1
        ends[edges[-1]][k] += 1
        for turn in pairwise(edges):
            turns[turn][k] += 1

    def flow(veh):
        return tuple((veh * 3600 / length_s).tolist())

    every = {(c.from_edge, c.to_edge) for c in network.connections} | set(turns)
    return Demand(
        begin_s=begin_s,
        end_s=end_s,
        interval_s=length_s,
        turns=tuple(
            TurnFlow(
                from_edge=a, to_edge=b, **dict.fromkeys(("flow_veh_h", "q10_veh_h", "q90_veh_h"), flow(turns[a, b]))
            )
            for a, b in sorted(every)
        ),
        sources=tuple(EdgeFlow(edge=edge, flow_veh_h=flow(veh)) for edge, veh in starts.items()),
        sinks=tuple(EdgeFlow(edge=edge, flow_veh_h=flow(veh)) for edge, veh in ends.items()),
    )


@pytest.fixture(scope="module")
def cologne(tmp_path_factory):
    """The network of cologne1 and the demand that its own trips make."""
    net = scenario_network("cologne1")
    scenario = scenario_of_configuration(net.with_name("cologne1.sumocfg"))
    root = etree.parse(str(explicit_routes(scenario, tmp_path_factory.mktemp("routes")))).getroot()
    trips = [(float(v.get("depart")), v.find("route").get("edges").split()) for v in root.iter("vehicle")]
    network = read_network(net)
    return network, demand_of(network, trips, scenario.begin_s, scenario.end_s), trips


def test_sumos_tool_and_our_sampler_both_make_the_turns_of_true_trips(cologne):
    network, demand, trips = cologne
    true = Counter(turn for _, edges in trips for turn in pairwise(edges))
    for make in (sampled_by_turns, routes_of):
        made = make(network, demand, seed=1, warm_up_s=0)
        assert made.vehicles == pytest.approx(len(trips), rel=0.02)
        assert made.geh.max() < 5.0  # U-turns, which nobody is sent on where they are rare, come to 4.7
        assert made.off < 0.03
        assert int(made.asked_veh.sum()) == sum(true.values())
        found = Counter(
            turn
            for route in etree.fromstring(made.content).iter("route")
            for turn in pairwise(route.get("edges").split())
        )
        big = [turn for turn, veh in true.items() if veh >= 100]
        assert all(found[turn] == pytest.approx(true[turn], rel=0.1) for turn in big)


def cross_candidates(ways):
    root = etree.Element("routes")
    for k, edges in enumerate(ways):
        vehicle = etree.SubElement(root, "vehicle", id=str(k), depart="0")
        etree.SubElement(vehicle, "route", edges=" ".join(edges))
    return etree.tostring(root)


WAYS = [(f"{a}in", f"{b}out") for a in ARMS for b in ARMS if a != b]
CROSS = TurnCounts(starts_s=(0.0, 900.0), veh=dict.fromkeys(WAYS, (20,)))


def test_routes_that_miss_what_was_asked_are_refused(tmp_path):
    # The tool itself ends well in all these cases.
    one, again = (routes_by_turns(CROSS, cross_candidates(WAYS), 240, tmp_path, seed=1) for _ in range(2))
    assert one.off == 0.0
    assert one.content == again.content
    assert b"generated" not in one.content
    with pytest.raises(RuntimeError, match="made 120 vehicles where 240"):
        routes_by_turns(CROSS, cross_candidates(WAYS[::2]), 240, tmp_path, seed=1)
    with pytest.raises(RuntimeError, match="made 240 vehicles where 480"):
        routes_by_turns(CROSS, cross_candidates(WAYS), 480, tmp_path, seed=1)


def test_a_wrong_attribute_is_noticed_where_the_tool_says_success(tmp_path, monkeypatch):
    right = turn_routes.turn_counts_xml(CROSS)
    monkeypatch.setattr(turn_routes, "turn_counts_xml", lambda _: right.replace(b"count=", b"entered="))
    with pytest.raises(RuntimeError):
        routes_by_turns(CROSS, cross_candidates(WAYS), 240, tmp_path, seed=1)


def test_counts_are_whole_vehicles_that_add_up_and_the_warm_up_comes_first():
    network = cross_network()
    vehicles = [(k * 7.3, WAYS[k % len(WAYS)]) for k in range(493)]
    demand = demand_of(network, [(3600 + at_s, way) for at_s, way in vehicles], 3600, 7200)
    counts = turn_counts(demand, 600)
    assert counts.starts_s == (3000.0, 3600.0, 4500.0, 5400.0, 6300.0, 7200.0)
    for way in WAYS:
        assert sum(counts.veh[way][1:]) == pytest.approx(demand.flow_veh_h[way], abs=0.51)
        assert counts.veh[way][0] == pytest.approx(demand.by_turn[way].flow_veh_h[0] / 6, abs=0.51)
