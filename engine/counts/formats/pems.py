"""PeMS station files, of 5 minutes or of hours: no header, a row for a station and bin, lanes at its end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ..values.numbers import number
from ..values.stamps import stamps
from .aggregates import own_steps
from .counts_format import How, Rows
from .opening import Opening
from .scanned import Scanned, collected, columns_of, parked, scan

FIXED = (
    "time", "station", "district", "freeway", "direction", "kind", "length", "samples", "observed", "flow", "occ",
    "speed",
)  # fmt: skip
DELAYS = 6  # columns of station-hour files before their lanes: delay at 35, 40, …, 60 mph
LOOKED_AT = 2000  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the lanes stand in a row: from which column on, how many columns each, and which of them is what."""

    name: str
    interval_s: int
    first: int
    per_lane: int
    flow: int
    occupancy: int
    observed: int | None

    def lanes(self, width: int) -> int | None:
        """Return how many lanes a row of so many columns has; None if it is no whole number."""
        lanes, rest = divmod(width - self.first, self.per_lane)
        return lanes if lanes >= 0 and not rest else None


FIVE = Layout(name="5-minute", interval_s=300, first=12, per_lane=5, flow=1, occupancy=2, observed=4)
HOUR = Layout(name="hour", interval_s=3600, first=12 + DELAYS, per_lane=3, flow=0, occupancy=1, observed=None)


