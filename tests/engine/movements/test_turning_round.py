"""Nobody is said to turn round without a loop that shows it: on a street whose entry is split before the signal."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.chain.prepare import prepare
from greenband.engine.movements.beliefs import SHARE_BY_DIRECTION, usual_shares
from greenband.engine.movements.estimate import _unseen_rounds
from greenband.engine.movements.unknowns import unknowns_of
from greenband.engine.studies.file import read_study
from greenband.networks.detector import Detector
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network
from greenband.simulation.field import run_field
from greenband.simulation.scenario import Scenario

from tests.simulation.special_streets import ARMS_NODES, POCKET_EDGES, convert
from tests.simulation.streets import routes

WAYS = ("WA WA.-60 AE", "EA AW", "NA AS", "WA WA.-60 AS", "SA AW")


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return read_network(convert(tmp_path, ARMS_NODES, POCKET_EDGES))


def test_the_traffic_of_a_split_entry_is_made_of_what_drove(network: Network, tmp_path: Path) -> None:
    trips = [(float(t), WAYS[t // 5 % len(WAYS)]) for t in range(25_200, 27_000, 5)]
    (tmp_path / "r.rou.xml").write_text(routes(trips))
    drives = Scenario(network=network.path, routes=(tmp_path / "r.rou.xml",), begin_s=25_200, end_s=27_000)
    run_field(drives, out=tmp_path / "study", days=4)
    study = read_study(tmp_path / "study")
    demand = prepare(study, study.period(None)).demand
    per_way = 144.0  # veh/h: a trip every 25 s
    rounds = sum(flow for turn, flow in demand.flow_veh_h.items() if turn in network.turn_rounds)
    assert rounds < 0.02 * sum(demand.flow_veh_h.values())
    entering = {source.edge: source.mean_veh_h for source in demand.sources}
    assert entering["WA"] == pytest.approx(2 * per_way, rel=0.25)
    assert demand.vehicles == pytest.approx(5 * per_way / 2, rel=0.2)


def test_turning_round_is_unseen_but_for_a_loop_just_past_it_or_in_a_lane_of_its_own(network: Network) -> None:
    rounds = network.turn_rounds
    assert _unseen_rounds(network, ()) == rounds
    before = Detector(id="a", lane="EA_0", position_m=280.0, kind="approach")
    past = Detector(id="b", lane="AN_0", position_m=5.0, kind="exit")
    entry = Detector(id="c", lane="WA_0", position_m=20.0, kind="entry")
    seen = rounds - _unseen_rounds(network, (before, past, entry))
    assert seen == {turn for turn in rounds if turn[1] == "AN"}
    assert seen
    (lane,) = {c.from_lane for c in network.connections if (c.from_edge, c.to_edge) == ("EA", "AE")}
    before = replace(before, lane=network.edges["EA"].lanes[lane].id)
    assert ("EA", "AE") in _unseen_rounds(network, (before,))
    alone = tuple(c for c in network.connections if c.from_edge != "EA" or (c.from_edge, c.to_edge) in rounds)
    assert ("EA", "AE") not in _unseen_rounds(replace(network, connections=alone), (before,))


def test_nobody_is_believed_to_turn_round_unseen_however_flows_balance(network: Network) -> None:
    unknowns = unknowns_of(network)
    unseen = frozenset({("EA", "AE")})
    flows = np.full(len(unknowns.streams), 50.0)
    for given in (None, flows):
        shares = usual_shares(unknowns, SHARE_BY_DIRECTION, given, unseen)
        assert shares[("EA", "AE")] == 0.0
        assert usual_shares(unknowns, SHARE_BY_DIRECTION, given)[("EA", "AE")] > 0.0
        of_edge = [share for turn, share in shares.items() if turn[0] == "EA"]
        assert sum(of_edge) == pytest.approx(1.0)
