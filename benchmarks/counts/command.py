"""`greenband benchmark counts`: what share of faults does the screening find, and what share of sound bins accuse?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from .counts_score import Score

BAR_FOUND, BAR_ACCUSED = 0.95, 0.01
WIDTH = 150
FOOT = """\
Faults are put into a share of detector-days of sound counts (what the data's description calls faulty is taken out
first); signs beside the counts, pairs on a lane and streets are made up for them. Found: half or more of the bins that
the fault spoilt are not believed. A level step is no fault: it is found if it is reported within 2 days and a fifth of
its size. Accused: bins without a planted fault, on days with one too, that are not believed, where days of single
detectors are spoilt; real counts have faults of their own, which count as accused. The limits of the screening were
chosen on the part 'dev'; 'report' holds other series and other weeks."""


def counts(
    data: Annotated[Path, typer.Option("--data", help="Folder of the development data.")] = Path("../shared/data"),
    part: Annotated[str, typer.Option(help="report, or dev: what limits were chosen on.")] = "report",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How often faults are drawn.")] = 2,
    chance: Annotated[float, typer.Option(min=0.001, max=0.5, help="Share of detector-days with a fault.")] = 0.05,
    only: Annotated[str, typer.Option("--only", help="Sets, by commas: vicroads,berlin,odot,arterial.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Put faults into sound counts and see which are found, and how many sound bins are rejected."""
    from .counts_data import sound_sets
    from .counts_score import score

    chosen: Literal["dev", "report"] = "dev" if part == "dev" else "report"
    names = {name.strip() for name in only.split(",") if name.strip()}
    found = [score(sound, range(1, seeds + 1), chance) for sound in sound_sets(data, chosen, names)]
    if as_json:
        typer.echo(json.dumps([figures(one) for one in found], indent=2))
    else:
        _print(found, data)


def figures(one: Score) -> dict[str, Any]:
    """Return the figures of one set, by the names that `--json` has."""
    return {
        "set": one.name,
        "detectors": one.detectors,
        "days": one.days,
        "planted": one.planted,
        "found": one.found,
        "found_by_kind": one.found_by_kind,
        "accused": one.accused,
        "accused_elsewhere": one.elsewhere,
        "us_per_bin": one.us_per_bin,
    }


def _print(found: list[Score], data: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from .counts_score import ALL_KINDS

    table = Table(
        "kind, found of planted", *(one.name for one in found), "all", title="Planted faults, by detector-day"
    )
    for kind in ALL_KINDS:
        by_set = [one.found_by_kind.get(kind, (0, 0)) for one in found]
        table.add_row(
            kind, *(_share(*pair) for pair in by_set), _share(*(sum(part) for part in zip(*by_set, strict=True)))
        )
    all_of = (sum(one.found for one in found), sum(one.planted for one in found))
    table.add_row("all faults", *(_share(one.found, one.planted) for one in found), _share(*all_of), style="bold")
    accused = sum(one.accused_bins for one in found) / max(1, sum(one.sound_bins for one in found))
    table.add_row("sound bins accused", *(f"{one.accused:.2%}" for one in found), f"{accused:.2%}", style="bold")
    table.add_row("the same, in other passes", *(f"{one.elsewhere:.2%}" for one in found), "")
    table.add_row("detectors x days", *(f"{one.detectors} x {one.days}" for one in found), "")
    table.add_row("us per bin", *(f"{one.us_per_bin:.2f}" for one in found), "")
    console = Console(width=max(WIDTH, Console().width))
    console.print(table)
    console.print(f"Bars: {BAR_FOUND:.0%} of the faults found, {BAR_ACCUSED:.0%} of sound bins accused.")
    if len(found) == 1:
        console.print(f"No data in {data}: only the bundled study was used.")
    console.print(FOOT)


def _share(found: int, planted: int) -> str:
    return f"{found}/{planted} {found / planted:.1%}" if planted else "-"
