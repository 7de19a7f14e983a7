"""`greenband benchmark cluster`: how wall time falls with worker processes, and that the results are the same bits."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from greenband.simulation.fan_out import Job

WORKERS = (1, 2, 4)
FOOT = """\
Each row runs the same simulations of the running program; the first in threads of this process, as without --cluster.
Workers are processes of Dask distributed on this machine, one simulation at a time each. Starting them is not timed,
sending them the files is. One run for each worker comes before, untimed: it imports what is needed."""


def cluster(
    scenario: Annotated[str, typer.Argument(help="A scenario of the sumo-rl wheel.")] = "cologne8",
    workers: Annotated[list[int] | None, typer.Option(min=1, max=256, help="Worker processes, a row for each.")] = None,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="Simulations in each row, each with a seed.")] = 16,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Wall time of many simulations on one to several worker processes of a Dask cluster."""
    from greenband.simulation.fan_out import Job

    from .scenarios import chosen_scenarios
    from .streets.command import progress_bars  # heavy imports wait until the command is really called

    chosen = chosen_scenarios([scenario], False)[scenario]
    jobs = [Job(scenario=chosen, seed=seed) for seed in range(400, 400 + runs)]
    counts = workers or list(WORKERS)
    with progress_bars() as tell:
        tell("threads of this process", 0, 1)
        rows = [{"workers": 0, **_timed(jobs[:1], jobs, None)}]
        tell("threads of this process", 1, 1)
        for place, count in enumerate(counts):
            tell("clusters", place, len(counts))
            rows.append({"workers": count, **_on_cluster(count, jobs)})
        tell("clusters", len(counts), len(counts))
    expected = rows[0]["digest"]
    for row in rows:
        row["same_bits"] = row.pop("digest") == expected
    if as_json:
        typer.echo(json.dumps({"scenario": scenario, "processors": os.cpu_count(), "rows": rows}, indent=2))
    else:
        _print(scenario, runs, rows)


def _on_cluster(count: int, jobs: list[Job]) -> dict[str, Any]:
    from distributed import LocalCluster
    from greenband.simulation.cluster import cluster_executor

    with (
        LocalCluster(n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None) as made,
        cluster_executor(made.scheduler_address) as executor,
    ):
        return _timed(jobs[:count], jobs, executor)


def _timed(first: list[Job], jobs: list[Job], executor: Executor | None) -> dict[str, Any]:
    from greenband.simulation.fan_out import run_many

    run_many(first, executor)
    began_s = perf_counter()
    runs = run_many(jobs, executor)
    wall_s = perf_counter() - began_s
    digest = sha256(b"".join(run.trips.delay_s.tobytes() for run in runs)).hexdigest()
    return {"wall_s": round(wall_s, 2), "digest": digest}


def _print(scenario: str, runs: int, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{runs} simulations of {scenario}, {os.cpu_count()} processors")
    for heading in ("workers", "wall time, s", "speed-up over one worker", "same bits"):
        table.add_column(heading, justify="right")
    one_s = next((row["wall_s"] for row in rows if row["workers"] == 1), None)
    for row in rows:
        name = str(row["workers"]) if row["workers"] else "threads, no cluster"
        ratio = f"{one_s / row['wall_s']:.2f}" if one_s else "–"
        table.add_row(name, f"{row['wall_s']:.1f}", ratio, "yes" if row["same_bits"] else "NO")
    console = Console()
    console.width = max(console.width, 100)
    console.print(table)
    console.print(FOOT, highlight=False)
