"""`greenband benchmark wild`: networks and scenarios that nobody here made, from file to plan."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from .tried import Tried


def wild(
    files: Annotated[list[Path] | None, typer.Argument(help="More networks, or .sumocfg files.")] = None,
    only: Annotated[str, typer.Option(help="Only places whose name holds one of these, by commas.")] = "",
    networks_only: Annotated[bool, typer.Option("--networks", help="Read and check networks; plan nothing.")] = False,
    days: Annotated[int, typer.Option(min=1, help="Days of counts in each field study.")] = 2,
    minutes: Annotated[int, typer.Option(min=5, help="Longest period.")] = 60,
    effort: Annotated[float, typer.Option(help="Effort of each search; 1 is the usual one.")] = 0.1,
    seeds: Annotated[int, typer.Option(min=2, help="Seeds of each trial.")] = 4,
    step_s: Annotated[float, typer.Option(min=1, help="Seconds of the clock that one step may take.")] = 900.0,
    jobs: Annotated[int, typer.Option(min=1, help="Places tried at the same time.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Keep studies, plans and logs in this folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Read, check and, where there are routes, plan every street of the wheels and those named.

    Exits with 1 where something fell over or took too long.
    """
    from greenband.engine.commands.shared import bars

    from .places import all_places
    from .tried import Effort, try_place

    places = [place for place in all_places(files or []) if any(part in place.name for part in only.split(","))]
    places = [place for place in places if not (networks_only and place.is_scenario)]
    how = Effort(days=days, minutes=minutes, effort=effort, seeds=seeds, step_s=step_s)
    found: dict[int, Tried] = {}
    with ExitStack() as stack:
        folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenband-wild-")))
        tell = stack.enter_context(bars(hidden=as_json))
        pool = stack.enter_context(ThreadPoolExecutor(jobs))
        begun = {
            pool.submit(try_place, place, folder / _folder_name(place.name), how): number
            for number, place in enumerate(places)
        }
        for done in as_completed(begun):
            found[begun[done]] = done.result()
            tell("places", len(found), len(places))
    _print([found[number] for number in range(len(places))], as_json)
    if any(one.end in ("fell over", "too long") for one in found.values()):
        raise typer.Exit(1)


def _folder_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in name)


def _print(found: list[Tried], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"places": [one.as_dict() for one in found], **summary(found)}, indent=1))
        return
    for one in found:
        typer.echo(_row(one))
    typer.echo(json.dumps(summary(found)))


def summary(found: list[Tried]) -> dict[str, object]:
    """Return how many networks and scenarios ended how, and how many plans are no worse on the true trips."""
    judged = [one for one in found if one.plan_s is not None]
    return {
        "networks": dict(Counter(one.end for one in found if one.kind == "network")),
        "scenarios": dict(Counter(one.end for one in found if one.kind == "scenario")),
        "judged": len(judged),
        "no_worse": sum(one.no_worse for one in judged),
    }


def _row(one: Tried) -> str:
    delays = ""
    if one.plan_s is not None:
        kept = f", {one.decision}: today's stays" if one.stays else ""
        times = "" if one.ratio is None else f" ({one.ratio:.2f})"
        locked = f"locked {one.locked_running} → {one.locked_plan}"
        delays = f"{one.period}: {one.running_s} → {one.plan_s} s{times}, {locked}{kept}"
    seen = "" if one.junctions is None else f"{one.junctions} junctions, {one.errors} errors in what runs"
    return f"{one.end:10} {one.kind:8} {one.name}  [{one.step}] {seen}{delays} {one.said}".rstrip()
