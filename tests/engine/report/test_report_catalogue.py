"""The catalogue of Chinese: whole, without a sentence that nobody says, and met by what other parts write."""

import ast
import tomllib
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import greenband.engine
import pytest
from greenband.engine.report.catalogue import PLACE, catalogue, pattern_of
from greenband.engine.report.render import report_html
from greenband.engine.report.words import percent, say, speaking, told, weekday
from greenband.networks.network import Network
from jinja2 import Environment, nodes
from lxml import html

from tests.engine.report.english import ENGLISH, english_left
from tests.engine.report.made_up import full_report, three_junctions

ENGINE = Path(greenband.engine.__file__).parent
REPORT = ENGINE / "report"
# Where finished English is written that the report shows, and names in it that are no sentences.
WRITERS = (
    "validate/gate.py",
    "validate/service.py",
    "validate/further_verdict.py",
    "validate/displays.py",
    "optimise/search.py",
    "optimise/candidates/candidates.py",
    "chain/plan_study.py",
    "studies/calibration.py",
    "check/check.py",
    "check/conflict_rules.py",
    "check/lamp_rules.py",
    "check/own/view.py",
    "check/timing_rules.py",
)
# Parts of sentences: recognised only within the whole ones, which are tried below.
PARTS = {
    "7 7, under the running plan 7.",
    ", 7 % at each look",
    "7 s per trip (7)7, less delay with 7 of 7 seeds (sign test p = 7).",
    "No clear change of delay is shown",
    ", medians 7 of the running plan",
    "7 It runs like this today.",
    "is not in the network. Leave it out",
    "has 7 plans. Each junction has one. Give it one",
}
WHOLE = """
Delay falls: -7.0 s per trip (95 % interval -8.0 to -6.0 s), medians 0.70 of the running plan, less delay with \
7 of 7 seeds (sign test p = 0.016).
No clear change of delay is shown: -7.0 s per trip (no interval with one seed), less delay with 1 of 1 seeds \
(sign test p = 1.000).
Delay falls: -7.0 s per trip (95 % interval -8.0 to -6.0 s, 97.8 % at each look), medians 0.70 of the running plan, \
less delay with 7 of 7 seeds (sign test p = 0.016).
12 collisions are simulated, under the running plan 3.
junction 7, plan 'x': group 7 turns green at 7.5 s. Splits in controllers are whole seconds. Start it at a \
whole second. It runs like this today.
junction 7, plan 'x': the junction is not in the network. Leave it out.
junction 7, plan 'x': the junction has 2 plans. Each junction has one. Give it one.
""".strip().splitlines()


@cache
def sentences():
    return tomllib.loads((REPORT / "zh.toml").read_text(encoding="utf-8"))


def said_in_code():
    for path in REPORT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id == "Missing":  # its reason is looked up where it is shown
                whys = [k.value for k in node.keywords if k.arg == "why"]
                yield from ((path.name, why.value) for why in whys if isinstance(why, ast.Constant))
            if node.func.id == "say":
                literals = [p.value for p in ast.walk(node.args[0]) if isinstance(p, ast.Constant)]
                yield from ((path.name, text) for text in literals if isinstance(text, str) and text.strip("_"))


def said_in_templates():
    for path in (REPORT / "templates").glob("*.j2"):
        for call in Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                for part in [call.args[0], *call.args[0].find_all(nodes.Const)]:
                    if isinstance(part, nodes.Const):
                        yield path.name, part.value


def translated(sentence):
    return sentence.replace("\N{NO-BREAK SPACE}", " ") in sentences()["said"]


def test_every_sentence_of_the_report_is_in_the_catalogue():
    missing = {found for found in (*said_in_code(), *said_in_templates()) if not translated(found[1])}
    assert not missing


@pytest.mark.parametrize("table", ["said", "told"])
def test_a_translation_fills_in_nothing_that_the_sentence_does_not_give(table):
    for english, chinese in sentences()[table].items():
        given = {name for _, name, _, _ in Formatter().parse(english) if name}
        asked = {name for _, name, _, _ in Formatter().parse(chinese) if name}
        assert asked <= given | ({"month_number"} if "weekday" in given else set()), english


