"""`greenband benchmark streets`: plans from loop counts against their peers, on real streets."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from greenband.networks.errors import InputError

if TYPE_CHECKING:
    from .peers import Peer, Tell

# Written out, because the module that has them is heavy and help must be quick; a test compares them.
PEER_IDS = "cycles,coordinated,bandwidth,offsets,actuated,maxpressure,greenband,greenband-actuated"

TABLE_WIDTH = 160


def streets(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Scenarios of the sumo-rl wheel.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All scenarios of the wheel.")] = False,
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="How many seeds to judge with.")] = 10,
    first_seed: Annotated[int, typer.Option(min=0, help="The first of them.")] = 100,
    days: Annotated[int, typer.Option(min=1, max=1000, help="Days of counts in the field study.")] = 15,
    field_seeds: Annotated[
        str, typer.Option(help="Seeds of independent field studies, by commas: a plan from each, judged alike.")
    ] = "1",
    cache: Annotated[Path | None, typer.Option(help="Keep field studies and runs here, and use them again.")] = None,
    only: Annotated[str, typer.Option(help=f"Peers beside the running program: {PEER_IDS}.")] = "",
    plan: Annotated[
        list[str] | None,
        typer.Option(help="An own row, NAME=FILE: plan.json or a SUMO additional file (.xml); may be repeated."),
    ] = None,
    controller: Annotated[
        list[str] | None,
        typer.Option(
            help="An own row, NAME=module:function: a Python function that switches the signals over libsumo, "
            "imported from the current folder; may be repeated. See docs/api.md."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for streets.json and every plan.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Address of a Dask scheduler whose workers judge.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Plan real streets from loop counts alone, and judge the plan and its peers on the true routes.

    Field studies are always kept (without --cache in the user's cache folder); the judge's runs only with --cache, and
    never across versions. Plans are made anew each time, because the time that takes is a result.
    """
    # Heavy imports wait until the command is really called.
    from greenband.networks.files import replace_atomically
    from greenband.simulation.cluster import cluster_executor
    from rich.console import Console

    from ..scenarios import chosen_scenarios
    from .bench import Bench, measured
    from .own import own_peers
    from .record import print_tables, report

    chosen = chosen_scenarios(scenarios or [], every)
    _refuse_elsewhere(controller, cluster)
    peers = (*chosen_peers(only), *own_peers(plan or [], controller or [], Path.cwd()))
    numbers = tuple(range(first_seed, first_seed + seeds))
    fields = field_seeds_of(field_seeds)
    with ExitStack() as stack:
        folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenband-streets-")))
        tell = stack.enter_context(progress_bars())
        executor = stack.enter_context(cluster_executor(cluster))
        results = [
            measured(
                Bench(
                    name=name if len(fields) == 1 else f"{name} field seed {field}",
                    scenario=scenario,
                    seeds=numbers,
                    days=days,
                    folder=folder / name if len(fields) == 1 else folder / f"{name}-{field}",
                    cache=cache,
                    peers=peers,
                    field_seed=field,
                ),
                tell,
                executor,
            )
            for name, scenario in chosen.items()
            for field in fields
        ]
    written = json.dumps(report(results, numbers), indent=2, ensure_ascii=False) + "\n"
    if out is not None:
        replace_atomically(out / "streets.json", written.encode())
    if as_json:
        typer.echo(written, nl=False)
    else:
        # Into a file a table goes whole, whatever the width of the screen.
        print_tables(Console() if sys.stdout.isatty() else Console(width=TABLE_WIDTH), results, numbers)


def field_seeds_of(text: str) -> tuple[int, ...]:
    """Return seeds that are given by commas. Raises InputError for what is no number of 0 or more, or comes twice."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or not all(word.isdigit() for word in words) or len({int(word) for word in words}) < len(words):
        raise InputError(
            where="--field-seeds",
            found=f"'{text}'",
            rule="the seeds of field studies are whole numbers of 0 or more, by commas, each once",
            fix="give them so, for instance 1,2,3",
        )
    return tuple(map(int, words))


def _refuse_elsewhere(controllers: list[str] | None, cluster: str | None) -> None:
    if controllers and cluster:
        raise InputError(
            where="--controller with --cluster",
            found="a controller of this machine",
            rule="workers elsewhere have not its code",
            fix="leave out --cluster",
        )


def chosen_peers(only: str) -> tuple[Peer, ...]:
    """Return the peers named in a comma list, all if it is empty; the running program is always among them.

    Raises InputError for an unknown name.
    """
    from .peers import PEERS, RUNNING

    wanted = {name.strip() for name in only.split(",") if name.strip()}
    known = [peer.id for peer in PEERS]
    if wanted - set(known):
        raise InputError(
            where="--only",
            found=f"'{sorted(wanted - set(known))[0]}'",
            rule="the peers are " + ", ".join(known),
            fix="name one or more of them, with commas between",
        )
    return tuple(peer for peer in PEERS if not wanted or peer.id in wanted or peer.id == RUNNING)


@contextmanager
def progress_bars() -> Iterator[Tell]:
    """Give a function that draws what it is told as progress bars on the error stream, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]
            if done >= total:
                bars.remove_task(tasks.pop(what))  # type: ignore[arg-type]

        yield tell
