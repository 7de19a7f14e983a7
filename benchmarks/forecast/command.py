"""`greenband benchmark forecast`: how well and how fast are counts foretold, beside what others would reach for?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .fit_bench import Fit
    from .forecast_bench import Score

FIT_ON = "vicroads"  # whose years are resampled
FOOT = """\
Rolling origin: a forecast knows what ended before it, nothing else. next15, next60: every bin of the test span. Peaks:
the largest rolling hour in 06-10 and 15-19, told at midnight, working days without public holidays. WAPE and pinball
loss (10, 50, 90 %) in percent of the vehicles; coverage of the 80 % interval. Time: processor microseconds for a
forecast, reading and fitting included. Sampled origins: methods that take milliseconds, at a few origins, and the
others there again."""


def forecast(
    data: Annotated[Path, typer.Option("--data", help="Folder with the Parquet files of real counts.")],
    sets: Annotated[str, typer.Option(help="Which sets, separated by commas.")] = "vicroads,berlin,odot,odot23,pems",
    sampled: Annotated[int, typer.Option(min=0, help="Origins per series for the slow methods; 0 for none.")] = 6,
    peers: Annotated[bool, typer.Option(help="Also scikit-learn and statsforecast, where installed.")] = True,
    fit_series: Annotated[int, typer.Option(min=0, help="Detectors of a year to time the fit with; 0 for none.")] = 512,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Forecast real counts by all methods at hand: errors, coverage, time."""
    from .fit_bench import fit_time
    from .forecast_bench import compare  # heavy imports wait until the command is really called
    from .forecast_data import SOURCES, read

    chosen = [source for source in SOURCES if source.name in sets.split(",")]
    scores: list[Score] = []
    absent: list[str] = []
    for source in chosen:
        counts = read(source, data)
        if counts is None:
            absent.append(source.file)
            continue
        scores += compare(counts, sampled, peers)
    years = read(next(source for source in SOURCES if source.name == FIT_ON), data) if fit_series else None
    fit = fit_time(fit_series, years) if years is not None else None
    if as_json:
        figures = {"scores": [asdict(score) for score in scores], "fit": asdict(fit) if fit else None, "absent": absent}
        typer.echo(json.dumps(figures, indent=1))
    else:
        _print(scores, fit, absent)


def _print(scores: list[Score], fit: Fit | None, absent: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from ..streets.table import number

    table = Table("set", "task", "method", "items", "WAPE %", "pinball %", "covers %", "µs", "on")
    for score in scores:
        table.add_row(
            score.set,
            score.task,
            score.method,
            str(score.items),
            number(score.wape, 2),
            number(score.pinball, 2),
            number(score.coverage, 1),
            number(score.us_per_forecast, 2),
            score.on,
        )
    console = Console()
    console.print(table)
    if fit is not None:
        console.print(
            f"A year of 15-minute counts of {fit.series} detectors (real years at other starts and levels): "
            f"{fit.wall_s:.1f} s ({fit.processor_s:.1f} s of processor, {fit.cores} cores), "
            f"at this pace {fit.for_10000_s:.0f} s for 10,000; "
            f"at most {fit.peak_mib:.0f} MiB of memory, the counts included."
        )
    if absent:
        console.print("Not there, and left out: " + ", ".join(absent))
    console.print(FOOT)
