"""`greenband benchmark checks`: does the safety check let unsafe plans pass, or refuse safe ones?"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .check_bench import Tally

FOOT = """\
Plans of single junctions: a third random with today's changes of stage kept, a third with windows moved, stretched,
shown otherwise or dropped (and limits drawn anew for some), a third with one rule broken on purpose. The twin looks at
every lamp in every tenth of a second. Every accepted plan goes before a second twin, which has the map and the texts of
the manuals alone."""


def checks(
    files: Annotated[list[Path] | None, typer.Argument(help="More networks.")] = None,
    plans: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many plans.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the random plans.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes side by side.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    removed: Annotated[int, typer.Option(min=0, help="Take knowledge out of networks so many times instead.")] = 0,
    simulated: Annotated[int, typer.Option(min=0, help="Show accepted plans in SUMO so many times as well.")] = 0,
) -> None:
    """Compare the safety check with its slow twins on random and broken plans; exits with 1 where they differ.

    On the networks of the installed wheels, the bundled arterial, small ones of every kind, and those that are named.
    """
    from .check_bench import Tally, tallies

    total, began_s = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenband-checks-") as name:
        paths = _networks(files or [], Path(name))
        if removed:
            _take_out(tuple(map(str, paths.values())), removed, seed, workers)
            return
        _progress(total, tallies(paths, plans, seed, workers), plans, hidden=as_json)
        seconds = time.monotonic() - began_s
        if not as_json:
            _tell(total, seconds)
        shown = _simulated(paths, simulated, seed) if simulated else []
    if as_json:
        told = {**vars(total), "seconds": round(seconds, 1), "passed": total.passed, "simulated": shown}
        typer.echo(json.dumps(told, sort_keys=True))
    elif simulated:
        typer.echo(f"shown in SUMO {simulated} times, with so many pairs both protected: {len(shown)}")
        for line in shown:
            typer.echo(f"  {line}")
    if not total.passed or shown:
        raise typer.Exit(1)


def _networks(files: list[Path], folder: Path) -> dict[str, Path]:
    """Return the networks by name; those of kinds that the wheels have not are built in a folder."""
    from ..drawn.kinds import every_kind
    from ..forget.trials import readable_places
    from .check_bench import ARTERIAL

    found = {place.name: place.path for place, _ in readable_places(files)}
    return {**found, "bundled arterial": ARTERIAL, **every_kind(folder)}


def _progress(total: Tally, tallies: Iterable[Tally], plans: int, *, hidden: bool) -> None:
    from greenband.engine.commands.shared import bars

    with bars(hidden=hidden) as tell:
        for tally in tallies:
            total.add(tally)
            tell("plans", total.plans, plans)


def _simulated(paths: dict[str, Path], times: int, seed: int) -> list[str]:
    from .shown_in_sumo import shown_in_sumo

    return [said for k in range(times) for said in shown_in_sumo(*list(paths.items())[k % len(paths)], seed + k)]


def _take_out(paths: tuple[str, ...], times: int, seed: int, workers: int) -> None:
    """Take knowledge out of the networks in turn; exits with 1 where a plan becomes legal or a limit laxer."""
    from concurrent.futures import ProcessPoolExecutor

    from greenband.engine.commands.shared import bars

    from .removals import Removals, removed_of

    size = max(1, min(50, times // len(paths)))
    total, chunks = Removals(), [min(size, times - done) for done in range(0, times, size)]
    with ProcessPoolExecutor(workers) as pool, bars(hidden=False) as tell:
        places = [(paths[k % len(paths)], count, seed + k) for k, count in enumerate(chunks)]
        for done in pool.map(removed_of, *zip(*places, strict=True)):
            total.add(done)
            tell("removals", total.removals, times)
    typer.echo(json.dumps(vars(total), sort_keys=True, indent=1, ensure_ascii=False))
    if total.more_legal or total.laxer:
        raise typer.Exit(1)


def _tell(total: Tally, seconds: float) -> None:
    typer.echo(FOOT)
    width = max(map(len, total.networks))
    for name, plans in total.networks.items():
        typer.echo(f"{name:{width}} {plans:7} plans, {total.accepted_of[name]:7} accepted")
    typer.echo(f"{total.plans} plans ({total.unsafe} unsafe by the twin; {dict(sorted(total.kinds.items()))})")
    typer.echo(f"rules broken on purpose: {dict(sorted(total.broken.items()))}, not found: {total.missed}")
    typer.echo(f"unsafe plans accepted: {total.unsafe_accepted}; safe plans refused: {total.safe_refused}")
    typer.echo(f"plans with another list of findings: {total.other_findings}")
    typer.echo(f"accepted plans: {total.accepted}; of these unsafe to the twin with the map: {total.seen_unsafe}")
    per_plan_ms = 1000 * total.check_s / max(1, total.plans)
    typer.echo(f"{seconds:.0f} s in all; the check {per_plan_ms:.1f} ms per junction's plan")
    for line in total.told:
        typer.echo(f"  {line}")
