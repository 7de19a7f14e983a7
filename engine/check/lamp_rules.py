"""Rules on what each group shows for itself: served, long enough, and with its yellow."""

from __future__ import annotations

from collections.abc import Iterator

from ...networks import lamps
from ...networks.sentence import Sentence
from .circle import Span, end_ms, following, preceding, to_ms
from .findings import Finding
from .junction_view import Look, say


def served(look: Look) -> Iterator[Finding]:
    """A group has a green exactly if it has one today; nothing is known of the safety of one that has none."""
    for group in look.groups:
        today, planned = bool(look.today.greens[group]), bool(look.greens[group])
        if today and not planned:
            yield look.finding(
                "served",
                Sentence(
                    "group {group} never turns green. It does today, and every lamp that is served stays served. "
                    "Give it a green of at least {shortest}.",
                    group=group,
                    shortest=say(to_ms(look.junction.min_green_s[group])),
                ),
                groups=(group,),
                found=0.0,
                required=look.junction.min_green_s[group],
            )
        if planned and not today:
            yield look.finding(
                "served",
                Sentence(
                    "group {group} turns green at {start}. It is red all day today, so no yellow, minimum green or "
                    "intergreen is known for it. Leave it red.",
                    group=group,
                    start=say(look.greens[group][0].start_ms),
                ),
                groups=(group,),
                at_ms=look.greens[group][0].start_ms,
            )


def display(look: Look) -> Iterator[Finding]:
    """Apart from protected and permitted green, yellow and red, a group shows only what it shows today."""
    planned, today = look.plan.by_group, look.junction.running.by_group
    for group in look.groups:
        known = lamps.GREENS | {lamps.YELLOW, lamps.RED} | {window.display for window in today[group].windows}
        for window in planned[group].windows:
            if window.display not in known:
                yield look.finding(
                    "display",
                    Sentence(
                        "group {group} shows '{display}' from {start}. Today it shows only {known}. Use one of these.",
                        group=group,
                        display=window.display,
                        start=say(to_ms(window.start_s)),
                        known=", ".join(sorted(known)),
                    ),
                    groups=(group,),
                    at_ms=to_ms(window.start_s),
                )


def min_green(look: Look) -> Iterator[Finding]:
    """Every green lasts at least the group's minimum."""
    for group in look.groups:
        needed_ms = to_ms(look.junction.min_green_s[group])
        for green in look.greens[group]:
            if green.length_ms < needed_ms:
                yield look.finding(
                    "min_green",
                    Sentence(
                        "group {group} is green from {start} for {length}. Its shortest green is {shortest}. "
                        "Lengthen it by {missing}.",
                        group=group,
                        start=say(green.start_ms),
                        length=say(green.length_ms),
                        shortest=say(needed_ms),
                        missing=say(needed_ms - green.length_ms),
                    ),
                    groups=(group,),
                    at_ms=green.start_ms,
                    found=green.length_ms / 1000,
                    required=needed_ms / 1000,
                )


def yellow(look: Look) -> Iterator[Finding]:
    """Every green that ends is followed at once by the group's yellow."""
    for group in look.groups:
        needed_ms = to_ms(look.junction.yellow_s[group])
        for green in _ending(look, group):
            after = following(end_ms(green, look.cycle_ms), look.yellows[group])
            shown_ms = 0 if after is None else after.length_ms
            if shown_ms < needed_ms:
                yield look.finding(
                    "yellow",
                    Sentence(
                        "group {group} ends its green at {end} with {shown} of yellow. Its shortest yellow is "
                        "{shortest}. Lengthen it by {missing}.",
                        group=group,
                        end=say(end_ms(green, look.cycle_ms)),
                        shown=say(shown_ms),
                        shortest=say(needed_ms),
                        missing=say(needed_ms - shown_ms),
                    ),
                    groups=(group,),
                    at_ms=end_ms(green, look.cycle_ms),
                    found=shown_ms / 1000,
                    required=needed_ms / 1000,
                )


def red_amber(look: Look) -> Iterator[Finding]:
    """Where every green begins with red-amber today, every green does."""
    for group in look.groups:
        needed_ms = min(_red_ambers_ms(look.today, group), default=0)
        shown = zip(_ending(look, group), _red_ambers_ms(look, group), strict=True)
        for green, shown_ms in shown:
            if shown_ms < needed_ms:
                yield look.finding(
                    "red_amber",
                    Sentence(
                        "group {group} turns green at {start} after {shown} of red-amber. Today it shows {today}. "
                        "Show as much.",
                        group=group,
                        start=say(green.start_ms),
                        shown=say(shown_ms),
                        today=say(needed_ms),
                    ),
                    groups=(group,),
                    at_ms=green.start_ms,
                    found=shown_ms / 1000,
                    required=needed_ms / 1000,
                )


def _ending(look: Look, group: str) -> tuple[Span, ...]:
    """Return the greens that end, which one that lasts the whole cycle never does."""
    return tuple(green for green in look.greens[group] if green.length_ms < look.cycle_ms)


def _red_ambers_ms(look: Look, group: str) -> list[int]:
    before = (preceding(green.start_ms, look.red_ambers[group], look.cycle_ms) for green in _ending(look, group))
    return [0 if span is None else span.length_ms for span in before]


RULES = (served, display, min_green, yellow, red_amber)
