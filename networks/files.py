"""Reading XML from strangers and writing files that are either whole or not there."""

from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path

from lxml import etree

from .errors import InputError

# A kilobyte of gzip can hold a gigabyte of spaces; the largest city network seen needs half of this.
LARGEST_XML_BYTES = 256 << 20
LARGEST_NUMBER = 1e9


def require_file(path: Path, what: str) -> Path:
    """Return the path if a readable file is there, else raise InputError naming what it should have been."""
    try:
        there, found = path.is_file(), "a folder" if path.is_dir() else "no such file"
    except OSError as error:  # a name longer than any file system takes, a loop of links
        there, found = False, str(error.strerror)
    if not there:
        raise InputError(
            where=str(path)[:300],
            found=found,
            rule=f"{what} must be a file",
            fix="check the path, or make the file first",
        )
    return path


def read_bytes(path: Path, what: str) -> bytes:
    """Return the file's bytes, unpacked if gzip wrote it. Raises InputError if it cannot be read or is too large."""
    require_file(path, what)
    try:
        with open(path, "rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else open(path, "rb") as source:
            content = source.read(LARGEST_XML_BYTES + 1)
    except (OSError, EOFError) as error:
        raise InputError(
            where=str(path), found=f"{error}", rule=f"{what} must be readable", fix="check the file and its permissions"
        ) from error
    if len(content) > LARGEST_XML_BYTES:
        raise InputError(
            where=str(path),
            found=f"more than {LARGEST_XML_BYTES} bytes once unpacked",
            rule=f"{what} must be smaller",
            fix="cut the network to the part that is to be planned",
        )
    return content


def read_xml(path: Path, *, what: str, root: str | tuple[str, ...] = ()) -> etree._Element:
    """Return the root element of an XML file, plain or gzipped, whose root must have one of the given names, if any.

    Entities are not resolved and nothing is fetched. Raises InputError with the line where the XML breaks.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        element = etree.fromstring(read_bytes(path, what), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(
            where=f"{path}, line {error.lineno}",
            found=f"broken XML ({error.msg})",
            rule=f"{what} must be well-formed XML",
            fix="make or copy the file again",
        ) from error
    roots = (root,) if isinstance(root, str) else root
    if roots and element.tag not in roots:
        raise InputError(
            where=str(path),
            found=f"the XML starts with <{element.tag}>",
            rule=f"{what} starts with " + " or ".join(f"<{name}>" for name in roots),
            fix="give the right file in this place",
        )
    return element


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute that must be there. Raises KeyError with its name if it is not."""
    value = element.get(name)
    if value is None:
        raise KeyError(name)
    return str(value)


def finite(text: str) -> float:
    """Return a number of a file. Raises ValueError for what is none, NaN, and what is larger than any street."""
    found = float(text)
    if not abs(found) <= LARGEST_NUMBER:
        raise ValueError(f"the number {text[:40]}")
    return found


def xml_bytes(element: etree._Element) -> bytes:
    """Return an element as an indented XML document, the same bytes for the same element."""
    return etree.tostring(element, pretty_print=True, xml_declaration=True, encoding="UTF-8")


def replace_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old bytes or the new ones, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
