"""`greenband forecast`: movement demand with quantiles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from .shared import AsJson, PeriodName, Quiet, StudyFolder, print_json

Day = Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="The day. [the day of study.toml]")]


def forecast(
    study: StudyFolder, day: Day = None, period: PeriodName = None, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Forecast the flow of every movement in a period, with the bounds that hold on 8 days of 10."""
    from dataclasses import replace

    from ..prepare import prepare
    from ..study_file import read_study

    read = read_study(study)
    if day is not None:
        read = replace(read, file=read.file.model_copy(update={"day": day.date()}))
    prepared = prepare(read, read.period(period))
    demand = prepared.demand
    q10, q90 = demand.quantile_veh_h(0.1), demand.quantile_veh_h(0.9)
    rows = [
        {
            "junction": junction.id,
            "from_edge": movement.from_edge,
            "to_edge": movement.to_edge,
            "flow_veh_h": round(demand.flow_veh_h.get(turn, 0.0), 1),
            "q10_veh_h": round(q10.get(turn, 0.0), 1),
            "q90_veh_h": round(q90.get(turn, 0.0), 1),
        }
        for junction in prepared.network.junctions
        for movement in junction.movements
        for turn in [(movement.from_edge, movement.to_edge)]
    ]
    if as_json:
        print_json({"day": str(read.file.day), "coverage": prepared.coverage, "movements": rows})
    elif not quiet:
        _print(rows, f"{read.file.name}, {read.file.day}, {prepared.period.label}")


def _print(rows: list[dict[str, object]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("junction", "from", "to", "veh/h", "q10", "q90", title=title)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)
