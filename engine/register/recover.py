"""Finishing exports that a crash, a full disk or a missing permission interrupted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from . import store
from .bodies import Export, read_body
from .database import Register, RegisterFailed, reading, writing
from .entry import Entry
from .place import place, stage
from .standing import Standing
from .tables import files
from .words import FROM
from .write import whole_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """An interrupted export: the files put in their place, or why they were not and whether that is final."""

    entry: int
    placed: tuple[Path, ...] = ()
    left: str = ""
    waits: bool = False


def recover(register: Register) -> tuple[Recovered, ...]:
    """Put the files of interrupted exports in their place, as far as their plans may still be on the street.

    Files that were to lie on another machine wait for a recovery there. Raises RegisterFailed if the chain is broken.
    """
    with reading(register) as connection:
        numbers = store.waiting(connection)
        if not numbers:
            return ()
        standing = whole_standing(connection, register.where)
        todo = {entry.number: entry for entry in store.load(connection) if entry.number in numbers}
        contents = {
            file.sha256: store.content_of(connection, files, file.sha256)
            for entry in todo.values()
            for file in _export(entry).files
        }
    done = tuple(_finish(todo[number], standing, contents) for number in numbers)
    with writing(register) as connection:
        for found in done:
            if not found.waits:
                store.take_from_outbox(connection, found.entry)
    return done


def _export(entry: Entry) -> Export:
    body = read_body(entry.kind, dict(entry.body or {}))
    if not isinstance(body, Export):
        raise RegisterFailed(f"the outbox names entry {entry.number}, which is no export. See register verify")
    return body


def _finish(entry: Entry, standing: Standing, contents: dict[str, bytes | None]) -> Recovered:
    plan = standing.plan(entry.plan or "")
    if plan.state not in FROM["export"]:
        return Recovered(entry=entry.number, left=f"plan {plan.plan[:12]} is {plan.state} by now")
    placed = []
    for file in _export(entry).files:
        content = contents[file.sha256]
        if not file.target:
            continue
        if file.host != gethostname():
            return Recovered(entry=entry.number, left=f"{file.target} lies on {file.host}", waits=True)
        if content is None:
            return Recovered(entry=entry.number, left=f"the register lost file {file.sha256}", waits=True)
        try:
            stage(Path(file.target), content)
            place(Path(file.target), content)
        except OSError as error:
            return Recovered(entry=entry.number, left=f"{file.target}: {error.strerror}", waits=True)
        placed.append(Path(file.target))
    return Recovered(entry=entry.number, placed=tuple(placed))
