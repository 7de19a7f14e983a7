"""The verb behind `greenband export --for-street`: approved plans become recorded files, or a signed package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import require_file
from ...networks.network import Network
from ...networks.plan_file import plan_of_file, read_plan_file
from ..chain.check_plan import checked_plan
from ..check.findings import CheckedPlan
from ..export.exporter import Export, ExportOptions, TimedPlan, export_as, format_of, require_taken
from ..export.loss_report import losses_json
from ..register.approved import require_approved
from ..register.canonical import digest
from ..register.entry import Entry
from ..register.release import Leaving, OutFile, Pack, release
from ..register.standing import PlanStanding
from ..register.storage.database import Register
from ..register.write import Act, Pen
from ..studies.file import Study, read_study
from ..studies.network import network_of
from ..studies.provenance import origin_of
from .build import build_package


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAt:
    """A plan's file and, in a schedule, the second of the day at which it takes over."""

    path: Path
    start_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The entry of the export, and by format what was made."""

    entry: Entry
    exports: Mapping[str, Export]


def release_plan(
    register: Register,
    act: Act,
    folder: Path,
    plans: Sequence[PlanAt],
    formats: Sequence[str],
    out: Path,
    options: ExportOptions,
    *,
    package: bool = False,
) -> Released:
    """Write approved plans in one format to a file, or in several into a package; the register records it.

    The bytes of each plan file are read once: the same are compared with the approval and exported.

    Raises
    ------
    InputError
        A plan is not approved, or was changed since; the study's streets were; an option is wrong.
    PlanRefused
        The safety check finds an error in a plan that was approved.
    """
    study = read_study(folder)
    network = network_of(study)
    contents = tuple(require_file(plan.path, "a plan").read_bytes() for plan in plans)
    standings = require_approved(register, contents)
    safe = [_checked(study, content, plan.path, network) for content, plan in zip(contents, plans, strict=True)]
    first, *later = (TimedPlan(plan=p, start_s=at.start_s or 0) for p, at in zip(safe, plans, strict=True))
    told = replace(options, mark=_mark(standings[0]), start_s=plans[0].start_s, later=tuple(later))
    require_taken(formats, told)
    exports = {name: export_as(name, first.plan, network, format_of(name).given_to(told)) for name in formats}
    leaving = Leaving(
        plans=contents,
        approved_at=standings[0].approved_at or 0,
        street=_street(study),
        files=tuple(_files(exports, None if package else out)),
        options=_options(told, plans),
    )
    pack = _pack(exports, dict(zip(map(digest, contents), safe, strict=True)), out) if package else None
    return Released(entry=release(register, act, leaving, pack), exports=exports)


def _checked(study: Study, content: bytes, path: Path, network: Network) -> CheckedPlan:
    file = read_plan_file(content, str(path))
    return checked_plan(study, plan_of_file(file, str(path), network), network, file.period)


def _mark(plan: PlanStanding) -> str:
    return f"Approved, plan {plan.plan[:12]}, entry {plan.approved_at}"


def _street(study: Study) -> dict[str, str]:
    """Return the hashes of the files that the bytes of an export depend on, by their names in the evidence.

    That is all but the counts, which go on growing while a plan is on the street.
    """
    grows = {path.resolve() for path in (study.detectors, study.counts) if path is not None}
    folder = study.folder.resolve()
    hashes = origin_of(study).sha256
    return {name: sha256 for name, sha256 in hashes.items() if (folder / name).resolve() not in grows}


def _options(options: ExportOptions, plans: Sequence[PlanAt]) -> dict[str, str]:
    """Return what the exporters were told, as the register keeps it."""
    told = {
        "mark": options.mark,
        "variant": options.variant,
        "offset_reference": options.offset_reference,
        "program_id": options.program_id,
        "junctions": ",".join(options.junctions) or None,
        "carry_greens": "yes" if options.carry_greens else None,
        "row": options.row if options.row > 1 else None,
        "starts_s": ",".join(str(plan.start_s) for plan in plans) if len(plans) > 1 else plans[0].start_s,
    }
    return {name: str(value) for name, value in told.items() if value is not None}


def _files(exports: Mapping[str, Export], out: Path | None) -> list[OutFile]:
    """Return the files, each with its losses beside it where it has any; without a place, they go into a package."""
    found = []
    for name, made in exports.items():
        found.append(OutFile(format=name, content=made.content, target=out))
        if made.losses and out is not None:
            beside = out.with_name(f"{out.name}.losses.json")
            found.append(OutFile(format=f"{name} losses", content=losses_json(name, made.losses), target=beside))
    return found


def _pack(exports: Mapping[str, Export], safe: Mapping[str, CheckedPlan], out: Path) -> Pack:
    members = {
        name: (f"plan{format_of(name).suffix}", made.content, losses_json(name, made.losses))
        for name, made in exports.items()
    }
    findings = {sha256: plan.findings for sha256, plan in safe.items()}

    def pack(pen: Pen, standings: Sequence[PlanStanding]) -> OutFile:
        return OutFile(format="package", content=build_package(pen, standings, members, findings), target=out)

    return pack


def formats_of(text: str, *, package: bool) -> tuple[str, ...]:
    """Return the formats of a comma list, each known and once; more than one only for a package. Raises InputError."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for name in names:
        format_of(name)
    if len(names) > 1 and not package:
        rule = "a file has one format; several go into a package"
        raise InputError(where="--format", found=f"'{text}'", rule=rule, fix="name one, or add --package")
    return names
