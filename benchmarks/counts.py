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
first). Found: half or more of the bins that the fault spoilt are not believed. Accused: bins without a planted fault,
on days with one too, that are not believed; real counts have faults of their own, which count as accused. The limits
of the screening were chosen on the part 'dev'; 'report' holds other series and other weeks."""


def counts(
    data: Annotated[Path, typer.Option("--data", help="Folder of the development data.")] = Path("../shared/data"),
    part: Annotated[str, typer.Option(help="report, or dev: what limits were chosen on.")] = "report",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How often faults are drawn.")] = 2,
    chance: Annotated[float, typer.Option(min=0.001, max=0.5, help="Share of detector-days with a fault.")] = 0.05,
    only: Annotated[str, typer.Option("--only", help="Sets, by commas: vicroads,berlin,odot,arterial.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Put faults into sound counts and see which are found, and what sound bins are accused."""
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
        "us_per_bin": one.us_per_bin,
    }


def _print(found: list[Score], data: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from .counts_faults import KINDS

    table = Table("set", "detectors x days", "faults", "found", *KINDS, "accused", "us per bin", title="Planted faults")
    for one in found:
        kinds = [_share(*one.found_by_kind.get(kind, (0, 0))) for kind in KINDS]
        share = one.found / one.planted if one.planted else float("nan")
        size = f"{one.detectors} x {one.days}"
        table.add_row(
            one.name, size, str(one.planted), f"{share:.1%}", *kinds, f"{one.accused:.2%}", f"{one.us_per_bin:.2f}"
        )
    console = Console(width=max(WIDTH, Console().width))
    console.print(table)
    planted, hits = sum(one.planted for one in found), sum(one.found for one in found)
    accused = sum(one.accused_bins for one in found) / max(1, sum(one.sound_bins for one in found))
    console.print(
        f"All: {hits / max(1, planted):.1%} of {planted} faults found (bar {BAR_FOUND:.0%}), "
        f"{accused:.2%} of sound bins accused (bar {BAR_ACCUSED:.0%})."
    )
    if len(found) == 1:
        console.print(f"No data in {data}: only the bundled study was used.")
    console.print(FOOT)


def _share(found: int, planted: int) -> str:
    return f"{found}/{planted}" if planted else "-"
