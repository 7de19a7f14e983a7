"""The page as a whole: what it says, that it is safe and self-contained, and that nothing missing leaves a hole."""

import base64
import hashlib
import math
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from greenband.engine.report.data import Missing, Optimisation, Simulated, TrialFigures, VerdictView
from greenband.engine.report.render import report_html
from greenband.networks.sumo.net import read_network
from lxml import html

from tests.conftest import scenario_network
from tests.engine.report.made_up import bare_report, finding, forecast, full_report, three_junctions

SECTIONS = [
    "verdict",
    "present",
    "map",
    "movements",
    "plan",
    "left-turns",
    "street",
    "why",
    "alternatives",
    "robustness",
    "forecast",
    "search",
    "checks",
    "again",
]
HOSTILE = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}&amp;"


def page(data) -> html.HtmlElement:
    return html.fromstring(report_html(data).decode("utf-8"))


def text(element) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.fixture(scope="module")
def full():
    return full_report(three_junctions(), "Three signals")


@pytest.fixture(scope="module")
def real():
    return page(full_report(read_network(scenario_network("cologne8")), "cologne8"))


def test_all_sections_are_there_with_the_verdict_first(full):
    document = page(full)
    places = [document.xpath("count(//*[@id=$id]/preceding::*)", id=name) for name in SECTIONS]
    assert places == sorted(places)
    assert [link.get("href") for link in document.xpath("//nav//a")] == [f"#{name}" for name in SECTIONS]
    assert all(len(document.xpath("//*[@id=$id]", id=name)) == 1 for name in SECTIONS)
    assert text(document.xpath("//main/section[1]//h2")[0]) == "✓ The plan passed its gate"
    assert text(document.xpath("//*[@class='status']")[0]) == "DRAFT"


def test_the_verdict_shows_median_ratio_mean_difference_and_interval_computed_by_hand(full):
    comparison = TrialFigures(
        seeds=(1, 2, 3),
        running=Simulated(delay_s=(50.0, 60.0, 130.0), stops=1.5, unserved=4.0, gridlocked=(3,)),
        plan=Simulated(delay_s=(30.0, 33.0, 36.0), stops=1.25, unserved=0.0, gridlocked=()),
        low_s=-120.5,
        high_s=26.5,
        interval_by="Student's t, paired",
    )
    tiles = [text(tile) for tile in page(replace(full, comparison=comparison)).xpath("//section[1]//dl/div")]
    assert tiles[0] == "Delay, median over 3 seeds 60.0 → 33.0 s per trip, running → this plan"
    assert "0.55" in tiles[1]  # 33 / 60
    assert "−47.0 s" in tiles[2]  # (99 - 240) / 3
    assert "95 % interval −120.5 to +26.5 s" in tiles[2]
    assert tiles[3:] == [
        "Stops per trip 1.50 → 1.25",
        "Unserved vehicles, mean per seed 4.0 → 0.0",
        "Gridlocked seeds 1 → 0",
    ]


def test_one_seed_has_no_interval_and_says_so(full):
    alone = Simulated(delay_s=(50.0,), stops=1.0, unserved=0.0, gridlocked=())
    comparison = TrialFigures(
        seeds=(7,), running=alone, plan=alone, low_s=math.nan, high_s=math.nan, interval_by="Student's t, paired"
    )
    assert "one seed gives no interval" in text(page(replace(full, comparison=comparison)))


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        ("failed", "✗ The plan failed its gate"),
        ("kept", "= Nothing better was found: the running plan is kept"),
    ],
)
def test_the_heading_says_what_the_gate_said(full, outcome, heading):
    document = page(replace(full, verdict=VerdictView(outcome=outcome, reasons=(), judged_on="true routes")))
    assert text(document.xpath("//*[@id='verdict-title']")[0]) == heading
    assert "Judged on true routes." in text(document)


def test_the_page_loads_nothing_and_its_policy_names_exactly_its_own_style_and_script(full):
    document = page(full)
    assert not document.xpath("//*[@src] | //link | //img | //iframe | //object | //@style")
    assert all(target.startswith("#") for target in document.xpath("//@href"))
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for element in document.xpath("//style | //script"):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{element.tag}-src 'sha256-{digest}'" in policy
    assert "url(" not in document.xpath("//style")[0].text
    assert "@import" not in document.xpath("//style")[0].text


def test_the_same_data_gives_the_same_bytes(full):
    assert report_html(full) == report_html(full_report(three_junctions(), "Three signals"))


