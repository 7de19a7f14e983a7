"""The section on why: what binds, what it costs, what is proven, which demand no plan can serve; in two languages."""

from dataclasses import replace

import pytest
from greenband.engine.chain.explain import Delays
from greenband.engine.report.render import report_html
from greenband.engine.report.words import speaking
from lxml import html

from tests.engine.report.english import english_left
from tests.engine.report.made_up import full_report, three_junctions
from tests.engine.results.test_evidence_explained import explained


@pytest.fixture(scope="module")
def data():
    full, told = full_report(three_junctions(), "Three signals"), explained()
    signal = full.network.junctions[0].id
    return replace(
        full,
        explained=replace(
            told,
            junctions=tuple(replace(why, junction=signal) for why in told.junctions),
            delays={signal: Delays(model_s=20.0, simulated_s=22.0)},
        ),
    )


def section(data):
    page = html.fromstring(report_html(data).decode())
    return page.xpath("//section[@aria-labelledby='why']")[0]


def test_every_junction_has_its_row_and_every_green_its_reason(data):
    found = section(data)
    rows = [[" ".join(cell.itertext()).strip() for cell in row] for row in found.xpath(".//tbody/tr")]
    (why,) = data.explained.junctions
    assert rows[0][0].startswith("1 ·")
    assert rows[0][1] == f"{why.delay_s:.1f}"
    assert rows[0][5] == f"{why.all_pedestrians_s:.1f}"
    assert rows[0][6].endswith("at 60 s")
    assert rows[0][8:] == ["20.0", "22.0", "123 %"]
    assert [row[-1] for row in rows[1:]] == ["a lane is nearly full", "walk and clearance of pedestrians"]


def test_demand_beyond_capacity_stands_first_in_words(data):
    text = " ".join(section(data).text_content().split())
    assert "cannot serve its demand with any plan" in text
    assert text.index("cannot serve") < text.index("Delays of the formulas")
    assert "4.00 for the best found, no less than 4.00 possible" in text


def test_a_plan_that_all_can_be_served_by_says_nothing_of_capacity(data):
    plain = replace(data, explained=replace(data.explained, overloaded=()))
    assert "cannot serve" not in section(plain).text_content()
    assert "queues grow" not in section(plain).text_content()


def test_it_can_be_read_in_chinese(data):
    with speaking("zh"):
        left = english_left(report_html(data))
        without = english_left(report_html(full_report(three_junctions(), "Three signals")))
    assert left <= without
