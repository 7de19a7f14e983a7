"""`greenband benchmark city`: from counts to a plan for a whole city, before any simulation: time, memory, growth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

SIDES = (4, 10, 20, 32)
COLUMNS = (
    ("junctions", "junctions"),
    ("detectors", "loops"),
    ("vehicles", "vehicles"),
    ("prepare_s", "to demand [s]"),
    ("plan_s", "to plan [s]"),
    ("whole_s", "whole [s]"),
    ("peak_mib", "peak [MiB]"),
    ("gap", "gap"),
    ("delay_running_s", "running [s]"),
    ("delay_plan_s", "plan [s]"),
)
FOOT = """\
Grids of signals made by netgenerate with its own programs, blocks of 200 m, two lanes, through traffic of which every
fourth vehicle turns once, one hour; loops before and after every signal count what the queue model sends over them.
Whole: wall time from the counts to a checked plan, before any simulation by SUMO. Gap: of the best cycle's plan to the
bound, by the formulas. Delays: of the queue model on traffic that no step before has seen. Peak: resident memory of the
whole process, which also makes the city."""


def city(
    sides: Annotated[list[int] | None, typer.Argument(min=2, max=64, help="Junctions along a side.")] = None,
    days: Annotated[int, typer.Option(min=2, max=60, help="Days of counts.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the traffic that is counted.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Time and memory from counts to a plan on grids of 16 to 1,024 junctions."""
    from ..streets.command import progress_bars  # heavy imports wait until the command is really called

    chosen: Sequence[int] = sides or SIDES
    rows: list[dict[str, Any]] = []
    with progress_bars() as tell:
        for side in chosen:
            tell("cities", len(rows), len(chosen))
            rows.append(measured(side, days, seed))
        tell("cities", len(rows), len(chosen))
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        _print(rows)


def measured(side: int, days: int, seed: int) -> dict[str, Any]:
    """Return the figures of one city, measured in a process of its own: memory is told by process."""
    with TemporaryDirectory(prefix="greenband-city-") as folder:
        command = [sys.executable, "-m", "greenband.benchmarks.city.city_case", folder, str(side), str(days), str(seed)]
        subprocess.run(command, check=True)
        found: dict[str, Any] = json.loads((Path(folder) / "figures.json").read_text())
        return found


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="From counts to a plan of a city")
    for _, heading in COLUMNS:
        table.add_column(escape(heading), justify="right")
    for row in rows:
        table.add_row(*(f"{row[name]:.1%}" if name == "gap" else f"{row[name]:,}" for name, _ in COLUMNS))
    console = Console()
    console.width = max(console.width, 130)
    console.print(table)
    console.print(FOOT, highlight=False)
