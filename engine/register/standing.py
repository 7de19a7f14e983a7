"""What follows from a chain of entries: who may do what, and where each plan stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from .entry import BEFORE_THE_FIRST
from .words import Role, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a key and roles; without roles, somebody who has left."""

    name: str
    key: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last entry of a chain: its number and its hash. 0 and zeros before the first."""

    number: int = 0
    hash: str = BEFORE_THE_FIRST

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStanding:
    """Where a plan stands: its state, and the inputs, evidence and seeds that its decisions are bound to.

    `authors` are all who ever brought it in: none of them may approve it, however often it comes back. `approved_at`
    is the number of the entry that approved it last, `files` are the hashes of all its exported files.
    """

    plan: str
    state: State = "draft"
    name: str = ""
    study: str = ""
    period: str = ""
    inputs: str = ""
    evidence: str = ""
    seeds: tuple[int, ...] = ()
    recheck_on: str | None = None
    authors: frozenset[str] = frozenset()
    approver: str | None = None
    approved_at: int | None = None
    files: tuple[str, ...] = ()

    @property
    def scope(self) -> tuple[str, str]:
        """What only one plan at a time can be on the street for: a study's period."""
        return self.study, self.period


@dataclass(slots=True, kw_only=True)
class RegisterState:
    """The sum of a chain up to its head.

    The one mutable value here: `replay` feeds it entry by entry, and copying it for each would take a time that grows
    with the square of the chain. `keys` names the owner of each key that ever was in use.
    """

    head: Head = field(default_factory=Head)
    register: str = ""
    name: str = ""
    at: str = ""
    administrator_key: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    plans: dict[str, PlanStanding] = field(default_factory=dict)

    def plan(self, sha256: str) -> PlanStanding:
        """Return where a plan stands; one that nobody brought in is a draft."""
        return self.plans.get(sha256) or PlanStanding(plan=sha256)

    def on_the_street(self, scope: tuple[str, str]) -> list[PlanStanding]:
        """Return the plans of a study's period that are exported; the rules keep it to one."""
        return [plan for plan in self.plans.values() if plan.state == "exported" and plan.scope == scope]
