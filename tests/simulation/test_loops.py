"""Loops count every vehicle once, and lie where they should."""

from collections.abc import Callable
from pathlib import Path

import pytest
from greenband.networks.files import xml_bytes
from greenband.networks.sumo.net import read_network
from greenband.simulation.loops import LEAST_GAP_M, loops_xml, place_loops, read_loops
from greenband.simulation.run import simulate
from greenband.simulation.scenario import Scenario

from tests.conftest import SCENARIOS, scenario_network
from tests.simulation.special_streets import ARMS_NODES, POCKET_EDGES, convert
from tests.simulation.streets import routes

Write = Callable[[str, str], Path]


def test_loops_lie_before_and_after_the_signal_and_at_the_entries(crossing: Path) -> None:
    found = {loop.id: (loop.lane, loop.position_m, loop.kind) for loop in place_loops(read_network(crossing))}
    assert found == {
        "wm_0.approach": ("wm_0", 293.0, "approach"),
        "sm_0.approach": ("sm_0", 289.8, "approach"),
        "me_0.exit": ("me_0", 5.0, "exit"),
        "mn_0.exit": ("mn_0", 5.0, "exit"),
        "wm_0.entry": ("wm_0", 20.0, "entry"),
        "sm_0.entry": ("sm_0", 20.0, "entry"),
    }


def test_a_street_between_two_signals_has_a_loop_at_both_ends(ring: Path) -> None:
    kinds = {(loop.lane, loop.kind) for loop in place_loops(read_network(ring))}
    assert {("ab_0", "approach"), ("ab_0", "exit"), ("Aa_0", "entry"), ("aA_0", "exit")} <= kinds
    assert not {("ab_0", "entry"), ("aA_0", "entry"), ("Aa_0", "exit")} & kinds


@pytest.mark.parametrize("name", SCENARIOS)
def test_on_real_streets_every_approach_lane_has_one_loop_and_none_lie_on_each_other(name: str) -> None:
    network = read_network(scenario_network(name))
    loops = place_loops(network)
    approaches = {movement.from_edge for junction in network.junctions for movement in junction.movements}
    lanes = [lane.id for edge in approaches for lane in network.edges[edge].vehicle_lanes]
    assert sorted(loop.lane for loop in loops if loop.kind == "approach") == sorted(lanes)
    length_m = {lane.id: lane.length_m for edge in network.edges.values() for lane in edge.lanes}
    assert all(0 < loop.position_m < length_m[loop.lane] for loop in loops)
    assert len({loop.id for loop in loops}) == len(loops)
    for one in loops:
        for other in loops:
            if one.lane == other.lane and one is not other:
                assert abs(one.position_m - other.position_m) >= LEAST_GAP_M


def test_the_counts_are_the_vehicles_that_drove(crossing: Path, write: Write, tmp_path: Path) -> None:
    trips = [(float(t), ("wm me", "sm mn", "wm mn")[t % 3]) for t in range(0, 600, 4)]
    chosen = Scenario(network=crossing, routes=(write("r.rou.xml", routes(trips)),), begin_s=0, end_s=1200)
    detectors = place_loops(read_network(crossing))
    loops = write("loops.add.xml", xml_bytes(loops_xml(detectors, interval_s=300, output="loops.xml")).decode())
    simulate(chosen, tmp_path, seed=1, loops=loops)
    read = read_loops(tmp_path / "loops.xml", len(detectors), begin_s=0, intervals=4, interval_s=300)
    assert read.counts.shape == (4, len(detectors))
    totals = dict(zip((loop.id for loop in detectors), read.counts.sum(axis=0).tolist(), strict=True))
    assert totals == {loop.id: sum(loop.lane[:2] in way.split() for _, way in trips) for loop in detectors}
    assert ((read.occupancy >= 0) & (read.occupancy <= 1)).all()


def test_what_was_counted_before_the_period_is_left_out(crossing: Path, write: Write, tmp_path: Path) -> None:
    chosen = Scenario(
        network=crossing,
        routes=(write("r.rou.xml", routes([(float(t), "wm me") for t in range(0, 900, 10)])),),
        begin_s=600,
        end_s=1300,
        warm_up_s=600,
    )
    detectors = place_loops(read_network(crossing))
    entry = [loop.id for loop in detectors].index("wm_0.entry")
    loops = write("loops.add.xml", xml_bytes(loops_xml(detectors, interval_s=300, output="loops.xml")).decode())
    simulate(chosen, tmp_path, seed=1, loops=loops)
    read = read_loops(tmp_path / "loops.xml", len(detectors), begin_s=600, intervals=2, interval_s=300)
    assert read.counts[:, entry].tolist() == pytest.approx([30, 1], abs=1)


@pytest.mark.parametrize("options", [(), ("--no-turnarounds",), ("--no-internal-links",)])
def test_the_ends_of_the_map_are_entries_whatever_turns_round_there(tmp_path: Path, options: tuple[str, ...]) -> None:
    network = read_network(convert(tmp_path, ARMS_NODES, POCKET_EDGES, *options))
    entries = {loop.lane.rsplit("_", 1)[0] for loop in place_loops(network) if loop.kind == "entry"}
    assert entries == {"WA", "EA", "NA", "SA"}
