"""The reading report of an import: what of the user's files was left out, guessed or changed, and where."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...networks.errors import InputError

REPORT = "reading.json"
ADDITIONAL = ".add.xml"
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
def naming(out: Path, source: Path, programs: Sequence[Path] = ()) -> Iterator[None]:
    """Let errors name the user's files where they name our copies in the making of a folder, which are gone by then.

    A line of a copy is not one of the user's file, and is left out.
    """
    scratch = re.escape(str(Path(os.path.realpath(out)).parent)) + r"/\.[^/\s]*"
    pattern = re.compile(scratch + r"/([^,:'\n]*)(, line \d+)?")
    additional = ", ".join(map(str, programs)) or str(source)

    def named(match: re.Match[str]) -> str:
        return additional if match[1].endswith(ADDITIONAL) else str(source)

    try:
        yield
    except InputError as error:
        where, found = (pattern.sub(named, text) for text in (error.where, error.found))
        raise InputError(where=where, found=found, rule=error.rule, fix=error.fix) from None
