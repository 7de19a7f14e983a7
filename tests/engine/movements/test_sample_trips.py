from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.movements.sample_trips import goes_round, routes_xml, sample_trips
from greenband.networks.demand import Demand, EdgeFlow, TurnFlow
from greenband.networks.errors import InputError
from greenband.networks.junction import Lane
from greenband.networks.network import Connection, Edge, Network
from lxml import etree

from tests.engine.cross import ARMS, cross_network

FLOW = {"r": 90.0, "s": 300.0, "l": 60.0}


def cross_demand(rise=1.0, bunching=1.0, one_day=True):
    """Return a demand of 12 bins that rises from its first value to `rise` times that; of one day, or a mean."""
    shape = tuple(np.linspace(1.0, rise, 12))
    turns, into = [], Counter()
    for connection in {(c.from_edge, c.to_edge): c for c in cross_network().connections}.values():
        flow = tuple(FLOW[connection.direction] * value for value in shape)
        into[connection.to_edge] += FLOW[connection.direction]
        turns.append(
            TurnFlow(
                from_edge=connection.from_edge,
                to_edge=connection.to_edge,
                flow_veh_h=flow,
                q10_veh_h=flow,
                q90_veh_h=flow,
            )
        )
    every = tuple(450.0 * value for value in shape)
    return Demand(
        begin_s=25_200,
        end_s=28_800,
        interval_s=300,
        turns=tuple(turns),
        sources=tuple(EdgeFlow(edge=f"{arm}in", flow_veh_h=every) for arm in ARMS),
        sinks=tuple(EdgeFlow(edge=f"{arm}out", flow_veh_h=every) for arm in ARMS),
        bunching=bunching,
        one_day=one_day,
    )


def trips(drawn):
    """The trips as they stand in the route file that SUMO gets, which are those that the queue model gets."""
    written = [(float(v.get("depart")), v[0].get("edges").split()) for v in etree.fromstring(routes_xml(drawn))]
    assert written == [(at, list(edges)) for at, edges in zip(drawn.depart_s, drawn.edges, strict=True)]
    return written


def test_turns_of_the_vehicles_add_up_to_the_demand():
    demand = cross_demand(rise=2.0)
    found = Counter(
        tuple(edges) for depart, edges in trips(sample_trips(cross_network(), demand, 1)) if depart >= 25_200
    )
    assert set(found) == set(demand.flow_veh_h)
    for turn, flow in demand.flow_veh_h.items():
        assert abs(found[turn] - flow) <= 8, turn


def test_warm_up_runs_the_first_interval_before_the_period():
    departs = [depart for depart, _ in trips(sample_trips(cross_network(), cross_demand(rise=3.0), 1, warm_up_s=600))]
    assert departs == sorted(departs)
    assert min(departs) >= 24_600
    before = sum(depart < 25_200 for depart in departs)
    assert abs(before - 4 * 450 / 6) <= 8
    first, last = (sum(a <= depart < a + 300 for depart in departs) for a in (25_200, 28_500))
    assert abs(last / first - 3.0) < 0.3


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    network, demand = cross_network(), cross_demand()
    assert sample_trips(network, demand, 7) == sample_trips(network, demand, 7)
    assert sample_trips(network, demand, 7) != sample_trips(network, demand, 8)


def test_scale_multiplies_the_vehicles():
    demand = cross_demand()
    one, more = (len(trips(sample_trips(cross_network(), demand, 1, scale, warm_up_s=0))) for scale in (1.0, 1.2))
    assert one == pytest.approx(1800, abs=8)
    assert more == pytest.approx(2160, abs=8)


@pytest.mark.parametrize("bunching", [1.0, 3.0])
def test_vehicles_enter_as_bunched_as_the_demand_says(bunching):
    seconds = []
    for seed in range(3):
        content = sample_trips(cross_network(), cross_demand(bunching=bunching), seed, warm_up_s=0)
        seconds += [
            np.histogram([t for t, edges in trips(content) if edges[0] == f"{arm}in"], np.arange(25_200, 28_801, 20))[0]
            for arm in ARMS
        ]
    counts = np.array(seconds)
    # Each interval's total is fixed, which takes 20 of 300 parts off the variance; bunches that a 20 s bin cuts in two
    # take off more (measured over 8 seeds: 2.34 of 3); the ratio of 2,160 bins errs by 0.03 of itself.
    assert 0.7 * bunching < counts.var() / counts.mean() < 1.08 * bunching


def test_nobody_takes_an_edge_twice():
    assert all(len(set(edges)) == len(edges) for _, edges in trips(sample_trips(cross_network(), cross_demand(), 1)))


