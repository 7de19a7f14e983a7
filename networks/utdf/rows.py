"""The lines of a UTDF file as sections of cells: parted by commas, semicolons or tabs, with their line numbers."""

from __future__ import annotations

import csv
import re

from ..errors import InputError
from .names import HEADS, TITLES, section_name
from .sections import Section

SEPARATORS = ",;\t"
NAME = re.compile(r'\s*"?\s*\[([^\[\]]*)\]\s*"?[\s,;]*')
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
Line = tuple[int, str]


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else what Windows writes in the West."""
    if content[:2] in _BOMS:
        return content.decode(_BOMS[content[:2]], errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def sections_of(content: bytes, source: str) -> tuple[tuple[Section, ...], int]:
    """Return the sections of a file, and the width to which it pads every line (0: it does not).

    Raises InputError with the line of what is none.
    """
    lines = list(enumerate(re.split(r"\r\n|\r|\n", decoded(content)), start=1))
    filled = [(number, text) for number, text in lines if text.strip(" \t,;")]
    starts = [k for k, (_, text) in enumerate(filled) if NAME.fullmatch(text)]
    if not starts or starts[0] > 0:
        raise InputError(
            where=source,
            found=f"a first line '{filled[0][1][:60] if filled else ''}'",
            rule="a combined UTDF file starts with a section such as [Network] or [Lanes]",
            fix="save it from Synchro as UTDF version 8, combined",
        )
    ends = [*starts[1:], len(filled)]
    sections = tuple(_section(filled[start:end], source) for start, end in zip(starts, ends, strict=True))
    widths = {len(_cells(line, ",", source)) for line in lines if line[1]}
    return sections, widths.pop() if len(widths) == 1 else 0


def _section(lines: list[Line], source: str) -> Section:
    first, text = lines[0]
    found = NAME.fullmatch(text)
    name = section_name(found[1] if found else "")
    where = f"{source}, line {first}"
    titled = len(lines) > 1 and not _is_header(lines[1][1])
    title = _cells(lines[1], ",", source)[0].strip() if titled else ""
    below = lines[2:] if titled else lines[1:]
    if not below:
        raise _incomplete(where, name)
    separator = max(SEPARATORS, key=below[0][1].count)
    rows = [(number, _cells((number, line), separator, source)) for number, line in below]
    header = _trimmed(rows[0][1])
    if titled and name in TITLES and not _is_header(below[0][1]):
        raise _incomplete(f"{source}, line {below[0][0]}", name)
    for number, cells in rows[1:]:
        _require_whole(f"{source}, line {number}", cells, header, name)
    return Section(
        name=name,
        title=title or TITLES.get(name, ""),
        header=tuple(header),
        rows=tuple(tuple(cells) for _, cells in rows[1:]),
        line=first,
        lines=tuple(number for number, _ in rows[1:]),
        decimal_comma=separator == ";",
    )


def _require_whole(where: str, cells: list[str], header: list[str], name: str) -> None:
    """Raise InputError for a row that belongs to nobody, or has more cells than there are columns."""
    if name not in TITLES:
        return
    heads = 2 if header[1:2] and header[1].strip().upper() == "INTID" else 1
    blank = [title for title, cell in zip(header[:heads], [*cells, ""], strict=False) if not cell.strip()]
    mixed = [cell for cell in cells[:heads] if re.search(f"[{SEPARATORS}]", cell)]
    if mixed:
        raise InputError(
            where=f"{where}, column {cells.index(mixed[0]) + 1}",
            found=f"'{mixed[0][:40]}'",
            rule=f"the cells of [{name}] are parted in one way",
            fix="correct the separators of the row",
        )
    more = [cell for cell in cells[len(header) :] if cell.strip()]
    if blank or more:
        raise InputError(
            where=f"{where}, column {header.index(blank[0]) + 1 if blank else len(header) + 1}",
            found=f"no {blank[0]}" if blank else f"'{more[0][:40]}' beyond the last column",
            rule=f"each row of [{name}] begins with {' and '.join(header[:heads])} and has at most {len(header)} cells",
            fix="correct the row",
        )


def _is_header(line: str) -> bool:
    first = re.split(f"[{SEPARATORS}]", line, maxsplit=1)[0]
    return first.strip(' "').upper() in HEADS


def _cells(line: Line, separator: str, source: str) -> list[str]:
    """Return the cells of a line; one without the section's separator that has another is read by that."""
    number, text = line
    if separator not in text:
        separator = next((other for other in SEPARATORS if other in text), separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError(
            where=f"{source}, line {number}",
            found=f"broken CSV ({error})",
            rule="a UTDF file is a CSV",
            fix="correct the quotes, or export it again",
        ) from None
    except StopIteration:
        return []


def _trimmed(row: list[str]) -> list[str]:
    last = max((k for k, cell in enumerate(row) if cell.strip()), default=-1)
    return row[: last + 1]


def _incomplete(where: str, name: str) -> InputError:
    return InputError(
        where=where,
        found=f"a section [{name}] without a header",
        rule=f"a section has a title, and a header that begins with {' or '.join(HEADS)}",
        fix="complete it",
    )
