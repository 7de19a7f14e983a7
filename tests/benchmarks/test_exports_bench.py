"""The tally of exports: a fault in an exporter is counted as a difference, a refusal as a refusal."""

import pytest
from greenband.benchmarks.exports import exports_bench
from greenband.benchmarks.exports.exports_bench import Tally, legal_plan, tally_exports
from greenband.engine.export.exporter import CannotHold, Export
from greenband.networks.sumo.net import read_network

from tests.conftest import scenario_network


def test_a_plan_of_each_scenario_goes_into_every_format_and_back():
    found = tally_exports(8, 1, (), lambda *_: None)
    assert set(found) >= {"sumo", "utdf", "ntcip", "gmns", "rsmp", "vissim", "gbt20999", "sheet"}
    for tally in found.values():
        assert tally.different == 0
        assert tally.equal + tally.carried + tally.refused == tally.plans == 8


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ValueError("a fault"), "different"),
        (CannotHold(where="J", found="g", rule="r", fix="f"), "refused"),
    ],
)
def test_faults_and_refusals_are_told_apart(monkeypatch, raised, expected):
    network = read_network(scenario_network("cologne1"))

    def export_as(*_):
        raise raised

    monkeypatch.setattr(exports_bench, "export_as", export_as)
    tally = Tally()
    exports_bench._count(tally, "utdf", legal_plan(network, 1), network)
    assert getattr(tally, expected) == 1


def test_a_sumo_file_with_other_lamps_is_a_difference(monkeypatch):
    network = read_network(scenario_network("cologne1"))
    plan = legal_plan(network, 1)
    content = exports_bench.export_as("sumo", plan, network).content
    edited = content.replace(b'duration="5"', b'duration="4"', 1)
    assert edited != content
    monkeypatch.setattr(exports_bench, "export_as", lambda *_: Export(content=edited, losses=()))
    tally = Tally()
    exports_bench._count(tally, "sumo", plan, network)
    assert tally.different == 1
