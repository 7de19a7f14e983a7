"""Links between junctions, on a street made by hand, held to arithmetic that can be done on paper."""

from pathlib import Path

import numpy as np
import pytest
from greenband.engine.optimise.junction.skeleton import skeleton_of
from greenband.engine.optimise.junction.streams import streams_of
from greenband.engine.optimise.offsets.links import (
    exit_profiles,
    junction_of_approach,
    link_tables,
    paths_from,
    seconds_of,
)
from greenband.engine.optimise.offsets.offsets import best_offsets
from greenband.networks.junction import Lane, Movement
from greenband.networks.network import Connection, Edge, Network

from tests.engine.optimise.made_up_junctions import junction, stages, stream


def edge(name, length_m=100.0, speed_m_s=10.0, lanes=1):
    return Edge(
        id=name,
        from_node="",
        to_node="",
        lanes=tuple(
            Lane(id=f"{name}_{k}", edge=name, index=k, length_m=length_m, speed_m_s=speed_m_s, vehicles=True)
            for k in range(lanes)
        ),
        shape=((0.0, 0.0), (length_m, 0.0)),
    )


def network(edges, turns, junctions=()):
    """A network of these edges; `turns` are (from, to, junction)."""
    return Network(
        path=Path("made-by-hand"),
        edges={e.id: e for e in edges},
        connections=tuple(
            Connection(from_edge=a, from_lane=0, to_edge=b, to_lane=0, direction="s", signal=junction, link=None)
            for a, b, junction in turns
        ),
        junctions=tuple(junctions),
        positions={},
    )


def test_paths_end_at_the_next_junctions_with_their_times_and_shares():
    # out splits: 60 % straight on to junction B, 30 % by a side street to C, 10 % leave; half of b's way is two edges.
    streets = network(
        [edge("out"), edge("b", 200.0), edge("side", 50.0, 5.0), edge("c", 100.0), edge("away"), edge("end")],
        [
            ("out", "b", None),
            ("out", "side", None),
            ("out", "away", None),
            ("side", "c", None),
            ("b", "end", "B"),
            ("c", "end", "C"),
        ],
    )
    flow = {("out", "b"): 600.0, ("out", "side"): 300.0, ("out", "away"): 100.0, ("side", "c"): 300.0}
    to_b, to_c = paths_from(streets, "out", flow, junction_of_approach(streets))
    assert (to_b.junction, to_b.approach_edge) == ("B", "b")
    assert (to_b.travel_s, to_b.share) == (pytest.approx(10 + 20), pytest.approx(0.6))
    assert (to_c.junction, to_c.approach_edge) == ("C", "c")
    assert (to_c.travel_s, to_c.share) == (pytest.approx(10 + 10 + 10), pytest.approx(0.3))


def test_an_exit_that_is_itself_an_approach_needs_no_turn():
    streets = network([edge("out", 150.0), edge("end")], [("out", "end", "B")])
    (path,) = paths_from(streets, "out", {}, junction_of_approach(streets))
    assert (path.approach_edge, path.travel_s, path.share) == ("out", 15.0, 1.0)


def test_two_ways_to_one_approach_are_one_path_of_their_mean_time():
    streets = network(
        [edge("out"), edge("short"), edge("long", 300.0), edge("b"), edge("end")],
        [("out", "short", None), ("out", "long", None), ("short", "b", None), ("long", "b", None), ("b", "end", "B")],
    )
    flow = {("out", "short"): 300.0, ("out", "long"): 100.0, ("short", "b"): 300.0, ("long", "b"): 100.0}
    (path,) = paths_from(streets, "out", flow, junction_of_approach(streets))
    assert path.share == pytest.approx(1.0)
    assert path.travel_s == pytest.approx(0.75 * 30 + 0.25 * 50)


def test_circles_far_ways_and_trickles_are_left():
    streets = network(
        [edge("out"), edge("round"), edge("far", 1000.0), edge("b"), edge("few"), edge("c"), edge("end")],
        [
            ("out", "round", None),
            ("round", "out", None),
            ("out", "far", None),
            ("far", "b", None),
            ("b", "end", "B"),
            ("out", "few", None),
            ("few", "c", None),
            ("c", "end", "C"),
        ],
    )
    flow = dict.fromkeys([("out", "round"), ("round", "out"), ("out", "far"), ("far", "b"), ("few", "c")], 100.0)
    assert paths_from(streets, "out", {**flow, ("out", "few"): 4.0}, junction_of_approach(streets)) == []


