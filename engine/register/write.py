"""Making entries: the rules are asked first, and what the signer has seen before must still be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection

from ...networks.errors import InputError
from . import store
from .bodies import CLOCK
from .entry import Entry, new_entry
from .keys import Signer
from .replay import ChainBroken, RuleBroken, advance, replay
from .standing import PlanStanding, RegisterState
from .storage.database import Register, RegisterFailed, writing
from .witness import check_witness, keep_witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, with which key, and why."""

    by: str
    signer: Signer
    why: str


@dataclass(slots=True)
class Pen:
    """One transaction in which entries are made; `standing` grows with them."""

    connection: Connection
    standing: RegisterState
    act: Act
    where: str

    def write(self, kind: str, plan: str | None = None, **said: Any) -> Entry:
        """Make an entry and append it. Raises InputError if the rules do not allow it."""
        entry = signed_entry(self.standing, self.act, kind, plan, said)
        try:
            advance(self.standing, entry)
        except RuleBroken as broken:
            raise refused(self.where, kind, plan, broken) from None
        store.append(self.connection, entry)
        return entry

    def write_on(self, plan: PlanStanding, kind: str, **said: Any) -> Entry:
        """Make an entry on a plan, bound to its inputs, evidence and seeds."""
        bound = {"inputs": plan.inputs, "evidence": plan.evidence, "seeds": list(plan.seeds)}
        return self.write(kind, plan.plan, **bound, **said)


def signed_entry(standing: RegisterState, act: Act, kind: str, plan: str | None, said: Mapping[str, Any]) -> Entry:
    """Return the entry that would follow next."""
    body = {"by": act.by, "at": now_for(standing), "why": act.why, "greenband": version("greenband"), **said}
    return new_entry(
        act.signer,
        number=standing.head.number + 1,
        kind=kind,
        plan=plan,
        previous=standing.head.hash,
        body=body,
    )


def now_for(standing: RegisterState) -> str:
    """Return the time now, or that of the last entry where a clock went back."""
    return max(datetime.now(UTC).strftime(CLOCK), standing.at)


@contextmanager
def pen(register: Register, act: Act) -> Iterator[Pen]:
    """Give a pen; all its entries are kept when the block ends well, and else none.

    The whole chain is verified first: nobody writes onto a broken one. Raises InputError, RegisterFailed.
    """
    with writing(register) as connection:
        standing = whole_standing(connection, register.where)
        check_witness(act.signer, standing.register, lambda number: store.hash_of(connection, number))
        found = Pen(connection, standing, act, register.where)
        yield found
    keep_witness(act.signer, found.standing)


def whole_standing(connection: Connection, where: str) -> RegisterState:
    """Return what follows from the whole chain. Raises RegisterFailed if the chain does not hold."""
    try:
        standing = replay(store.load(connection))
    except ChainBroken as broken:
        raise RegisterFailed(f"{where}: the chain is broken at {broken}. See greenband register verify") from None
    if standing.head.number == 0:
        raise InputError(
            where=where,
            found="no entry",
            rule="a register begins with its administrator",
            fix="greenband register init",
        )
    return standing


def refused(where: str, kind: str, plan: str | None, broken: RuleBroken) -> InputError:
    """Return the error for an entry that the rules do not allow."""
    about = f", plan {plan[:12]}" if plan else ""
    fix = "let somebody else do it, or have an administrator give the role" if broken.who else "see greenband history"
    return InputError(where=f"{where}{about}", found=broken.found, rule=f"no entry '{kind}' may stand there", fix=fix)
