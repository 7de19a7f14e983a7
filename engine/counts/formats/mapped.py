"""A table by a mapping: which column is what. Readers of cities' tables are mappings of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ....networks.types import DAY_S
from ..files.wishes import Wishes
from ..values.numbers import EMPTY_OR_NUMBER, advice, no_count, number
from ..values.stamps import Stamps, stamps
from .aggregates import with_lengths
from .counts_format import How, Rows
from .mapping import Mapping, read_mapping, require_columns
from .opening import Opening
from .scanned import Scanned, collected, columns_of, scan

START, DAY = "\0start", "\0day"  # columns that no table has
HOUR_S = 3600


def settled(how: How) -> How:
    """Return what is said of the files with what a mapping file says of them, if there is one."""
    if how.mapping is None:
        return how
    mapping = read_mapping(how.mapping)
    said = mapping.wishes
    wishes = Wishes(
        encoding=how.wishes.encoding or said.encoding,
        separator=how.wishes.separator or said.separator,
        sheet=how.wishes.sheet or said.sheet,
        missing=how.wishes.missing | said.missing,
    )
    return replace(how, format=how.format or "mapped", stamps=how.stamps or mapping.zone, wishes=wishes)


def recognises(opening: Opening) -> bool:
    """Return False: a table is read by a mapping only if one is given."""
    return False


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a table by the mapping file that was given."""
    if how.mapping is None:
        raise InputError(
            where=str(path),
            found="no mapping file",
            rule="the format 'mapped' is read by a mapping file",
            fix="give it: --mapping counts.toml, or counts_mapping in study.toml",
        )
    return read_mapped(path, read_mapping(how.mapping), how, (f"by {how.mapping.name}",))


def read_mapped(path: Path, mapping: Mapping, how: How, told: tuple[str, ...] = ()) -> Rows:
    """Return the counts of a table by a mapping. Raises InputError with the line for a value that is none."""
    scanned = _stripped(scan(path))
    require_columns(mapping, columns_of(scanned), f"{path}, line {max(1, scanned.first_line - 1)}")
    stamped, more = with_starts(scanned, mapping, how)
    long = _wide(stamped, mapping) if mapping.wide else _long(stamped, mapping)
    table = long if mapping.interval else with_lengths(long, path, mapping.interval_s or how.interval_s)
    ends = "end" in (mapping.stamp, how.edge)
    seconds = pl.duration(seconds=pl.col("interval_s")) if ends else pl.duration(seconds=0)
    per_bin = pl.col("interval_s") / HOUR_S if mapping.unit == "veh/h" else pl.lit(1.0)
    rows = table.with_columns(start=pl.col("start") - seconds, count=pl.col("count") * per_bin)
    return Rows(table=rows, told=(*told, *more), first_line=scanned.first_line, edge_taken=True)


def _stripped(scanned: Scanned) -> Scanned:
    names = {name: name.strip() for name in columns_of(scanned) if name != name.strip()}
    return Scanned(path=scanned.path, rows=scanned.rows.rename(names), first_line=scanned.first_line)


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars()


def with_starts(scanned: Scanned, mapping: Mapping, how: How) -> tuple[Scanned, tuple[str, ...]]:
    """Return the table with its stamps, as the file has them, in a column START, and what was decided on them.

    Raises InputError with the line for a stamp that is none, and where day and month cannot be told apart.
    """
    rows = _with_day(scanned.rows, mapping)
    where = f"{scanned.path}, column {' and '.join(mapping.start)}"
    if mapping.time_format and rows.collect_schema()[DAY] == pl.String:
        read = Stamps(moment=pl.col(DAY).str.to_datetime(mapping.time_format, strict=False, time_unit="us"))
    else:
        read = stamps(rows, DAY, where=where, dates=mapping.dates or how.dates)
    moment = read.moment + _second(mapping, rows.collect_schema())
    found = Scanned(
        path=scanned.path, rows=rows.with_columns(moment.alias(START)).drop(DAY), first_line=scanned.first_line
    )
    found.refuse(
        pl.col(START).is_null(),
        column=mapping.start[0],
        rule=f"a start is {_written(mapping)}",
        fix="correct it, or say how dates are written",
    )
    return found, read.told


def _with_day(rows: pl.LazyFrame, mapping: Mapping) -> pl.LazyFrame:
    """Add the column DAY: the stamps, or the days where the time of day is a number of its own."""
    schema = rows.collect_schema()
    day = mapping.start[0]
    if len(mapping.start) == 1:
        return rows.with_columns(_parted(day).alias(DAY) if schema[day] == pl.String else pl.col(day).alias(DAY))
    text = pl.col(day).dt.to_string("%Y-%m-%d") if schema[day].is_temporal() else _text(day)
    text = text.str.replace(r"[T ]0{1,2}:00(:00(\.0+)?)?$", "")  # of spreadsheets
    if mapping.clock == "HH:MM":
        text = pl.concat_str(text, _text(mapping.start[1]), separator=" ")
    return rows.with_columns(text.alias(DAY))


