"""The register of counts formats: whatever names formats follows it, and a new one is a module and a line."""

import re
import sys
import types
from pathlib import Path

import polars as pl
import pytest
from greenband.engine.commands.counts import Format
from greenband.engine.counts import formats
from greenband.engine.counts.formats.counts_format import FORMATS, CountsFormat, How, Rows
from greenband.engine.counts.formats.recognise import recognise
from greenband.engine.counts.import_files import import_counts
from greenband.engine.studies.file import StudyFile
from greenband.networks.errors import InputError
from pydantic import ValidationError

DOCS = Path(__file__).parents[3] / "docs" / "counts.md"


def study_with(counts_format: str) -> StudyFile:
    period = {"name": "am", "begin": "07:00", "end": "08:00"}
    given = {"schema": 1, "name": "s", "network": "n", "day": "2026-03-02", "periods": [period]}
    return StudyFile.model_validate({**given, "counts_format": counts_format})


def in_rows(text: str) -> set[str]:
    """The names that open the rows of the table of formats."""
    table = text.split("| `table`")[0].count("\n")
    lines = text.splitlines()[table:]
    rows = lines[: next((k for k, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return {name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])}


def test_every_reader_is_in_the_register_once():
    folder = Path(formats.__path__[0])
    modules = {".".join(p.relative_to(folder).with_suffix("").parts): p for p in folder.rglob("*.py")}
    readers = {name for name, p in modules.items() if "\ndef recognises(" in p.read_text()}
    assert sorted(f.module.removeprefix(".") for f in FORMATS.values()) == sorted(readers)


def test_help_and_documentation_name_the_formats_of_the_register():
    assert set(re.findall(r"[\w-]+", Format.__metadata__[0].help.split(":")[0])) == {*FORMATS, "auto"}
    assert in_rows(DOCS.read_text(encoding="utf-8")) == set(FORMATS)


def test_a_study_takes_every_format_and_no_other():
    assert [study_with(name).counts_format for name in (*FORMATS, "auto")] == [*FORMATS, "auto"]
    with pytest.raises(ValidationError, match="a format of counts is auto, e1"):
        study_with("punched-cards")


@pytest.fixture
def tallies(monkeypatch) -> str:
    """A format that was not there before: lines `tally NAME COUNT`, all of one quarter of an hour."""

    def read(path: Path, how: How, scratch: Path) -> Rows:
        rows = [line.split()[1:] for line in path.read_text().splitlines()]
        table = pl.LazyFrame({"detector": [name for name, _ in rows], "count": [float(n) for _, n in rows]})
        start = pl.lit("2026-03-02T07:00:00").str.to_datetime(time_unit="us")
        return Rows(table=table.with_columns(start=start, interval_s=pl.lit(900, dtype=pl.Int32)))

    module = types.ModuleType("made_up_tallies")
    module.recognises = lambda opening: opening.lines[:1] != () and opening.lines[0].startswith("tally ")
    module.read = read
    monkeypatch.setitem(sys.modules, module.__name__, module)
    others = dict(FORMATS)
    FORMATS.clear()
    FORMATS.update({"tallies": CountsFormat(name="tallies", about="tallies", module=module.__name__), **others})
    yield "tallies"
    FORMATS.clear()
    FORMATS.update(others)


def test_a_new_format_is_recognised_imported_and_allowed_in_a_study(tmp_path, tallies):
    path = tmp_path / "counts.txt"
    path.write_text("tally north 7\ntally south 5\n")
    with_it = recognise(path), study_with(tallies).counts_format
    done = import_counts([path], tmp_path / "out.parquet", How())
    assert (*with_it, done.formats, done.rows) == (tallies, tallies, (tallies,), 2)


def test_without_its_line_it_is_unknown(tmp_path):
    path = tmp_path / "counts.txt"
    path.write_text("tally north 7\ntally south 5\n")
    with pytest.raises(InputError, match="counts come as e1"):
        recognise(path)
