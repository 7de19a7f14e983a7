"""The languages of the report: one file of sentences for each but English, which is its own key.

`zh.toml` holds a table from English to the other language: the sentences of the report itself, and the templates of
every `Sentence` that other parts of the program make, such as the reasons of the gate and the findings of the check.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

ENGLISH = "en"
NO_BREAK = "\N{NO-BREAK SPACE}"


def _languages() -> tuple[str, ...]:
    """Return English and each language whose catalogue lies beside this file: `zh.toml` is Chinese."""
    names = (file.name for file in files(__package__).iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


LANGUAGES = _languages()


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the sentences of a language by their English; none for English."""
    if language == ENGLISH:
        return {}
    found: dict[str, str] = tomllib.loads((files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))
    return found


def sentence_in(language: str, sentence: str) -> str:
    """Return the report's own sentence, its {places} still open; the English one where the catalogue lacks it.

    A space that must not break is a space to the catalogue: nobody can see the difference in its file.
    """
    return catalogue(language).get(sentence.replace(NO_BREAK, " "), sentence)