def ring(streets: int = 6) -> Network:
    """A circle of streets of 200 m without any border."""

    def edge(k: int) -> Edge:
        lane = Lane(id=f"e{k}_0", edge=f"e{k}", index=0, length_m=200.0, speed_m_s=13.9, vehicles=True)
        return Edge(id=f"e{k}", from_node=f"n{k}", to_node=f"n{(k + 1) % streets}", lanes=(lane,), shape=())

    onward = tuple(
        Connection(
            from_edge=f"e{k}",
            from_lane=0,
            to_edge=f"e{(k + 1) % streets}",
            to_lane=0,
            direction="s",
            signal="",
            link=0,
        )
        for k in range(streets)
    )
    edges = {one.id: one for one in map(edge, range(streets))}
    return Network(path=Path("ring.net.xml"), edges=edges, connections=onward, junctions=(), positions={})


def circling(starts_veh_h: float) -> Demand:
    """600 veh/h on every street of a circle, of whom so many start and end."""
    flow, ends = (600.0,) * 12, (starts_veh_h,) * 12
    turns = tuple(
        TurnFlow(from_edge=f"e{k}", to_edge=f"e{(k + 1) % 6}", flow_veh_h=flow, q10_veh_h=flow, q90_veh_h=flow)
        for k in range(6)
    )
    return Demand(
        begin_s=25_200,
        end_s=28_800,
        interval_s=300,
        turns=turns,
        sources=(EdgeFlow(edge="e0", flow_veh_h=ends),),
        sinks=(EdgeFlow(edge="e5", flow_veh_h=ends),),
    )


def test_traffic_goes_round_where_most_begins_inside_and_trips_would_be_longer_than_any():
    assert goes_round(circling(6.0))  # 3,600 / 6: 600 nodes a trip
    assert not goes_round(circling(150.0))  # 24
    assert not goes_round(cross_demand())
    outside = replace(circling(6.0), sources=(EdgeFlow(edge="border", flow_veh_h=(6.0,) * 12),))
    assert not goes_round(outside)


@pytest.mark.parametrize("one_day", [True, False])
def test_no_traffic_is_lost_where_all_trips_begin_and_end_inside(one_day):
    """600 veh/h on every street of a circle, where 6 an hour start and end: on average each goes round 17 times."""
    demand = replace(circling(6.0), one_day=one_day)
    drawn = sample_trips(ring(), demand, 1)
    assert all(len(set(edges)) == len(edges) for edges in drawn.edges)
    passed = Counter()
    for at_s, edges in trips(drawn):
        for place, edge in enumerate(edges):
            if 25_200 <= at_s + (place + 1) * 200 / (0.6 * 13.9) < 28_800:
                passed[edge] += 1
    assert set(passed) == {f"e{k}" for k in range(6)}
    assert all(400 < veh < 800 for veh in passed.values()), passed


def test_a_demand_without_vehicles_is_refused():
    demand = cross_demand()
    empty = Demand(begin_s=0, end_s=300, interval_s=300, turns=demand.turns, sources=(), sinks=())
    with pytest.raises(InputError, match="no vehicle"):
        sample_trips(cross_network(), empty, 1)


@pytest.mark.parametrize("bunching", [1.0, 3.0])
def test_of_a_mean_demand_as_many_come_as_chance_has_it(bunching):
    demand = cross_demand(bunching=bunching, one_day=False)
    totals = np.array(
        [
            np.histogram([at for at, edges in trips(drawn) if edges[0] == "Nin"], np.arange(25_200, 28_801, 300))[0]
            for drawn in (sample_trips(cross_network(), demand, seed, warm_up_s=0) for seed in range(40))
        ]
    ).ravel()
    # 37.5 a bin, variance over mean as asked; 480 bins err by 0.065 of it, and bunches cut by a bin's end take some
    # off.
    assert totals.mean() == pytest.approx(37.5, rel=0.04 * bunching**0.5)
    assert totals.var() / totals.mean() == pytest.approx(bunching, rel=0.25)


def test_of_a_mean_demand_each_goes_its_own_way():
    demand = cross_demand(one_day=False)
    turned = []
    for seed in range(40):
        ways = [edges[1] for _, edges in trips(sample_trips(cross_network(), demand, seed, warm_up_s=0))]
        left = Counter(ways)["Eout"]
        turned.append(left)
    spread = np.var(turned) / np.mean(turned)
    # Poisson numbers that divide at random stay Poisson numbers; turns in turning would leave 0.3 and less.
    assert 0.5 < spread < 1.8
    assert np.mean(turned) == pytest.approx(450.0, rel=0.05)
