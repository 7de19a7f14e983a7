"""The reading report of an import: what of the user's files was left out, guessed or changed, and where."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...networks.errors import InputError

REPORT = "reading.json"
MOST_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that is in the study otherwise than in the file: where in the file ("" for all of it), and what."""

    where: str
    what: str


def remark_lines(remarks: Sequence[Remark]) -> list[str]:
    """Return one line for each thing, with the places that it concerns."""
    places: dict[str, list[str]] = defaultdict(list)
    for remark in remarks:
        places[remark.what] += [remark.where] if remark.where else []
    return [f"{what}: {_some(where)}" if where else what for what, where in places.items()]


def _some(where: list[str]) -> str:
    more = len(where) - MOST_NAMED
    return ", ".join(where[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def remarks_json(source: Path, remarks: Sequence[Remark]) -> bytes:
    """Return the remarks as JSON, the same bytes for the same remarks."""
    rows = [{"where": remark.where, "what": remark.what} for remark in remarks]
    content = {"file": source.name, "remarks": rows}
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


@contextmanager
def naming(source: Path, copies: dict[str, str]) -> Iterator[None]:
    """Let errors name the user's file where they name a copy or a scratch file of ours, which is gone by then."""
    try:
        yield
    except InputError as error:
        texts = {name: getattr(error, name) for name in ("where", "found", "rule", "fix")}
        for copy, words in {**copies}.items():
            texts = {name: text.replace(copy, words or str(source)) for name, text in texts.items()}
        raise InputError(**texts) from None
