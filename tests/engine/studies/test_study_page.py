"""The defaults that docs/study.md prints are those that a study without them gets."""

import re
import tomllib
from pathlib import Path

import pytest
from greenband.engine.studies.file import StudyFile

PAGE = (Path(__file__).parents[3] / "docs" / "study.md").read_text(encoding="utf-8")


def printed() -> str:
    block = PAGE.split("## study.toml")[1].split("\nLines that begin")[0]
    return "\n".join(line.removeprefix("    ") for line in block.splitlines())


def plain(value):
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


@pytest.mark.parametrize("table", ["options", "objective", "gate"])
def test_printed_defaults_are_the_defaults(table):
    defaults = StudyFile.model_fields[table].default.model_dump()
    shown = tomllib.loads(printed())[table]
    assert shown == {name: plain(value) for name, value in defaults.items() if value is not None}


@pytest.mark.parametrize("table", ["options", "objective", "gate"])
def test_options_without_a_default_are_shown_as_comments(table):
    defaults = StudyFile.model_fields[table].default.model_dump()
    part = re.split(r"^\[", printed().split(f"\n[{table}]")[1], flags=re.MULTILINE)[0]
    assert set(re.findall(r"^# (\w+) = ", part, re.MULTILINE)) == {n for n, v in defaults.items() if v is None}


def test_the_printed_file_is_a_study():
    StudyFile.model_validate(tomllib.loads(printed()))
