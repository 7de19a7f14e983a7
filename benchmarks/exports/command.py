"""`greenband benchmark exports`: random legal plans of all scenario networks into every format and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .exports_bench import Tally

FOOT = """\
Each plan passes the safety check first; those that do not are drawn again. Equal: the file was parsed by other code
than wrote it, run for a cycle, and showed each group at each tenth (GB/T: second) of a second what the plan shows, as
far as the format tells displays apart; for sumo also the plan read back by `read_plan` is the same. RSMP holds cycle
and offset only. Carried: equal once the yellows between two greens of a group were left out, as --carry-greens asks.
Refused: with the groups that stand in the way. Different: a file that differs, or any other fault: must be 0."""
COLUMNS = ("plans", "equal", "carried", "refused", "different")


def exports(
    plans: Annotated[int, typer.Option(min=1, max=100_000, help="How many random plans.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the first plan.")] = 1,
    formats: Annotated[str, typer.Option(help="By commas. [all but the PDF]")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Bring random legal plans of all scenario networks into every format and back."""
    from ..streets.command import progress_bars
    from .exports_bench import tally_exports

    with progress_bars() as tell:
        found = tally_exports(plans, seed, tuple(name for name in formats.split(",") if name), tell)
    if as_json:
        typer.echo(json.dumps({name: vars_of(tally) for name, tally in found.items()}, indent=1))
        return
    typer.echo(f"{'format':10}" + "".join(f"{name:>11}" for name in (*COLUMNS, "CPU [ms]")))
    for name, tally in found.items():
        row = vars_of(tally)
        typer.echo(f"{name:10}" + "".join(f"{row[c]:11}" for c in COLUMNS) + f"{row['cpu_ms']:11.1f}")
    typer.echo(FOOT)


def vars_of(tally: Tally) -> dict[str, float]:
    """Return the figures of a format by name."""
    return {
        "plans": tally.plans,
        "equal": tally.equal,
        "carried": tally.carried,
        "refused": tally.refused,
        "different": tally.different,
        "cpu_ms": 1000 * tally.cpu_s / max(1, tally.plans),
    }
