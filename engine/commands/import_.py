"""`greenband import`: a study from files that an agency already has."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...networks.errors import InputError
from .shared import AsJson, Quiet, comma_paths, print_json, say

FORMATS = ("auto", "utdf", "sumo")
File = Annotated[Path, typer.Argument(help="A UTDF combined CSV, or a SUMO network.", show_default=False)]
Format = Annotated[str, typer.Option("--format", help="utdf, sumo, or auto: told by the content.")]
OutFolder = Annotated[Path, typer.Option("--out", help="The study's folder, which is made.", show_default=False)]
Additional = Annotated[str, typer.Option("--additional", help="For sumo: additional files with programs, by commas.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="For utdf: seed of the counts made of its volumes.")]


def import_(
    file: File,
    out: OutFolder,
    format_: Format = "auto",
    additional: Additional = "",
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a study of a UTDF file (network, programs, plan, counts made of its volumes) or of a SUMO network."""
    if format_ not in FORMATS:
        raise InputError(
            where="--format", found=f"'{format_}'", rule="the formats are " + ", ".join(FORMATS), fix="name one of them"
        )
    if (out / "study.toml").exists():
        raise InputError(
            where=str(out), found="a study.toml", rule="an import never overwrites a study", fix="name another folder"
        )
    if _kind(file) == "utdf" if format_ == "auto" else format_ == "utdf":
        from ..importing.utdf_study import import_utdf

        made = import_utdf(file, out, seed)
    else:
        from ..importing.sumo_study import import_sumo

        made = import_sumo(file, comma_paths(additional), out)
    if as_json:
        print_json(made)
    else:
        say(f"made {out}: " + ", ".join(f"{count} {name}" for name, count in made.items()), quiet=quiet)


def _kind(file: Path) -> str:
    from ...networks.files import read_bytes

    return "sumo" if read_bytes(file, "the file to import").lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "utdf"
