"""`greenband benchmark movements`: how well are turns found from loop counts alone?"""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .movements_bench import Figures

PAIRS = (
    ("ordinary", "ordinary day"),
    ("ordinary_floor", "its floor"),
    ("wanted", "wanted"),
    ("wanted_floor", "its floor"),
    ("shares", "split alone"),
    ("coming", "days to come"),
    ("coming_floor", "their floor"),
)
FOOT = """\
WAPE in %: over all turns through signals / over those under 100 veh/h. Ordinary day: the turns that the scenario's own
trips make in the period, mean of two seeds. Wanted: the turns on the ways of all its trips, also of those that stood in
a jam or never got in. Split alone: the true turns of the counted days, the total given. Days to come: single days drawn
like the counted ones. Floors: the errors of one who knows the mean true turns of the counted days, at the forecast's
level: where they are high, the counted days were not like the judged one, and no estimate from them can be near it.
Covered: turns of days to come, and of the ordinary day, inside the 80 % interval; by drawn days: those of days to come
within 80 of 100 days drawn for the optimiser. Seconds: processor time from counts to movements. Last row: errors over
the vehicles of all scenarios, weighed by those of the ordinary day, and the share of all turns that is covered."""


def movements(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Scenarios of the sumo-rl wheel.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All scenarios of the wheel.")] = False,
    days: Annotated[int, typer.Option(min=2, max=1000, help="Days of counts in the field study.")] = 15,
    coming: Annotated[int, typer.Option(min=1, max=1000, help="Days to come to judge on.")] = 8,
    cache: Annotated[Path | None, typer.Option(help="Keep field studies and true turns here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Estimate turns from loop counts alone and judge them on the true routes."""
    from ..scenarios import chosen_scenarios
    from ..streets.command import progress_bars
    from .movements_bench import measured  # heavy imports wait until the command is really called

    chosen = chosen_scenarios(scenarios or [], every)
    with progress_bars() as tell:
        found = [measured(name, scenario, days, coming, cache, tell) for name, scenario in chosen.items()]
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2, allow_nan=False))
    else:
        _print(found)


def _print(found: list[Figures]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Movements from loop counts")
    table.add_column("scenario")
    for heading in ("turns", *(title for _, title in PAIRS), "covered", "by drawn days", "level", "seconds"):
        table.add_column(heading, justify="right")
    for one in found:
        pairs = [" / ".join(map(_percent, getattr(one, name))) for name, _ in PAIRS]
        covered = _covered(one.covered, one.covered_ordinary)
        drawn = f"{100 * one.covered_drawn:.0f} %"
        table.add_row(one.name, str(one.turns), *pairs, covered, drawn, f"{one.level:.2f}", f"{one.seconds:.1f}")
    if len(found) > 1:
        table.add_row("all", str(sum(one.turns for one in found)), *_pooled(found), _covered_of_all(found), "", "", "")
    console = Console()
    console.width = max(console.width, 160)
    console.print(table)
    console.print(FOOT, highlight=False)


def _percent(value: float) -> str:
    return "–" if isnan(value) else f"{100 * value:.1f}"


def _pooled(found: list[Figures]) -> list[str]:
    """Return each error over all turns of all scenarios."""
    vehicles = sum(one.vehicles for one in found)
    return [_percent(sum(getattr(one, name)[0] * one.vehicles for one in found) / vehicles) for name, _ in PAIRS]


def _covered_of_all(found: list[Figures]) -> str:
    turns = sum(one.turns for one in found)
    coming, ordinary = (
        sum(getattr(one, name) * one.turns for one in found) / turns for name in ("covered", "covered_ordinary")
    )
    return _covered(coming, ordinary)


def _covered(coming: float, ordinary: float) -> str:
    return f"{100 * coming:.0f}, {100 * ordinary:.0f} %"


def _plain(one: Figures) -> dict[str, object]:
    """Return figures as JSON has them: nothing where there is no number."""
    pairs = {name: [None if isnan(value) else value for value in getattr(one, name)] for name, _ in PAIRS}
    return asdict(one) | pairs
