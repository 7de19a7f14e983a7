"""The chain of a register as lines, one entry each; what is said on plans that do not concern a package is left out."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationError

from ..register.bodies import Hash
from ..register.canonical import canonical, parse_canonical
from ..register.entry import Entry
from ..register.words import PEOPLE_KINDS


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    number: int
    kind: str
    plan: Hash | None
    previous: Hash
    key: Hash
    body_sha256: Hash
    signature: str
    body: dict[str, object] | None


def chain_lines(entries: Iterable[Entry], about: frozenset[str]) -> bytes:
    """Return the whole chain; entries on other plans than those it is about keep their envelope and signature alone."""
    return b"".join(canonical(_row(entry, entry.plan in about)) + b"\n" for entry in entries)


def _row(entry: Entry, told: bool) -> dict[str, object]:
    fields = {name: getattr(entry, name) for name in _Line.model_fields if name != "body"}
    told = told or entry.kind in PEOPLE_KINDS
    return {**fields, "body": dict(entry.body) if told and entry.body is not None else None}


def read_chain(content: bytes) -> tuple[Entry, ...]:
    """Return the entries. Raises ValueError where a line is none."""
    lines = content.split(b"\n")
    if lines.pop() != b"":
        raise ValueError("the last line of the chain has no end")
    return tuple(_entry(line) for line in lines)


def _entry(line: bytes) -> Entry:
    try:
        row = _Line.model_validate(parse_canonical(line))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"a line of the chain: {first['msg']} in {'.'.join(map(str, first['loc']))}") from None
    return Entry(**{name: getattr(row, name) for name in _Line.model_fields})
