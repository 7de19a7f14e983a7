"""Dates and times as tables have them: their order, years of two digits, zones, 24:00; decided once for a column.

`stamps(rows, column, …)` looks at the column once and returns an expression that reads it, and sentences on what was
decided. Where day and month cannot be told apart, it asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

import polars as pl

from .day_orders import ORDERS, order_of

# Day, the gap, and the rest; blanks have been tidied.
_DAY = r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{8})"
_SHAPE = re.compile(r"^9:9(:9(\.9)?)?( ?[AP]M)?( ?(Z|[+-]9(:?9)?))?$")
MOST_FORMATS = 16
MOST_TEXTS = 1_000_000  # ten years of bins of 5 minutes; event logs have more
AS_IT_SHOULD = "a start is a date and time, as 2025-03-03T07:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """How a column is read: an expression, null where it is no date and time, and what was decided."""

    moment: pl.Expr
    told: tuple[str, ...] = ()


def stamps(
    rows: pl.LazyFrame, column: str, *, where: str, dates: str | None = None, usual: str | None = None
) -> Stamps:
    """Return how a column of date and time is read.

    Parameters
    ----------
    rows : LazyFrame
        The table; the column is text, or a date and time already.
    column : str
        Its name.
    where : str
        The file, for errors.
    dates : str, optional
        What was said of the order: ymd, dmy or mdy.
    usual : str, optional
        The order that the format prescribes; it decides where both orders make dates.

    Raises
    ------
    InputError
        Day and month cannot be told apart.
    """
    dtype = rows.collect_schema()[column]
    if isinstance(dtype, pl.Datetime):
        return Stamps(moment=pl.col(column).dt.cast_time_unit("us"))
    if dtype == pl.Date:
        return Stamps(moment=pl.col(column).cast(pl.Datetime("us")))
    if dtype != pl.String:
        return Stamps(moment=pl.lit(None, dtype=pl.Datetime("us")))
    texts = _texts(rows, column)
    kinds = _kinds(rows if texts is None else texts, column)
    days, told = _day_formats(kinds, column, where=where, dates=dates, usual=usual)
    zoned = kinds.filter(pl.col("clock").str.contains(r"(Z|[+-]9(:?9)?)$")).height
    if zoned and zoned < kinds.height:
        kinds = kinds.filter(pl.col("clock").str.contains(r"(Z|[+-]9(:?9)?)$"))
    clocks = sorted({form for shape in kinds["clock"].unique() if (form := _clock_format(shape)) is not None})
    formats = [day + clock for day, clock in product(days, clocks)][:MOST_FORMATS]
    if not formats:
        return Stamps(moment=pl.lit(None, dtype=pl.Datetime("us")))
    moment = _parsed(column, formats)
    return Stamps(moment=moment if texts is None else _looked_up(texts, column, moment), told=told)


def _texts(rows: pl.LazyFrame, column: str) -> pl.LazyFrame | None:
    """Return the texts of a column, each once; None of a column with more of them than are worth keeping."""
    many = rows.select(pl.col(column).approx_n_unique()).collect(engine="streaming").item()
    if many > MOST_TEXTS:
        return None
    return rows.select(pl.col(column)).unique().collect(engine="streaming").lazy()


def _looked_up(texts: pl.LazyFrame, column: str, moment: pl.Expr) -> pl.Expr:
    """Return a column's stamps by the table of its texts: each is parsed once, not once in every row."""
    table = texts.with_columns(moment.alias("\0moment")).drop_nulls().collect()
    dtype = table["\0moment"].dtype
    return pl.col(column).replace_strict(table[column], table["\0moment"], default=None, return_dtype=dtype)


def _parsed(column: str, formats: list[str]) -> pl.Expr:
    text = _tidy(column)
    late = text.str.contains(r"^\S+ 24:00(:00(\.0+)?)?$")
    text = text.str.replace(r" 24:00", " 00:00")
    read = pl.coalesce(text.str.to_datetime(form, strict=False, time_unit="us") for form in formats)
    return pl.when(late).then(read + pl.duration(days=1)).otherwise(read)


def _tidy(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars(' \t"=').str.replace(r"^([^ ]*\d)[Tt](\d)", "${1} ${2}")
    text = text.str.replace(r"^(\d{8})(\d\d)(\d\d)$", "${1} ${2}:${3}")
    text = text.str.replace(r"^(\d{8})(\d\d)(\d\d)(\d\d)$", "${1} ${2}:${3}:${4}")
    text = text.str.replace_all(r"\s+", " ").str.to_uppercase().str.replace_all(r"([AP])\.M\.?", "${1}M")
    text = text.str.replace(r" ?(Z|UTC|GMT)$", "+0000")
    return text.str.replace(r" ([+-]\d\d:?\d{0,2})$", "${1}").str.replace(r"(:\d\d(?:\.\d+)?[+-]\d\d)$", "${1}00")


def _kinds(rows: pl.LazyFrame, column: str) -> pl.DataFrame:
    """Return the days that stand in a column, and the shapes of the times of day, digits as 9."""
    text = _tidy(column)
    day = text.str.extract(_DAY)
    clock = text.str.replace(_DAY, "").str.replace_all(r"\d+", "9")
    found = rows.select(day=day, clock=clock).unique().collect(engine="streaming")
    return found.filter(pl.col("day").is_not_null()).sort("day", "clock")


def _clock_format(shape: str) -> str | None:
    """Return the format of a time of day by its shape, the gap before it included; None if it is none."""
    if not shape:
        return ""
    gap = " " if shape.startswith(" ") else ""
    if not (found := _SHAPE.match(shape.strip())):
        return None
    seconds = "" if not found[1] else ":%S%.f"
    half = "" if not found[3] else (" %p" if found[3].startswith(" ") else "%p")
    return f"{gap}{'%I' if half else '%H'}:%M{seconds}{half}{'%z' if found[4] else ''}"


def _day_formats(
    kinds: pl.DataFrame, column: str, *, where: str, dates: str | None, usual: str | None
) -> tuple[list[str], tuple[str, ...]]:
    """Return the formats of the days, and what was decided on their order."""
    days = kinds["day"].unique().sort()
    parts = days.str.extract_groups(r"^(\d+)([-/.])(\d+)[-/.](\d+)$").struct.rename_fields(["a", "mark", "b", "c"])
    table = pl.DataFrame({"day": days}).with_columns(parts.struct.unnest())
    shapes = table.with_columns(first=pl.col("a").str.len_chars(), last=pl.col("c").str.len_chars())
    formats = ["%Y%m%d"] if shapes["a"].null_count() else []
    ahead = shapes.filter(pl.col("first") > 2)
    formats += [f"%Y{mark}%m{mark}%d" for mark in ahead["mark"].unique().sort()]
    open_ = shapes.filter(pl.col("first") <= 2)
    if open_.is_empty():
        return formats, ()
    order, told = order_of(open_, where=where, dates=dates, usual=usual)
    for mark, long_year in (
        open_.select("mark", long_year=pl.col("last") > 2).unique().sort("mark", "long_year").iter_rows()
    ):
        formats.append(mark.join(f"%{letter}" for letter in _letters(order, long_year=long_year)))
    return formats, told


def _letters(order: str, *, long_year: bool) -> str:
    return ORDERS[order].replace("Y", "Y" if long_year else "y")
