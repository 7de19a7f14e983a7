"""The rules of the register, applied to a chain entry by entry.

There is one set of rules: who writes an entry lets it pass here first, and who verifies a register or a package walks
the whole chain through it.
"""

from __future__ import annotations

from collections.abc import Iterable

from .bodies import Body, Init, PersonBody, PlanBody, read_body
from .canonical import canonical, digest
from .entry import Entry
from .plan_rules import RuleBroken, next_standing
from .standing import Head, Person, RegisterState
from .words import MAY, PEOPLE_KINDS, PLAN_KINDS

__all__ = ["ChainBroken", "RuleBroken", "advance", "replay"]


class ChainBroken(Exception):
    """A chain that does not hold; `number` is that of the entry where it shows."""

    def __init__(self, number: int, found: str) -> None:
        super().__init__(f"entry {number}: {found}")
        self.number, self.found = number, found


def replay(entries: Iterable[Entry], *, about: frozenset[str] | None = None) -> RegisterState:
    """Return what follows from a chain. Raises ChainBroken at the first entry that breaks a rule.

    With `about`, a set of plans, bodies of entries on other plans may be withheld; what these are then stays unknown.
    """
    standing = RegisterState()
    for entry in entries:
        try:
            advance(standing, entry, about=about)
        except RuleBroken as broken:
            raise ChainBroken(entry.number, broken.found) from None
    return standing


def advance(standing: RegisterState, entry: Entry, *, about: frozenset[str] | None = None) -> None:
    """Take an entry into the standing. Raises RuleBroken, and leaves the standing as it was, if it breaks a rule."""
    _linked(standing, entry)
    if entry.body is None:
        _withheld(standing, entry, about)
    else:
        body = _read(entry)
        if body.at < standing.at:
            raise RuleBroken(f"it says {body.at}, and the entry before it {standing.at}")
        if isinstance(body, Init):
            _begin(standing, entry, body)
        else:
            person = _signer(standing, entry, body)
            if isinstance(body, PersonBody):
                _enter(standing, body)
            else:
                assert isinstance(body, PlanBody)
                before = standing.plan(entry.plan or "")
                after = next_standing(entry, body, person, before, standing, whole=about is None)
                standing.plans[after.plan] = after
        standing.at = body.at
    standing.head = Head(number=entry.number, hash=entry.hash)


def _linked(standing: RegisterState, entry: Entry) -> None:
    if entry.number != standing.head.number + 1:
        raise RuleBroken(f"it stands after entry {standing.head.number}; an entry is missing, or there twice")
    if entry.previous != standing.head.hash:
        raise RuleBroken("its hash of the entry before is not the hash of the entry before")
    if (entry.plan is not None) != (entry.kind in PLAN_KINDS):
        raise RuleBroken(f"an entry of kind '{entry.kind}' with the plan {entry.plan}")
    if (entry.number == 1) != (entry.kind == "init"):
        raise RuleBroken(f"entry {entry.number} is of kind '{entry.kind}'; the first, and no other, is 'init'")
    if not entry.is_signed:
        raise RuleBroken("its signature is not that of its key")


def _withheld(standing: RegisterState, entry: Entry, about: frozenset[str] | None) -> None:
    if about is None or entry.plan in about or entry.kind in PEOPLE_KINDS:
        raise RuleBroken("what it says is missing")
    if entry.key not in standing.keys:
        raise RuleBroken("it is signed with a key that the register does not know")


def _read(entry: Entry) -> Body:
    assert entry.body is not None
    if digest(canonical(entry.body)) != entry.body_sha256:
        raise RuleBroken("what it says is not what was signed")
    try:
        return read_body(entry.kind, dict(entry.body))
    except ValueError as error:
        raise RuleBroken(str(error)) from None


def _begin(standing: RegisterState, entry: Entry, body: Init) -> None:
    person = Person(name=body.by, key=entry.key, roles=frozenset(("administrator",)))
    standing.register, standing.name, standing.administrator_key = entry.hash, body.register_name, entry.key
    standing.people[person.name] = person
    standing.keys[person.key] = person.name


def _signer(standing: RegisterState, entry: Entry, body: Body) -> Person:
    person = standing.people.get(body.by)
    if person is None:
        raise RuleBroken(f"the register knows nobody of the name {body.by}", who=True)
    if person.key != entry.key:
        raise RuleBroken(f"it is not signed with the key of {body.by}", who=True)
    if not person.roles & MAY[entry.kind]:
        wanted = " or ".join(sorted(MAY[entry.kind]))
        raise RuleBroken(f"{body.by} is no {wanted}", who=True)
    return person


def _enter(standing: RegisterState, body: PersonBody) -> None:
    owner = standing.keys.get(body.key, body.person)
    if owner != body.person:
        raise RuleBroken(f"the key of {body.person} is or was the key of {owner}: one key is one person's", who=True)
    if sorted(set(body.roles)) != body.roles:
        raise RuleBroken("the roles are not in order, each once")
    entered = Person(name=body.person, key=body.key, roles=frozenset(body.roles))
    others = [person for person in standing.people.values() if person.name != body.person]
    if not any("administrator" in person.roles for person in (*others, entered)):
        raise RuleBroken("nobody would be administrator any more", who=True)
    standing.people[body.person] = entered
    standing.keys[body.key] = body.person
