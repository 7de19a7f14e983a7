"""Bringing a plan in: the plan, its evidence and the study are compared, then signed and submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ...networks.errors import InputError
from ...networks.files import read_bytes
from ...networks.plan_file import PlanFile, plan_of_file, read_plan_file
from ..chain.check_plan import checked_plan
from ..studies.file import Study, read_study
from ..studies.network import network_of
from ..studies.provenance import origin_of
from . import store
from .canonical import digest
from .entry import Entry
from .evidence import Facts, reread
from .storage.database import Register
from .write import Act, pen

FIX = "validate this plan on this study, and submit the two files of one folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A plan and its evidence that belong together and to their study; `period` is the name in study.toml."""

    plan: bytes
    plan_name: str
    evidence: bytes
    facts: Facts
    period: str


def read_submission(folder: Path, plan_path: Path, evidence_path: Path) -> Submission:
    """Return a plan with its evidence, after all that can be compared was.

    Raises
    ------
    InputError
        One of them is broken, or they are not about the same plan, study, period and files.
    GateFailed
        The evidence says that the plan failed.
    PlanRefused
        The safety check finds an error in the plan, whatever the evidence says.
    """
    study = read_study(folder)
    plan = plan_path.read_bytes() if plan_path.is_file() else read_bytes(plan_path, "a plan")
    evidence = read_bytes(evidence_path, "evidence")
    facts = reread(evidence, str(evidence_path))
    if facts.plan != digest(plan):
        raise _differs(plan_path, f"SHA-256 {digest(plan)}", f"the evidence is about {facts.plan}")
    file = read_plan_file(plan, str(plan_path))
    _require_same_files(study, facts, evidence_path)
    network = network_of(study)
    checked_plan(study, plan_of_file(file, str(plan_path), network), network, file.period)
    return Submission(
        plan=plan, plan_name=file.name, evidence=evidence, facts=facts, period=_period(study, file, facts, plan_path)
    )


def _require_same_files(study: Study, facts: Facts, path: Path) -> None:
    """Every file of the study must be what it was when the evidence was made."""
    for name, found in origin_of(study).sha256.items():
        if facts.inputs.get(name) != found:
            raise _differs(path, f"'{name}' is another file now", "evidence is about the study as it stands")


def _period(study: Study, file: PlanFile, facts: Facts, path: Path) -> str:
    if (file.study, file.period) != (facts.study, facts.period) or facts.study != study.file.name:
        found = f"a plan for {file.study}, {file.period}; evidence for {facts.study}, {facts.period}"
        raise _differs(path, found, f"both are for one period of the study {study.file.name}")
    for period in study.file.periods:
        if period.label == facts.period:
            return period.name
    raise _differs(path, f"the period {facts.period}", "the period is one of study.toml")


def _differs(path: Path, found: str, rule: str) -> InputError:
    return InputError(where=str(path), found=found, rule=rule, fix=FIX)


def submit(register: Register, act: Act, submission: Submission, recheck_on: date) -> Entry:
    """Bring a plan in as validated and submit it, both or neither. Raises InputError, RegisterFailed."""
    facts = submission.facts
    said = {
        "inputs": digest(facts.inputs_bytes),
        "evidence": digest(submission.evidence),
        "seeds": list(facts.seeds),
    }
    with pen(register, act) as found:
        store.bring_in(
            found.connection,
            store.Brought(
                plan=submission.plan,
                plan_name=submission.plan_name,
                evidence=submission.evidence,
                study=facts.study,
                inputs=facts.inputs_bytes,
            ),
        )
        found.write(
            "validate",
            facts.plan,
            **said,
            study=facts.study,
            period=submission.period,
            plan_name=submission.plan_name,
            decision=facts.decision,
        )
        return found.write("submit", facts.plan, **said, recheck_on=recheck_on.isoformat())
