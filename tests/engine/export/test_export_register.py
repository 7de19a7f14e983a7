"""The register of export formats: help and documentation follow it, and no option is silently left unused."""

import contextlib
import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from greenband.engine.commands.export import Format as FormatOption
from greenband.engine.commands.export import Variant
from greenband.engine.export.exporter import (
    FORMATS,
    OPTIONS,
    CannotHold,
    ExportOptions,
    TimedPlan,
    export_as,
    require_taken,
)
from greenband.engine.export.sheet import pdf
from greenband.networks.errors import InputError

from tests.engine.export.street import running

DOCS = Path(__file__).parents[3] / "docs" / "files.md"
PLAIN = ExportOptions()


@dataclass(frozen=True)
class Overheard:
    """Options that note which of them were read."""

    options: ExportOptions
    read: set[str]

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.options, name)


def read_by(name: str, options: ExportOptions) -> set[str]:
    """The fields that a format's own module reads, whether it can hold the plan or not."""
    noted = Overheard(options, set())
    with contextlib.suppress(CannotHold):
        FORMATS[name].exporter()(*running("ingolstadt1"), noted)
    return noted.read


def given() -> dict[str, ExportOptions]:
    """Each option, given in a way that is not its default."""
    plan = running("arterial")[0]
    values = {
        "variant": "v02", "offset_reference": "first-yellow", "program_id": "mine", "junctions": ("J1",), "row": 2,
        "carry_greens": True, "start_s": 25_200, "later": (TimedPlan(plan=plan, start_s=30_000),),
    }  # fmt: skip
    return {
        name: ExportOptions(**{field: values[field] for field in option.fields}) for name, option in OPTIONS.items()
    }


def test_every_field_of_the_options_is_one_option_but_the_mark():
    named = [field for option in OPTIONS.values() for field in option.fields]
    assert sorted(named) == sorted({field.name for field in fields(ExportOptions)} - {"mark"})


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_takes_the_options_that_its_module_reads(name, monkeypatch):
    monkeypatch.setattr(pdf, "pdf_of", lambda page: page)
    read = read_by(name, PLAIN) | read_by(name, ExportOptions(carry_greens=True))
    named = {option for option, known in OPTIONS.items() if read & {*known.fields}}
    assert named == {*FORMATS[name].takes}


@pytest.mark.parametrize("name", FORMATS)
def test_an_option_that_the_format_does_not_take_is_refused(name):
    for option, options in given().items():
        if option not in FORMATS[name].takes:
            with pytest.raises(InputError, match=re.escape(OPTIONS[option].flag)):
                export_as(name, *running("arterial"), options)
            assert FORMATS[name].given_to(options) == PLAIN


def test_in_a_package_an_option_is_for_the_formats_that_take_it():
    require_taken(["sheet", "ntcip"], ExportOptions(row=2))
    with pytest.raises(InputError, match="--row is for ntcip, rsmp, gbt20999 alone"):
        require_taken(["sheet", "sumo"], ExportOptions(row=2))


def test_a_variant_that_the_format_does_not_have_is_refused():
    with pytest.raises(InputError, match="static, nema"):
        export_as("sumo", *running("arterial"), ExportOptions(variant="v02"))


def test_nema_programs_are_not_switched_at_times_of_day():
    with pytest.raises(InputError, match="only static programs"):
        export_as("sumo", *running("arterial"), ExportOptions(variant="nema", start_s=25_200))


def test_help_and_documentation_name_the_formats_and_variants_of_the_register():
    assert FormatOption.__metadata__[0].help.split(";")[0].split() == list(FORMATS)
    variants = Variant.__metadata__[0].help
    assert all(f"{one.name} {'|'.join(one.variants)}" in variants for one in FORMATS.values() if one.variants)
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row.split("|")[1])} >= set(FORMATS)
