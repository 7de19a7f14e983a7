"""`greenband forecast`: movement demand with quantiles, or forecasts of any series in batch."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...networks.errors import InputError
from .shared import AsJson, PeriodName, Quiet, bars, print_json, say

if TYPE_CHECKING:
    from ..counts.formats.counts_format import How
    from ..studies.file import Study

StudyOrNone = Annotated[
    Path | None, typer.Argument(help="The study's folder (it holds study.toml).", show_default=False)
]
Day = Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="The day. [the day of study.toml]")]
CountsTable = Annotated[
    Path | None,
    typer.Option("--counts", help="Batch: series, start, interval_s, count, or a file of counts in any known format."),
]
Items = Annotated[
    Path | None,
    typer.Option("--items", help="Batch: a table series, origin, task (next15, next60, peakAM, peakPM)."),
]
Predictions = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Batch: the items with mean, q10, q50, q90: .parquet, .csv, .csv.gz. Types of day: a picture."
    ),
]
DayTypes = Annotated[
    bool, typer.Option("--day-types", help="Types of day and hours to change plans at, of STUDY or --counts.")
]
SwitchShare = Annotated[
    float,
    typer.Option("--switch-share", min=0.0, max=1.0, help="What a change of plans costs, as a share of a day's veh."),
]
BatchTz = Annotated[
    str | None,
    typer.Option("--tz", help="Batch: the streets' time zone, where stamps have another.", show_default=False),
]
BatchStamps = Annotated[
    str | None,
    typer.Option(
        "--stamps", help="Batch: zone of stamps without one; begin or end of a bin: UTC,end.", show_default=False
    ),
]
BatchDates = Annotated[
    str | None, typer.Option("--dates", help="Batch: order of day, month, year: dmy, mdy, ymd.", show_default=False)
]
Holidays = Annotated[
    str | None,
    typer.Option("--holidays", help="Country or region whose public holidays count: DE, AU-VIC. [those of study.toml]"),
]


def forecast(
    study: StudyOrNone = None,
    day: Day = None,
    period: PeriodName = None,
    counts: CountsTable = None,
    items: Items = None,
    out: Predictions = None,
    holidays: Holidays = None,
    day_types: DayTypes = False,
    switch_share: SwitchShare = 0.005,
    tz: BatchTz = None,
    stamps: BatchStamps = None,
    dates: BatchDates = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Forecast the flow of every movement of a study, or in batch what any series will count, with bounds.

    The bounds q10 and q90 hold on 8 of 10 occasions. With --day-types: which days are alike, and when plans change.
    """
    how = _how(tz, stamps, dates)
    if day_types and (study is None) != (counts is None) and items is None:
        _day_types(study, counts, out, holidays, switch_share, how, as_json=as_json, quiet=quiet)
    elif counts is not None and items is not None and out is not None and study is None:
        _batch(counts, items, out, holidays, how, quiet=quiet or as_json)
    elif study is not None and (counts, items, out) == (None, None, None):
        _study(study, day, period, holidays, as_json=as_json, quiet=quiet)
    else:
        raise InputError(
            where="greenband forecast",
            found="neither a study nor all of --counts, --items and --out",
            rule="a study is forecast alone; a batch needs the three tables; --day-types takes a study or --counts",
            fix="greenband forecast STUDY, or greenband forecast --counts COUNTS --items ITEMS --out PREDS",
        )


def _how(tz: str | None, stamps: str | None, dates: str | None) -> How:
    """Return what was said of the counts."""
    from ..counts.formats.counts_format import How
    from ..counts.values.day_orders import said_order
    from ..counts.values.edges import zone_and_edge

    zone, edge = zone_and_edge(stamps)
    return How(tz=tz, stamps=zone, edge=edge, dates=said_order(dates))


def _batch(counts: Path, items: Path, out: Path, holidays: str | None, how: How, *, quiet: bool) -> None:
    from ..counts.table_files import require_ending, write_table
    from ..forecast.batch import forecast_typed
    from ..forecast.tables import counts_of, read_table

    require_ending(out)
    with bars(hidden=quiet) as tell:
        known, told = counts_of(counts, how)
        found = forecast_typed(known, read_table(items, "the items"), holidays, tell, how)
    for note in told:
        say(note, quiet=quiet)
    write_table(found, out)
    say(f"{found.height} forecasts in {out}", quiet=quiet)


def _day_types(
    study: Path | None,
    counts: Path | None,
    out: Path | None,
    holidays: str | None,
    switch_share: float,
    how: How,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    from ...networks.files import replace_atomically
    from ..chain.prepare import judged_counts, study_holidays
    from ..forecast.tables import counts_of
    from ..forecast.typical import types_of_study, types_of_typed
    from ..report.pictures.day_type_charts import day_type_picture
    from ..studies.file import clock, read_study
    from ..studies.network import network_of

    if counts is not None:
        kinds = types_of_typed(counts_of(counts, how)[0], holidays, switch_share)
    else:
        assert study is not None
        read = _with_holidays(read_study(study), holidays)
        judged = judged_counts(read, network_of(read)).judged
        kinds = types_of_study(judged, study_holidays(read), switch_share)
    if out is not None:
        replace_atomically(out, day_type_picture(kinds))
    rows: list[dict[str, object]] = [
        {
            "day_type": kind.name,
            "days": kind.days,
            "begin": clock(span.begin_s),
            "end": clock(span.end_s),
            "plan": span.plan,
        }
        for kind in kinds
        for span in kind.spans
    ]
    if as_json:
        misfits = {
            kind.name: [None if m == float("inf") else round(float(m), 6) for m in kind.misfit] for kind in kinds
        }
        print_json({"plans": rows, "misfit_by_number_of_stretches": misfits})
    elif not quiet:
        _table(rows, ("type of day", "days", "from", "to", "plan"), "Types of day and their plans")


def _with_holidays(study: Study, holidays: str | None) -> Study:
    """Return the study with other public holidays than it names itself, if some are given."""
    from ..forecast.calendar import holidays_of

    if holidays is None:
        return study
    holidays_of(holidays)  # refuses a place that nobody knows
    return replace(study, file=study.file.model_copy(update={"holidays": holidays}))


def _study(
    study: Path, day: datetime | None, period: str | None, holidays: str | None, *, as_json: bool, quiet: bool
) -> None:
    from ..chain.flow_rows import flow_rows
    from ..chain.prepare import prepare
    from ..studies.file import read_study

    read = _with_holidays(read_study(study), holidays)
    if day is not None:
        read = replace(read, file=read.file.model_copy(update={"day": day.date()}))
    with bars(hidden=quiet or as_json) as tell:
        prepared = prepare(read, read.period(period), tell)
    rows: list[dict[str, object]] = [
        {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(row).items()}
        for row in flow_rows(prepared)
    ]
    if as_json:
        print_json(
            {
                "day": str(read.file.day),
                "coverage": prepared.coverage,
                "inferred": [asdict(one) for one in prepared.inferred],
                "told": list(prepared.told),
                "movements": rows,
            }
        )
    elif not quiet:
        _table(
            rows,
            ("junction", "from", "to", "veh/h", "q10", "q90"),
            f"{read.file.name}, {read.file.day}, {prepared.period.label}",
        )
        for sentence in prepared.told:
            say(sentence)


def _table(rows: list[dict[str, object]], heads: tuple[str, ...], title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads, title=title)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
