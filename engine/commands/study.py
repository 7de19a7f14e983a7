"""`greenband study …`: making studies, and traffic from their forecast."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ...networks.errors import InputError
from .routes import routes
from .shared import Cluster, Quiet, bars, comma_paths, say, warn

study_app = typer.Typer(help="Make a study: from a network and counts, or in a simulated street.", no_args_is_help=True)
study_app.command("routes")(routes)

Net = Annotated[Path, typer.Argument(help="A SUMO network (.net.xml, plain or gzipped).", show_default=False)]
NetOption = Annotated[Path, typer.Option("--net", help="A SUMO network (.net.xml).", show_default=False)]
Folder = Annotated[Path, typer.Argument(help="The study's folder, which is made.", show_default=False)]
RouteList = Annotated[str, typer.Argument(help="SUMO route files, separated by commas.", show_default=False)]
OutFolder = Annotated[Path, typer.Option("--out", help="The study's folder.", show_default=False)]
Additional = Annotated[
    str, typer.Option("--additional", help="Additional files, by commas: vehicle types, stops, running programs.")
]
Counts = Annotated[Path | None, typer.Option("--counts", help="A table of counts.", show_default=False)]
Days = Annotated[int, typer.Option("--days", min=1, max=400, help="Days to count.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all chance.")]
FirstDay = Annotated[datetime, typer.Option("--first-day", formats=["%Y-%m-%d"], help="The first day counted.")]
Begin = Annotated[str | None, typer.Option("--begin", help="Start, HH:MM or s. [the first departure]")]
End = Annotated[str | None, typer.Option("--end", help="End, HH:MM or s. [the last departure]")]


@study_app.command("new")
def new(folder: Folder, net: NetOption, counts: Counts = None, quiet: Quiet = False) -> None:
    """Lay out a study for a network: study.toml and detectors.csv to be completed, the network copied in."""
    from ..studies.new import new_study

    new_study(folder, net, counts, partial(warn, quiet=quiet))
    say(f"made {folder}; complete study.toml and detectors.csv, then: greenband run {folder} --out OUT", quiet=quiet)


@study_app.command("field")
def field(
    net: Net,
    routes: RouteList,
    out: OutFolder,
    days: Days = 15,
    additional: Additional = "",
    begin: Begin = None,
    end: End = None,
    seed: Seed = 1,
    first_day: FirstDay = datetime(2026, 3, 2),
    cluster: Cluster = None,
    quiet: Quiet = False,
) -> None:
    """Make a study whose counts are read by loops in a simulated street. The study does not hold the routes."""
    from ...simulation.cluster import cluster_executor
    from ...simulation.field import counted_part, run_field
    from ...simulation.scenario import Scenario, departure_window
    from ..studies.file import clock

    paths = comma_paths(routes)
    first_s, last_s = (0, 0) if begin and end else departure_window(paths)
    scenario = Scenario(
        network=net,
        routes=paths,
        additional=comma_paths(additional),
        begin_s=_seconds(begin, first_s, "--begin"),
        end_s=_seconds(end, last_s, "--end"),
    )
    with bars(hidden=quiet) as tell, cluster_executor(cluster) as executor:
        done = 0

        def on_day(_day: object) -> None:
            nonlocal done
            done += 1
            tell("days simulated", done, days)

        tell("days simulated", 0, days)
        run_field(
            scenario,
            out=out,
            days=days,
            seed=seed,
            first_day=first_day.date(),
            executor=executor,
            on_day=on_day,
            hear=partial(warn, quiet=quiet),
        )
    counted, interval_s = counted_part(scenario)
    say(
        f"made {out}: {days} days of counts from {clock(counted.begin_s)} to {clock(counted.end_s)}, "
        f"in bins of {interval_s} s",
        quiet=quiet,
    )


def _seconds(text: str | None, default_s: int, option: str) -> int:
    from ...networks.sumo.times import seconds_of
    from ..studies.file import clock_to_s

    if text is None:
        return default_s
    try:
        return clock_to_s(text)
    except ValueError:
        value = seconds_of(text)
    if value is None or value != int(value):
        raise InputError(
            where=option, found=f"'{text}'", rule="a time is HH:MM or whole seconds after midnight", fix="correct it"
        )
    return int(value)
