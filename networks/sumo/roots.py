"""Files that SUMO takes beside the network: it looks at what stands in them, whatever the first element is called."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import read_xml

# Known files of another kind. SUMO would end with an error, or take them for a file without anything in it.
OF_ANOTHER_KIND = frozenset(
    ("net", "configuration", "sumoConfiguration", "tripinfos", "detector", "meandata", "nodes", "edges", "connections")
)


def read_additional(path: Path) -> etree._Element:
    """Return the root of an additional file. Raises InputError where it is missing, broken or of another kind."""
    root = read_xml(path, what="an additional file")
    refuse_another_kind(root.tag, path, "an additional file")
    return root


def read_routes(path: Path) -> etree._Element:
    """Return the root of a route file. Raises InputError where it is missing, broken or of another kind."""
    root = read_xml(path, what="a route file")
    refuse_another_kind(root.tag, path, "a route file")
    return root


def refuse_another_kind(tag: str, path: Path, what: str) -> None:
    """Raise InputError if a file's first element says that the file is something else."""
    if tag in OF_ANOTHER_KIND:
        raise InputError(
            where=str(path),
            found=f"it starts with <{tag}>",
            rule=f"{what} starts with <routes> or <additional>, or with any name that stands for no other kind of file",
            fix="give the right file in this place",
        )