def test_hostile_names_stay_text(full):
    data = replace(
        full,
        study=HOSTILE,
        period=HOSTILE,
        status=HOSTILE,
        verdict=VerdictView(outcome="failed", reasons=(HOSTILE,), judged_on="true routes"),
        movements=tuple(replace(row, from_edge=HOSTILE) for row in full.movements),
        detectors=tuple(replace(row, detector=HOSTILE, lane=HOSTILE, reasons=(HOSTILE,)) for row in full.detectors),
        forecast=tuple(replace(series, label=HOSTILE) for series in full.forecast),
        residuals=tuple(replace(row, place=HOSTILE) for row in full.residuals),
        findings=(replace(finding(), junction=HOSTILE, groups=(HOSTILE,), rule=HOSTILE, found=HOSTILE),),
        provenance=replace(full.provenance, commands=(HOSTILE,), hashes=((HOSTILE, HOSTILE),)),
        optimisation=replace(
            full.optimisation,
            status=HOSTILE,
            objective_unit=HOSTILE,
            candidates=tuple(replace(c, name=HOSTILE, note=HOSTILE) for c in full.optimisation.candidates),
        ),
    )
    document = page(data)
    assert len(document.xpath("//script")) == 1
    assert not document.xpath("//img")
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    assert text(document.xpath("//h1")[0]) == HOSTILE


def test_junctions_and_groups_with_hostile_names_stay_text(full):
    network = three_junctions()
    junction = replace(
        network.junctions[0], id=HOSTILE, running=replace(network.junctions[0].running, junction=HOSTILE)
    )
    hostile = replace(
        network,
        junctions=(junction, *network.junctions[1:]),
        positions={**network.positions, HOSTILE: (0.0, 0.0)},
        connections=tuple(replace(c, signal=HOSTILE) if c.signal == "A" else c for c in network.connections),
    )
    document = page(full_report(hostile, "hostile"))
    assert len(document.xpath("//script")) == 1
    assert not document.xpath("//img")
    assert text(document.xpath("//h3[@id='junction-1']")[0]) == f"1 · {HOSTILE}"


def test_a_name_that_no_encoding_can_carry_does_not_break_the_page(full):
    assert b"half ? pair" in report_html(replace(full, study="half \udc80 pair"))


def test_a_report_of_which_only_the_plans_are_known_says_why_in_each_section():
    document = page(bare_report(three_junctions()))
    whys = document.xpath("//p[@class='missing']")
    assert len(whys) == 15  # the verdict's section lacks two
    assert {text(why) for why in whys} == {"Not available: it was not asked for."}
    assert len(document.xpath("//svg[@class='timing']")) == 6
    assert len(document.xpath("//svg[@class='time-space']")) == 2
    assert not document.xpath("//svg[@class='map' or @class='seeds' or contains(@class, 'chart') or @class='strip']")


def test_parts_that_are_there_but_empty_say_so_rather_than_draw_an_empty_chart(full):
    nothing = tuple(replace(row, plan_delay_s=math.nan) for row in full.movements)
    unknown = tuple(replace(series, mean_veh_h=(math.nan,) * len(series.mean_veh_h)) for series in forecast(("a", "b")))
    unmeasured = tuple(replace(row, plan_delay_s=math.nan) for row in full.junctions)
    data = replace(
        full,
        junctions=unmeasured,
        movements=nothing,
        detectors=(),
        forecast=unknown,
        residuals=(),
        findings=(),
        day_types=(),
        present=replace(full.present, places=()),
    )
    document = page(replace(data, optimisation=replace(full.optimisation, candidates=(), cycles=())))
    words = text(document)
    for why in (
        "no junction was measured under both plans",
        "no movement was measured under both plans",
        "the study has no detector",
        "no series holds a forecast",
        "no type of day was found",
        "no count was compared with the movement flows",
        "no candidate was recorded",
    ):
        assert f"Not available: {why}." in words
    assert "No finding:" in words
    assert not document.xpath("//svg[@class='map' or contains(@class, 'chart') or @class='strip']")


def test_a_network_of_one_signal_has_no_main_street():
    network = read_network(scenario_network("cologne1"))
    document = page(full_report(network, "cologne1"))
    assert "no two signals are linked" in text(document)
    assert not document.xpath("//svg[@class='time-space']")


