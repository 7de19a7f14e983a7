"""What is drawn of plans and streets agrees, second by second, with the plans themselves."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from greenband.engine.main_street.progression import bandwidth_s, green_spans
from greenband.engine.main_street.street import distances_m, find_links, main_street, spaced
from greenband.engine.main_street.trajectories import shown_s
from greenband.engine.report.changes import plan_changes
from greenband.engine.report.data import MovementRow
from greenband.engine.report.delays import balance, by_loss, total_change_min_h
from greenband.engine.report.pictures.network_map import spread
from greenband.engine.report.pictures.svg import clipped, ticks
from greenband.engine.report.pictures.time_space import (
    LEFT,
    RIGHT,
    WIDTH,
    time_space_diagram,
    way_bandwidth_s,
    ways,
)
from greenband.engine.report.pictures.timing_diagram import timing_diagram
from greenband.engine.report.words import number, shortened, signed
from greenband.networks.plan import GroupPlan, JunctionPlan, Window
from greenband.networks.sumo.net import read_network
from lxml import etree

from tests.conftest import scenario_network
from tests.engine.report.made_up import shifted_plan, three_junctions

CLASS_OF = {"G": "lamp-green", "g": "lamp-permitted", "y": "lamp-yellow", "r": None}


def scenario(name):
    return three_junctions() if name == "three" else read_network(scenario_network(name))


def spans(elements):
    return [(float(e.get("x")), float(e.get("x")) + float(e.get("width"))) for e in elements]


@pytest.mark.parametrize("name", ["three", "cologne8", "ingolstadt1"])
def test_timing_diagrams_show_in_each_second_what_the_plan_says(name):
    network = scenario(name)
    for junction in network.junctions:
        plan = shifted_plan(network.running_plan).by_junction[junction.id]
        drawn = etree.fromstring(timing_diagram(network, junction, plan, "title", plan.cycle_s))
        rows = drawn.findall("g[@class='group-row']")
        assert len(rows) == len(junction.groups)
        for group, row in zip(junction.groups, rows, strict=True):
            ((left, right),) = spans(row.findall("rect[@class='lamp-red']"))
            bars = [(r.get("class"), *spans([r])[0]) for r in row.findall("rect") if r.get("class") != "lamp-red"]
            assert all(left - 0.1 <= a and b <= right + 0.1 for _, a, b in bars)
            for second in range(int(plan.cycle_s)):
                x = left + (second + 0.5) / plan.cycle_s * (right - left)
                shown = [class_ for class_, a, b in bars if a <= x < b]
                expected = CLASS_OF[plan.by_group[group.id].display_at(second, plan.cycle_s)]
                assert shown == ([expected] if expected else []), (junction.id, group.id, second)


def test_a_green_across_the_end_of_the_cycle_is_two_bars_that_add_up():
    network = three_junctions()
    junction = network.junctions[0]
    windows = (Window(start_s=50, length_s=20, display="G"),)
    plan = replace(junction.running, groups=(GroupPlan(group="g0", windows=windows), junction.running.groups[1]))
    drawn = etree.fromstring(timing_diagram(network, junction, plan, "title", 60.0))
    row = drawn.findall("g[@class='group-row']")[0]
    ((left, right),) = spans(row.findall("rect[@class='lamp-red']"))
    widths = [(b - a) / (right - left) * 60 for a, b in spans(row.findall("rect[@class='lamp-green']"))]
    assert widths == pytest.approx([10, 10], abs=0.1)


def test_changes_name_the_offset_and_the_group_and_nothing_else():
    network = three_junctions()
    junction = network.junctions[0]
    main, side = junction.running.groups
    longer = replace(side, windows=(replace(side.windows[0], length_s=22.0), replace(side.windows[1], start_s=57.0)))
    new = replace(junction.running, groups=(main, longer)).with_offset(12)
    found = [(c.what, c.running, c.plan) for c in plan_changes(network, junction, junction.running, new)]
    assert found == [("offset", "0 s", "12 s"), ("green of g2 S ←→", "35–55 (20 s)", "35–57 (22 s)")]
    assert plan_changes(network, junction, new, new) == []


def test_the_main_street_of_the_hand_made_network_is_its_street_both_ways():
    network = three_junctions()
    street = main_street(network, {})
    assert set(street.junctions) == {"A", "B", "C"}
    assert street.junctions[1] == "B"
    assert sorted(distances_m(street)) == pytest.approx([0, 300, 500] if street.junctions[0] == "A" else [0, 200, 500])
    assert all(link is not None for link in street.back)
    assert [way.groups for way in ways(network, street, {})] == [(("g0",),) * 3] * 2


def test_the_main_street_follows_the_traffic():
    network = read_network(scenario_network("grid4x4"))
    rows = {}
    for junction in network.junctions:
        rows.setdefault(round(network.positions[junction.id][1]), []).append(junction.id)
    for y, members in rows.items():
        busy = {m.from_edge: 900.0 for j in network.junctions if j.id in members for m in j.movements}
        along = {edge: flow for edge, flow in busy.items() if abs(_rise(network.edges[edge].shape)) < 1}
        assert set(main_street(network, along).junctions) == set(members), y


def _rise(shape):
    return shape[-1][1] - shape[0][1]


def test_bandwidth_of_offsets_that_equal_the_travel_times_is_the_whole_green_closed_form():
    # 300 m and 200 m at 10 m/s are 30 s and 20 s; with offsets 0, 30, 50 the whole green of 30 s gets through. Coming
    # back, the greens as the first vehicle meets them start at 50, 30 - 20 = 10 and 0 - 50 = 10 (mod 60), for 30 s
    # each: 10 to 20 is common.
    network = three_junctions()
    street = main_street(network, {"WA": 100.0, "AB": 100.0, "BC": 100.0})
    assert street.junctions == ("A", "B", "C")
    forth, back = ways(network, street, {})
    assert way_bandwidth_s(forth, network.running_plan) == 30
    assert way_bandwidth_s(back, network.running_plan) == 10


def one_green(start, length, offset, cycle):
    group = GroupPlan(group="a", windows=(Window(start_s=start, length_s=length, display="G"),))
    return JunctionPlan(junction="j", cycle_s=cycle, offset_s=offset, coordinated="a", groups=(group,))


def longest_run(flags):
    if all(flags):
        return len(flags)
    best = run = 0
    for flag in flags + flags:
        run = run + 1 if flag else 0
        best = max(best, run)
    return best


def test_bandwidth_agrees_with_looking_at_each_second():
    chance = random.Random(5)
    for _ in range(300):
        cycle = chance.randrange(20, 90)
        plans = [
            one_green(chance.randrange(cycle), chance.randrange(5, cycle), chance.randrange(cycle), cycle)
            for _ in range(chance.randrange(2, 5))
        ]
        arrivals = [0.0]
        for _ in plans[1:]:
            arrivals.append(arrivals[-1] + chance.randrange(5, 120))
        passes = [
            all(
                plan.by_group["a"].display_at(plan.second_of_cycle(second + arrival), cycle) == "G"
                for plan, arrival in zip(plans, arrivals, strict=True)
            )
            for second in range(cycle)
        ]
        assert bandwidth_s(plans, [("a",)] * len(plans), arrivals) == longest_run(passes)


def test_junctions_of_different_cycles_have_no_lasting_band():
    plans = [one_green(0, 20, 0, 60), one_green(0, 20, 0, 70)]
    assert math.isnan(bandwidth_s(plans, [("a",)] * 2, [0.0, 10.0]))


def test_green_spans_agree_with_looking_at_each_second():
    network = read_network(scenario_network("ingolstadt7"))
    begin, end = 25_203, 25_403
    for junction in network.junctions:
        plan = junction.running
        groups = tuple(group.id for group in junction.groups[:2])
        found = green_spans(plan, groups, begin, end)
        assert all(a < b < c for (a, b), (c, _) in pairwise(found))
        for second in range(begin, end):
            shows = {plan.by_group[g].display_at(plan.second_of_cycle(second), plan.cycle_s) for g in groups}
            assert any(a <= second < b for a, b in found) == bool(shows & {"G", "g"})


@pytest.mark.parametrize("name", ["three", "cologne8", "ingolstadt21"])
def test_time_space_diagrams_keep_bars_bands_and_lines_within_the_plot(name):
    network = scenario(name)
    street = main_street(network, {})
    both = ways(network, street, {})
    for plan in (network.running_plan, shifted_plan(network.running_plan)):
        length_s = shown_s((plan,), street)
        drawn = etree.fromstring(
            time_space_diagram(network, plan, street, both, (25_200.0, 25_200.0 + length_s), "title")
        )
        _, _, _, height = map(float, drawn.get("viewBox").split())
        left, right = LEFT - 0.06, WIDTH - RIGHT + 0.06
        for bar in drawn.iter("rect"):
            ((a, b),) = spans([bar])
            assert left <= a <= b <= right
        points = [tuple(map(float, p.split(","))) for e in drawn.iter("polygon") for p in e.get("points").split()]
        points += [
            (float(e.get(f"x{end}")), float(e.get(f"y{end}")))
            for e in drawn.iter("line")
            if "progression" in e.get("class")
            for end in (1, 2)
        ]
        assert points
        assert all(left <= x <= right and 0 <= y <= height for x, y in points)
        assert len(drawn.xpath(".//text[@class='row-label']")) == len(street.junctions)


def test_a_band_runs_from_green_to_green_at_the_speed_limit():
    network = three_junctions()
    street = main_street(network, {"WA": 100.0, "AB": 100.0, "BC": 100.0})
    both = ways(network, street, {})
    drawn = etree.fromstring(time_space_diagram(network, network.running_plan, street, both, (0.0, 120.0), "title"))
    per_second = (WIDTH - LEFT - RIGHT) / 120
    bands = [
        [tuple(map(float, p.split(","))) for p in band.get("points").split()]
        for band in drawn.findall("polygon[@class='band forth']")
    ]
    # The first green of A leaves at 0 to 30 s and reaches B, 300 m on at 10 m/s, at 30 to 60 s, and C 20 s later.
    seconds = [sorted(round((x - LEFT) / per_second) for x, _ in band) for band in bands]
    assert [0, 30, 30, 60] in seconds
    assert [30, 50, 60, 80] in seconds


def test_close_junctions_are_drawn_apart_and_far_ones_to_scale():
    assert spaced((0.0, 5.0, 105.0), 20.0) == (0.0, 20.0, 120.0)


def test_discs_on_one_spot_are_pushed_apart_and_lonely_ones_stay():
    places = spread([(0.0, 0.0), (0.0, 0.0), (3.0, 1.0), (500.0, 500.0)], 24.0)
    assert all(math.dist(a, b) >= 23.5 for i, a in enumerate(places) for b in places[:i])
    assert places[3] == (500.0, 500.0)


def test_clipping_a_square_halfway_halves_it():
    assert sorted(clipped([(0, 0), (2, 0), (2, 2), (0, 2)], 1, 9)) == [(1, 0), (1, 2), (2, 0), (2, 2)]
    assert clipped([(0, 0), (2, 0), (2, 2), (0, 2)], 5, 9) == []


def test_ticks_are_round_and_within():
    assert ticks(0, 90, 6) == [0, 20, 40, 60, 80]
    assert ticks(0, 1, 5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert ticks(5, 5) == [5]


def test_the_balance_counts_movements_and_vehicles_and_the_table_sorts_by_total_loss():
    def row(flow, before, after):
        return MovementRow(
            junction="j", from_edge="a", to_edge="b", flow_veh_h=flow, running_delay_s=before, plan_delay_s=after
        )

    rows = [row(100, 50, 10), row(10, 10, 90), row(300, 10, 20), row(50, 30, 30.5)]
    found = balance(rows)
    assert (found.losing, found.losing_veh_h) == (2, 310)
    assert (found.gaining, found.gaining_veh_h) == (1, 100)
    assert (found.even, found.even_veh_h) == (1, 50)
    assert [total_change_min_h(r) for r in by_loss(rows)] == pytest.approx([50, 800 / 60, 25 / 60, -4000 / 60])


@pytest.mark.parametrize(
    ("value", "digits", "plain", "change"),
    [
        (1234.56, 1, "1\u202f234.6", "+1\u202f234.6"),
        (-0.04, 1, "0.0", "0.0"),
        (-3.25, 2, "−3.25", "−3.25"),
        (math.nan, 1, "–", "–"),
        (math.inf, 1, "–", "–"),
        (0, 0, "0", "0"),
    ],
)
def test_numbers_for_reading(value, digits, plain, change):
    assert number(value, digits) == plain
    assert signed(value, digits) == change


def test_long_names_lose_their_middle():
    assert shortened("cluster_1098574052", 9) == "clus…4052"
    assert shortened("short", 9) == "short"


def test_a_straight_street_of_three_junctions_goes_before_a_busier_one_with_turns():
    network = read_network(scenario_network("cologne8"))
    # All traffic between two neighbours: the chain through them turns, the straight one has three junctions.
    busy = {edge: 5000.0 for link in (("26110729", "247379907"),) for edge in _edges_between(network, *link)}
    street = main_street(network, busy)
    assert street.straight
    assert len(street.junctions) >= 3


def _edges_between(network, origin, target):
    return [link.edges[-1] for link in find_links(network, {}) if (link.origin, link.target) == (origin, target)]
