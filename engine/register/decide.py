"""Decisions on a plan: review, approve, reject, revoke, roll back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ...networks.errors import InputError
from . import store
from .canonical import digest
from .entry import Entry
from .standing import PlanStanding, RegisterState
from .storage.database import Register, RegisterFailed
from .storage.tables import evidence, plans
from .write import Act, Pen, pen

SHORTEST_PREFIX = 8


def find_plan(standing: RegisterState, named: str, where: str) -> PlanStanding:
    """Return where the plan in a file stands, or that of a hash or its first eight digits or more.

    Raises InputError if the register has no such plan, or several.
    """
    path = Path(named)
    wanted = digest(path.read_bytes()) if path.is_file() else named.lower()
    found = [plan for name, plan in standing.plans.items() if name.startswith(wanted)]
    if len(found) == 1 and len(wanted) >= SHORTEST_PREFIX:
        return found[0]
    what = f"plan {wanted[:12]}, which it does not know" if path.is_file() else f"'{named}'"
    raise InputError(
        where=where,
        found=f"{len(found)} plans for '{named}'" if len(found) > 1 else what,
        rule="a plan is a file whose exact bytes were submitted, or eight digits or more of their SHA-256",
        fix="see greenband history",
    )


def decide(register: Register, act: Act, named: str, kind: str) -> Entry:
    """Approve, reject or revoke a plan. Raises InputError, RegisterFailed."""
    with pen(register, act) as found:
        plan = find_plan(found.standing, named, register.where)
        if kind == "approve":
            _require_kept(found, plan)
        return found.write_on(plan, kind)


def review(register: Register, act: Act, named: str, recheck_on: date | None) -> Entry:
    """Record a reviewer's comment; it may move the re-check day."""
    with pen(register, act) as found:
        plan = find_plan(found.standing, named, register.where)
        return found.write_on(plan, "review", recheck_on=recheck_on.isoformat() if recheck_on else None)


def roll_back(register: Register, act: Act, named: str, to: str | None) -> tuple[Entry, Entry]:
    """Take a plan off the street and approve again the one that it superseded, or another superseded one.

    Two entries in one transaction; the plan that comes back is exported as any approved one. Raises InputError if
    there is none to go back to.
    """
    with pen(register, act) as found:
        plan = find_plan(found.standing, named, register.where)
        back = find_plan(found.standing, to, register.where) if to else _latest_superseded(found, plan)
        gone = found.write_on(plan, "rollback", other=back.plan)
        return gone, found.write_on(back, "restore", other=plan.plan)


def _latest_superseded(found: Pen, plan: PlanStanding) -> PlanStanding:
    """Return the plan of the same period that was superseded last."""
    candidates = {p.plan: p for p in found.standing.plans.values() if p.state == "superseded" and p.scope == plan.scope}
    for entry in reversed(list(store.load(found.connection))):
        if entry.kind == "supersede" and entry.plan in candidates:
            return candidates[entry.plan]
    raise InputError(
        where=f"{found.where}, plan {plan.plan[:12]}",
        found="no plan of this period that was superseded",
        rule="a rollback goes back to a plan that was on the street",
        fix="greenband revoke takes the plan off without another in its place",
    )


def _require_kept(found: Pen, plan: PlanStanding) -> None:
    """Nobody approves what the register does not hold any more, byte for byte."""
    for table, sha256 in ((plans, plan.plan), (evidence, plan.evidence)):
        if store.content_of(found.connection, table, sha256) is None:
            raise RegisterFailed(f"{found.where}: {table.name} {sha256} is lost or changed. See register verify")
