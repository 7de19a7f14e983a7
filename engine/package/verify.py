"""Verifying a package with nothing but the public key of the register's administrator.

That key signed who has which role; their keys signed every step; the operator's key signed the manifest. What no
package can tell: whether its plan was revoked after the package was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...networks.errors import InputError
from ...networks.plan_file import read_plan_file
from ...networks.strict_json import parse_json
from ..register.canonical import digest
from ..register.evidence import GateFailed, reread
from ..register.keys import is_signed
from ..register.replay import ChainBroken, replay
from ..register.standing import PlanStanding, RegisterState
from ..register.words import FROM, MAY
from .chain_lines import read_chain
from .manifest import CHAIN, MANIFEST, PURPOSE, SIGNATURE, Manifest, plan_folder, read_manifest
from .zip_bytes import unzip

_SIGNATURE_LINE = re.compile(rb"\A[0-9a-f]{128}\n\Z")


class PackageBroken(Exception):
    """A package that is not what it says; the text is what was found first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that holds: its manifest, its plans as they stood, and its exported files by name."""

    manifest: Manifest
    plans: tuple[PlanStanding, ...]
    files: dict[str, bytes]


def verify_package(content: bytes, administrator: str) -> Package:
    """Return what is in a package.

    Parameters
    ----------
    content
        The bytes of the package.
    administrator
        The public key of the administrator who began the register, as 64 hexadecimal digits.

    Raises PackageBroken with the first thing that does not hold.
    """
    try:
        members = unzip(content)
        manifest = _signed_manifest(members)
        _require_members(members, manifest)
        _require_layout(members, manifest)
        standing = replay(read_chain(members[CHAIN]), about=frozenset(manifest.plans))
        _require_origin(manifest, standing, administrator)
        plans = tuple(_plan(members, standing, sha256) for sha256 in manifest.plans)
    except (ValueError, ChainBroken, GateFailed) as error:
        raise PackageBroken(str(error)) from None
    except InputError as error:
        raise PackageBroken(f"{error.where}: {error.found}") from None
    files = {name: data for name, data in members.items() if name.startswith("files/")}
    return Package(manifest=manifest, plans=plans, files=files)


def _signed_manifest(members: Mapping[str, bytes]) -> Manifest:
    if MANIFEST not in members or SIGNATURE not in members:
        raise ValueError("no signed manifest in it")
    manifest, line = read_manifest(members[MANIFEST]), members[SIGNATURE]
    if not _SIGNATURE_LINE.match(line):
        raise ValueError("the signature is no signature")
    if not is_signed(manifest.key, PURPOSE, members[MANIFEST], line.decode().strip()):
        raise ValueError("the manifest is not what was signed")
    return manifest


def _require_members(members: Mapping[str, bytes], manifest: Manifest) -> None:
    for name in sorted({*members, *manifest.members} - {MANIFEST, SIGNATURE}):
        if name not in members:
            raise ValueError(f"'{name}' is missing")
        if name not in manifest.members:
            raise ValueError(f"'{name}' is not in the manifest")
        row = manifest.members[name]
        if (row.sha256, row.size) != (digest(members[name]), len(members[name])):
            raise ValueError(f"'{name}' is not what the manifest says")


def _require_origin(manifest: Manifest, standing: RegisterState, administrator: str) -> None:
    if standing.administrator_key != administrator:
        raise ValueError("the register it comes from did not begin with this administrator's key")
    if (manifest.register_id, manifest.head.number, manifest.head.hash) != (
        standing.register,
        standing.head.number,
        standing.head.hash,
    ):
        raise ValueError("its chain is not the chain that the manifest speaks of")
    person = standing.people.get(manifest.by)
    if person is None or person.key != manifest.key or not person.roles & MAY["export"]:
        raise ValueError(f"{manifest.by}, who signed it, is no operator with this key")
    if manifest.at < standing.at:
        raise ValueError("it says that it was made before the last entry that it holds")


def _plan(members: Mapping[str, bytes], standing: RegisterState, sha256: str) -> PlanStanding:
    """Return where a plan of the package stood: approved, and bound to the evidence that lies beside it."""
    plan, folder = standing.plan(sha256), plan_folder(sha256)
    if plan.state not in FROM["export"]:
        raise ValueError(f"plan {sha256[:12]} is {plan.state}, not approved")
    if digest(members[f"{folder}/plan.json"]) != sha256:
        raise ValueError(f"{folder}/plan.json is not the plan that was approved")
    if digest(members[f"{folder}/evidence.json"]) != plan.evidence:
        raise ValueError(f"{folder}/evidence.json is not the evidence that the approval is bound to")
    facts = reread(members[f"{folder}/evidence.json"], "evidence.json")
    file = read_plan_file(members[f"{folder}/plan.json"], "plan.json")
    if (facts.plan, facts.study, facts.seeds) != (sha256, plan.study, plan.seeds) or file.name != plan.name:
        raise ValueError(f"plan and evidence in {folder} are not those that the chain speaks of")
    checks = parse_json(members[f"{folder}/checks.json"], "checks.json", "")
    if not isinstance(checks, dict) or checks.get("errors") != 0:
        raise ValueError(f"{folder}/checks.json tells of errors")
    return plan


def _require_layout(members: Mapping[str, bytes], manifest: Manifest) -> None:
    """Nothing that the reader of a package could take for something else."""
    if len(set(manifest.plans)) != len(manifest.plans) or not manifest.formats:
        raise ValueError("a plan twice, or no file for the street")
    expected = {MANIFEST, SIGNATURE, CHAIN}
    for sha256 in manifest.plans:
        expected |= {f"{plan_folder(sha256)}/{name}.json" for name in ("plan", "evidence", "checks")}
    for name, file in manifest.formats.items():
        expected |= {f"files/{name}/{file}", f"losses/{name}.json"}
    if expected != set(members):
        raise ValueError(f"members that do not belong there, or are missing: {sorted(expected ^ set(members))}")