def test_a_translation_is_chinese():
    for english, chinese in (pair for table in ("said", "told") for pair in sentences()[table].items()):
        assert not chinese or not ENGLISH.search(PLACE.sub("", chinese)), english


def test_each_pattern_recognises_its_own_sentence_before_another_takes_it():
    for k, (pattern, chinese) in enumerate(catalogue("zh").told):
        english = list(sentences()["told"])[k]
        example = PLACE.sub("7", english)
        first = next(text for known, text in catalogue("zh").told if known.fullmatch(example))
        assert pattern.fullmatch(example)
        assert first == chinese, english


def test_a_place_holds_no_end_of_a_sentence():
    pattern = pattern_of("{a} falls, {b}.")
    assert pattern.fullmatch("Delay falls, by 1.5 s.")
    assert not pattern.fullmatch("It is so. Delay falls, by 1.5 s.")


def written():
    """Yield the sentences that other parts write: literals of three words or more, a 7 in every place."""
    for name in WRITERS:
        tree = ast.parse((ENGINE / name).read_text(encoding="utf-8"))
        silent = {id(part) for node in ast.walk(tree) for part in ignored(node)}
        for node in ast.walk(tree):
            if id(node) in silent:
                continue
            if isinstance(node, ast.JoinedStr):
                parts = node.values
                silent |= {
                    id(part) for value in parts for part in ast.walk(value) if not isinstance(part, ast.JoinedStr)
                }
                text = "".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if ENGLISH.search(text) and text not in PARTS and not text.startswith(("#", "[")):
                yield pytest.param(text, id=f"{name}: {text[:40]}")


def ignored(node):
    """Yield what is no text for the report: docstrings, and what errors and progress bars say."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if not isinstance(node, ast.Call):
        return
    silent = ("tell", "InputError", "TypeError", "first_fault", "read_xml", "require_file", "parse_toml")
    if any(isinstance(part, ast.Name) and part.id in silent for part in (node.func, *node.args)):
        yield from ast.walk(node)


@pytest.mark.parametrize("text", [*written(), *WHOLE])
def test_what_other_parts_write_is_recognised(text):
    with speaking("zh"):
        assert not ENGLISH.search(told(text)), told(text)


def test_reasons_put_together_are_told_in_chinese_with_their_numbers():
    reason = (
        "the plan that won the search did not hold in the trial, so the running plan is kept: 3 vehicles teleport, "
        "under the running plan 1. The movement from a to b at junction J loses most: +1.2 s per vehicle (12 vehicles)"
    )
    with speaking("zh"):
        assert told(reason) == (
            "搜索中胜出的方案未能在验证中站住脚，因此保留现行方案：3 辆车被“瞬移”，现行方案为 1 辆。"
            "路口 J 从 a 到 b 的流向受损最大：每车 +1.2 s（12 辆）。"
        )
    assert told(reason) == reason


def test_dates_and_shares_are_written_as_the_language_does():
    assert (weekday("2024-05-14"), percent(0.5)) == ("Tuesday 14 May 2024", "50 %")
    with speaking("zh"):
        assert (weekday("2024-05-14"), percent(0.5)) == ("2024年5月14日（星期二）", "50%")


def test_a_language_that_is_not_spoken_is_refused_and_leaves_english_in_force():
    with pytest.raises(ValueError, match="en, zh, not 'fr'"), speaking("fr"):
        pass
    assert say("yellow") == "yellow"


def test_a_chinese_page_has_no_english_sentence_left():
    with speaking("zh"):
        made = full_report(three_junctions(), "study")
        page = report_html(made)
    document = html.fromstring(page.decode("utf-8"))
    assert document.get("lang") == "zh"
    assert "✓ 本方案通过验收" in document.text_content()
    assert "周期" in document.text_content()
    left = english_left(page)
    assert not left - set(strings(made)), left


def strings(part):
    """Yield the texts that the data brought along: those are translated where they are made."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, (tuple, list)):
        for one in part:
            yield from strings(one)
    elif is_dataclass(part) and not isinstance(part, Network):
        for field in fields(part):
            yield from strings(getattr(part, field.name))
