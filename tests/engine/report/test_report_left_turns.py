"""The report's table of turns across oncoming traffic: volumes, limits and verdicts in words."""

from dataclasses import replace

from greenband.engine.report.render import report_html
from greenband.engine.report.words import speaking
from greenband.engine.rules.left_turns import turns_across
from lxml import html

from tests.engine.check.test_left_turns import NETWORK, NONE, TURN, volumes
from tests.engine.report.made_up import bare_report


def row(language: str, veh_h: float) -> list[str]:
    data = replace(bare_report(NETWORK), left_turns=turns_across(NETWORK, NONE, volumes(veh_h)))
    with speaking(language):
        document = html.fromstring(report_html(data))
    rows = document.xpath("//section[@aria-labelledby='left-turns']//tbody/tr")
    found = [[" ".join(cell.text_content().split()) for cell in one] for one in rows]
    return next(cells for cells in found if cells[1] == "J1" and cells[2].endswith(TURN))


def test_a_turn_above_the_volumes_stays_protected_and_says_why():
    cells = row("en", 250.0)
    assert cells[2:6] == ["E, g6", "both", "1 / 2", "50"]
    assert cells[6].replace(" ", "") == "125000/90000"
    assert cells[8] == "stays protected: the product of volumes is 125000, more than 90000"


def test_a_turn_below_them_may_yield_in_either_language():
    assert row("en", 50.0)[7:] == ["not told; yields today", "may yield"]
    assert row("zh", 50.0)[7:] == ["未说明；现状已让行", "可以让行"]
