"""Damaged UTDF: read where there is one meaning, else one error with line and column, and never a traceback."""

import random

import pytest
from greenband.benchmarks.fuzz.fuzz_tables import table_damaged
from greenband.networks.errors import InputError
from greenband.networks.utdf.cells import number
from greenband.networks.utdf.signals import controllers, movements
from greenband.networks.utdf.tables import parse_utdf

from tests.networks.utdf_text import utdf_text


def read(text: str | bytes):
    """The controllers and movements of a text."""
    file = parse_utdf(text if isinstance(text, bytes) else text.encode(), "x")
    return controllers(file, "x"), movements(file, "x")


def lower_names(text: str) -> str:
    """All names of sections, records and columns in small letters."""
    return text.lower()


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace(",", ";"),
        lambda t: t.replace(",", ";").replace(".", ","),  # as a German Excel saves it
        lambda t: t.replace(",", "\t"),
        lower_names,
        str.upper,
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace("Timing Plan Settings\n", ""),
        lambda t: t.replace("MinGreen,1,,15,,8,,15,,8", "MinGreen;1;;15;;8;;15;;8"),
        lambda t: t.replace("AllRed,1,,1.5,,1.5,,1.5,,1.5", "AllRed,1,,1.5 s,,*1.5,, 1.5 ,,1.5sec"),
        lambda t: t.encode("utf-16"),
        lambda t: "\ufeff" + t,
    ],
)
def test_what_has_one_meaning_is_read_as_the_undamaged_file(change):
    assert repr(read(change(utdf_text()))) == repr(read(utdf_text()))  # NaN, no start, is not equal to itself


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("MaxGreen,1,,55,", "MaxGreen,1,,5S5,", ", column 4 (D2)"),
        ("MaxGreen,1,,55,", "MaxGreen,1,,55 min,", ", column 4 (D2)"),
        ("MaxGreen,1,,55,", "MaxGreen,1,,-5,", ", column 4 (D2)"),
        ("MaxGreen,1,,55,", "MaxGreen,1,,1_0,", ", column 4 (D2)"),
        ("BRP,1,111,112", "BRP,1,111,12", ", column 4 (D2)"),
        ("Yellow,1,,3.5,,", "Yellow,1,,,,", ", column 4 (D2)"),
        ("Cycle Length,1,90", "Cycle Length,1,ninety", ", column 3 (DATA)"),
        ("Phase1,1,,4,", "Phase1,1,,4.5,", ", column 4 (NBT)"),
        ("Lanes,1,0,1,0", "Lanes,1,0,1000000,0", ", column 4 (NBT)"),
        ("MinGreen,1,,15", "MinGreen", ", column 2"),
        ("MinGreen,1,,15,,8,,15,,8", "MinGreen,1,,15,,8,,15,,8,9", ", column 11"),
        ("MinGreen,1,,15,,8,", "MinGreen;1;;15;;8,", ", column 1"),
        ("RECORDNAME,INTID,D1", "BRP,1,D1", ""),
        ("Yellow,1,,3.5,,", "Yellow,1,,3:5,,", ", column 4 (D2)"),
    ],
)
def test_what_has_no_meaning_is_one_error_with_line_and_column(old, new, column):
    text = utdf_text()
    assert old in text
    with pytest.raises(InputError) as refused:
        read(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    assert refused.value.where.startswith(f"x, line {line}{column}"), refused.value.where


@pytest.mark.parametrize("text", ["1e400", "nan", "inf", "٣", "0x10", "1,5", "3 4", "30 furlongs"])
def test_a_number_is_a_number(text):
    with pytest.raises(ValueError, match=r"number|unit"):
        number(text, ("mph",))


@pytest.mark.parametrize(
    ("text", "value"), [("*5", 5), (" 5. ", 5), ("30 MPH", 30), ("-1", -1), (".5", 0.5), ("", None)]
)
def test_a_number_may_have_a_star_and_its_unit(text, value):
    assert number(text, ("mph",)) == value


def test_nothing_but_an_input_error_comes_of_2000_damaged_files():
    fine = refused = 0
    for seed in range(2000):
        try:
            read(table_damaged(utdf_text().encode(), random.Random(seed)))
            fine += 1
        except InputError:
            refused += 1
    assert fine > 500
    assert refused > 500
