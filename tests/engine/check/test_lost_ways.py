"""A way whose line and rights are both lost, or whose lamp is left with nothing to steer: it may be anybody's foe."""

import copy
import random
from dataclasses import replace
from pathlib import Path

import pytest
from greenband import networks
from greenband.benchmarks.checks.removals import Ground, _alone, ground_of, laxer_limits
from greenband.benchmarks.drawn.kinds import KINDS, _built
from greenband.engine.check.check import check_junction
from greenband.engine.check.own.limits import limits_of
from lxml import etree

from tests.engine.check.test_left_turns import without_protection

ARTERIAL = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"


def ground(folder, kind: str, number: int = 0) -> Ground:
    return ground_of(_built(folder, KINDS[kind], "x", random.Random(f"1 {kind} {number}")))


def laxer(whole: Ground, junction: str, root: etree._Element) -> list[tuple[object, ...]]:
    one = replace(whole.network, junctions=(whole.network.by_junction[junction],))
    (after,) = limits_of(root, (), one, whole.pack, {})
    return list(laxer_limits(whole.before[junction], after))


def without_line_and_row(root: etree._Element, junction: str, place: int) -> etree._Element:
    """The file without the inner lanes' lines of one connection and without any row of its node."""
    less = copy.deepcopy(root)
    link = _alone(less, junction)[place]
    via = link.get("via", "")
    for lane in less.iter("lane"):
        if lane.get("id") == via:
            del lane.attrib["shape"]
    end = {edge.get("id"): edge.get("to") for edge in less.findall("edge")}[link.get("from")]
    for node in less.findall("junction"):
        if node.get("id") == end:
            for row in node.findall("request"):
                node.remove(row)
    return less


@pytest.mark.parametrize(("kind", "number"), [("roundabout", 0), ("bus lanes", 0), ("crossings", 0), ("T", 1)])
def test_a_way_without_line_and_row_keeps_all_its_foes(kind, number, tmp_path):
    whole, tried = ground(tmp_path, kind, number), 0
    for junction in sorted(set(whole.before) - whole.unsafe):
        for place in range(len(_alone(whole.root, junction))):
            found = laxer(whole, junction, without_line_and_row(whole.root, junction, place))
            assert [one for one in found if one[0] in ("foes", "protected")] == []
            tried += 1
    assert tried > 2


def test_a_group_with_a_lamp_of_no_known_use_may_drive_and_walk(tmp_path):
    whole = ground(tmp_path, "crossings")
    junction = next(iter(whole.network.junctions))
    root = copy.deepcopy(whole.root)
    link = _alone(root, junction.id)[0]
    lamp = int(link.get("linkIndex", "-1"))
    link.getparent().remove(link)
    (after,) = limits_of(root, (), replace(whole.network, junctions=(junction,)), whole.pack, {})
    group = next(group.id for group in junction.groups if lamp in group.links)
    assert group in after.driven & after.walked


def without(root: etree._Element, junction: str, links: tuple[int, ...]) -> etree._Element:
    """The file without the connections of some lamps."""
    less = copy.deepcopy(root)
    for link in less.findall("connection"):
        if link.get("tl") == junction and int(link.get("linkIndex", "-1")) in links:
            link.getparent().remove(link)
    return less


@pytest.mark.parametrize("lost", ["g6", "g11"])
def test_a_turn_across_keeps_its_protected_time_when_nobody_knows_it_or_whom_it_meets(lost):
    """At J1, g6 turns across g11, protected and permitted: to take the protected time away stays an error."""
    whole, plan = ground_of(ARTERIAL), without_protection()
    junction = whole.network.by_junction["J1"]
    less = without(whole.root, "J1", junction.by_group[lost].links)
    one = replace(whole.network, junctions=(junction,))
    (after,) = limits_of(less, (), one, whole.pack, {})
    found = check_junction("tried", plan.by_junction["J1"], junction, after)
    assert [f for f in found if f.rule == "left_turn" and f.is_error and "g6" in f.groups]
    today = check_junction("running", junction.running, junction, after)
    assert not [f for f in today if f.rule == "left_turn" and f.is_error]


def test_a_lamp_of_no_known_use_that_is_always_red_today_gets_no_green_beside_another():
    whole = ground_of(ARTERIAL)
    lamp = whole.network.by_junction["J1"].by_group["g6"].links[0]
    less = without(whole.root, "J1", (lamp,))
    for phase in less.find("tlLogic[@id='J1']").findall("phase"):
        state = phase.get("state")
        phase.set("state", f"{state[:lamp]}r{state[lamp + 1 :]}")
    one = replace(whole.network, junctions=(whole.network.by_junction["J1"],))
    (after,) = limits_of(less, (), one, whole.pack, {})
    others = {group.id for group in one.junctions[0].groups} - {"g6"}
    assert {b for a, b in after.foes if a == "g6"} == others
    assert not [key for key in after.together if "g6" in (key[0], key[2])]
