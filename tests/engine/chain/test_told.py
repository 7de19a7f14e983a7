"""What a reader is told: which signals were left as they run, and where the counts speak of turning round."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.chain.told import told_of
from greenband.networks.demand import Demand
from greenband.networks.detector import Detector
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.engine.movements.test_drivable import demand_of
from tests.simulation.special_streets import ARMS_NODES, POCKET_EDGES, convert


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return read_network(convert(tmp_path_factory.mktemp("pocket"), ARMS_NODES, POCKET_EDGES))


def busy(turns: list[tuple[str, str]]) -> Demand:
    return demand_of(turns, ["WA"])


def test_a_signal_with_traffic_and_nobody_who_turns_round_needs_no_word(network: Network) -> None:
    assert told_of(network, busy([("WA", "WA.-60"), ("WA.-60", "AE")])) == ()


def test_a_signal_without_traffic_is_named(network: Network) -> None:
    (sentence,) = told_of(network, busy([("WA", "WA.-60")]))
    assert "Junction A keeps its running plan" in sentence


def test_turning_round_is_told_with_its_place(network: Network) -> None:
    (sentence,) = told_of(network, busy([("WA", "WA.-60"), ("WA.-60", "AE"), ("AW", "WA")]))
    assert "AW > WA" in sentence
    assert sentence.startswith("20 times")  # 120 veh/h for ten minutes


def test_a_few_who_turn_round_need_no_word(network: Network) -> None:
    demand = busy([("WA", "WA.-60"), ("WA.-60", "AE"), ("AW", "WA")])
    few = replace(demand.turns[2], flow_veh_h=(2.0, 2.0))
    assert told_of(network, replace(demand, turns=(*demand.turns[:2], few))) == ()


def test_outputs_in_an_additional_file_are_told_as_left_out(network: Network, tmp_path: Path) -> None:
    (tmp_path / "a.add.xml").write_text('<additional><edgeData id="a" file="b"/><busStop id="s"/></additional>')
    (tmp_path / "b.add.xml").write_text('<additional><busStop id="s"/></additional>')
    demand = busy([("WA", "WA.-60"), ("WA.-60", "AE")])
    (sentence,) = told_of(network, demand, [tmp_path / "a.add.xml", tmp_path / "b.add.xml"])
    assert "a.add.xml, the simulator does not get edgeData:" in sentence


def test_detectors_without_a_position_are_told_with_their_names(network: Network) -> None:
    demand = busy([("WA", "WA.-60"), ("WA.-60", "AE")])
    given = Detector(id="a", lane="WA_0", position_m=20.0, kind="entry")
    assert told_of(network, demand, detectors=[given]) == ()
    (sentence,) = told_of(network, demand, detectors=[given, replace(given, id="b", placed=True)])
    assert sentence.startswith("1 detectors have no position")
    assert sentence.endswith("usually do, b.")