def _parted(name: str) -> pl.Expr:
    """Return stamps that are digits alone, as 20260302071500, with marks between their parts."""
    return (
        _text(name)
        .str.replace(r"^(\d{8})(\d\d)(\d\d)(\d\d)$", "${1} ${2}:${3}:${4}")
        .str.replace(r"^(\d{8})(\d\d)(\d\d)$", "${1} ${2}:${3}")
    )


def _second(mapping: Mapping, schema: pl.Schema) -> pl.Expr:
    if len(mapping.start) == 1 or mapping.clock == "HH:MM":
        return pl.duration(seconds=0)
    value = number(mapping.start[1], schema[mapping.start[1]]) * (HOUR_S if mapping.clock == "hours" else 1)
    return pl.duration(seconds=pl.when((value >= 0) & (value <= DAY_S)).then(value).cast(pl.Int64))


def _written(mapping: Mapping) -> str:
    if mapping.time_format:
        return f"written as {mapping.time_format}"
    day = {"dmy": "day.month.year", "mdy": "month/day/year", "ymd": "year-month-day"}.get(mapping.dates or "", "a date")
    if len(mapping.start) == 1:
        return f"{day} and time of day"
    clock = {"hours": "hours", "seconds": "seconds after midnight"}.get(mapping.clock, "HH:MM")
    return f"{day}, and {clock}"


def summed(names: Sequence[str], schema: pl.Schema) -> pl.Expr:
    """Return columns added up, null where all are empty."""
    parts = [number(name, schema[name]) for name in names]
    return pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(pl.sum_horizontal(parts))


def _long(scanned: Scanned, mapping: Mapping) -> pl.LazyFrame:
    schema = scanned.rows.collect_schema()
    for name in mapping.count:
        check_count(scanned, name, schema)
    detector = pl.concat_str([_text(name) for name in mapping.detector], separator="/")
    empty = detector.is_null() | (_text(mapping.detector[0]) == "")
    scanned.refuse(empty, column=mapping.detector[0], rule="a count has a detector", fix="name it")
    count = summed(mapping.count, schema)
    if mapping.fault:
        fault = number(mapping.fault, schema[mapping.fault]).fill_null(0.0)
        count = pl.when(fault == 0).then(count)
    more: dict[str, pl.Expr] = {}
    if mapping.occupancy:
        share = number(mapping.occupancy, schema[mapping.occupancy])
        more["occupancy"] = (share / (100.0 if mapping.occupancy_unit == "percent" else 1.0)).cast(pl.Float32)
    if mapping.observed:
        more["observed_share"] = number(mapping.observed, schema[mapping.observed]).clip(0, 1).cast(pl.Float32)
    if mapping.interval:
        more["interval_s"] = number(mapping.interval, schema[mapping.interval]).cast(pl.Int32, strict=False)
    return scanned.rows.select("row", detector=detector, start=pl.col(START), count=count, **more)


def check_count(scanned: Scanned, name: str, schema: pl.Schema) -> None:
    """Raise InputError for the first value of a column that is neither empty nor a number of vehicles."""
    bad = no_count(name, schema[name])
    first = collected(scanned.rows.filter(bad).head(1), scanned.path)
    if first.height:
        found = advice(str(first[name][0]))
        rule, fix = found or (EMPTY_OR_NUMBER, "correct it; words that stand for no count: --missing 'WORD'")
        scanned.refuse(bad, column=name, rule=rule, fix=fix)


def check_counts(scanned: Scanned, names: Sequence[str], schema: pl.Schema) -> None:
    """Raise InputError for the first value of several columns that is no count: all are looked at in one pass."""
    bad = collected(scanned.rows.select(no_count(name, schema[name]).any().alias(name) for name in names), scanned.path)
    odd = next((name for name in names if bad.height and bad[name][0]), None)
    if odd is not None:
        check_count(scanned, odd, schema)


def _wide(scanned: Scanned, mapping: Mapping) -> pl.LazyFrame:
    schema = scanned.rows.collect_schema()
    other = {"row", START, *mapping.start, *mapping.leave_out, mapping.interval}
    names = mapping.only or tuple(name for name in schema.names() if name not in other)
    if not names:
        raise InputError(
            where=str(scanned.path),
            found="no column of a detector",
            rule="a wide table has a column for each detector",
            fix="name the right --format, or correct the mapping",
        )
    check_counts(scanned, names, schema)
    length = {"interval_s": number(mapping.interval, schema[mapping.interval])} if mapping.interval else {}
    values = scanned.rows.select("row", START, **length, **{n: number(n, schema[n]) for n in names})
    index = ["row", START, *length]
    long = values.unpivot(names, index=index, variable_name="detector", value_name="count")
    return long.rename({START: "start"})
