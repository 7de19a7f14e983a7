"""`greenband benchmark NAME`: re-measures a claim."""

from __future__ import annotations

from importlib.metadata import entry_points

import typer

from ...networks.errors import InputError


def benchmark(context: typer.Context) -> None:
    """Re-measure a claim: greenband benchmark NAME [options]; without a name, lists them."""
    known = {point.name: point for point in entry_points(group="greenband.benchmarks")}
    name, *rest = context.args or ["--help"]
    if name in ("--help", "-h"):
        typer.echo("Usage: greenband benchmark NAME [OPTIONS]\n\nNames: " + ", ".join(sorted(known)))
        return
    if name not in known:
        raise InputError(
            where="greenband benchmark",
            found=f"no benchmark '{name}'",
            rule="the benchmarks are " + ", ".join(sorted(known)),
            fix="name one of them",
        )
    command = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    command.command(name=name)(known[name].load())
    command(args=rest, prog_name=f"greenband benchmark {name}")
