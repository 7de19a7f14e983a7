"""The catalogue of Chinese: whole, without a sentence that nobody says, and with the places of each template."""

import ast
import re
import tomllib
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import greenband.engine
import pytest
from greenband.engine.counts.table import DetectorVerdict
from greenband.engine.forecast.day_types import CLASS_NAMES
from greenband.engine.report.render import report_html
from greenband.engine.report.words import percent, say, speaking, translated, weekday
from greenband.engine.validate.movement_faults import movement_in_words
from greenband.engine.validate.movement_table import Row
from greenband.networks.network import Network
from greenband.networks.sentence import Sentence, in_a_row
from jinja2 import Environment, nodes
from lxml import html

from tests.engine.report.english import ENGLISH, english_left
from tests.engine.report.made_up import full_report, three_junctions

ENGINE = Path(greenband.engine.__file__).parent
REPORT = ENGINE / "report"
MAKERS = (ENGINE, *(ENGINE.parent / folder for folder in ("networks", "simulation")))


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


def made_in_code():
    """Return every `Sentence(...)` of the product as (file, call)."""
    return [
        (path.name, node)
        for folder in MAKERS
        for path in sorted(folder.rglob("*.py"))
        for node in calls(path)
        if isinstance(node.func, ast.Name) and node.func.id == "Sentence" and not is_translation(node)
    ]


def calls(path):
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def is_translation(call):
    """Whether this is the one call that fills in a template it was given: `Sentence.translated` itself."""
    return ast.unparse(call) == "Sentence(templates.get(self.template, self.template), **values)"


def templates():
    return {call.args[0].value for _, call in made_in_code() if isinstance(call.args[0], ast.Constant)}


def rules_of_the_check():
    """Yield the names of rules: what findings are made with, and is no text of its own."""
    for path in (ENGINE / "check").rglob("*.py"):
        for call in calls(path):
            named = [k.value for k in call.keywords if k.arg == "rule" and ast.unparse(call.func) == "Finding"]
            if ast.unparse(call.func) in ("look.finding", "finding", "short"):
                named += call.args[:2]
            yield from (part.value for part in named if isinstance(part, ast.Constant))


def words_of_the_report():
    """Yield every text in the report's own code and templates, whether said at once or by its name."""
    for path in REPORT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    yield from (text for _, text in said_in_templates())
    yield from (verdict.name.lower().replace("_", " ") for verdict in DetectorVerdict)
    yield from CLASS_NAMES


def fields_of(sentence):
    """Return the places of a template with how their values are written; `open` is a matter of English full stops."""
    return {(name, spec.removeprefix("open")) for _, name, spec, _ in Formatter().parse(sentence) if name}


def in_catalogue(sentence):
    return sentence.replace("\N{NO-BREAK SPACE}", " ") in sentences()


def test_every_sentence_of_the_report_is_in_the_catalogue():
    missing = {found for found in (*said_in_code(), *said_in_templates()) if not in_catalogue(found[1])}
    assert not missing


def test_a_sentence_is_made_from_a_template_written_out_there_with_a_value_for_each_field():
    assert len(made_in_code()) > 100
    for name, call in made_in_code():
        template, place = call.args[0], f"{name}:{call.lineno}"
        assert isinstance(template, ast.Constant), place
        assert {field for field, _ in fields_of(template.value)} == {k.arg for k in call.keywords}, place


def test_every_template_and_every_rule_is_in_the_catalogue():
    missing = {*templates(), *rules_of_the_check()} - set(sentences())
    assert not missing


def test_no_translation_is_of_a_sentence_that_nobody_says():
    said = {text.replace("\N{NO-BREAK SPACE}", " ") for text in words_of_the_report()}
    stale = set(sentences()) - said - templates() - set(rules_of_the_check())
    assert not stale


def test_a_translation_fills_in_what_the_template_gives_and_writes_it_the_same_way():
    for template in templates():
        assert fields_of(sentences()[template]) == fields_of(template), template


def test_a_translation_fills_in_nothing_that_the_sentence_does_not_give():
    for english, chinese in sentences().items():
        given = {name for name, _ in fields_of(english)}
        asked = {name for name, _ in fields_of(chinese)}
        assert asked <= given | ({"month_number"} if "weekday" in given else set()), english


def test_a_translation_is_chinese():
    for english, chinese in sentences().items():
        assert not chinese or not ENGLISH.search(re.sub(r"\{[^}]*\}", "", chinese)), english


def test_reasons_put_together_are_told_in_chinese_with_their_numbers():
    void = Sentence(
        "The trial is void: {jumps} vehicles teleport, under the running plan {running}.", jumps=3, running=1
    )
    row = Row(
        junction="J",
        from_edge="a",
        to_edge="b",
        vehicles_plan=60.0,
        vehicles_running=60.0,
        delay_plan_s=20.0,
        delay_running_s=18.8,
    )
    reason = Sentence(
        "the plan that won the search did not hold in the trial, so the running plan is kept: {reasons:open}",
        reasons=in_a_row([void, *movement_in_words([row])]),
    )
    assert reason == (
        "the plan that won the search did not hold in the trial, so the running plan is kept: The trial is void: "
        "3 vehicles teleport, under the running plan 1. The movement from a to b at junction J loses most: "
        "+1.2 s per vehicle (60 vehicles)"
    )
    with speaking("zh"):
        assert translated(reason) == (
            "搜索中胜出的方案未能在验证中站住脚，因此保留现行方案：验证无效：3 辆车被“瞬移”，现行方案为 1 辆。"
            "路口 J 从 a 到 b 的流向受损最大：每车 +1.2 s（60 辆）。"
        )
    assert translated(reason) == reason


def test_a_name_that_is_also_a_word_of_the_catalogue_stays_a_name():
    with speaking("zh"):
        assert translated(Sentence("it turns green at {starts}", starts="yellow")) == "它在 yellow 亮绿灯"
        assert translated("yellow") == "yellow"


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
