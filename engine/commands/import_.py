"""`greenband import`: a study from files that an agency already has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...networks.errors import InputError
from .shared import AsJson, Quiet, comma_paths, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..importing.remarks import Remark

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
    kind = _kind(file) if format_ == "auto" else format_
    made, remarks, reading = _made(kind, file, comma_paths(additional), out, seed)
    if as_json:
        rows = [{"where": remark.where, "what": remark.what} for remark in remarks]
        print_json({**made, "remarks": rows, "reading": reading})
    else:
        say(f"made {out}: " + ", ".join(f"{count} {name}" for name, count in made.items()), quiet=quiet)
        _tell(remarks, quiet=quiet)


def _made(
    kind: str, file: Path, additional: tuple[Path, ...], out: Path, seed: int
) -> tuple[dict[str, int], Sequence[Remark], list[str]]:
    """Make the study with its reading report beside it; errors name the user's files.

    Also returns the sentences on what was made of the network and its programs; the remarks have them, too.
    """
    from ...networks.files import replace_atomically
    from ..importing.remarks import REPORT, Remark, naming, remarks_json

    remarks: Sequence[Remark]
    heard: dict[str, None] = {}  # each once, though several periods may have the same to tell
    with naming(out, file, additional):
        if kind == "utdf":
            from ..importing.utdf_study import import_utdf

            made, remarks = import_utdf(file, out, seed, heard.setdefault)
        else:
            from ..importing.sumo_reading import remarks_of_sumo
            from ..importing.sumo_study import import_sumo

            remarks = remarks_of_sumo(file, additional)
            made = import_sumo(file, additional, out, heard.setdefault)
    remarks = (*remarks, *(Remark(where="", what=sentence) for sentence in heard))
    replace_atomically(out / REPORT, remarks_json(file, remarks))
    return made, remarks, list(heard)


def _tell(remarks: Sequence[Remark], *, quiet: bool) -> None:
    from rich.markup import escape

    from ..importing.remarks import REPORT, remark_lines

    say(f"what was left out, guessed or changed (see {REPORT} there):", quiet=quiet or not remarks)
    for line in remark_lines(remarks):
        say(f"  {escape(line)}", quiet=quiet)


def _kind(file: Path) -> str:
    from ...networks.files import read_bytes

    return "sumo" if read_bytes(file, "the file to import").lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "utdf"
