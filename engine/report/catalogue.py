"""The languages of the report: one file of sentences for each but English, which is its own key.

`zh.toml` holds two tables. `[said]` is what the report itself says, looked up by the English sentence. `[told]` is what
other parts of the program wrote as finished English, the reasons of the gate and the findings of the check: such a text
is recognised by its pattern, an English sentence with {places}, and what stands in the places is translated in turn.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ENGLISH = "en"
NO_BREAK = "\N{NO-BREAK SPACE}"
PLACE = re.compile(r"\{(\w+)\}")
# The end of a sentence: a full stop before a capital letter or a figure, never the point within a number.
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-Z0-9])")
WITHIN_SENTENCE = f"(?:(?!{BETWEEN_SENTENCES.pattern}).)+?"


def _languages() -> tuple[str, ...]:
    """Return English and each language whose catalogue lies beside this file: `zh.toml` is Chinese."""
    names = (file.name for file in files(__package__).iterdir())
    return (ENGLISH, *sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


LANGUAGES = _languages()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The sentences of one language; `told` in the order of the file, which is the order of trying."""

    said: dict[str, str]
    told: tuple[tuple[re.Pattern[str], str], ...]
    between_sentences: str


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language; English has an empty one."""
    if language == ENGLISH:
        return Catalogue(said={}, told=(), between_sentences=" ")
    content = tomllib.loads((files(__package__) / f"{language}.toml").read_text(encoding="utf-8"))
    return Catalogue(
        said=content["said"],
        told=tuple((pattern_of(english), text) for english, text in content["told"].items()),
        between_sentences=content["between_sentences"],
    )


def pattern_of(sentence: str) -> re.Pattern[str]:
    """Return what recognises a sentence with {places}.

    A place holds as little as will do and no end of a sentence, but for one named `text`, which may hold several.
    """
    parts = PLACE.split(sentence)
    held = [f"(?P<{part}>{'.+?' if part == 'text' else WITHIN_SENTENCE})" for part in parts[1::2]]
    literal = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(a + b for a, b in zip(literal, [*held, ""], strict=True)), re.DOTALL)


def sentence_in(language: str, sentence: str) -> str:
    """Return the report's own sentence, its {places} still open; the English one where the catalogue lacks it.

    A space that must not break is a space to the catalogue: nobody can see the difference in its file.
    """
    return catalogue(language).said.get(sentence.replace(NO_BREAK, " "), sentence)


def text_in(language: str, text: str) -> str:
    """Return a finished English text in a language; parts that no pattern recognises stay as they are."""
    known = catalogue(language)
    if text in known.said:
        return known.said[text]
    for pattern, translated in known.told:
        # A sentence that was put into another one has lost its full stop.
        met = pattern.fullmatch(text) or pattern.fullmatch(f"{text}.")
        if met:
            return translated.format(**{name: text_in(language, value) for name, value in met.groupdict().items()})
    sentences = BETWEEN_SENTENCES.split(text)
    if len(sentences) == 1:
        return text
    return known.between_sentences.join(text_in(language, sentence) for sentence in sentences)
