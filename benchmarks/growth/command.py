"""`greenband benchmark growth`: how the queue model's time and memory grow with the network."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

SIDES = (4, 10, 20, 40)
COLUMNS = (
    ("junctions", "junctions"),
    ("edges", "edges"),
    ("vehicles", "vehicles"),
    ("passes", "passes"),
    ("read_s", "read [s]"),
    ("prepare_s", "prepare [s]"),
    ("load_s", "load [s]"),
    ("plan_ms", "plan [ms]"),
    ("pass_ns", "per pass [ns]"),
    ("peak_mib", "peak [MiB]"),
)
FOOT = """\
Grids of signals made by netgenerate, blocks of 200 m, two lanes, 300 veh/h into every street for one hour; every fourth
vehicle turns once. Passes: stop lines that vehicles passed, waiting places within junctions included. Plan: least
processor time of a few runs of the kernel. Read, prepare, load: processor time, once per network or traffic.
Peak: resident memory of the whole process, Python and the compiled kernel included; each grid has its own process."""


def growth(
    sides: Annotated[list[int] | None, typer.Argument(min=2, max=100, help="Junctions along a side.")] = None,
    seed: Annotated[int, typer.Option(help="Of the turns and the drivers' speeds.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Time and memory of the queue model on grids of 16 to 1,600 junctions, one hour each."""
    from ..streets.command import progress_bars  # heavy imports wait until the command is really called

    chosen: Sequence[int] = sides or SIDES
    rows: list[dict[str, Any]] = []
    with progress_bars() as tell:
        for side in chosen:
            tell("grids", len(rows), len(chosen))
            rows.append(measured(side, seed))
        tell("grids", len(rows), len(chosen))
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        _print(rows)


def measured(side: int, seed: int) -> dict[str, Any]:
    """Return the figures of one grid, measured in a process of its own: memory is told by process."""
    with TemporaryDirectory(prefix="greenband-growth-") as folder:
        command = [sys.executable, "-m", "greenband.benchmarks.growth.growth_case", folder, str(side), str(seed)]
        subprocess.run(command, check=True)
        found: dict[str, Any] = json.loads((Path(folder) / "figures.json").read_text())
        return found


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Growth of the queue model")
    for _, heading in COLUMNS:
        table.add_column(escape(heading), justify="right")
    for row in rows:
        table.add_row(*(f"{row[name]:,}" for name, _ in COLUMNS))
    console = Console()
    console.width = max(console.width, 120)
    console.print(table)
    console.print(FOOT, highlight=False)
