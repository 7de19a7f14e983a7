"""Plans come back from plan.json and from SUMO files; what is malformed gives one clear error."""

import gzip
import json

import pytest
from greenband.networks.errors import InputError
from greenband.networks.plan_file import plan_json, read_plan
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import program_xml
from lxml import etree

from tests.conftest import SCENARIOS, scenario_network

ABOUT = {"study": "a study", "period": "07:00-08:00", "greenband": "0.1", "seeds": (1, 2)}
ONE = "gneJ207"  # the signal of ingolstadt1: 8 lamps in 6 groups
LAMPS = '<phase duration="30" state="{}"/><phase duration="3" state="{}"/><phase duration="57" state="rrrGGGrr"/>'


@pytest.fixture(scope="module")
def network():
    return read_network(scenario_network("ingolstadt1"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_plans_come_back_from_json_and_from_sumo(tmp_path, name):
    network = read_network(scenario_network(name))
    file = tmp_path / "plan"  # told apart by content, not by name
    file.write_bytes(plan_json(network.running_plan, network, ABOUT))
    assert read_plan(file, network) == network.running_plan
    file.write_bytes(gzip.compress(etree.tostring(program_xml(network.running_plan, network, "x"))))
    assert read_plan(file, network).junctions == network.running_plan.junctions


def test_plan_json_says_where_it_comes_from_and_is_the_same_each_time(network):
    content = plan_json(network.running_plan, network, ABOUT)
    assert content == plan_json(network.running_plan, network, ABOUT)
    told = json.loads(content)
    assert (told["schema"], told["status"], told["seeds"], told["study"]) == (1, "draft", [1, 2], "a study")
    assert told["network"] == "ingolstadt1.net.xml"
    assert len(told["network_sha256"]) == 64


def test_a_junction_that_the_file_leaves_out_keeps_what_runs_there(tmp_path):
    network = read_network(scenario_network("cologne3"))
    told = json.loads(plan_json(network.running_plan, network, {}))
    moved = told["junctions"][1]
    moved["offset_s"] = 17
    told["junctions"] = [moved]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(told))
    plan = read_plan(file, network)
    assert [p.junction for p in plan.junctions] == [junction.id for junction in network.junctions]
    assert [p.offset_s for p in plan.junctions if p.junction == moved["junction"]] == [17]
    kept = [p for p in plan.junctions if p.junction != moved["junction"]]
    assert kept == [p for p in network.running_plan.junctions if p.junction != moved["junction"]]


def edited(network, change) -> str:
    told = json.loads(plan_json(network.running_plan, network, ABOUT))
    change(told, told["junctions"][0], told["junctions"][0]["groups"][0]["windows"][0])
    return json.dumps(told)


MALFORMED = {
    "an unknown junction": (lambda f, j, w: j.update(junction="J1"), "a junction that the network has not"),
    "a junction twice": (lambda f, j, w: f["junctions"].append(j), "a second plan"),
    "a group missing": (lambda f, j, w: j["groups"].pop(), "missing, unknown"),
    "a group unknown": (lambda f, j, w: j["groups"][0].update(group="g99"), "g0, g99 missing, unknown"),
    "other lamps": (lambda f, j, w: j["groups"][0].update(links=[5]), "with other lamps"),
    "a coordinated group unknown": (lambda f, j, w: j.update(coordinated="g99"), "coordinated group 'g99'"),
    "a cycle of text": (lambda f, j, w: j.update(cycle_s="90"), r"junctions\.0\.cycle_s: '90'"),
    "a cycle of nothing": (lambda f, j, w: j.update(cycle_s=0), "a cycle of 0"),
    "an endless cycle": (lambda f, j, w: j.update(cycle_s=1e300), "less than or equal to 86400"),
    "a negative start": (lambda f, j, w: w.update(start_s=-1), "greater than or equal to 0"),
    "an offset past the cycle": (lambda f, j, w: j.update(offset_s=90), "an offset is at least 0 and less than"),
    "a window past the cycle": (lambda f, j, w: w.update(start_s=91), "starts within the cycle"),
    "windows that start together": (
        lambda f, j, w: j["groups"][0].update(windows=[w, {**w, "display": "y"}]),
        "overlap",
    ),
    "an unknown lamp": (lambda f, j, w: w.update(display="X"), "windows.0.display: 'X'"),
    "another schema": (lambda f, j, w: f.update(schema=2), "schema: 2"),
    "an unknown field": (lambda f, j, w: f.update(colour="green"), "colour"),
    "no junctions": (lambda f, j, w: f.pop("junctions"), "junctions"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_plan_json_gives_one_clear_error(tmp_path, network, name):
    change, message = MALFORMED[name]
    file = tmp_path / "plan.json"
    file.write_text(edited(network, change))
    with pytest.raises(InputError, match=message) as error:
        read_plan(file, network)
    assert error.value.where.startswith(str(file))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: broken JSON"),
        (b'{\n"schema": 1,\n"name" "x"}', "line 3: broken JSON"),
        (b'{"schema": NaN}', "the number NaN"),
        (b'{"schema": -Infinity}', "the number -Infinity"),
        (b'{"schema": 1, "schema": 1}', "the key 'schema' twice"),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b"[" * 200_000, "too deep"),
        (b"[]", "the whole"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "digits"),
        (b"\x1f\x8b\x08 no gzip", "readable"),
        (b"<additional><tlLogic", "line 1: broken XML"),
        (b"<routes/>", "no tlLogic"),
        (b"<additional/>", "no tlLogic"),
    ],
)
def test_what_is_no_plan_at_all_gives_one_clear_error(tmp_path, network, content, message):
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_plan(file, network)


