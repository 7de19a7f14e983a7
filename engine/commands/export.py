"""`greenband export`: a plan as a file for other programs. Until a plan is approved, the file says DRAFT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ...networks.errors import InputError
from .shared import GATE_FAILED, PlanPath, Quiet, StudyFolder, say

FORMATS = ("sumo",)
Format = Annotated[str, typer.Option("--format", help="The format: " + ", ".join(FORMATS) + ".", show_default=False)]
OutFile = Annotated[Path, typer.Option("--out", help="The file to write.", show_default=False)]


def export(study: StudyFolder, plan: PlanPath, format_: Format, out: OutFile, quiet: Quiet = False) -> None:
    """Write a plan for other programs, read the file back, and compare it lamp by lamp before it reaches its place."""
    from ...networks.files import replace_atomically
    from ...networks.plan_file import read_plan
    from ..check.check import checked
    from ..check.findings import PlanRefused
    from ..export.sumo import read_back, sumo_additional
    from ..prepare import network_of
    from ..study_file import read_study

    if format_ not in FORMATS:
        raise InputError(
            where="--format",
            found=f"'{format_}'",
            rule="the formats are " + ", ".join(FORMATS),
            fix="name one of them",
        )
    network = network_of(read_study(study))
    try:
        safe = checked(read_plan(plan, network), network)
    except PlanRefused as refused:
        typer.secho(str(refused), err=True, fg="red")
        raise typer.Exit(GATE_FAILED) from None
    content = sumo_additional(safe, network)
    read_back(content, safe.plan, network)
    replace_atomically(out, content)
    say(f"wrote {out} (DRAFT: no one has approved this plan)", quiet=quiet)
