"""The check's own arithmetic on the circle of a cycle, in whole milliseconds.

It shares no line with the arithmetic that the plans were made by: two of a kind would make the same mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...networks.plan import Window


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the circle, from `start_ms` for `length_ms`; `first` and `last` are the displays at its ends."""

    start_ms: int
    length_ms: int
    first: str
    last: str


def to_ms(seconds: float) -> int:
    """Return seconds as whole milliseconds."""
    return round(1000 * seconds)


def spans(windows: Iterable[Window], displays: frozenset[str]) -> tuple[Span, ...]:
    """Return the windows that show one of the displays, by their starts."""
    return tuple(
        Span(start_ms, length_ms, display, display)
        for start_ms, length_ms, display in sorted(
            (to_ms(w.start_s), to_ms(w.length_s), w.display) for w in windows if w.display in displays
        )
    )


def runs(parts: tuple[Span, ...], cycle_ms: int) -> tuple[Span, ...]:
    """Return spans with those that touch made one, also across the end of the cycle."""
    merged: list[Span] = []
    for part in parts:
        if merged and merged[-1].start_ms + merged[-1].length_ms == part.start_ms:
            merged.append(_one(merged.pop(), part))
        else:
            merged.append(part)
    if len(merged) > 1 and (merged[-1].start_ms + merged[-1].length_ms) - cycle_ms == merged[0].start_ms:
        merged[0] = _one(merged.pop(), merged[0])
    return tuple(sorted(merged, key=lambda span: span.start_ms))


def _one(before: Span, after: Span) -> Span:
    return Span(before.start_ms, before.length_ms + after.length_ms, before.first, after.last)


def end_ms(span: Span, cycle_ms: int) -> int:
    """Return the end as a place on the circle."""
    return (span.start_ms + span.length_ms) % cycle_ms


def gap_ms(before: Span, after: Span, cycle_ms: int) -> int:
    """Return the time from the end of one span forward to the next start of another, 0 where they touch."""
    return (after.start_ms - before.start_ms - before.length_ms) % cycle_ms


def share_an_instant(a: Span, b: Span, cycle_ms: int) -> bool:
    """Whether one of the spans starts while the other lasts."""
    return (b.start_ms - a.start_ms) % cycle_ms < a.length_ms or (a.start_ms - b.start_ms) % cycle_ms < b.length_ms


def following(end: int, parts: tuple[Span, ...]) -> Span | None:
    """Return the span that starts at a place on the circle, if one does."""
    return next((part for part in parts if part.start_ms == end), None)


def preceding(start: int, parts: tuple[Span, ...], cycle_ms: int) -> Span | None:
    """Return the span that ends at a place on the circle, if one does."""
    return next((part for part in parts if end_ms(part, cycle_ms) == start), None)


def sequence(windows: Iterable[Window], cycle_ms: int, red: str) -> tuple[Span, ...]:
    """Return what is shown all around the circle, one span after the other: red wherever no window is."""
    shown = sorted((to_ms(w.start_s), to_ms(w.length_s), w.display) for w in windows if to_ms(w.length_s) > 0)
    if not shown:
        return (Span(0, cycle_ms, red, red),)
    found: list[Span] = []
    for place, (start, length, display) in enumerate(shown):
        found.append(Span(start, length, display, display))
        after = shown[(place + 1) % len(shown)][0] + (cycle_ms if place + 1 == len(shown) else 0)
        if after > start + length:
            found.append(Span((start + length) % cycle_ms, after - start - length, red, red))
    return _of_one_display(found)


def _of_one_display(parts: list[Span]) -> tuple[Span, ...]:
    """Return spans that follow each other all around, with neighbours of one display made one."""
    found: list[Span] = []
    for part in parts:
        if found and found[-1].last == part.first:
            found.append(_one(found.pop(), part))
        else:
            found.append(part)
    if len(found) > 1 and found[-1].last == found[0].first:
        found[0] = _one(found.pop(), found[0])
    return tuple(found)
