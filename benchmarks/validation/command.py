"""`greenband benchmark validation`: how often the stated interval holds what many seeds say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

FRESH_SEED, LONG_RUN_SEED = 10_000, 20_000  # of the repeats, and of the long run: of no step of the product


def validation(
    study: Annotated[Path, typer.Argument(help="A study folder.")],
    plan: Annotated[Path, typer.Argument(help="A plan for it, as `greenband run` writes it.")],
    repeats: Annotated[int, typer.Option(min=2, max=1000, help="Trials with fresh seeds.")] = 40,
    seeds: Annotated[int, typer.Option(min=2, max=200, help="Seeds of each trial.")] = 10,
    long_run: Annotated[int, typer.Option(min=10, max=10_000, help="Seeds of the long run.")] = 200,
    period: Annotated[str | None, typer.Option(help="Period of the study; the first by default.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Keep each simulation here, and use it again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Count in how many trials of fresh seeds the 95 % interval holds the difference of a long run of other seeds.

    As in `greenband run`, each seed draws its own traffic from the forecast. One simulation runs at a time.
    """
    # Heavy imports wait until the command is really called.
    from greenband.engine.chain.prepare import prepare
    from greenband.engine.studies.file import read_study
    from greenband.networks.plan_file import read_plan

    from ..store import default_cache
    from ..streets.command import progress_bars
    from .coverage import coverage
    from .paired_delays import Pair, paired_differences

    read = read_study(study)
    prepared = prepare(read, read.period(period))
    pair = Pair(prepared=prepared, plan=read_plan(plan, prepared.network), cache=cache or default_cache())
    done, total = 0, long_run + repeats * seeds
    with progress_bars() as tell:

        def count() -> None:
            nonlocal done
            done += 1
            tell("pairs of simulations", done, total)

        long = paired_differences(pair, range(LONG_RUN_SEED, LONG_RUN_SEED + long_run), count)
        fresh = paired_differences(pair, range(FRESH_SEED, FRESH_SEED + repeats * seeds), count)
    found = coverage(long, fresh.reshape(repeats, seeds))
    typer.echo(json.dumps(found, indent=2) if as_json else in_words(found))


def in_words(found: dict[str, Any]) -> str:
    """Return the figures as lines."""
    truth = f"{found['truth_s']:+.2f} s per trip (standard error {found['standard_error_s']:.2f} s)"
    lines = [
        f"long run of {found['long_run']} seeds: {truth}",
        *(
            f"{name}: holds it in {one['held']} of {found['repeats']} trials of {found['seeds']} seeds; "
            f"median width {one['median_width_s']:.2f} s"
            for name, one in found["methods"].items()
        ),
    ]
    return "\n".join(lines)
