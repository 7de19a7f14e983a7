"""`greenband export`: a plan as a file for other programs. Until a plan is approved, the file says DRAFT."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...networks.errors import InputError
from .shared import GATE_FAILED, PlanPath, Quiet, StudyFolder, say

if TYPE_CHECKING:
    from ...networks.network import Network
    from ..check.findings import CheckedPlan
    from ..export.exporter import TimedPlan

Format = Annotated[
    str,
    typer.Option("--format", help="sumo utdf ntcip gmns rsmp vissim gbt20999 sheet.", show_default=False),
]
OutFile = Annotated[Path, typer.Option("--out", help="The file to write.", show_default=False)]
Variant = Annotated[
    str | None, typer.Option("--variant", help="Of the format: sumo static|nema, ntcip v02|v03.", show_default=False)
]
OffsetReference = Annotated[
    str | None,
    typer.Option("--offset-reference", help="What an offset refers to, where the vendor decides.", show_default=False),
]
From = Annotated[
    str | None, typer.Option("--from", help="HH:MM at which the plan takes over, for a schedule.", show_default=False)
]
Later = Annotated[
    list[str] | None,
    typer.Option("--later", help="PLAN@HH:MM: another plan of the day; may be repeated.", show_default=False),
]


def export(
    study: StudyFolder,
    plan: PlanPath,
    format_: Format,
    out: OutFile,
    variant: Variant = None,
    offset_reference: OffsetReference = None,
    from_: From = None,
    later: Later = None,
    quiet: Quiet = False,
) -> None:
    """Write a plan for other programs, and read the file back and compare it before it reaches its place."""
    from ...networks.files import replace_atomically
    from ..check.findings import PlanRefused
    from ..export.exporter import DRAFT, ExportOptions, export_as, format_of
    from ..export.loss_report import loss_lines, losses_json
    from ..prepare import network_of
    from ..study_file import read_study

    format_of(format_)
    network = network_of(read_study(study))
    try:
        safe = _checked(plan, network)
        options = ExportOptions(
            mark=DRAFT,
            variant=variant,
            offset_reference=offset_reference,
            start_s=None if from_ is None else _clock(from_, "--from"),
            later=tuple(_timed(text, network) for text in later or ()),
        )
    except PlanRefused as refused:
        typer.secho(str(refused), err=True, fg="red")
        raise typer.Exit(GATE_FAILED) from None
    made = export_as(format_, safe, network, options)
    replace_atomically(out, made.content)
    say(f"wrote {out} (DRAFT: no one has approved this plan)", quiet=quiet)
    if made.losses:
        beside = out.with_name(f"{out.name}.losses.json")
        replace_atomically(beside, losses_json(format_, made.losses))
        say(f"what the format cannot hold ({beside}):", quiet=quiet)
        for line in loss_lines(made.losses):
            say(f"  {line}", quiet=quiet)


def _checked(path: Path, network: Network) -> CheckedPlan:
    from ...networks.plan_file import read_plan
    from ..check.check import checked

    return checked(read_plan(path, network), network)


def _timed(text: str, network: Network) -> TimedPlan:
    from ..export.exporter import TimedPlan

    path, _, time = text.rpartition("@")
    return TimedPlan(plan=_checked(Path(path), network), start_s=_clock(time, "--later"))


def _clock(text: str, option: str) -> int:
    from ..study_file import clock_to_s

    try:
        return clock_to_s(text) % 86_400
    except ValueError as error:
        raise InputError(
            where=option, found=f"'{text}'", rule=str(error), fix="write the time as in 07:00, after an @ for --later"
        ) from None
