"""The report's sentences and numbers as text: the one door through which words reach the page.

`say` looks a sentence up in the catalogue of the language in force, so that a translation is one more catalogue and
no change elsewhere. English is its own key.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextvars import ContextVar

CATALOGUES: Mapping[str, Mapping[str, str]] = {"en": {}}
language: ContextVar[str] = ContextVar("language", default="en")

ABSENT = "–"
MINUS = "\N{MINUS SIGN}"


def say(sentence: str, **values: object) -> str:
    """Return the sentence in the language in force, with its {values} filled in; untranslated ones stay English."""
    text = CATALOGUES[language.get()].get(sentence, sentence)
    return text.format(**values) if values else text


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
    return number(100 * share, digits) + (" %" if math.isfinite(share) else "")


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
