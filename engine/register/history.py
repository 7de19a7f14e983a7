"""What the register tells people: the entries in order, where each plan stands, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import store
from .decide import find_plan
from .entry import Entry
from .standing import PlanStanding, RegisterState
from .storage.database import Register, reading
from .write import whole_standing

LIVE = ("approved", "exported")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Entries, and the plans that they are about; `waiting` are exports that were interrupted."""

    standing: RegisterState
    entries: tuple[Entry, ...]
    plans: tuple[PlanStanding, ...]
    waiting: tuple[int, ...]

    def warnings(self, today: date) -> tuple[str, ...]:
        """Return what somebody should do something about."""
        found = [
            f"plan {plan.plan[:12]} ({plan.name}, {plan.study}, {plan.period}) is {plan.state} and was to be looked at "
            f"again by {plan.recheck_on}"
            for plan in self.plans
            if plan.state in LIVE and plan.recheck_on is not None and date.fromisoformat(plan.recheck_on) < today
        ]
        found += [f"the export of entry {n} was interrupted: greenband register recover" for n in self.waiting]
        return tuple(found)


def history(register: Register, named: str | None = None) -> History:
    """Return the whole history, or that of one plan. Raises InputError, or RegisterFailed if the chain is broken."""
    with reading(register) as connection:
        standing = whole_standing(connection, register.where)
        entries: Sequence[Entry] = list(store.load(connection))
        waiting = tuple(store.waiting(connection))
    plans = tuple(standing.plans.values())
    if named is not None:
        plans = (find_plan(standing, named, register.where),)
        entries = [entry for entry in entries if entry.plan == plans[0].plan]
    return History(standing=standing, entries=tuple(entries), plans=plans, waiting=waiting)


def history_json(found: History, today: date) -> dict[str, Any]:
    """Return a history for scripts."""
    head = found.standing.head
    return {
        "register": found.standing.register,
        "head": {"number": head.number, "hash": head.hash},
        "entries": [{**entry.envelope, "hash": entry.hash, **dict(entry.body or {})} for entry in found.entries],
        "plans": [
            {
                "plan": plan.plan,
                "name": plan.name,
                "study": plan.study,
                "period": plan.period,
                "state": plan.state,
                "authors": sorted(plan.authors),
                "approver": plan.approver,
                "evidence": plan.evidence,
                "inputs": plan.inputs,
                "recheck_on": plan.recheck_on,
                "files": list(plan.files),
            }
            for plan in found.plans
        ],
        "warnings": list(found.warnings(today)),
    }
