"""Turning counts with a column for each turn, or for each turn and class of vehicles.

Toronto's open data ("Traffic Volumes - Multimodal Intersection Turning Movement Counts"; until 2024 "Traffic Volumes at
Intersections for All Modes") have a row for a junction and 15 minutes, and columns `n_appr_cars_r` (cars that come from
the northern leg, so southbound, and turn right), `…_truck_…`, `…_bus_…`; the older files `sb_cars_r`, for southbound.
Other tables name turns as UTDF does: NBL, NBT, NBR. Classes of motor vehicles are added up; people on foot and on
bicycles are no vehicles of the signal plan and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from .....networks.errors import InputError
from ..cities.wide_columns import CLOCKS, DAYS, STAMPS
from ..counts_format import How, Rows
from ..mapped import HOUR_S, START, check_count, summed, with_starts
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import Scanned, columns_of, scan
from .names import PEOPLE, turns_in

BEGINS, ENDS = ("start_time", "time_start"), ("end_time", "time_end")
SITES = ("intid", "location_id", "centreline_id", "site", "junction", "node", "intersection", "px", "location_name")
LEAST_TURNS = 3
USUAL_S = 900
END = "\0end"


def recognises(opening: Opening) -> bool:
    """Return whether three turns or more and a time are among the columns."""
    return len(turns_in(opening.columns)) >= LEAST_TURNS and bool(_times(opening.columns))


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts; detectors are named SITE/NBL, SITE the file's name where no column tells it."""
    scanned = scan(path)
    columns = columns_of(scanned)
    turns, times = turns_in(columns), _times(columns)
    if not turns or not times:
        raise InputError(
            where=f"{path}, line 1",
            found="the columns " + ", ".join(columns[:20]),
            rule="turning counts have a column of time and one for each turn, as NBL or n_appr_cars_l",
            fix="name the right --format, or add what is missing",
        )
    schema = scanned.rows.collect_schema()
    stamped, decided = with_starts(scanned, Mapping(wide=True, start=times), how)
    until, end = _ends(stamped, columns, how)
    for name in (name for names in turns.values() for name in names):
        check_count(scanned, name, schema)
    values = until.rows.select(
        site=_site(columns, how, path),
        start=pl.col(START),
        interval_s=_length(how, end),
        **{turn: summed(names, schema) for turn, names in turns.items()},
    )
    long = values.unpivot(list(turns), index=["site", "start", "interval_s"], variable_name="turn", value_name="count")
    rows = long.select("start", "interval_s", "count", detector=pl.concat_str("site", "turn", separator="/")).select(
        "detector", "start", "interval_s", "count"
    )
    return Rows(table=rows, told=(*_told(columns, turns, times), *decided))


def _lower(columns: Sequence[str]) -> dict[str, str]:
    return {name.strip().lower(): name for name in reversed(columns)}


def _times(columns: Sequence[str]) -> tuple[str, ...]:
    there = _lower(columns)
    for names in (BEGINS, STAMPS):
        if found := [there[name] for name in names if name in there and name != "zeit"]:
            return (found[0],)
    day = next((there[name] for name in DAYS if name in there), None)
    clock = next((there[name] for name in CLOCKS if name in there), None)
    return (day, clock) if day is not None and clock is not None else ()


def _site(columns: Sequence[str], how: How, path: Path) -> pl.Expr:
    there = _lower(columns)
    found = next((there[name] for name in SITES if name in there), None)
    if found is None:
        return pl.lit(how.site or path.stem)
    return pl.col(found).cast(pl.String).str.strip_chars()


def _ends(stamped: Scanned, columns: Sequence[str], how: How) -> tuple[Scanned, str | None]:
    """Return the table with the ends of its bins in a column END, if the file tells them."""
    there = _lower(columns)
    end = next((there[name] for name in ENDS if name in there), None)
    if end is None or how.interval_s:
        return stamped, None
    kept = Scanned(path=stamped.path, rows=stamped.rows.rename({START: END}), first_line=stamped.first_line)
    both, _ = with_starts(kept, Mapping(wide=True, start=(end,)), how)
    rows = both.rows.rename({START: "\0until"}).rename({END: START})
    return Scanned(path=stamped.path, rows=rows, first_line=stamped.first_line), "\0until"


def _length(how: How, until: str | None) -> pl.Expr:
    """Return the bins' lengths: from start to end where the file tells both, else what was said, else 15 minutes."""
    said = pl.lit(how.interval_s or USUAL_S, dtype=pl.Int32)
    if until is None:
        return said
    seconds = (pl.col(until) - pl.col(START)).dt.total_seconds()
    return pl.when((seconds > 0) & (seconds <= HOUR_S)).then(seconds).otherwise(said).cast(pl.Int32)


def _told(columns: Sequence[str], turns: dict[str, list[str]], times: tuple[str, ...]) -> tuple[str, ...]:
    many = sum(len(names) for names in turns.values())
    told = [f"{many} columns count {len(turns)} turns, from {' and '.join(times)} on"]
    if many > len(turns):
        told.append("classes of motor vehicles are added up")
    if people := [name for name in columns if PEOPLE.search(name)]:
        told.append(f"left out: {len(people)} columns of people on foot, bicycles and others")
    return tuple(told)
