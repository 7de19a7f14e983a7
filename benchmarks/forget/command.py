"""`greenband benchmark forget`: a network from which knowledge is removed never allows more than the whole one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def forget(
    files: Annotated[list[Path] | None, typer.Argument(help="More networks.")] = None,
    removals: Annotated[int, typer.Option(min=1, help="Of all networks together.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of what is removed.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Remove knowledge of conflicts from networks at random: no plan may become more legal.

    Networks whose running program is unsafe are counted apart: what is unsafe there is seen only as long as it is
    known. Exits with 1 where another one allows more.
    """
    from greenband.engine.commands.shared import bars

    from .trials import readable_places, tried

    places = readable_places(files or [])
    with bars(hidden=as_json) as tell:
        found = []
        for number, place in enumerate(places):
            tell("networks", number, len(places))
            found.append(tried(place, -(-removals // len(places)), seed))
        tell("networks", len(places), len(places))
    bad = [one for one in found if one.freed and one.safe]
    told = {
        "networks": len(found),
        "removals": sum(one.removals for one in found),
        "refused": sum(one.refused for one in found),
        "more legal": sum(len(one.freed) for one in bad),
        "more legal where today is unsafe": sum(len(one.freed) for one in found if not one.safe),
        "removals where today is unsafe": sum(one.removals for one in found if not one.safe),
    }
    for one in bad:
        typer.echo(f"{one.name}: {one.freed[0]}", err=True)
    typer.echo(json.dumps(told, indent=1))
    raise typer.Exit(1 if bad else 0)
