"""Miovision's turning counts: rows of an export by leg, movement and class, or the sheet of a report.

Toronto's documentation of its Miovision data (CityofToronto/bdit_data-sources, volumes/miovision) names the columns of
the export: `study_name, datetime_bin, classification, entry_dir_name, exit_dir_name, movement, volume`, one row for a
minute, class and movement in which anybody was seen; `entry_dir_name` is the leg from which they come. The sheet of a
report has three lines of headers, `Leg`, `Direction` and `Start Time`, with Right, Thru, Left and U-Turn below a leg.
"""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import polars as pl

from .....networks.errors import InputError
from ...values.numbers import number
from ..counts_format import How, Rows
from ..mapped import START, check_count, with_starts
from ..mapping import Mapping
from ..opening import Opening
from ..scanned import Scanned, columns_of, named, open_text, scan
from .names import HEADING_OF_LEG, HEADINGS, TURNS, heading_of, turn_letter

LEG = ("entry_dir_name", "leg", "entry_leg", "approach_leg", "approach")
COLUMNS: dict[str, tuple[str, ...]] = {
    "leg": LEG,
    "movement": ("movement", "movement_name", "turn"),
    "start": ("datetime_bin", "start", "datetime", "timestamp", "start_time"),
    "count": ("volume", "count", "total"),
}
CLASS = ("classification", "class", "vehicle_class", "mode")
SITE = ("study_name", "intersection_name", "intersection_uid", "intersection", "site", "study_id")
PEOPLE = ("ped", "bicycl", "bike", "cycl", "crosswalk", "e-scooter", "person")
HEADER_LINES = 40
HEADING_OF_APPROACH = HEADING_OF_LEG | HEADINGS | {name: name.upper() for name in ("nb", "sb", "eb", "wb")}
LEGS_TOLD = "a leg or approach N lies in the north: its vehicles drive south (SB); NB or northbound come from the south"
USUAL_S = 900


def recognises(opening: Opening) -> bool:
    """Return whether it is an export by leg and movement, or the sheet of a report."""
    if sheet_header(opening.lines) is not None:
        return True
    return opening.has(*COLUMNS.values())


def sheet_header(lines: tuple[str, ...]) -> int | None:
    """Return the place of the line `Start Time,Right,…` below one with directions; None if there is none."""
    for k, line in enumerate(lines[1:], start=1):
        above = lines[k - 1].lower().lstrip('",\ufeff')
        if line.lower().lstrip('"').startswith("start time") and above.startswith(("direction", "leg")):
            return k
    return None


def read(path: Path, how: How, scratch: Path) -> Rows:
    """Return the counts of motor vehicles; detectors are named SITE/NBL."""
    with open_text(path) as file:
        lines = tuple(line.rstrip("\r\n") for line in islice(file, HEADER_LINES))
    if sheet_header(lines) is not None:
        return _sheet(path, how)
    return _export(path, how)


def _export(path: Path, how: How) -> Rows:
    scanned = scan(path)
    there = {name.strip().lower() for name in columns_of(scanned)}
    optional: tuple[tuple[str, tuple[str, ...]], ...] = (("kind", CLASS), ("site", SITE))
    more = {key: names for key, names in optional if there & set(names)}
    table = named(scanned, COLUMNS | more, "an export of turning counts")
    schema = table.rows.collect_schema()
    check_count(table, "count", schema)
    leg, turn = _lower("leg"), _lower("movement")
    table.refuse(
        ~leg.is_in(list(HEADING_OF_APPROACH)).fill_null(False),
        column="leg",
        rule="a leg or approach is N, S, E or W (or NE, SW, …): where they come from; or NB, northbound: where to",
        fix="correct it, or give a mapping file",
    )
    table, decided = with_starts(table, Mapping(wide=True, start=("start",)), how)
    rows, told = table.rows, [LEGS_TOLD, *decided]
    if "kind" in more:
        people = pl.any_horizontal(_lower("kind").str.contains(word, literal=True) for word in PEOPLE)
        rows = rows.filter(~people.fill_null(False))
        told.append("classes of motor vehicles are added up; people on foot and on bicycles are left out")
    site = pl.col("site").cast(pl.String).str.strip_chars() if "site" in more else pl.lit(how.site or path.stem)
    named_turn = leg.replace_strict(HEADING_OF_APPROACH) + turn.replace_strict(TURNS, default=None)
    length = how.interval_s or USUAL_S
    long = rows.filter(turn.is_in(list(TURNS))).select(
        site=site,
        turn=named_turn,
        start=pl.col(START).dt.truncate(f"{length}s"),
        count=number("count", schema["count"]),
    )
    return Rows(table=_every_turn(long, length), told=(*told, f"minutes are brought together to bins of {length} s"))


