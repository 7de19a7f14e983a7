"""The report for everybody: by keyboard, on a telephone, on paper, in Chinese, and to axe-core's satisfaction.

axe-core comes inside a Python package, and the browser is the one of this machine: nothing is downloaded here.
"""

import shutil
from importlib.resources import files

import pytest
from greenband.engine.report.render import report_html
from greenband.engine.report.words import speaking
from greenband.networks.sumo.net import read_network

from tests.conftest import scenario_network
from tests.engine.report.made_up import full_report
from tests.engine.report.test_report_browser import BROWSERS

A4_BETWEEN_MARGINS_PX = 703  # 210 mm less twice 12 mm, at 96 to the inch


@pytest.fixture(scope="module")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: the report is not tried in a browser (apt-get install chromium)")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install .[test]")
    with driver.sync_playwright() as playing:
        opened = playing.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The file of the report in each language: three real junctions, with everything there is to show."""
    network = read_network(scenario_network("cologne3"))
    written = {}
    for language in ("en", "zh"):
        with speaking(language):
            data = full_report(network, "cologne3")
            content = report_html(data)
        written[language] = tmp_path_factory.mktemp("page") / f"{language}.html"
        written[language].write_bytes(content)
    return written


@pytest.fixture
def show(browser, pages):
    """Return a function that opens a page; what it opened is closed at the end."""
    opened = []

    def open_page(language="en", width=1280, scheme="light", **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        opened.append(context)
        page = context.new_page()
        page.goto(pages[language].as_uri())
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 390, "light"), ("zh", 1280, "dark")])
def test_axe_core_finds_nothing_serious(show, language, width, scheme):
    page = show(language, width, scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    bad = [
        (v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]
    assert not bad
    assert len(found["passes"]) > 20  # it did look


def test_axe_core_would_find_what_is_wrong(show):
    page = show("en", 1280, "light", bypass_csp=True)
    page.evaluate("document.querySelector('svg[role=img] > title').remove()")
    page.evaluate("document.querySelector('main p').style.color = '#eeeeee'")
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    assert {"svg-img-alt", "color-contrast"} <= {v["id"] for v in page.evaluate("axe.run()")["violations"]}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(show, language, width):
    page = show(language, width)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_first_tab_shows_the_way_past_the_contents_and_enter_takes_it(show):
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_box_that_scrolls_is_reached_by_tab_named_and_seen_to_have_the_focus(show):
    page = show(width=390)
    scrolling = page.evaluate(
        "[...document.querySelectorAll('*')].filter((box) => box.scrollWidth > box.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(box).overflowX))"
        ".map((box) => [box.tabIndex, box.getAttribute('aria-label') || ''])"
    )
    assert len(scrolling) > 3
    assert all(place == 0 and name for place, name in scrolling)
    page.focus("table.movements th button")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_table_is_sorted_by_keyboard(show):
    page = show()
    page.focus("table.movements th:nth-child(3) button")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('table.movements th:nth-child(3)').ariaSort") == "descending"
    changes = page.evaluate(
        "[...document.querySelectorAll('table.movements tbody tr')].map((row) => Number(row.cells[2].dataset.value))"
    )
    assert changes == sorted(changes, reverse=True)


def test_every_picture_has_a_name(show):
    page = show()
    names = page.evaluate(
        "[...document.querySelectorAll('svg:not([aria-hidden])')]"
        ".map((svg) => [svg.getAttribute('role'), svg.firstElementChild.tagName, svg.firstElementChild.textContent])"
    )
    assert len(names) > 20
    assert all((role, tag) == ("img", "title") and name for role, tag, name in names)


def test_on_paper_everything_is_unfolded_and_nothing_sticks_out(show):
    page = show(width=A4_BETWEEN_MARGINS_PX)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_BETWEEN_MARGINS_PX
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_page_draws_vehicles_stages_and_roads(show, pages):
    page = show()
    count = "(what) => document.querySelectorAll(what).length"
    assert page.evaluate(count, "svg.time-space path.track") == 4  # two ways under two plans
    assert page.evaluate(count, "svg.stages") == 6  # three junctions under two plans
    assert page.evaluate(count, "svg.stages g.stage") >= 12
    assert page.evaluate(count, "svg.map path.approach") >= 2
    track = "document.querySelector('svg.time-space path.track.forth')"
    assert page.evaluate(f"getComputedStyle({track}).stroke") == "rgb(35, 133, 76)"
    assert page.evaluate(f"getComputedStyle({track}).fill") == "none"
