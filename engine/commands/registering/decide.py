"""`greenband submit`, `review`, `approve`, `reject`, `revoke`, `rollback`, `history`: the life of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..shared import GATE_FAILED, AsJson, PlanPath, Quiet, StudyFolder, print_json, say
from .options import REGISTER, By, KeyFile, PlanName, Where, Why, act_of, day, register_at

if TYPE_CHECKING:
    from ...register.entry import Entry

EvidenceFile = Annotated[
    Path | None, typer.Option("--evidence", help="[evidence.json beside the plan]", show_default=False)
]
Recheck = Annotated[
    str, typer.Option("--recheck", help="The day by which the plan is to be looked at again.", show_default=False)
]
NewRecheck = Annotated[
    str | None, typer.Option("--recheck", help="The next day of looking at the plan again.", show_default=False)
]
BackTo = Annotated[
    str | None, typer.Option("--to", help="The plan to go back to. [the one superseded last]", show_default=False)
]


def submit(
    study: StudyFolder,
    plan: PlanPath,
    by: By,
    key: KeyFile,
    why: Why,
    recheck: Recheck,
    evidence: EvidenceFile = None,
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Submit a plan to the register, with evidence that its gate passed, for approval (role: author)."""
    from ...check.findings import PlanRefused
    from ...register.evidence import GateFailed
    from ...register.submit import read_submission
    from ...register.submit import submit as submit_plan

    act = act_of(by, key, why)
    try:
        submission = read_submission(study, plan, evidence or plan.with_name("evidence.json"))
    except (GateFailed, PlanRefused) as failed:
        typer.secho(f"the plan failed its gate: {failed}", err=True, fg="red")
        raise typer.Exit(GATE_FAILED) from None
    entry = submit_plan(register_at(register), act, submission, day(recheck, "--recheck"))
    _tell(entry, "submitted", quiet)


def review(
    plan: PlanName,
    by: By,
    key: KeyFile,
    why: Why,
    recheck: NewRecheck = None,
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Record a reviewer's comment, and with --recheck move the re-check day."""
    from ...register.decide import review as review_plan

    again = day(recheck, "--recheck") if recheck else None
    _tell(review_plan(register_at(register), act_of(by, key, why), plan, again), "reviewed", quiet)


def approve(plan: PlanName, by: By, key: KeyFile, why: Why, register: Where = REGISTER, quiet: Quiet = False) -> None:
    """Approve a submitted plan (role: approver, and none of its authors)."""
    _decide("approve", "approved", plan, by, key, why, register, quiet)


def reject(plan: PlanName, by: By, key: KeyFile, why: Why, register: Where = REGISTER, quiet: Quiet = False) -> None:
    """Send a submitted plan back (role: reviewer or approver, and none of its authors)."""
    _decide("reject", "sent back", plan, by, key, why, register, quiet)


def revoke(plan: PlanName, by: By, key: KeyFile, why: Why, register: Where = REGISTER, quiet: Quiet = False) -> None:
    """Revoke a plan, whatever its state (any role that works with plans)."""
    _decide("revoke", "revoked", plan, by, key, why, register, quiet)


def _decide(kind: str, done: str, plan: str, by: str, key: Path, why: str, register: str, quiet: bool) -> None:
    from ...register.decide import decide

    _tell(decide(register_at(register), act_of(by, key, why), plan, kind), done, quiet)


def rollback(
    plan: PlanName,
    by: By,
    key: KeyFile,
    why: Why,
    to: BackTo = None,
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Take an exported plan off the street, and make the plan before it ready to be exported again."""
    from ...register.decide import roll_back

    gone, back = roll_back(register_at(register), act_of(by, key, why), plan, to)
    _tell(gone, "revoked", quiet)
    _tell(back, "approved again; export it with --for-street", quiet)


def history(
    plan: Annotated[str | None, typer.Argument(help="One plan only.", show_default=False)] = None,
    register: Where = REGISTER,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Show who did what, when and why, the state of each plan, and which plans are past their re-check day."""
    from datetime import date

    from ...register.history import history as history_of
    from ...register.history import history_json
    from .history_tables import print_history

    found, today = history_of(register_at(register), plan), date.today()
    if as_json:
        print_json(history_json(found, today))
    elif not quiet:
        print_history(found, today)


def _tell(entry: Entry, done: str, quiet: bool) -> None:
    say(f"plan {(entry.plan or '')[:12]} {done}: entry {entry.number} {entry.hash[:12]}", quiet=quiet)
