"""Sentences that can be read in another language: English text that remembers its template and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial, reduce
from types import MappingProxyType
from typing import Any, Self


class Sentence(str):
    """A sentence, or a part of one, for people: the text of an English template filled in with values.

    To whoever prints, writes or compares it, it is that text and nothing else. Another language looks the template up
    and fills the same values in; values that are sentences themselves are put into that language first, all others,
    such as names, stay as they are. A sentence put into another one as `{name:open}` loses its final full stop.

    Templates are written out where the sentence is made: `Sentence("group {group} is green", group="a")`.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill the template in. Raises KeyError for a field without a value."""
        self = super().__new__(cls, template.format(**values))
        self.template, self.values = template, MappingProxyType(values)
        return self

    def __format__(self, spec: str) -> str:
        return self.rstrip(".") if spec == "open" else super().__format__(spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.template, **self.values), ()

    def translated(self, templates: Mapping[str, str]) -> Sentence:
        """Return the sentence in another language, by English template; one that is missing there stays English."""
        values = {
            name: value.translated(templates) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return Sentence(templates.get(self.template, self.template), **values)


def in_a_row(sentences: Iterable[Sentence]) -> Sentence:
    """Return sentences, one at least, as one text with a space between them."""
    return reduce(lambda text, more: Sentence("{text} {more}", text=text, more=more), sentences)