@pytest.mark.parametrize(
    ("logic", "message"),
    [
        ('id="nowhere" type="static"', "a signal that the network has not"),
        (f'id="{ONE}" type="actuated"', "a program of type 'actuated'"),
        (f'id="{ONE}" offset="inf"', "offset 'inf'"),
        (f'id="{ONE}" offset="nan"', "offset 'nan'"),
    ],
)
def test_a_foreign_program_that_is_no_plan_of_this_network_is_refused(tmp_path, network, logic, message):
    file = tmp_path / "theirs.add.xml"
    file.write_text(f"<additional><tlLogic {logic}>{LAMPS.format('GGgGrGGG', 'yygyryyy')}</tlLogic></additional>")
    with pytest.raises(InputError, match=message):
        read_plan(file, network)


@pytest.mark.parametrize(
    ("phases", "message"),
    [
        ('<phase duration="30" state="GG"/>', "this signal has 8 lamps"),
        ('<phase duration="0" state="GGgGrGGG"/>', "phases of 0 s"),
        ('<phase duration="1e305" state="GGgGrGGG"/>' * 9, "at most a day"),
    ],
)
def test_foreign_phases_that_cannot_run_are_refused(tmp_path, network, phases, message):
    file = tmp_path / "theirs.add.xml"
    file.write_text(f'<additional><tlLogic id="{ONE}">{phases}</tlLogic></additional>')
    with pytest.raises(InputError, match=message):
        read_plan(file, network)


def test_a_foreign_program_that_splits_a_signal_group_is_refused_by_lamp(tmp_path, network):
    group = next(group for group in network.junctions[0].groups if len(group.links) > 1)
    states = [list("GGGGGGGG"), list("yyyyyyyy")]
    states[1][group.links[1]] = "G"
    file = tmp_path / "theirs.add.xml"
    phases = LAMPS.format(*("".join(state) for state in states))
    file.write_text(f'<additional><tlLogic id="{ONE}">{phases}</tlLogic></additional>')
    with pytest.raises(InputError, match=f"lamp {group.links[1]} shows other times than lamp {group.links[0]}"):
        read_plan(file, network)


def test_a_file_that_switches_between_plans_is_refused(tmp_path, network):
    file = tmp_path / "theirs.add.xml"
    file.write_text('<additional><WAUT id="w" refTime="0" startProg="0"/></additional>')
    with pytest.raises(InputError, match="a plan file holds one plan"):
        read_plan(file, network)
