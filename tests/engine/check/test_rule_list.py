"""The register of the check's rules: the check gives exactly these ids, and the documentation has them all."""

import ast
from pathlib import Path

from greenband.engine import check
from greenband.engine.check.rule_list import RULE_LIST

CHECK = Path(check.__path__[0])
DOCS = Path(__file__).parents[3] / "docs" / "rules.md"


def given():
    """Id and severity of every finding that the modules on fixed-time plans make, as their source says."""
    for path in CHECK.rglob("*.py"):
        if "actuated" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and named(call) in ("finding", "Finding"):
                keywords = {k.arg: k.value for k in call.keywords}
                rule = call.args[0] if call.args else keywords["rule"]
                if isinstance(rule, ast.Constant):
                    severity = keywords.get("severity", ast.Constant("error"))
                    yield rule.value, getattr(severity, "value", None)


def named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_the_check_gives_the_rules_of_the_register_and_no_other():
    assert {rule for rule, _ in given()} == set(RULE_LIST)


def test_warnings_are_those_that_the_register_calls_so():
    assert {rule for rule, severity in given() if severity == "warning"} == {
        rule.id for rule in RULE_LIST.values() if rule.warning
    }


def test_the_documentation_has_the_table():
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    rows = [
        f"| `{r.id}` | {r.about} | {r.source} | {'warning' if r.warning else 'error'} |" for r in RULE_LIST.values()
    ]
    start = next(k for k, line in enumerate(lines) if line.startswith("| `presence` |"))
    assert lines[start : start + len(rows)] == rows
    assert not lines[start + len(rows)].startswith("|")
