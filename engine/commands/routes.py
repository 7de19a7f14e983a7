"""`greenband study routes`: the forecast's traffic as a SUMO route file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .shared import AsJson, PeriodName, Quiet, StudyFolder, bars, print_json, say


class Method(StrEnum):
    """Who chooses the routes."""

    sampler = "sampler"
    turns = "turns"


RouteFile = Annotated[Path, typer.Option("--out", help="The route file (.rou.xml).", show_default=False)]
How = Annotated[
    Method,
    typer.Option("--method", help="sampler: ours, turn by turn. turns: SUMO's routeSampler.py, fed turn counts."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all chance.")]


def routes(
    study: StudyFolder,
    out: RouteFile,
    method: How = Method.sampler,
    period: PeriodName = None,
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write trips whose turns add up to the forecast's movements. Their routes are assumed: loops do not see them."""
    from ...networks.files import replace_atomically
    from ..chain.prepare import prepare
    from ..movements.turn_routes import routes_of, sampled_by_turns
    from ..studies.file import read_study

    read = read_study(study)
    make = sampled_by_turns if method == Method.turns else routes_of
    with bars(hidden=quiet or as_json) as tell:
        prepared = prepare(read, read.period(period), tell)
        tell("routes", 0, 1)
        made = make(prepared.network, prepared.demand, seed, read.file.options.warm_up_s)
        tell("routes", 1, 1)
    replace_atomically(out, made.content)
    turns = {
        "asked_veh": int(made.asked_veh.sum()),
        "off": round(made.off, 4),
        "geh_5_or_less": round(float((made.geh <= 5).mean()), 4),
    }
    if as_json:
        print_json({"vehicles": made.vehicles, "turns": turns, "method": method.value})
    else:
        say(
            f"wrote {out}: {made.vehicles} vehicles; their {turns['asked_veh']} turns are off by "
            f"{100 * made.off:.1f} %, {100 * turns['geh_5_or_less']:.0f} % of the turns have a GEH of 5 or less",
            quiet=quiet,
        )
