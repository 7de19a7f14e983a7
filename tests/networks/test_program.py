"""Running programs survive the way into a plan and back, lamp for lamp."""

from pathlib import Path

import pytest
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import program_xml
from lxml import etree

from tests.conftest import SCENARIOS, scenario_network

ARTERIAL = Path(__file__).parents[2] / "networks" / "arterial" / "arterial.net.xml"


def lamps_by_walking(logic: etree._Element, second: float) -> str:
    """What SUMO shows: its first phase starts at `offset`, modulo the cycle. Too simple to be wrong."""
    phases = [(float(p.get("duration")), p.get("state")) for p in logic.iter("phase")]
    position = (second - float(logic.get("offset") or 0)) % sum(length for length, _ in phases)
    for length, state in phases:
        if position < length:
            return state
        position -= length
    raise AssertionError("the position is past the cycle")


def cycle(logic: etree._Element) -> float:
    return sum(float(p.get("duration")) for p in logic.iter("phase"))


def assert_lamp_for_lamp(path: Path, additional: tuple[Path, ...] = ()) -> None:
    source = additional[0] if additional else path
    network = read_network(path, additional)
    originals = {logic.get("id"): logic for logic in etree.parse(source).iter("tlLogic")}
    written = program_xml(network.running_plan, network, "greenband")
    assert {logic.get("id") for logic in written} == set(originals)
    for logic in written:
        original = originals[logic.get("id")]
        assert cycle(logic) == cycle(original)
        for second in range(int(cycle(original)) * 2 + 1):
            assert lamps_by_walking(logic, second) == lamps_by_walking(original, second), (logic.get("id"), second)


@pytest.mark.parametrize("name", SCENARIOS)
def test_running_programs_of_the_scenario_networks_come_back_lamp_for_lamp(name):
    assert_lamp_for_lamp(scenario_network(name))


def test_running_programs_of_the_bundled_arterial_come_back_lamp_for_lamp():
    assert_lamp_for_lamp(ARTERIAL)


def test_a_program_in_an_additional_file_with_all_reds_and_one_second_phases_comes_back(tmp_path):
    file = tmp_path / "programs.add.xml"
    file.write_text(
        '<additional><tlLogic id="gneJ207" type="static" programID="agency" offset="17.5">'
        '<phase duration="20" state="GGgGrGGG"/><phase duration="4.3" state="yygyryyy"/>'
        '<phase duration="1.7" state="rrrrrrrr"/><phase duration="1" state="rrrGrrrr"/>'
        '<phase duration="30" state="rrrGGGrr"/><phase duration="3" state="rrryyyrr"/>'
        '<phase duration="2" state="rrrrrrrr"/></tlLogic></additional>'
    )
    assert_lamp_for_lamp(scenario_network("ingolstadt1"), (file,))


def test_the_last_program_loaded_is_the_one_that_runs(tmp_path):
    file = tmp_path / "programs.add.xml"
    phases = '<phase duration="30" state="GGgGrGGG"/><phase duration="30" state="rrrGGGrr"/>'
    file.write_text(f'<additional><tlLogic id="gneJ207" programID="a">{phases}</tlLogic></additional>')
    network = read_network(scenario_network("ingolstadt1"), (file,))
    assert network.by_junction["gneJ207"].running.cycle_s == 60


@pytest.mark.parametrize(
    ("phases", "message"),
    [
        ('<phase duration="30" state="GG"/>', "8 lamps"),
        ('<phase duration="x" state="GGgGrGGG"/>', "duration 'x'"),
        ('<phase duration="30" state="GGgGrGQQ"/>', "lamp letters"),
        ('<phase duration="-3" state="GGgGrGGG"/>', "time runs forward"),
        ("", "0 phases"),
    ],
)
def test_a_program_that_cannot_be_read_gives_one_clear_error(tmp_path, phases, message):
    file = tmp_path / "programs.add.xml"
    file.write_text(f'<additional><tlLogic id="gneJ207" programID="a">{phases}</tlLogic></additional>')
    with pytest.raises(InputError, match=message):
        read_network(scenario_network("ingolstadt1"), (file,))