def recognises(opening: Opening) -> bool:
    """Return whether the first line, which is no header, starts with a number and has enough columns."""
    first = opening.lines[0] if opening.lines else ""
    return first[:1].isdigit() and first.count(",") + 1 >= len(FIXED)


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of a PeMS file; detectors are named STATION/LANE, or STATION where no lane is given.

    Station-hour files are told from 5-minute files by the steps between stamps, and by which columns of lanes add up to
    the station's flow. `observed_share` is 1 for lanes that were observed and 0 for those that PeMS filled in; of whole
    stations, and of lanes of station-hour files, it is the file's own percentage. Lanes that a station does not have
    are left out.

    Raises InputError with the line for another number of columns, a stamp or a flow that is none, and where steps and
    sums contradict each other.
    """
    scanned = scan(path, header=False)
    columns = columns_of(scanned)
    table = Scanned(path=path, rows=scanned.rows.rename(dict(zip(columns, FIXED, strict=False))), first_line=1)
    if len(columns) < len(FIXED):
        raise _wrong_width(path, len(columns))
    when = stamps(table.rows, "time", where=str(path), dates=how.dates, usual="mdy")
    rule = "the first column is a time as 02/15/2016 00:05:00"
    table.refuse(when.moment.is_null(), column="time", rule=rule, fix="correct it")
    step = _step(table, when.moment)
    layout = _layout(table, len(columns), step, path)
    interval_s = how.interval_s or _interval(layout, step, path)
    names = table.rows.collect_schema().names()[1:]
    lanes = layout.lanes(len(columns)) or 0
    parts = [_lane(table, layout, names, k, when.moment) for k in range(lanes)] or [_station(table, when.moment)]
    rows = parked(pl.concat(parts), path, scratch).with_columns(interval_s=pl.lit(interval_s, dtype=pl.Int32))
    kept = rows.filter(pl.col("count").is_not_null() | (pl.col("observed_share") > 0))
    what = f"{lanes} lanes a station" if lanes else "a station's lanes together are one detector"
    return Rows(table=kept, told=(f"bins of {interval_s} s; {what}", *when.told), first_line=1)


def _wrong_width(path: Path, width: int) -> InputError:
    return InputError(
        where=f"{path}, line 1",
        found=f"{width} columns",
        rule="a PeMS 5-minute file has 12 columns and 5 more for each lane; a station-hour file 18 and 3 for each lane",
        fix="name the right --format",
    )


def _step(table: Scanned, when: pl.Expr) -> int | None:
    """Return the usual shortest time between two stamps of a station. [s]"""
    some = collected(table.rows.head(LOOKED_AT * 10).select(detector=pl.col("station"), start=when), table.path)
    steps = own_steps(some.lazy(), table.path)["interval_s"].drop_nulls()
    return int(steps.mode().sort()[0]) if steps.len() else None


def _layout(table: Scanned, width: int, step: int | None, path: Path) -> Layout:
    """Return where the lanes stand: by the number of columns, by steps, and by sums."""
    fits = [layout for layout in (FIVE, HOUR) if layout.lanes(width) is not None]
    if not fits:
        raise _wrong_width(path, width)
    if len(fits) == 1:
        return fits[0]
    sums = {layout.name: _adds_up(table, layout, width) for layout in fits}
    by_sums = max(fits, key=lambda layout: sums[layout.name])
    by_step = next((layout for layout in fits if layout.interval_s == step), None)
    if sums[FIVE.name] == sums[HOUR.name]:
        return by_step or FIVE
    if by_step is not None and by_step != by_sums:
        raise InputError(
            where=f"{path}, line 1",
            found=f"stamps {step} s apart, and lanes that add up to the station's flow as in a {by_sums.name} file",
            rule=f"of {width} columns, a PeMS file is a 5-minute or a station-hour file by its steps and its sums",
            fix="export it again; or give a mapping file: --mapping counts.toml",
        )
    return by_sums


def _adds_up(table: Scanned, layout: Layout, width: int) -> float:
    """Return in which share of the rows the lanes' flows are the station's."""
    names = table.rows.collect_schema().names()[1:]
    at = [names[layout.first + k * layout.per_lane + layout.flow] for k in range(layout.lanes(width) or 0)]
    total = pl.sum_horizontal(number(name, pl.String).fill_null(0.0) for name in at)
    flow = number("flow", pl.String)
    known = table.rows.head(LOOKED_AT).filter(flow > 0)
    return float(collected(known.select(((total - flow).abs() <= 0.02 * flow + 1).mean()), table.path).item() or 0.0)


def _interval(layout: Layout, step: int | None, path: Path) -> int:
    lengths = (layout.interval_s, *((HOUR.interval_s,) if layout is FIVE else ()))
    if step is None or step == layout.interval_s:
        return layout.interval_s
    if layout is FIVE and step in lengths:
        return step
    if step % layout.interval_s == 0 and step < HOUR.interval_s:
        return layout.interval_s  # bins that nobody has are no rows
    raise InputError(
        where=f"{path}, line 1",
        found=f"stamps {step} s apart in a {layout.name} file",
        rule="a PeMS file has bins of 300 or 3600 s, by its columns and its steps",
        fix=f"say the length of the bins: --interval {layout.interval_s}",
    )


def _station(table: Scanned, when: pl.Expr) -> pl.LazyFrame:
    return _long(table, when, pl.col("station"), "flow", "occ", number("observed", pl.String) / 100.0)


def _lane(table: Scanned, layout: Layout, names: list[str], lane: int, when: pl.Expr) -> pl.LazyFrame:
    first = layout.first + lane * layout.per_lane
    name = pl.concat_str(pl.col("station").str.strip_chars(), pl.lit(str(lane + 1)), separator="/")
    whole = number("observed", pl.String) / 100.0
    flow = names[first + layout.flow]
    # A lane that a station does not have is empty: it has no share observed either.
    own = pl.when(number(flow, pl.String).is_not_null()).then(whole)
    share = own if layout.observed is None else number(names[first + layout.observed], pl.String).clip(0, 1)
    return _long(table, when, name, flow, names[first + layout.occupancy], share)


def _long(table: Scanned, when: pl.Expr, name: pl.Expr, flow: str, occupancy: str, observed: pl.Expr) -> pl.LazyFrame:
    text = pl.col(flow).str.strip_chars()
    table.refuse(
        (text != "").fill_null(False) & ~(number(flow, pl.String) >= 0).fill_null(False),
        column=flow,
        rule="a flow is a number of vehicles in a bin, or empty",
        fix="correct it",
    )
    return table.rows.select(
        "row",
        detector=name,
        start=when,
        count=number(flow, pl.String),
        occupancy=number(occupancy, pl.String).cast(pl.Float32),
        observed_share=observed.fill_null(0.0).cast(pl.Float32),
    )
