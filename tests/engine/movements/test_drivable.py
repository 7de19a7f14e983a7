"""Nothing is drawn that a car cannot drive: on streets with bus lanes, and with pockets before the signal."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from greenband.engine.movements.drivable import require_routes
from greenband.engine.movements.sample_trips import sample_trips
from greenband.engine.movements.unknowns import unknowns_of
from greenband.networks.demand import Demand, EdgeFlow, TurnFlow
from greenband.networks.errors import InputError
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.simulation.special_streets import ARMS_NODES, BUS_EDGES, POCKET_EDGES, convert, drivable


def demand_of(turns: list[tuple[str, str]], sources: list[str]) -> Demand:
    flow = (120.0, 120.0)
    return Demand(
        begin_s=25_200,
        end_s=25_800,
        interval_s=300,
        turns=tuple(
            TurnFlow(from_edge=a, to_edge=b, flow_veh_h=flow, q10_veh_h=flow, q90_veh_h=flow) for a, b in turns
        ),
        sources=tuple(EdgeFlow(edge=edge, flow_veh_h=flow) for edge in sources),
        sinks=(),
    )


@pytest.fixture
def buses(tmp_path: Path) -> Network:
    return read_network(convert(tmp_path, ARMS_NODES, BUS_EDGES))


def test_sumo_drives_every_turn_that_is_drawn(buses: Network, tmp_path: Path) -> None:
    turns = [stream.turn for stream in unknowns_of(buses).streams]
    drawn = sample_trips(buses, demand_of(list(dict.fromkeys(turns)), ["WA", "EA", "SA"]), 1)
    made = {turn for route in drawn.edges for turn in pairwise(route)}
    assert made
    assert made == drivable(buses.path, sorted(made), tmp_path)


def test_a_demand_over_a_street_for_buses_is_refused_by_name(buses: Network) -> None:
    with pytest.raises(InputError, match="WA to edge AN"):
        sample_trips(buses, demand_of([("WA", "AN")], ["WA"]), 1)


def test_a_trip_over_a_street_for_buses_is_refused_by_name(buses: Network) -> None:
    require_routes(buses, [("WA", "AE")])
    with pytest.raises(InputError, match="edge NA"):
        require_routes(buses, [("WA", "AE"), ("NA", "AS")])
    with pytest.raises(InputError, match="EA to edge WA"):
        require_routes(buses, [("EA", "WA")])


@pytest.mark.parametrize("options", [(), ("--no-turnarounds",)])
def test_a_split_road_begins_and_ends_at_the_end_of_the_map(tmp_path: Path, options: tuple[str, ...]) -> None:
    found = unknowns_of(read_network(convert(tmp_path, ARMS_NODES, POCKET_EDGES, *options)))
    assert found.entries == {"WA", "EA", "NA", "SA"}
    assert found.exits == {"AW", "AE", "AN", "AS"}


def test_nobody_is_drawn_round_at_the_end_of_the_map(tmp_path: Path) -> None:
    network = read_network(convert(tmp_path, ARMS_NODES, POCKET_EDGES))
    turns = [("EA", "AW"), ("WA", "WA.-60"), ("WA.-60", "AE"), ("AW", "WA")]
    demand = demand_of(turns, ["EA", "WA"])
    ends = tuple(EdgeFlow(edge=edge, flow_veh_h=(12_000.0, 12_000.0)) for edge in ("AW", "AE"))
    drawn = sample_trips(network, replace(demand, sinks=ends), 1)
    assert ("AW", "WA") not in {turn for route in drawn.edges for turn in pairwise(route)}
