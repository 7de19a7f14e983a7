"""Counts and other numbers in tables: what is none, what is missing, and what people write that is neither."""

from __future__ import annotations

import re
from datetime import timedelta

import polars as pl

# What programs write where nothing was counted; other words are said by --missing.
NO_COUNT = ("", "nan", "null")
EMPTY_OR_NUMBER = "a count is 0 or more, or empty where it is missing"
THOUSANDS = re.compile(r"^\s*-?\d{1,3}(,\d{3})+(\.\d+)?\s*$")
COMMA = re.compile(r"^\s*-?\d+,\d+\s*$")
_SPAN = re.compile(
    r"^(?:PT)?(\d+(?:\.\d+)?) ?(h|hours?|hrs?|std|m|mins?|minutes?|minuten|s|secs?|seconds?)\.?$", re.IGNORECASE
)
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_SECONDS_OF = {"h": 3600.0, "s": 1.0, "m": 60.0}


def number(column: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return a column as numbers: null where it is empty, a word for nothing, or no number."""
    if not (dtype == pl.String or dtype.is_numeric() or dtype == pl.Boolean):
        return pl.lit(None, dtype=pl.Float64)
    text = pl.col(column)
    if dtype == pl.String:
        text = text.str.strip_chars()
    return text.cast(pl.Float64, strict=False).fill_nan(None)


def empty(column: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return where a column says that there is no number."""
    if dtype == pl.String:
        return pl.col(column).str.strip_chars().str.to_lowercase().is_in(NO_COUNT).fill_null(True)
    return pl.col(column).is_null() | (pl.col(column).is_nan() if dtype.is_float() else pl.lit(False))


def no_count(column: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return where a column is neither empty nor a number of vehicles."""
    value = number(column, dtype)
    return ~empty(column, dtype) & ~((value >= 0) & value.is_finite()).fill_null(False)


def advice(text: str) -> tuple[str, str] | None:
    """Return the rule and what to do for a text that people take for a number; None for others."""
    if THOUSANDS.match(text):
        plain = text.strip().replace(",", "")
        return (
            f"a number has no mark of thousands: '{text.strip()}' may be {plain} or {text.strip().replace(',', '.')}",
            f"write {plain}: give the column of a spreadsheet a plain number format, and export it again",
        )
    if COMMA.match(text):
        return (
            "numbers of a table with commas between its columns have a decimal point",
            f"write {text.strip().replace(',', '.')}, or separate the columns by semicolons",
        )
    if text.strip().startswith("-"):
        return (
            EMPTY_OR_NUMBER,
            "such values are often error codes: leave them empty, or say so: --missing '" + text.strip() + "'",
        )
    return None


def seconds_of(text: str) -> float | None:
    """Return the length of a bin that is written as people do: 900, 15 min, 0:15, PT15M; None for other texts. [s]"""
    text = text.strip()
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds).total_seconds()
    if span := _SPAN.match(text):
        return float(span[1]) * _SECONDS_OF["h" if span[2].lower() == "std" else span[2][0].lower()]
    try:
        return float(text)
    except ValueError:
        return None
