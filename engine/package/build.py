"""Making a package: everything that shows what a file for the street is, where it comes from, and who approved it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version

from ..check.findings import Finding
from ..register import store
from ..register.canonical import digest
from ..register.standing import PlanStanding
from ..register.storage.tables import evidence, plans
from ..register.write import Pen, now_for
from .chain_lines import chain_lines
from .manifest import CHAIN, MANIFEST, PURPOSE, SIGNATURE, HeadRow, Manifest, Member, plan_folder
from .zip_bytes import zip_bytes


def build_package(
    pen: Pen,
    standings: Sequence[PlanStanding],
    exported: Mapping[str, tuple[str, bytes, bytes]],
    findings: Mapping[str, Sequence[Finding]],
) -> bytes:
    """Return the bytes of a package, signed by who lets it go.

    Parameters
    ----------
    pen
        The register before the export is entered: the entry of the export holds the package's hash.
    standings
        The plans that the files are about.
    exported
        By format: the file's name, its bytes, and the list of what the format could not hold.
    findings
        By plan: what the safety check found.
    """
    about = frozenset(plan.plan for plan in standings)
    members = {CHAIN: chain_lines(store.load(pen.connection), about)}
    for plan in standings:
        folder = plan_folder(plan.plan)
        members[f"{folder}/plan.json"] = _kept(store.content_of(pen.connection, plans, plan.plan))
        members[f"{folder}/evidence.json"] = _kept(store.content_of(pen.connection, evidence, plan.evidence))
        members[f"{folder}/checks.json"] = _checks(findings[plan.plan])
    for name, (file, content, losses) in exported.items():
        members[f"files/{name}/{file}"] = content
        members[f"losses/{name}.json"] = losses
    manifest = _manifest(pen, standings, {name: file for name, (file, _, _) in exported.items()}, members)
    signature = pen.act.signer.sign(PURPOSE, manifest.content)
    return zip_bytes({**members, MANIFEST: manifest.content, SIGNATURE: (signature + "\n").encode()})


def _kept(content: bytes | None) -> bytes:
    assert content is not None  # the release has looked
    return content


def _checks(findings: Sequence[Finding]) -> bytes:
    content = {"schema": 1, "errors": sum(f.is_error for f in findings), "findings": [asdict(f) for f in findings]}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _manifest(
    pen: Pen, standings: Sequence[PlanStanding], formats: Mapping[str, str], members: Mapping[str, bytes]
) -> Manifest:
    head = pen.standing.head
    rows = {name: Member(sha256=digest(data), size=len(data)) for name, data in members.items()}
    return Manifest(
        schema=1,
        what="greenband package",
        greenband=version("greenband"),
        register_id=pen.standing.register,
        head=HeadRow(number=head.number, hash=head.hash),
        plans=[plan.plan for plan in standings],
        formats=dict(formats),
        by=pen.act.by,
        key=pen.act.signer.public,
        at=now_for(pen.standing),
        members=rows,
    )
