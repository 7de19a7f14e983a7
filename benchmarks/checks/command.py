"""`greenband benchmark checks`: does the safety check let unsafe plans pass, or refuse safe ones?"""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

FOOT = """\
Plans of single junctions of all scenario networks of the sumo-rl wheel and of the bundled arterial: a third random with
today's changes of stage kept, a third with windows moved, stretched, shown otherwise or dropped (and limits drawn anew
for some), a third with one rule broken on purpose. Twin: every lamp looked at in every tenth of a second."""


def checks(
    plans: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many plans.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random plans.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes side by side.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    removed: Annotated[int, typer.Option(min=0, help="Take knowledge out of networks so many times instead.")] = 0,
) -> None:
    """Compare the safety check with its slow twin on random and broken plans; exits with 1 where they differ."""
    from greenband.engine.commands.shared import bars

    from ..scenarios import scenario_names, scenarios_folder
    from .check_bench import ARTERIAL, Tally, tallies

    folder, total, began_s = scenarios_folder(), Tally(), time.monotonic()
    paths = {name: folder / name / f"{name}.net.xml" for name in scenario_names()} | {"arterial": ARTERIAL}
    if removed:
        _take_out(tuple(map(str, paths.values())), removed, seed, workers)
        return
    with bars(hidden=as_json) as tell:
        for tally in tallies(paths, plans, seed, workers):
            total.add(tally)
            tell("plans", total.plans, plans)
    seconds = time.monotonic() - began_s
    if as_json:
        typer.echo(json.dumps({**vars(total), "seconds": round(seconds, 1), "passed": total.passed}, sort_keys=True))
    else:
        _tell(total, seconds)
    if not total.passed:
        raise typer.Exit(1)


def _take_out(paths: tuple[str, ...], times: int, seed: int, workers: int) -> None:
    """Take knowledge out of the networks in turn; exits with 1 where a plan becomes legal or a limit laxer."""
    from concurrent.futures import ProcessPoolExecutor

    from greenband.engine.commands.shared import bars

    from .removals import Removals, removed_of

    total, chunks = Removals(), [min(50, times - done) for done in range(0, times, 50)]
    with ProcessPoolExecutor(workers) as pool, bars(hidden=False) as tell:
        places = [(paths[k % len(paths)], count, seed + k) for k, count in enumerate(chunks)]
        for done in pool.map(removed_of, *zip(*places, strict=True)):
            total.add(done)
            tell("removals", total.removals, times)
    typer.echo(json.dumps(vars(total), sort_keys=True, indent=1, ensure_ascii=False))
    if total.more_legal or total.laxer:
        raise typer.Exit(1)


def _tell(total: object, seconds: float) -> None:
    from .check_bench import Tally

    assert isinstance(total, Tally)
    typer.echo(FOOT)
    typer.echo(f"{total.plans} plans ({total.unsafe} unsafe by the twin; {dict(sorted(total.kinds.items()))})")
    typer.echo(f"rules broken on purpose: {dict(sorted(total.broken.items()))}, not found: {total.missed}")
    typer.echo(f"unsafe plans accepted: {total.unsafe_accepted}; safe plans refused: {total.safe_refused}")
    typer.echo(f"plans with another list of findings: {total.other_findings}")
    per_plan_ms = 1000 * total.check_s / max(1, total.plans)
    typer.echo(f"{seconds:.0f} s in all; the check {per_plan_ms:.1f} ms per junction's plan")
    for line in total.told:
        typer.echo(f"  {line}")
