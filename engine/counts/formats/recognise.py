"""Which format a file is in, by what stands in it."""

from __future__ import annotations

from pathlib import Path

from ....networks.errors import InputError
from ....networks.files import require_file
from .counts_format import FORMATS
from .opening import Opening, opening_of


def recognise(path: Path) -> str:
    """Return the name of a file's format. Raises InputError if it is none of those that are known."""
    require_file(path, "a file of counts")
    opening = opening_of(path)
    for name, known in FORMATS.items():
        if known.recognises(opening):
            return name
    raise _unknown(opening)


def _unknown(opening: Opening) -> InputError:
    found = opening.lines[0] if opening.is_xml else ", ".join(opening.columns[:8])
    return InputError(
        where=f"{opening.path}, line 1",
        found=f"'{found[:120]}'" if found.strip() else "no table",
        rule="counts come as " + "; ".join(f"{known.name} ({known.about})" for known in FORMATS.values()),
        fix="name the --format if it is one of these, else say which column is what: --mapping counts.toml",
    )
