"""Verifying a whole register: the chain by the rules, everything it speaks of by its hash, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ...networks.errors import InputError
from ...networks.plan_file import read_plan_file
from . import store
from .bodies import Export, Validate, read_body
from .canonical import digest, parse_canonical
from .entry import Entry
from .evidence import GateFailed, reread
from .replay import ChainBroken, replay
from .standing import Head, RegisterState
from .storage.database import Register, reading
from .storage.tables import evidence, files, plans, studies


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying found: nothing, if the register holds. `waiting` are exports that were interrupted."""

    findings: tuple[str, ...]
    standing: RegisterState | None
    waiting: tuple[int, ...] = ()


def verify(register: Register, *, administrator: str | None = None, heads: Sequence[Head] = ()) -> Verified:
    """Return all that is wrong with a register.

    Parameters
    ----------
    register
        The register.
    administrator
        The public key that the first entry must be signed with. Without it, a register that was forged whole, with
        other keys, is not found.
    heads
        Entries that were seen before: in packages, on paper. Without them, an end that was cut off is not found.
    """
    with reading(register) as connection:
        return verify_rows(connection, administrator=administrator, heads=heads)


def verify_rows(connection: Connection, *, administrator: str | None = None, heads: Sequence[Head] = ()) -> Verified:
    """Return all that is wrong with a register, as a connection sees it; see `verify`."""
    try:
        chain = list(store.load(connection))
        standing = replay(chain)
    except ChainBroken as broken:
        return Verified(findings=(str(broken),), standing=None)
    found = [*_anchors(standing, chain, administrator, heads), *_contents(connection, chain)]
    waiting = tuple(store.waiting(connection))
    exports = {entry.number for entry in chain if entry.kind == "export"}
    found += [f"the outbox names entry {n}, which is no export" for n in waiting if n not in exports]
    return Verified(findings=tuple(found), standing=standing, waiting=waiting)


def _anchors(
    standing: RegisterState, chain: Sequence[Entry], administrator: str | None, heads: Sequence[Head]
) -> Iterator[str]:
    if not chain:
        yield "there is no entry at all"
    elif administrator is not None and standing.administrator_key != administrator:
        yield f"the register began with another administrator's key, {standing.administrator_key}"
    for head in heads:
        if head.number > len(chain):
            yield f"entry {head} was seen before and is gone: the end of the register was cut off"
        elif head.number > 0 and chain[head.number - 1].hash != head.hash:
            yield f"entry {head} was seen before, and another stands in its place: the register was rewritten"


def _contents(connection: Connection, chain: Sequence[Entry]) -> Iterator[str]:
    """Yield what is lost, changed, or there without an entry that speaks of it."""
    spoken: dict[str, set[str]] = {"studies": set(), "plans": set(), "evidence": set(), "files": set()}
    for entry in chain:
        body = read_body(entry.kind, dict(entry.body or {}))
        if isinstance(body, Validate):
            spoken["studies"].add(body.inputs)
            spoken["plans"].add(entry.plan or "")
            spoken["evidence"].add(body.evidence)
            yield from _brought(connection, entry, body)
        elif isinstance(body, Export):
            spoken["files"].update(file.sha256 for file in body.files)
            yield from _lost_files(connection, entry, body)
    for table in (studies, plans, evidence, files):
        there = set(connection.execute(select(table.c.sha256)).scalars())
        for sha256 in sorted(there - spoken[table.name]):
            yield f"{table.name} {sha256} is there, and no entry speaks of it"


def _lost_files(connection: Connection, entry: Entry, body: Export) -> Iterator[str]:
    for file in body.files:
        if store.content_of(connection, files, file.sha256) is None:
            yield f"entry {entry.number}: the file {file.sha256} is lost or changed"


def _brought(connection: Connection, entry: Entry, body: Validate) -> Iterator[str]:
    """Yield where plan, evidence and inputs are not those that the entry speaks of."""
    plan = store.content_of(connection, plans, entry.plan or "")
    proof = store.content_of(connection, evidence, body.evidence)
    inputs = store.text_of(connection, studies, body.inputs)
    for what, content in (("plan", plan), ("evidence", proof), ("list of inputs", inputs)):
        if content is None:
            yield f"entry {entry.number}: the {what} is lost or changed"
    if plan is None or proof is None or inputs is None:
        return
    try:
        facts, name = reread(proof, "evidence"), read_plan_file(plan, "plan").name
        parse_canonical(inputs)
    except (InputError, GateFailed, ValueError) as error:
        yield f"entry {entry.number}: {error}"
        return
    said = (body.study, body.decision, tuple(body.seeds), body.inputs, entry.plan, body.plan_name)
    if said != (facts.study, facts.decision, facts.seeds, digest(facts.inputs_bytes), facts.plan, name):
        yield f"entry {entry.number}: it does not say what its evidence says"
    yield from _columns(connection, entry, body, name)


def _columns(connection: Connection, entry: Entry, body: Validate, name: str) -> Iterator[str]:
    """Yield where a row says beside its content something else than the content says."""
    of_plan = connection.execute(select(plans.c.name).where(plans.c.sha256 == entry.plan)).scalar()
    of_study = connection.execute(select(studies.c.name).where(studies.c.sha256 == body.inputs)).scalar()
    row = connection.execute(select(evidence.c.plan, evidence.c.study).where(evidence.c.sha256 == body.evidence)).one()
    if of_plan != name or of_study != body.study or tuple(row) != (entry.plan, body.inputs):
        yield f"entry {entry.number}: a name or a reference beside its plan, evidence or study was changed"
