"""How a text table is laid out: what stands above its header, what separates its values, and its decimal sign."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ....networks.errors import InputError
from .encodings import GUESSED, PLAIN

LOOKED_AT = 60  # lines
LONGEST_LINE = 1 << 20  # characters
MOST_COLUMNS = 2_000  # Polars takes 0.4 MiB of address space for each, and more where a command has 2 GiB
SEPARATORS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
COMMENT, SEP = ("#", "//", "%"), re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
# Titles that say of a table what it is, and the heads of three lines of turning-count reports, are no mere captions.
TELLING = re.compile(r"turning movement count|minute counts|^\W*(leg|direction)\b", re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"^\s*[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A text file's encoding, separator, and how many lines of it stand above the table."""

    encoding: str
    separator: str
    skipped: int  # lines

    @property
    def is_plain(self) -> bool:
        """Whether readers can have the file as it is."""
        return self.encoding in (PLAIN, "utf-8-sig") and self.separator == "," and not self.skipped

    def told(self) -> list[str]:
        """Return sentences on what is not usual."""
        found = []
        if self.encoding not in (PLAIN, "utf-8-sig"):
            guess = " (guessed: name the --encoding if names look wrong)" if self.encoding in GUESSED else ""
            found.append(f"encoding {self.encoding}{guess}")
        if self.separator != ",":
            found.append(f"separated by {NAMES.get(self.separator, repr(self.separator))}")
        if self.skipped:
            found.append(f"{self.skipped} line{'s' if self.skipped > 1 else ''} above the header left out")
        return found


def layout_of(path: Path, source: Path, encoding: str, wished: str | None = None) -> Layout:
    """Return the layout of a text file. Raises InputError where a line is longer than any table's."""
    with open(path, encoding=encoding, errors="replace", newline="") as file:
        lines = [line.rstrip("\r\n") for line in islice(iter(lambda: file.readline(LONGEST_LINE + 1), ""), LOOKED_AT)]
    if any(len(line) > LONGEST_LINE for line in lines):
        raise InputError(
            where=str(source),
            found=f"a line of more than {LONGEST_LINE} characters",
            rule="a table of counts has lines of a length that people can read",
            fix="export it again",
        )
    if any("\0" in line for line in lines):
        raise InputError(
            where=str(source), found="no text", rule="a file of counts is text, Parquet, XML or XLSX", fix="export it"
        )
    skipped, named = _comments(lines)
    separator = wished or named or _separator(lines[skipped:])
    skipped += _captions(lines[skipped:], separator)
    _require_narrow(lines[skipped:], separator, source)
    return Layout(encoding=encoding, separator=separator, skipped=skipped)


def _require_narrow(lines: list[str], separator: str, source: Path) -> None:
    """Raise InputError for a table of more columns than can be told apart in a reasonable time and memory."""
    columns = max((line.count(separator) + 1 for line in lines[:2]), default=0)
    if columns > MOST_COLUMNS:
        raise InputError(
            where=str(source),
            found=f"{columns} columns",
            rule=f"a table of counts has {MOST_COLUMNS} columns at most",
            fix="write a row for each detector and bin: detector,start,interval_s,count",
        )


def _comments(lines: list[str]) -> tuple[int, str | None]:
    """Return how many lines of comments stand on top, and the separator that one of them names."""
    named = None
    for number, line in enumerate(lines):
        if found := SEP.match(line.strip()):
            named = found[1]
        elif line.strip() and not line.lstrip().startswith(COMMENT):
            return number, named
    return 0, named


def _separator(lines: list[str]) -> str:
    """Return what cuts most of the lines into the same number of values, the larger number if two do."""
    best, found = (0, 0), ","
    for separator in SEPARATORS:
        widths = Counter(len(row) for row in _rows(lines, separator) if len(row) > 1)
        if widths:
            width, many = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (many, width) > best:
                best, found = (many, width), separator
    return found


def _captions(lines: list[str], separator: str) -> int:
    """Return how many lines of one value stand above a table of three columns or more."""
    if any(TELLING.search(line) for line in lines[:LOOKED_AT]):
        return 0
    filled = [sum(bool(value.strip()) for value in row) for row in _rows(lines, separator)]
    if not filled or max(filled) < 3:
        return 0
    above = next((k for k, many in enumerate(filled) if many > 1), 0)
    usual = Counter(filled[above + 1 :]).most_common(1)
    return above if usual and usual[0][0] >= 3 else 0


def _rows(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return [next(csv.reader([line], delimiter=separator), []) for line in lines]
    except csv.Error:
        return []


def rewritten(path: Path, out: Path, layout: Layout, missing: frozenset[str], told: list[str]) -> None:
    """Write the table in UTF-8 with commas between its values and points in its numbers.

    Raises InputError with the line for text that is no table.
    """
    german = _decimal_commas(path, layout) if layout.separator != "," else set()
    if german:
        told.append("decimal comma")
    absent = {word.strip().lower() for word in missing}
    with open(out, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in _values(path, layout):
            if absent:
                row = ["" if value.strip().lower() in absent else value for value in row]
            writer.writerow([_number(v) if k in german else v for k, v in enumerate(row)] if german else row)


def _values(path: Path, layout: Layout) -> Iterator[list[str]]:
    with open(path, encoding=layout.encoding, newline="") as file:
        reader = csv.reader(islice(file, layout.skipped, None), delimiter=layout.separator)
        try:
            yield from reader
        except (csv.Error, UnicodeError) as error:
            raise InputError(
                where=f"{path}, line {reader.line_num + layout.skipped}",
                found=f"no table ({error})",
                rule="a table of counts is text with the same columns in every line",
                fix="correct the line, or write the table again",
            ) from error


def _decimal_commas(path: Path, layout: Layout) -> set[int]:
    """Return the columns in which some number has a decimal comma."""
    found: set[int] = set()
    for row in _values(path, layout):
        for k, value in enumerate(row):
            if k not in found and "," in value and DECIMAL_COMMA.match(value):
                found.add(k)
    return found


def _number(value: str) -> str:
    """Return a number with a point; 1.101 is eleven hundred and one where other values have decimal commas."""
    if DECIMAL_COMMA.match(value):
        return value.replace(".", "").replace(",", ".")
    return value.replace(".", "") if re.fullmatch(r"\s*-?\d{1,3}(\.\d{3})+\s*", value) else value
