"""`greenband benchmark model`: does the queue model rank plans as SUMO does, and how much faster is it?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .model_bench import Comparison

COLUMNS = (
    ("vehicles", "vehicles"),
    ("plans", "plans"),
    ("gridlocked", "gridlocked"),
    ("spearman", "rank corr."),
    ("spearman_from_counts", "from counts"),
    ("seed_spearman", "SUMO's own"),
    ("median_error", "median |error|"),
    ("bias", "bias"),
    ("between_seeds", "SUMO's seeds"),
    ("movement_error_s", "movement [s]"),
    ("model_ms", "model [ms]"),
    ("sumo_s", "SUMO [s]"),
    ("ratio", "ratio"),
)
UXSIM_COLUMNS = (
    ("uxsim_spearman", "UXsim: rank corr."),
    ("uxsim_median_error", "median |error|"),
    ("uxsim_ms", "run [ms]"),
)
SHARES = ("median_error", "bias", "between_seeds", "uxsim_median_error")
TABLE_WIDTH = 190
FOOT = """\
Random plans: one cycle of 40 to 120 s, splits and offsets at random, transitions of the running programs kept. SUMO is
given the same fixed routes as the model. Rank corr.: Spearman over the random plans, the model against the mean of
SUMO's seeds. From counts: the same when the model knows only what loops with faults counted on 15 days. SUMO's own: the
same of one of SUMO's seeds against the mean of its others. Error and bias: of the mean delay per vehicle, median over
the plans that gridlock in no seed. SUMO's seeds: spread of its own seeds about their mean, median over the plans.
Movement: median over movements with 20 vehicles or more of the difference of their mean delays. Ratio: time of SUMO for
the running plan over the model's, both processor time of one core."""
UXSIM_FOOT = """\
UXsim: the same vehicles, routes and plans in UXsim's compiled engine, platoons of one vehicle, steps of 1 s, processor
time of the run without the building of its world. What it cannot hold: permitted turns that yield (green is green),
lanes within a lane group (one queue, green when any of its turns is; the head blocks all), yellow (as red), drivers'
spread of speeds, lengths of vehicles other than cars. Lanes discharge at 1900 veh/h. It is not tuned to SUMO, as the
queue model is."""


def model(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Scenarios of the sumo-rl wheel, or arterial-…")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    plans: Annotated[int, typer.Option(min=3, max=10000, help="How many random plans.")] = 60,
    plan_seed: Annotated[int, typer.Option(min=0, help="The seed they are drawn with.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="SUMO's seeds per plan.")] = 3,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Simulations side by side.")] = 2,
    cache: Annotated[Path | None, typer.Option(help="Keep SUMO's results here, and use them again.")] = None,
    uxsim: Annotated[
        bool,
        typer.Option(
            help="Also run UXsim (extra peers), a queue a lane group; off, as it takes a few tenths of a second a plan."
        ),
    ] = False,
    uxsim_plans: Annotated[
        int | None, typer.Option(min=3, help="How many of the random plans UXsim is given, the first ones; else all.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare the queue model with SUMO on random plans: ranks, errors, time."""
    from ..streets.command import progress_bars
    from .model_bench import compare  # heavy imports wait until the command is really called
    from .model_cases import chosen_cases

    with progress_bars() as tell:
        found = [
            compare(
                case,
                plans=plans,
                plan_seed=plan_seed,
                seeds=range(1, seeds + 1),
                workers=workers,
                cache=cache,
                tell=tell,
                uxsim_plans=min(uxsim_plans or plans, plans) if uxsim else 0,
            )
            for case in chosen_cases(scenarios or [], every)
        ]
    rows = [figures(one) for one in found]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        _print(rows)


def figures(one: Comparison) -> dict[str, Any]:
    """Return the figures of one scenario, by the names that `--json` has."""
    import numpy as np

    return {
        "scenario": one.name,
        "vehicles": one.vehicles,
        "left_out": one.left_out,
        "plans": one.model_s.size - 1,
        "gridlocked": int(one.gridlocked.sum()),
        "spearman": round(one.spearman, 3),
        "spearman_from_counts": round(one.spearman_from_counts, 3),
        "seed_spearman": None if np.isnan(one.seed_spearman) else round(one.seed_spearman, 3),
        "median_error": round(float(np.median(np.abs(one.errors))), 4) if one.errors.size else None,
        "bias": round(float(np.median(one.errors)), 4) if one.errors.size else None,
        "between_seeds": None if np.isnan(one.between_seeds) else round(one.between_seeds, 4),
        "movement_error_s": round(one.movement_error_s, 2),
        "model_ms": round(float(np.median(one.model_ms)), 3),
        "sumo_s": round(one.sumo_s_per_run, 3),
        "ratio": round(one.ratio),
        **_uxsim_figures(one),
        "model_delay_s": [round(value, 2) for value in one.model_s.tolist()],
        "from_counts_delay_s": [round(value, 2) for value in one.from_counts_s.tolist()],
        "sumo_delay_s": [round(value, 2) for value in one.sumo_s.tolist()],
    }


def _uxsim_figures(one: Comparison) -> dict[str, Any]:
    """Return UXsim's figures; none where it did not run."""
    import numpy as np

    if not one.uxsim:
        return {}
    errors = one.uxsim_errors
    return {
        "uxsim_plans": len(one.uxsim) - 1,
        "uxsim_spearman": None if np.isnan(one.uxsim_spearman) else round(one.uxsim_spearman, 3),
        "uxsim_median_error": round(float(np.median(np.abs(errors))), 4) if errors.size else None,
        "uxsim_bias": round(float(np.median(errors)), 4) if errors.size else None,
        "uxsim_ms": round(float(np.median([run.ms for run in one.uxsim])), 3),
        "uxsim_delay_s": [round(value, 2) for value in one.uxsim_s.tolist()],
    }


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="The queue model against SUMO")
    table.add_column("scenario")
    with_uxsim = any("uxsim_ms" in row for row in rows)
    columns = (*COLUMNS, *UXSIM_COLUMNS) if with_uxsim else COLUMNS
    for _, heading in columns:
        table.add_column(escape(heading), justify="right")
    for row in rows:
        table.add_row(row["scenario"], *(_cell(name, row[name]) for name, _ in columns))
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(table)
    console.print(FOOT, highlight=False)
    if with_uxsim:
        console.print(escape(UXSIM_FOOT), highlight=False)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if name in SHARES else str(value)
