"""The report's sentences and numbers as text: the one door through which words reach the page.

`say` looks a sentence of the report's own up in the catalogue of the language in force, `translated` one that another
part of the program made. English is its own key.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from ...networks.sentence import Sentence
from .catalogue import ENGLISH, LANGUAGES, catalogue, sentence_in

language: ContextVar[str] = ContextVar("language", default=ENGLISH)

ABSENT = "–"
MINUS = "\N{MINUS SIGN}"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Put one of `LANGUAGES` in force. Raises ValueError for another."""
    if name not in LANGUAGES:
        raise ValueError(f"the report speaks {', '.join(LANGUAGES)}, not {name!r}")
    token = language.set(name)
    try:
        yield
    finally:
        language.reset(token)


def say(sentence: str, **values: object) -> str:
    """Return the sentence in the language in force, with its {values} filled in; untranslated ones stay English."""
    text = sentence_in(language.get(), sentence)
    return text.format(**values) if values else text


def translated(text: str) -> str:
    """Return a sentence of another part of the program in the language in force; what is only a text stays as it is."""
    return text.translated(catalogue(language.get())) if isinstance(text, Sentence) else text


def weekday(name: str) -> str:
    """Return the date of '2024-05-14' with its day of the week, as people write it."""
    day = date.fromisoformat(name)
    return say(
        "{weekday} {day:02d} {month} {year}",
        weekday=say(WEEKDAYS[day.weekday()]),
        day=day.day,
        month=MONTHS[day.month - 1],
        month_number=day.month,
        year=day.year,
    )


def number(value: float, digits: int = 1) -> str:
    """Return a number for reading; a dash where there is none."""
    if not math.isfinite(value):
        return ABSENT
    text = f"{value:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", MINUS)
    return text.removeprefix(MINUS) if not text.strip(f"{MINUS}0.") else text


def signed(value: float, digits: int = 1) -> str:
    """Return a change with its sign."""
    text = number(value, digits)
    return text if text.startswith(MINUS) or not text.strip(f"0.{ABSENT}") else f"+{text}"


def seconds(value: float) -> str:
    """Return seconds without needless zeros: 42, 4.3."""
    return number(value, 0 if not math.isfinite(value) or value == round(value) else 1)


def percent(share: float, digits: int = 0) -> str:
    """Return a share of one as a percentage."""
    sign = say("{number} %", number=number(100 * share, digits))
    return sign if math.isfinite(share) else ABSENT


def clock(time_s: float) -> str:
    """Return a time after midnight as hh:mm, with seconds only where there are any."""
    whole = round(time_s)
    text = f"{whole // 3600:02d}:{whole // 60 % 60:02d}"
    return text if whole % 60 == 0 else f"{text}:{whole % 60:02d}"


def shortened(name: str, longest: int) -> str:
    """Return a name that fits: the middle of a longer one is left out."""
    if len(name) <= longest:
        return name
    head = (longest - 1 + 1) // 2
    return f"{name[:head]}…{name[len(name) - (longest - 1 - head) :]}"
