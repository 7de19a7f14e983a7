"""Stages against a slow twin that looks at every second, and their picture against the plan."""

import pytest
from greenband.engine.report.pictures.stage_diagram import stage_diagram
from greenband.engine.report.stages import SHORTEST_STAGE_S, stages
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.conftest import scenario_network
from tests.engine.report.made_up import three_junctions


def plan_of(cycle_s, **greens):
    """Return a plan whose groups show G in the spans given as (start, length)."""
    groups = tuple(
        GroupPlan(group=name, windows=tuple(Window(start_s=a, length_s=b, display="G") for a, b in spans))
        for name, spans in greens.items()
    )
    return JunctionPlan(junction="j", cycle_s=cycle_s, offset_s=0, coordinated=None, groups=groups)


def told(plan):
    return [(s.start_s, s.length_s, "".join(sorted(s.shown))) for s in stages(plan)]


def test_the_street_of_three_signals_has_two_stages_by_hand():
    junction = three_junctions().junctions[0]
    found = [(s.start_s, s.length_s, dict(s.shown)) for s in stages(junction.running)]
    assert found == [(0, 30, {"g0": "G"}), (35, 20, {"g2": "G"})]


def test_a_stage_passes_the_end_of_the_cycle_and_a_short_overlap_is_none():
    assert told(plan_of(60, a=[(50, 30)], b=[(50, 33)], c=[(30, 15)])) == [(50, 30, "ab"), (30, 15, "c")]
    # Three seconds of b alone lead from a and b to b and c; ten are a stage.
    assert told(plan_of(60, a=[(0, 20)], b=[(0, 40)], c=[(23, 17)])) == [(0, 20, "ab"), (23, 17, "bc")]
    assert told(plan_of(60, a=[(0, 20)], b=[(0, 40)], c=[(30, 10)])) == [(0, 20, "ab"), (20, 10, "b"), (30, 10, "bc")]


def test_what_is_always_green_alone_is_one_stage_of_the_whole_cycle_and_nothing_green_is_none():
    assert told(plan_of(60, a=[(0, 60)])) == [(0, 60, "a")]
    assert told(plan_of(60, a=[])) == []


@pytest.mark.parametrize("name", ["cologne8", "ingolstadt21"])
def test_stages_agree_with_looking_at_every_second_of_real_plans(name):
    for junction in read_network(scenario_network(name)).junctions:
        plan = junction.running
        found = stages(plan)
        inside = {}
        for stage in found:
            for second in range(int(stage.length_s)):
                inside[(stage.start_s + second) % plan.cycle_s] = set(stage.shown)
        seen = []
        for second in range(int(plan.cycle_s)):
            green = {g.group for g in plan.groups if g.display_at(second, plan.cycle_s) in "Gg"}
            seen.append(green)
            assert inside.get(second, green) == green
        left_out = [k for k, green in enumerate(seen) if green and k not in inside]
        runs = [k for k in left_out if seen[k] != seen[k - 1]]
        assert len(left_out) <= SHORTEST_STAGE_S * max(len(runs), 1), junction.id


def test_the_picture_has_a_box_for_each_stage_with_an_arrow_for_each_movement_that_has_green():
    network = three_junctions()
    junction = network.junctions[0]
    drawn = etree.fromstring(stage_diagram(network, junction, junction.running, "title"))
    boxes = drawn.findall("g[@class='stage']")
    assert len(boxes) == 2
    arrows = [box.find("path[@class='go protected']").get("d").count("M") for box in boxes]
    assert arrows == [2, 2]  # both ways of the street, then left and right from the south
    assert [box.findall("text")[-1].text for box in boxes] == ["0–30 s", "35–55 s"]
    ends = [
        [[float(v) for v in point.split()] for point in run.split("L")]
        for run in boxes[1].find("path[@class='go protected']").get("d").split("M")[1:]
    ]
    # From the south means from below, upward on the page, to the right and to the left.
    for way in ends:
        assert way[0][1] > way[-1][1]
    assert {way[-1][0] > way[0][0] for way in ends} == {True, False}
    assert stage_diagram(network, junction, plan_of(60, g0=[]), "title") is None