def test_seconds_of_gives_each_second_the_interval_it_lies_in():
    skeleton = stages(2)
    values = seconds_of(skeleton, (4.0, 2.6, 1.4, 3.0), (1, 2, 3, 4))
    assert list(values) == [1, 1, 1, 1, 2, 2, 2, 3, 4, 4, 4]


def test_all_that_arrives_leaves_again_and_only_in_green():
    skeleton = stages(2)
    lane = stream("a", (10, 0, 0, 0, 0, 0), 500)
    profile = exit_profiles(skeleton, skeleton.running_s, [lane])["out"]
    assert profile.size == 50
    assert profile.sum() == pytest.approx(500 / 3600 * 50)
    assert profile[20:].sum() == 0


def two_junctions(length_m, speed_m_s=12.5):
    """A one-way street through junctions A and B, both with 20 s of green in a cycle of 50 s."""
    junctions = []
    for name, come, go in (("A", "in", "mid"), ("B", "mid", "out")):
        movements = (Movement(from_edge=come, to_edge=go, direction="s", lanes=(f"{come}_0",), groups=("0",)),)
        states = [(20.0, "Gr"), (3.0, "yr"), (2.0, "rr"), (20.0, "rG"), (3.0, "ry"), (2.0, "rr")]
        junctions.append(junction(states, id_=name, movements=movements))
    return network(
        [edge("in"), edge("mid", length_m, speed_m_s), edge("out")],
        [("in", "mid", "A"), ("mid", "out", "B")],
        junctions,
    )


@pytest.mark.parametrize("travel_s", [8, 16, 24, 60])
def test_the_best_offset_of_two_junctions_is_the_travel_time(travel_s):
    streets = two_junctions(12.5 * travel_s)
    skeletons = {j.id: skeleton_of(j) for j in streets.junctions}
    flow = {("in", "mid"): 500.0, ("mid", "out"): 500.0}
    streams = {name: streams_of(skeleton, flow) for name, skeleton in skeletons.items()}
    lengths = {name: skeleton.running_s for name, skeleton in skeletons.items()}
    (table,) = link_tables(streets, skeletons, lengths, streams, flow)
    assert (table.from_junction, table.to_junction) == ("A", "B")
    found = best_offsets(["A", "B"], [table], 50)
    offset = (found.starts_s["B"] - found.starts_s["A"]) % 50
    # The platoon's head arrives after 0.8 of the mean travel time, and its middle after the mean.
    assert (offset - (0.8 * travel_s - 2)) % 50 <= 0.2 * travel_s + 4
    assert table.delay.min() < 0.5 * table.delay.max()


def test_a_junction_that_no_platoon_reaches_has_no_table():
    streets = two_junctions(3000.0)  # farther than platoons are followed
    skeletons = {j.id: skeleton_of(j) for j in streets.junctions}
    flow = {("in", "mid"): 0.0, ("mid", "out"): 500.0}
    streams = {name: streams_of(skeleton, flow) for name, skeleton in skeletons.items()}
    lengths = {name: skeleton.running_s for name, skeleton in skeletons.items()}
    assert link_tables(streets, skeletons, lengths, streams, flow) == []


def test_flow_that_comes_evenly_costs_the_same_at_every_offset():
    """All of B's flow comes from elsewhere but a trickle of 1 veh/h: the table is flat but for that vehicle."""
    streets = two_junctions(200.0)
    skeletons = {j.id: skeleton_of(j) for j in streets.junctions}
    flow = {("in", "mid"): 1.0, ("mid", "out"): 500.0}
    streams = {name: streams_of(skeleton, flow) for name, skeleton in skeletons.items()}
    lengths = {name: skeleton.running_s for name, skeleton in skeletons.items()}
    (table,) = link_tables(streets, skeletons, lengths, streams, flow)
    assert np.ptp(table.delay) < 0.01 * table.delay.mean()
