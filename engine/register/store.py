"""Rows in and out: the only place that reads and writes the register's tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Table, delete, insert, select

from .canonical import canonical, digest, parse_canonical
from .entry import Entry
from .replay import ChainBroken
from .storage.tables import entries, evidence, files, outbox, plans, studies


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an author brings in: a plan, its evidence, and the hashes of the study's files as canonical JSON."""

    plan: bytes
    plan_name: str
    evidence: bytes
    study: str
    inputs: bytes


def load(connection: Connection) -> Iterator[Entry]:
    """Yield the chain in order. Raises ChainBroken where a row does not say the same thing twice."""
    for row in connection.execute(select(entries).order_by(entries.c.number)):
        yield entry_of(row)


def entry_of(row: Row) -> Entry:
    """Return the entry of a row."""
    raw = row.body.encode()
    try:
        body = parse_canonical(raw)
    except ValueError as error:
        raise ChainBroken(row.number, f"its body is broken: {error}") from None
    if not isinstance(body, dict):
        raise ChainBroken(row.number, "its body is no object")
    entry = Entry(
        number=row.number,
        kind=row.kind,
        plan=row.plan,
        previous=row.previous,
        key=row.key,
        body_sha256=digest(raw),
        signature=row.signature,
        body=body,
    )
    if entry.hash != row.hash:
        raise ChainBroken(row.number, "its hash is not the hash of what it says")
    return entry


def append(connection: Connection, entry: Entry) -> None:
    """Write an entry at the end of the chain."""
    assert entry.body is not None
    connection.execute(
        insert(entries).values(
            number=entry.number,
            kind=entry.kind,
            plan=entry.plan,
            previous=entry.previous,
            key=entry.key,
            body=canonical(entry.body).decode(),
            signature=entry.signature,
            hash=entry.hash,
        )
    )


def bring_in(connection: Connection, brought: Brought) -> None:
    """Write what an author brings in, as far as it is not there yet."""
    plan, study = digest(brought.plan), digest(brought.inputs)
    _once(connection, studies, sha256=study, name=brought.study, inputs=brought.inputs.decode())
    _once(connection, plans, sha256=plan, name=brought.plan_name, content=brought.plan)
    _once(connection, evidence, sha256=digest(brought.evidence), plan=plan, study=study, content=brought.evidence)


def keep_file(connection: Connection, content: bytes) -> str:
    """Keep a file that leaves the house, and return its hash."""
    _once(connection, files, sha256=digest(content), content=content)
    return digest(content)


def _once(connection: Connection, table: Table, **values: object) -> None:
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == values["sha256"])).first() is None:
        connection.execute(insert(table).values(**values))


def content_of(connection: Connection, table: Table, sha256: str) -> bytes | None:
    """Return the bytes kept under a hash, or None where they are not, or are not what the hash says."""
    found = connection.execute(select(table.c.content).where(table.c.sha256 == sha256)).scalar()
    if found is None:
        return None
    content = bytes(found)
    return content if digest(content) == sha256 else None


def text_of(connection: Connection, table: Table, sha256: str) -> bytes | None:
    """Return the inputs kept under a hash, or None where they are not, or are not what the hash says."""
    found = connection.execute(select(table.c.inputs).where(table.c.sha256 == sha256)).scalar()
    content = None if found is None else str(found).encode()
    return content if content is not None and digest(content) == sha256 else None


def put_into_outbox(connection: Connection, entry: Entry) -> None:
    """Note that the files of an export are still to reach their place."""
    connection.execute(insert(outbox).values(entry=entry.number))


def take_from_outbox(connection: Connection, number: int) -> None:
    """Note that the files of an export have reached their place."""
    connection.execute(delete(outbox).where(outbox.c.entry == number))


def waiting(connection: Connection) -> list[int]:
    """Return the numbers of the exports whose files have perhaps not reached their place."""
    return list(connection.execute(select(outbox.c.entry).order_by(outbox.c.entry)).scalars())


def hash_of(connection: Connection, number: int) -> str | None:
    """Return the hash of an entry, or None if there is none of that number."""
    return connection.execute(select(entries.c.hash).where(entries.c.number == number)).scalar()
