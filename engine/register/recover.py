"""Putting exported files in their place: right after the export, and after a crash, a full disk, a lost permission."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from sqlalchemy import Connection

from . import store
from .bodies import Export, ExportedFile, read_body
from .entry import Entry
from .place import place
from .standing import RegisterState
from .storage.database import Register, RegisterFailed, reading, writing
from .storage.tables import files
from .words import FROM
from .write import whole_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """An export that was waiting: the files put in their place, and why others were not; `waits` if it is not final."""

    entry: int
    placed: tuple[Path, ...] = ()
    left: str = ""
    waits: bool = False


def recover(register: Register) -> tuple[Recovered, ...]:
    """Put the files of exports that wait in their place, as far as their plans may still be on the street.

    Files that belong on another machine wait for a recovery there; a file whose place a later export took stays away.
    Raises RegisterFailed if the chain is broken.
    """
    with reading(register) as connection:
        if not store.waiting(connection):
            return ()
    with writing(register) as connection:
        standing, chain = whole_standing(connection, register.where), list(store.load(connection))
        done = tuple(_finish(connection, standing, chain, number) for number in store.waiting(connection))
        for found in done:
            if not found.waits:
                store.take_from_outbox(connection, found.entry)
    return done


def _finish(connection: Connection, standing: RegisterState, chain: list[Entry], number: int) -> Recovered:
    entry = chain[number - 1]
    plan = standing.plan(entry.plan or "")
    if plan.state not in FROM["export"]:
        return Recovered(entry=number, left=f"plan {plan.plan[:12]} is {plan.state} by now")
    taken = {(file.host, file.target) for later in chain[number:] for file in _files(later)}
    placed: list[Path] = []
    for file in _files(entry):
        if not file.target or (file.host, file.target) in taken:
            continue
        left = _place(connection, file)
        if left:
            return Recovered(entry=number, placed=tuple(placed), left=left, waits=True)
        placed.append(Path(file.target))
    return Recovered(entry=number, placed=tuple(placed))


def _place(connection: Connection, file: ExportedFile) -> str:
    """Put a file in its place, or return why it was not."""
    if file.host != gethostname():
        return f"{file.target} belongs on {file.host}"
    content = store.content_of(connection, files, file.sha256)
    if content is None:
        return f"the register lost the file {file.sha256}"
    try:
        place(Path(file.target), content)
    except OSError as error:
        return f"{file.target}: {error.strerror}"
    return ""


def _files(entry: Entry) -> Iterator[ExportedFile]:
    body = read_body(entry.kind, dict(entry.body or {}))
    if isinstance(body, Export):
        yield from body.files


def require_placed(done: Iterable[Recovered], entry: Entry) -> None:
    """Raise RegisterFailed if the files of an export are recorded and could not be put in their place."""
    for found in done:
        if found.entry == entry.number and found.left:
            raise RegisterFailed(f"{found.left}. The export is recorded: greenband register recover tries again")
