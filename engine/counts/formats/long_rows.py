"""A table with our column names to the long table: stamps, numbers, lengths and names by the rules that all share."""

from __future__ import annotations

import polars as pl

from ....networks.types import DAY_S
from ..values.doubled import Source, once
from ..values.numbers import EMPTY_OR_NUMBER, no_count, number, seconds_of
from ..values.parts import added_up
from ..values.stamps import AS_IT_SHOULD, stamps
from .counts_format import How
from .local_time import ZONE_RULE, zone_fix
from .scanned import Scanned, collected

OPTIONAL = ("occupancy", "observed_share", "chatter", "held_s", "on_green", "fold")
PARTS = ("class", "direction")
LENGTH = f"the interval is a whole number of seconds that divides the day ({DAY_S} s)"


def long_rows(table: Scanned, how: How, *, usual: str | None = None) -> tuple[pl.LazyFrame, tuple[str, ...]]:
    """Return a table with columns `detector`, `start`, `count` and others of ours as the long table, and what to tell.

    `signal` goes before the detector's name; `class` and `direction` are added up; `interval_s` may be written as
    people do (15 min). `usual` is the order of dates that the format prescribes. Raises InputError for the first row
    that is wrong.
    """
    schema = table.rows.collect_schema()
    when = stamps(table.rows, "start", where=str(table.path), dates=how.dates, usual=usual)
    check_rows(table, when.moment)
    _require_zone(table, when.moment, how)
    name = pl.col("detector").cast(pl.String).str.strip_chars()
    if "signal" in schema:
        name = pl.concat_str(pl.col("signal").cast(pl.String).str.strip_chars(), name, separator="/")
    more = {c: number(c, schema[c]).cast(pl.Int8 if c == "fold" else pl.Float32) for c in OPTIONAL if c in schema}
    if "interval_s" in schema:
        more["interval_s"] = _lengths(table, schema["interval_s"])
    parts = [column for column in PARTS if column in schema]
    kept = ["row", *(c for c in ("signal", *parts) if c in schema)]
    rows = table.rows.select(*kept, detector=name, start=when.moment, count=number("count", schema["count"]), **more)
    if not parts:
        return rows, when.told
    source = Source.of(str(table.path), table.first_line)
    rows, twice = once(rows, source, beside=parts)
    rows, told = added_up(rows, parts)
    return rows, (*when.told, *twice, *told)


def check_rows(table: Scanned, start: pl.Expr) -> None:
    """Raise InputError for the first row without a count, a start or a detector that is one."""
    schema = table.rows.collect_schema()
    table.refuse(
        no_count("count", schema["count"]),
        column="count",
        rule=EMPTY_OR_NUMBER,
        fix="correct it; leave it empty if it stands for a missing count, or say so: --missing WORD",
    )
    table.refuse(start.is_null(), column="start", rule=AS_IT_SHOULD, fix="write it so")
    name = pl.col("detector").cast(pl.String).str.strip_chars()
    table.refuse(name.is_null() | (name == ""), column="detector", rule="a count has a detector", fix="name it")


def _require_zone(table: Scanned, start: pl.Expr, how: How) -> None:
    """Raise InputError with the first stamp if stamps have a zone and the streets' is not known."""
    zone = getattr(table.rows.select(start=start).collect_schema()["start"], "time_zone", None)
    if how.tz is None and zone:
        table.refuse(pl.lit(value=True), column="start", rule=ZONE_RULE, fix=zone_fix(zone))


def _lengths(table: Scanned, dtype: pl.DataType) -> pl.Expr:
    """Return the column `interval_s` in seconds. Raises InputError for the first length that is none."""
    text = pl.col("interval_s").cast(pl.String).str.strip_chars()
    words = collected(table.rows.select(text.unique()), table.path)["interval_s"].drop_nulls().to_list()
    known = {word: seconds_of(word) for word in words}
    sound = {w: int(s) for w, s in known.items() if s is not None and 1 <= s <= DAY_S and DAY_S % s == 0}
    table.refuse(
        ~text.is_in(list(sound)).fill_null(False),
        column="interval_s",
        rule=LENGTH,
        fix="correct it; 300, 900, or '15 min' are usual",
    )
    if not sound:
        return pl.lit(None, dtype=pl.Int32)
    return text.replace_strict(list(sound), list(sound.values()), return_dtype=pl.Int32)
