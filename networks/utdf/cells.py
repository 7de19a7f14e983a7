"""The numbers in a section's cells, each with its place: what is none is an error that says line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import InputError
from ..files import finite
from .sections import Section

NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)", re.ASCII)
SECONDS = ("s", "sec", "seconds")
MPH, KM_H = ("mph",), ("km/h", "kmh", "kph")
FEET, METRES = ("ft", "feet"), ("m",)


def number(text: str | None, units: Iterable[str] = (), *, decimal_comma: bool = False) -> float | None:
    """Return a cell as a number, without the star that marks what a user overrode; None if it is blank.

    The name of the unit that the number is in may stand after it. Raises ValueError for what is no number, has no
    end, or is followed by anything else.
    """
    cleaned = (text or "").strip().lstrip("*").strip()
    if not cleaned:
        return None
    found = NUMBER.fullmatch(cleaned.replace(",", ".") if decimal_comma and cleaned.count(",") == 1 else cleaned)
    if found is None:
        raise ValueError(f"'{cleaned[:40]}' where a number stands")
    allowed = tuple(units)
    if found[2] and found[2].lower() not in allowed:
        known = f"; known here: {', '.join(allowed)}" if allowed else ""
        raise ValueError(f"'{cleaned[:40]}': an unknown unit '{found[2][:20]}'{known}")
    return finite(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The records of one INTID in a section; `source` names the file."""

    section: Section
    source: str
    intid: str

    def text(self, record: str, column: str) -> str:
        """Return a cell without the spaces around it; blank where there is none."""
        return self.section.records.get(self.intid, {}).get(record, {}).get(column, "").strip()

    def number(
        self, record: str, column: str, *, most: float, least: float = 0.0, units: Iterable[str] = ()
    ) -> float | None:
        """Return a cell as a number within its bounds; None if it is blank. Raises InputError with its place."""
        text = self.text(record, column)
        try:
            found = number(text, units, decimal_comma=self.section.decimal_comma)
        except ValueError as error:
            raise self.error(record, column, str(error), f"{record} is a number") from None
        if found is not None and not least <= found <= most:
            raise self.error(record, column, f"{record} {text}", f"{record} is a number from {least:g} to {most:g}")
        return found

    def whole(self, record: str, column: str, *, most: int, least: int = 0) -> int | None:
        """Return a cell as a whole number within its bounds; None if it is blank. Raises InputError with its place."""
        found = self.number(record, column, most=most, least=least)
        if found is not None and found != int(found):
            text = self.text(record, column)
            raise self.error(record, column, f"{record} {text}", f"{record} is a whole number")
        return None if found is None else int(found)

    def error(self, record: str, column: str, found: str, rule: str) -> InputError:
        """Return an error that names the cell by its line and column."""
        place = self.section.place(record, self.intid, column)
        return InputError(
            where=f"{self.source}, {place}, {record} of INTID {self.intid}",
            found=found,
            rule=rule,
            fix="correct the cell",
        )