def _every_turn(long: pl.LazyFrame, length: int) -> pl.LazyFrame:
    """Return a row for each turn of a site and bin of it: turns that nobody made in a bin have no row in the export."""
    sums = long.group_by("site", "turn", "start").agg(pl.col("count").sum())
    bins, turns = long.select("site", "start").unique(), long.select("site", "turn").unique()
    every = bins.join(turns, on="site").join(sums, on=["site", "turn", "start"], how="left")
    return every.sort("site", "start", "turn").select(
        detector=pl.concat_str("site", "turn", separator="/"),
        start="start",
        interval_s=pl.lit(length, dtype=pl.Int32),
        count=pl.col("count").fill_null(0.0),
    )


def _lower(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()


def _sheet(path: Path, how: How) -> Rows:
    with open_text(path) as file:
        rows = list(csv.reader(file))
    at = next(k for k, row in enumerate(rows) if row and row[0].strip().lower() == "start time")
    site = how.site or _site_of(rows[:at]) or path.stem
    columns = _columns(rows[:at], rows[at])
    if not columns:
        raise InputError(
            where=f"{path}, line {at + 1}",
            found=", ".join(rows[at][:8]),
            rule="below Leg and Direction stand Right, Thru, Left, U-Turn",
            fix="give the sheet with the counts by movement",
        )
    values = [(k, row) for k, row in enumerate(rows[at + 1 :]) if row and row[0][:1].isdigit()]
    texts = pl.DataFrame(
        {"row": [k for k, _ in values], "start": [row[0] for _, row in values]}
        | {turn: [row[k] if k < len(row) else "" for _, row in values] for turn, k in columns.items()},
        schema={"row": pl.UInt32, "start": pl.String} | dict.fromkeys(columns, pl.String),
    )
    table = Scanned(path=path, rows=texts.lazy(), first_line=at + 2)
    for turn in columns:
        check_count(table, turn, texts.schema)
    stamped, decided = with_starts(table, Mapping(wide=True, start=("start",)), how)
    wide = stamped.rows.select(start=pl.col(START), **{turn: number(turn, pl.String) for turn in columns})
    long = wide.unpivot(list(columns), index="start", variable_name="turn", value_name="count")
    counts = long.select(
        detector=pl.concat_str(pl.lit(site), "turn", separator="/"),
        start="start",
        interval_s=pl.lit(how.interval_s or _step(wide), dtype=pl.Int32),
        count="count",
    )
    told = (f"site {site}, {len(columns)} turns", "people on foot and on bicycles are left out", *decided)
    return Rows(table=counts, told=told)


def _step(wide: pl.LazyFrame) -> int:
    steps = wide.select(pl.col("start").unique().sort().diff().dt.total_seconds().drop_nulls().mode().min()).collect()
    return int(steps.item() or USUAL_S)


def _columns(above: list[list[str]], header: list[str]) -> dict[str, int]:
    """Return the place of each turn's column: headings stand once above the columns of their leg."""
    found: dict[str, int] = {}
    headings = next((row for row in reversed(above) if row and row[0].strip().lower() == "direction"), [])
    legs = next((row for row in reversed(above) if row and row[0].strip().lower() == "leg"), [])
    now = ""
    for k, name in enumerate(header[1:], start=1):
        heading, leg = (row[k].strip() if k < len(row) else "" for row in (headings, legs))
        if heading:
            now = heading_of(heading)
        elif leg and not headings:
            now = HEADING_OF_LEG.get(leg[:1].lower(), "")
        if now and name.strip().lower() in TURNS:
            found.setdefault(now + turn_letter(name), k)
    return found


def _site_of(above: list[list[str]]) -> str | None:
    for row in above:
        if row and row[0].strip().lower().rstrip(":") in (
            "site code",
            "intersection",
            "study name",
            "location",
            "name",
        ):
            return next((value.strip() for value in row[1:] if value.strip()), None)
    return None
