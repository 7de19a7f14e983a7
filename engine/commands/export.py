"""`greenband export`: a plan as a file for other programs; a DRAFT, or for the street and recorded in the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...networks.errors import InputError
from ..export.exporter import FORMATS
from .registering.options import REGISTER, Where, act_of, register_at
from .shared import GATE_FAILED, PlanPath, Quiet, StudyFolder, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...networks.network import Network
    from ..check.findings import CheckedPlan
    from ..export.exporter import Export, ExportOptions, Loss
    from ..package.release_plan import PlanAt
    from ..register.write import Act
    from ..studies.file import Study

VARIANTS = ", ".join(f"{one.name} {'|'.join(one.variants)}" for one in FORMATS.values() if one.variants)
Format = Annotated[
    str,
    typer.Option(
        "--format",
        help=f"{' '.join(FORMATS)}; a comma list in a package.",
        show_default=False,
    ),
]
OutFile = Annotated[Path, typer.Option("--out", help="The file to write.", show_default=False)]
Variant = Annotated[str | None, typer.Option("--variant", help=f"Of the format: {VARIANTS}.", show_default=False)]
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

Junctions = Annotated[
    list[str] | None,
    typer.Option("--junction", help="Only this junction; may be repeated. [all]", show_default=False),
]
CarryGreens = Annotated[
    bool,
    typer.Option(
        "--carry-greens", help="Where a format needs it, stay green through a yellow between two greens of a group."
    ),
]
Row = Annotated[
    int, typer.Option("--row", min=1, max=200, help="First number of patterns, time plans and day plans to write.")
]
ForStreet = Annotated[
    bool,
    typer.Option("--for-street", help="Without the word DRAFT: approved plans only, recorded in the register."),
]
Package = Annotated[
    bool, typer.Option("--package", help="A signed package of files, plan, evidence and approval; as --for-street.")
]
OperatorName = Annotated[str, typer.Option("--by", envvar="GREENBAND_BY", help="With --for-street: your name.")]
OperatorKey = Annotated[
    Path | None, typer.Option("--key", envvar="GREENBAND_KEY", help="With --for-street: your key.", show_default=False)
]
Reason = Annotated[str, typer.Option("--why", help="With --for-street: why.")]


def export(
    study: StudyFolder,
    plan: PlanPath,
    format_: Format,
    out: OutFile,
    variant: Variant = None,
    offset_reference: OffsetReference = None,
    from_: From = None,
    later: Later = None,
    junction: Junctions = None,
    carry_greens: CarryGreens = False,
    row: Row = 1,
    for_street: ForStreet = False,
    package: Package = False,
    by: OperatorName = "",
    key: OperatorKey = None,
    why: Reason = "",
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Write a plan for other programs, and read the file back and compare it before it reaches its place.

    The file says DRAFT, unless --for-street is given: then the plan has to be approved, byte for byte.
    """
    from ..check.findings import PlanRefused
    from ..export.exporter import ExportOptions
    from ..package.release_plan import PlanAt, formats_of

    formats = formats_of(format_, package=package)
    options = ExportOptions(
        variant=variant,
        offset_reference=offset_reference,
        junctions=tuple(junction or ()),
        carry_greens=carry_greens,
        row=row,
    )
    first = PlanAt(path=plan, start_s=None if from_ is None else _clock(from_, "--from"))
    plans = [first, *(_timed(text) for text in later or ())]
    try:
        if for_street or package:
            act = _operator(by, key, why)
            _release(register, act, study, plans, formats, out, options, package=package, quiet=quiet)
        else:
            _draft(study, plans, formats[0], out, options, quiet=quiet)
    except PlanRefused as refused:
        typer.secho(str(refused), err=True, fg="red")
        raise typer.Exit(GATE_FAILED) from None


def _operator(by: str, key: Path | None, why: str) -> Act:
    if not by or key is None or not why:
        raise InputError(
            where="greenband export",
            found="no " + " and no ".join(o for o, v in (("--by", by), ("--key", key), ("--why", why)) if not v),
            rule="who exports for the street, and why, is recorded",
            fix="give them, or export a DRAFT without --for-street and --package",
        )
    return act_of(by, key, why)


def _release(
    register: str,
    act: Act,
    study: Path,
    plans: list[PlanAt],
    formats: tuple[str, ...],
    out: Path,
    options: ExportOptions,
    *,
    package: bool,
    quiet: bool,
) -> None:
    from ..package.release_plan import release_plan

    made = release_plan(register_at(register), act, study, plans, formats, out, options, package=package)
    say(f"wrote {out} (approved; entry {made.entry.number} {made.entry.hash[:12]})", quiet=quiet)
    _tell_losses(made.exports, quiet=quiet)


def _draft(study: Path, plans: list[PlanAt], format_: str, out: Path, options: ExportOptions, *, quiet: bool) -> None:
    from dataclasses import replace

    from ...networks.files import replace_atomically
    from ..export.exporter import TimedPlan, export_as
    from ..export.loss_report import losses_json
    from ..studies.file import read_study
    from ..studies.network import network_of

    chosen = read_study(study)
    network = network_of(chosen)
    read = [_checked(chosen, plan.path, network) for plan in plans]
    safe, *later = (
        TimedPlan(plan=checked, start_s=plan.start_s or 0) for (checked, _), plan in zip(read, plans, strict=True)
    )
    told = replace(options, start_s=plans[0].start_s, later=tuple(later))
    exported = export_as(format_, safe.plan, network, told)
    made = replace(exported, losses=(*(loss for _, lost in read for loss in lost), *exported.losses))
    replace_atomically(out, made.content)
    say(f"wrote {out} (DRAFT: no one has approved this plan)", quiet=quiet)
    if made.losses:
        replace_atomically(out.with_name(f"{out.name}.losses.json"), losses_json(format_, made.losses))
    _tell_losses({format_: made}, quiet=quiet)


def _tell_losses(exports: Mapping[str, Export], *, quiet: bool) -> None:
    from ..export.loss_report import loss_lines

    for name, made in exports.items():
        if made.losses:
            say(f"what {name} cannot hold (see the losses beside it):", quiet=quiet)
        for line in loss_lines(made.losses):
            say(f"  {line}", quiet=quiet)


def _checked(study: Study, path: Path, network: Network) -> tuple[CheckedPlan, tuple[Loss, ...]]:
    """Return a plan that passed the check, and which of its offsets were rounded for that."""
    from ...networks.plan_file import period_of, read_plan
    from ..chain.check_plan import checked_plan
    from ..export.offset_grid import with_whole_offsets

    plan, rounded = with_whole_offsets(read_plan(path, network), network)
    return checked_plan(study, plan, network, period_of(path)), rounded


def _timed(text: str) -> PlanAt:
    from ..package.release_plan import PlanAt

    path, _, time = text.rpartition("@")
    return PlanAt(path=Path(path), start_s=_clock(time, "--later"))


def _clock(text: str, option: str) -> int:
    from ..studies.file import clock_to_s

    try:
        return clock_to_s(text) % 86_400
    except ValueError as error:
        raise InputError(
            where=option, found=f"'{text}'", rule=str(error), fix="write the time as in 07:00, after an @ for --later"
        ) from None
