"""`greenband benchmark unknowns`: how good are forecasts where nobody counted?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

if TYPE_CHECKING:
    from .real import Hour
    from .score import Item, Tried

FIRST_DAY = 7
BAR_ERROR, BAR_INSIDE = 0.25, (0.75, 0.90)


def unknowns(
    plantings: Annotated[int, typer.Option(min=4, help="Holes in the bundled study's counts.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the first holes; the next have the next.")] = 0,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of real counts: hide hours of these as well.")
    ] = None,
    hidden: Annotated[int, typer.Option(min=1, help="Hours hidden in each set of real counts.")] = 40,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Take hours, streets and junctions out of all days of the bundled study, and forecast the flow that is missing.

    Every hole is forecast for one of its later days, from the days before it; the truth is what the loops counted on
    that day. Bars: median error 25 % at most, 75 to 90 of 100 within the 80 % bounds, never 0 without a count of 0, and
    refused where less of the period is covered than the gate asks for.
    """
    found = list(_tried(plantings, seed))
    rows = [_figures(kind, items, refused) for kind, items, refused in _by_kind(found)]
    wrong = sum(bool(one.refused) != (one.coverage < _least()) for one in found)
    real = _real(data, hidden) if data is not None else []
    if as_json:
        typer.echo(json.dumps({"plantings": len(found), "wrongly_refused_or_not": wrong, "rows": rows, "real": real}))
    else:
        _print(rows, real, wrong, len(found))


def _tried(plantings: int, seed: int) -> Any:
    from importlib.resources import as_file, files

    from greenband.engine.chain.prepare import judged_counts
    from greenband.engine.studies.file import read_study
    from greenband.engine.studies.network import network_of

    from .plant import KINDS, holes
    from .score import tried

    with as_file(files("greenband.networks") / "arterial") as folder:
        study = read_study(folder)
        network = network_of(study)
        whole = judged_counts(study, network).judged
        periods = [(period.begin, period.end) for period in study.file.periods]
        days = range(FIRST_DAY, len(whole.counts.days))
        for number in range(plantings):
            hole = holes(network, whole.counts.detectors, days, periods, seed + number // len(KINDS))[
                number % len(KINDS)
            ]
            yield tried(network, whole, hole, number, periods[hole.period], study.file.gate.min_coverage)


def _by_kind(found: list[Tried]) -> Any:
    from .score import by_kind

    return by_kind(found)


def _least() -> float:
    from greenband.engine.studies.file import Gate

    return Gate().min_coverage


def _figures(kind: str, items: list[Item], refused: int) -> dict[str, Any]:
    errors = [item.error for item in items]
    return {
        "kind": kind,
        "ends_of_streets": len(items),
        "refused": refused,
        "median_error": float(np.median(errors)) if errors else None,
        "p80_error": float(np.quantile(errors, 0.8)) if errors else None,
        "inside_80": float(np.mean([item.inside for item in items])) if items else None,
        "zeros_without_a_zero": sum(item.flow <= 0 < item.counted for item in items),
    }


def _real(data: Path, hidden: int) -> list[dict[str, Any]]:
    from .real import hidden_hours

    by_set: dict[str, list[Hour]] = {}
    for hour in hidden_hours(data, hidden):
        by_set.setdefault(hour.dataset, []).append(hour)
    return [
        {
            "set": name,
            "hours": len(hours),
            "median_error": float(np.median([abs(hour.found / hour.counted - 1.0) for hour in hours])),
            "inside_80": float(np.mean([hour.inside for hour in hours])),
        }
        for name, hours in by_set.items()
    ]


def _print(rows: list[dict[str, Any]], real: list[dict[str, Any]], wrong: int, plantings: int) -> None:
    from rich.console import Console
    from rich.table import Table

    for title, lines in (("Planted on the bundled arterial", rows), ("Hidden hours of mean working days", real)):
        if lines:
            table = Table(*(name.replace("_", " ") for name in lines[0]), title=title)
            for line in lines:
                table.add_row(*(f"{v:.3f}" if isinstance(v, float) else str(v) for v in line.values()))
            Console().print(table)
    typer.echo(f"{plantings} plantings; {wrong} refused, or not, against the gate's coverage of the period")
