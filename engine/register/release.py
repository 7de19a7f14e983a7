"""Letting files of an approved plan leave the house, so that a crash at any moment leaves nothing half-done.

The order: 1. the bytes are written beside their place, under another name, which a full disk or a missing permission
stops; 2. entry, bytes and a note in the outbox are committed together; 3. the files are renamed into their place, and
the note is taken out. A crash before 2 leaves no trace but a part that the next try removes; after 2, the next
export, or `greenband register recover`, puts the files in their place from the register. No file that says it was
approved is ever in its place without its entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

from . import store
from .approved import not_approved
from .canonical import digest, parse_canonical
from .entry import Entry
from .place import clear, stage
from .recover import recover, require_placed
from .standing import PlanStanding
from .storage.database import Register, RegisterFailed
from .storage.tables import evidence, plans, studies
from .words import FROM
from .write import Act, Pen, pen


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """Bytes in a format; `target` is where they go, None for what only leaves within a package."""

    format: str
    content: bytes
    target: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is to leave: the exact bytes of its plans, the first being the one it is about.

    `street` are the hashes, by name, of those files of the study that the exported bytes depend on; `approved_at` is
    the entry that the files name as their approval.
    """

    plans: tuple[bytes, ...]
    approved_at: int
    street: Mapping[str, str]
    files: tuple[OutFile, ...]
    options: Mapping[str, str]


Pack = Callable[[Pen, Sequence[PlanStanding]], OutFile]


def release(register: Register, act: Act, leaving: Leaving, pack: Pack | None = None) -> Entry:
    """Record the export of approved plans and put its files in their place.

    `pack` makes one more file, a package, from the register as it stands before the export; its members have no target.

    Raises
    ------
    InputError
        A plan is not approved, or not these bytes were; the study's streets are not those of its evidence.
    RegisterFailed
        The database failed, or the files could not be put in their place after they were recorded.
    """
    recover(register)
    with _staging() as staged, pen(register, act) as found:
        standings = [_require_approved(found, content, leaving.street) for content in leaving.plans]
        if standings[0].approved_at != leaving.approved_at:
            raise not_approved(found.where, standings[0], "meanwhile it was approved anew")
        files = (*leaving.files, pack(found, standings)) if pack else leaving.files
        entry = _write(found, standings, files, leaving.options)
        for file in files:
            if file.target is not None:
                staged.append(file.target)
                stage(file.target, file.content)
    require_placed(recover(register), entry)
    return entry


@contextmanager
def _staging() -> Iterator[list[Path]]:
    """Give a list for the places beside which parts are written; if anything fails, the parts go."""
    staged: list[Path] = []
    try:
        yield staged
    except BaseException as error:
        for target in staged:
            if target.parent.is_dir():
                clear(target)
        if isinstance(error, OSError):
            raise RegisterFailed(f"{error.filename or staged[-1]}: {error.strerror}; nothing was recorded") from error
        raise


def _require_approved(found: Pen, content: bytes, street: Mapping[str, str]) -> PlanStanding:
    plan = found.standing.plan(digest(content))
    if plan.state not in FROM["export"]:
        raise not_approved(found.where, plan, f"plan {plan.plan[:12]} is {plan.state}")
    for table, sha256 in ((plans, plan.plan), (evidence, plan.evidence)):
        if store.content_of(found.connection, table, sha256) is None:
            raise RegisterFailed(f"{found.where}: {table.name} {sha256} is lost or changed. See register verify")
    raw = store.text_of(found.connection, studies, plan.inputs)
    if raw is None:
        raise RegisterFailed(f"{found.where}: the inputs {plan.inputs} are lost. See register verify")
    inputs = parse_canonical(raw)
    changed = [name for name, sha256 in street.items() if inputs.get(name) != sha256]
    if changed:
        raise not_approved(found.where, plan, f"'{changed[0]}' is not the file that the plan was validated on")
    return plan


def _write(found: Pen, standings: list[PlanStanding], files: tuple[OutFile, ...], options: Mapping[str, str]) -> Entry:
    """Make the entries: what leaves the street, then what comes."""
    scopes = {plan.scope for plan in standings}
    if len(scopes) < len(standings):
        raise not_approved(found.where, standings[0], "two plans for one period of one study")
    listed = [
        {
            "format": file.format,
            "sha256": store.keep_file(found.connection, file.content),
            "target": str(file.target.absolute()) if file.target else "",
            "host": gethostname() if file.target else "",
        }
        for file in files
    ]
    written = []
    for plan in standings:
        for other in found.standing.on_the_street(plan.scope):
            if other.plan != plan.plan:
                found.write_on(other, "supersede", other=plan.plan)
        written.append(found.write_on(plan, "export", files=listed, options=dict(options)))
    store.put_into_outbox(found.connection, written[0])
    return written[0]