def test_findings_that_forbid_are_told_from_warnings(full):
    assert "Findings that forbid this plan: 1. It must not go to the street." in text(
        page(replace(full, findings=(finding(),)))
    )
    assert "Warnings: 1. Nothing forbids this plan." in text(
        page(replace(full, findings=(replace(finding(), forbids=False),)))
    )


def test_movements_are_listed_by_their_total_loss_and_those_that_nobody_drove_are_left_out(real):
    totals = [float(cell.get("data-value")) for cell in real.xpath("//table[contains(@class, 'movements')]//tr/td[4]")]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == 72  # of 99, 27 are U-turns that nobody drove
    assert "27 movements that nobody drove" in text(real)


def test_the_map_has_all_streets_and_a_disc_for_each_junction_that_touches_no_other(real):
    (drawn,) = real.xpath("//svg[@class='map']")
    network = read_network(scenario_network("cologne8"))
    assert drawn.xpath(".//path[@class='street']")[0].get("d").count("M") == len(network.edges)
    discs = drawn.xpath(".//circle")
    assert len(discs) == 8
    places = [(float(disc.get("cx")), float(disc.get("cy"))) for disc in discs]
    radius = float(discs[0].get("r"))
    assert all(math.dist(a, b) >= 2 * radius for i, a in enumerate(places) for b in places[:i])
    _, _, width, height = map(float, drawn.get("viewbox").split())
    assert all(radius <= x <= width - radius and radius <= y <= height - radius for x, y in places)


def test_what_a_reader_without_sight_needs_is_there(real):
    assert real.get("lang") == "en"
    assert all(svg.xpath("./title") or svg.get("aria-hidden") == "true" for svg in real.xpath("//svg"))
    ids = real.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(real.xpath("//*[@id=$id]", id=target[1:]) for target in real.xpath("//@href"))
    assert all(real.xpath("//*[@id=$id]", id=name) for name in real.xpath("//section/@aria-labelledby"))
    assert all(head.get("scope") for head in real.xpath("//th"))
    regions = real.xpath("//*[contains(@class, 'scroll')]")
    assert regions
    assert all(region.get("tabindex") == "0" and region.get("aria-label") for region in regions)
    levels = [int(head.tag[1]) for head in real.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_forecast_charts_stay_within_their_axes_and_leave_gaps_where_nothing_was_counted(full):
    chart = page(full).xpath("//svg[contains(@class, 'forecast')]")[0]
    _, _, width, height = map(float, chart.get("viewbox").split())
    paths = chart.xpath(".//path")
    assert len(paths) == 16  # 15 days and the mean
    for drawn in paths:
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", drawn.get("d"))]
        assert all(0 <= x <= width for x in numbers[::2])
        assert all(0 <= y <= height for y in numbers[1::2])
    uncounted = sum(math.isnan(v) for day in full.forecast[0].history for v in day.flow_veh_h)
    assert uncounted > 0
    assert sum(drawn.get("d").count("M") for drawn in paths) > len(paths)


def test_a_gap_without_a_bound_is_a_dash_not_a_crash(full):
    unknown = Optimisation(
        objective=math.nan,
        bound=math.nan,
        objective_unit="s",
        objective_is="",
        status="no model",
        seconds=math.nan,
        candidates=(),
    )
    document = page(replace(full, optimisation=unknown))
    assert "Gap – no model" in text(document)
    assert "Search took" not in text(document)


def test_a_large_network_fits_in_five_megabytes():
    network = read_network(scenario_network("ingolstadt21"))
    content = report_html(full_report(network, "ingolstadt21"))
    assert 200_000 < len(content) < 5_000_000
    assert len(html.fromstring(content.decode()).xpath("//svg[@class='timing']")) == 42


def test_a_missing_part_needs_a_reason():
    with pytest.raises(TypeError):
        Missing()


def test_further_trials_are_a_table_of_cases_and_one_of_switches():
    page = html.fromstring(report_html(full_report(three_junctions(), "study")).decode("utf-8"))
    (section,) = page.xpath("//section[@aria-labelledby='robustness']")
    cases, switches = section.xpath(".//tbody")
    assert [" ".join(cell.text_content().split()) for cell in cases.xpath("./tr[1]/*")] == [
        "+20 % demand", "2", "60.0", "62.0", "+2.0", "0 → 1", "worse",
    ]  # fmt: skip
    assert [cell.text_content() for cell in switches.xpath("./tr/*")] == ["add", "130", "+0.60", "0"]
