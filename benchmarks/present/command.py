"""`greenband benchmark present`: does our traffic under today's plan cost what the street's does?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from .bench import PresentRow

WIDTH = 130


def present(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Scenarios of the sumo-rl wheel.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All scenarios of the wheel.")] = False,
    field_seeds: Annotated[str, typer.Option(help="Seeds of the field studies, by commas.")] = "1",
    seeds: Annotated[int, typer.Option(min=2, max=500, help="Simulations of each traffic.")] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Hold our traffic against the counted days redrawn: time loss under today's plan, lock-ups, loops.

    The street's traffic is drawn as the field study drew its days, with new seeds, as busy as its working days were.
    """
    from rich.console import Console

    from ..scenarios import chosen_scenarios
    from .bench import measured

    numbers = [int(text) for text in field_seeds.split(",")]
    rows = [
        measured(name, scenario, seed, seeds, _tell, None)
        for name, scenario in chosen_scenarios(scenarios or [], every).items()
        for seed in numbers
    ]
    if as_json:
        typer.echo(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=2))
    else:
        _print(Console() if sys.stdout.isatty() else Console(width=WIDTH), rows)


def _tell(what: str) -> None:
    typer.echo(what, err=True)


def _print(console: Console, rows: list[PresentRow]) -> None:
    from statistics import median

    from rich.table import Table

    heads = (
        "street, s",
        "ours, s",
        "ratio",
        "locked",
        "GEH < 5",
        "occupied",
        "length, m",
        "entries",
        "today?",
        "took, s",
    )
    table = Table("scenario", "field seed", *heads, title="Time loss inside the network under today's plan")
    for row in rows:
        table.add_row(
            row.scenario,
            str(row.field_seed),
            f"{row.true_s:.1f}",
            f"{row.ours_s:.1f}",
            f"{row.ratio:.2f}",
            f"{row.true_locked:.2f} / {row.ours_locked:.2f}",
            f"{row.flow_share:.1%}",
            "–" if row.occupancy_share is None else f"{row.occupancy_share:.1%}",
            "–" if row.length_m is None else f"{row.length_m:.2f}",
            str(row.entries),
            "yes" if row.reproduced else "no",
            f"{row.seconds:.0f}",
        )
    console.print(table)
    off = [abs(row.ratio - 1.0) for row in rows]
    console.print(f"median error {median(off):.0%}, worst {max(off):.0%}")
