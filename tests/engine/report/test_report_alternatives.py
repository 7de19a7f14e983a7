"""The section on other plans: every plan with its values and its file, and a picture with every name."""

import re
from dataclasses import replace

import pytest
from greenband.engine.optimise.why.pareto import Alternative
from greenband.engine.report.render import report_html
from greenband.engine.report.sections.alternatives_view import alternatives_view
from lxml import html

from tests.engine.report.made_up import full_report, three_junctions


def other(name, plan, delay_s, stops, **more):
    values = {"delay": delay_s, "stops": stops, "worst_movement": 60.0, "pedestrian_wait": 12.5, "bandwidth": 0.25}
    return Alternative(name=name, plan=plan, values=values, **more)


@pytest.fixture(scope="module")
def data():
    full = full_report(three_junctions(), "Three signals")
    return replace(
        full,
        alternatives=(
            other("chosen", full.plan, 30.0, 1.0, race_delay_s=33.3, race_seeds=6),
            other("running", full.running, 45.0, 1.4),
            other("least-delay", full.plan, 30.0, 1.0),
            other("fewest-stops", full.running, 30.1, 0.999, errors=("two greens meet",)),
        ),
    )


def test_the_table_has_every_plan_with_its_file(data):
    page = html.fromstring(report_html(data).decode())
    rows = page.xpath("//section[@aria-labelledby='alternatives']//tbody/tr")
    told = [[" ".join(cell.itertext()).strip() for cell in row] for row in rows]
    assert told[0] == ["this plan", "30.0", "1.00", "60.0", "12.5", "75 %", "33.3", ""]
    assert told[2][0] == "least delay"
    assert told[2][-1] == "alternatives/least-delay.plan.json"
    assert told[3][-1] == "unsafe: not written"
    assert [row.get("class") for row in rows] == ["chosen", None, "chosen", None]


def test_names_of_plans_at_one_place_do_not_lie_on_one_another(data):
    chart = html.fromstring(str(alternatives_view(data.alternatives).chart))
    places = [float(text.get("y")) for text in chart.iter("text") if re.search("plan|least|fewest", text.text or "")]
    assert len(places) == 4
    assert all(abs(a - b) >= 13 for k, a in enumerate(places) for b in places[:k])


def test_a_report_without_alternatives_says_why(data):
    page = report_html(full_report(three_junctions(), "Three signals")).decode()
    assert "it was not asked for" in page
