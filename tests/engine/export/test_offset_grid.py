"""Offsets in parts of a second: kept where the format holds them, else rounded and told, never refused."""

import json
from dataclasses import replace

import pytest
from greenband.engine.check.check import checked
from greenband.engine.export.exporter import export_as
from greenband.engine.export.offset_grid import with_whole_offsets
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.engine.commands.command_line import greenband
from tests.engine.export.street import ARTERIAL

ROUNDED = ("ntcip", "rsmp", "gbt20999")


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """The bundled street with every program 10.6 s late: its running plan has such offsets."""
    tree = etree.parse(ARTERIAL)
    for logic in tree.iter("tlLogic"):
        logic.set("offset", "10.6")
    path = tmp_path_factory.mktemp("late") / "late.net.xml"
    tree.write(path)
    return read_network(path)


def moved(network):
    """The network's plan with each offset in whole seconds, as Python's own rounding of decimals has it."""
    plan = network.running_plan
    return replace(plan, junctions=tuple(p.with_offset(round(p.offset_s)) for p in plan.junctions))


@pytest.mark.parametrize("name", ["sumo", "utdf", "ntcip", "vissim", "gmns", "rsmp", "gbt20999", "sheet"])
def test_a_running_plan_with_tenths_in_its_offsets_is_exported_in_every_format(late, name):
    made = export_as(name, checked(late.running_plan, late), late)
    assert any("rounded" in loss.what for loss in made.losses) == (name in ROUNDED)


@pytest.mark.parametrize("name", ROUNDED)
def test_rounded_is_what_the_plan_of_rounded_offsets_would_be(late, name):
    """Oracle: the network whose programs lie at the rounded offsets from the start."""
    made = export_as(name, checked(late.running_plan, late), late)
    plans = moved(late).by_junction
    whole = replace(late, junctions=tuple(replace(j, running=plans[j.id]) for j in late.junctions))
    expected = export_as(name, checked(whole.running_plan, whole), whole)
    assert made.content == expected.content
    assert not any("rounded" in loss.what for loss in expected.losses)


def test_utdf_rounds_hundredths_and_keeps_tenths(late):
    odd = replace(late, junctions=tuple(replace(j, running=j.running.with_offset(10.27)) for j in late.junctions))
    made = export_as("utdf", checked(odd.running_plan, odd), odd)
    assert any("multiples of 0.1 s" in loss.what for loss in made.losses)


def test_offsets_of_a_plan_that_does_not_run_are_rounded_before_the_check(late):
    other = replace(
        late.running_plan, junctions=tuple(p.with_offset(p.offset_s + 7.3) for p in late.running_plan.junctions)
    )
    plan, losses = with_whole_offsets(other, late)
    assert all(p.offset_s == round(q.offset_s) for p, q in zip(plan.junctions, other.junctions, strict=True))
    assert {loss.junction for loss in losses} == {p.junction for p in other.junctions}
    assert with_whole_offsets(late.running_plan, late) == (late.running_plan, ())


def test_a_second_period_with_tenths_in_its_offset_is_exported_and_told(tmp_path):
    """The programs that run at other hours: their plans are not the running one, and the check wants whole seconds."""
    from greenband.networks.sumo.program import program_xml

    network, root = read_network(ARTERIAL), etree.Element("additional")
    root.extend(program_xml(network.running_plan, network, "am"))
    later = replace(
        network.running_plan,
        junctions=tuple(p.with_offset(p.offset_s + 3.4) for p in network.running_plan.junctions),
    )
    root.extend(program_xml(later, network, "pm"))
    waut = etree.SubElement(root, "WAUT", id="w", refTime="0", startProg="pm")
    etree.SubElement(waut, "wautSwitch", time="21600", to="am")
    etree.SubElement(waut, "wautSwitch", time="54000", to="pm")
    for junction in network.junctions:
        etree.SubElement(root, "wautJunction", wautID="w", junctionID=junction.id)
    (tmp_path / "day.add.xml").write_bytes(etree.tostring(root))
    study, out = tmp_path / "study", tmp_path / "plan.ntcip"
    assert greenband("import", ARTERIAL, "--additional", tmp_path / "day.add.xml", "--out", study, "--quiet") == 0
    assert greenband("export", study, study / "plan2.json", "--format", "ntcip", "--out", out, "--quiet") == 0
    told = json.loads((tmp_path / "plan.ntcip.losses.json").read_text())["losses"]
    assert any("rounded" in loss["what"] for loss in told)
