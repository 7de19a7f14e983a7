"""`greenband benchmark kills`: a register and its exports after kill −9 at random moments."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer


def kills(
    rounds: Annotated[int, typer.Option(min=1, max=100000, help="How many processes are killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the random moments.")] = 1,
    postgresql: Annotated[
        str | None, typer.Option(help="A database to make registers in, postgresql://…; SQLite without it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Kill processes while they submit, approve and export; nothing may be lost or half-done."""
    from .kill_rounds import KillFailed, kill_rounds

    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        folder = Path(name)
        try:
            found = kill_rounds(lambda k: _address(postgresql, folder, seed, k), folder, rounds, seed)
        except KillFailed as failed:
            typer.echo(f"FAILED {failed}")
            raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(asdict(found)))
        return
    typer.echo(
        f"{found.died} of {found.rounds} processes died ({found.by_moment} at a random moment, {found.by_call} at a "
        f"call that writes), after {dict(sorted(found.after.items()))} finished steps; a recovery finished "
        f"{found.interrupted} exports. Nothing was lost, nothing half-done."
    )


def _address(postgresql: str | None, folder: Path, seed: int, k: int) -> str:
    """Return the address of a register that is not there yet: a file, or a schema of its own."""
    if postgresql is None:
        return str(folder / f"register-{k}.sqlite")
    from sqlalchemy import create_engine, text

    engine, schema = create_engine(postgresql), f"kills_{seed}_{k}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    return f"{postgresql}?options=-csearch_path%3D{schema}"
