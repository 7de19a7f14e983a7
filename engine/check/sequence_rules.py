"""Rules on the order in which a lamp for vehicles shows its colours: green, yellow, red, and green again.

What is wrong is a warning only where the running program shows the same lamp the same order.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...networks import lamps
from ...networks.sentence import Sentence
from .circle import Span
from .findings import Finding
from .junction_view import Look, runs_today, say

# NTCIP 1202 v03, phaseRedRevert: the shortest red between a yellow and the same phase's next green. The standard gives
# the setting and no length; 2 s, as controllers are often set, is our value.
SHORTEST_RED_MS = 2000
Turn = tuple[Span, Span, Span]  # what was shown before, a display, and what follows


def yellow_order(look: Look) -> Iterator[Finding]:
    """Yellow follows a green, and red follows yellow.

    Green, yellow, red and red-amber is the order of RiLSA 2015; a yellow warns of red alone: MUTCD 2009, section 4D.04.
    """
    for group in look.driven:
        today = {_order(turn) for turn in _yellows(look.today, group)}
        for turn in _yellows(look, group):
            problem = _problem(turn)
            if problem:
                before, yellow, after = turn
                text = Sentence(
                    "group {group} shows '{before}', then yellow at {start} for {length}, then '{after}'. {problem}",
                    group=group,
                    before=before.last,
                    start=say(yellow.start_ms),
                    length=say(yellow.length_ms),
                    after=after.first,
                    problem=problem,
                )
                as_today = _order(turn) in today
                yield look.finding(
                    "yellow_order",
                    runs_today(text) if as_today else text,
                    groups=(group,),
                    at_ms=yellow.start_ms,
                    severity="warning" if as_today else "error",
                )


def _problem(turn: Turn) -> Sentence | None:
    before, _, after = turn
    if before.last not in lamps.GREENS:
        return Sentence("A yellow follows a green; before a green stands red, or red-amber. Leave this yellow out.")
    if after.first in lamps.GREENS | {lamps.RED_AMBER}:
        return Sentence("A red follows a yellow. Let the green go on, or put red between.")
    return None


def _yellows(look: Look, group: str) -> list[Turn]:
    shown = look.sequences[group]
    found = []
    for place, span in enumerate(shown):
        if span.first in lamps.YELLOWS and len(shown) > 1:
            found.append((shown[place - 1], span, shown[(place + 1) % len(shown)]))
    return found


def _order(turn: Turn) -> tuple[str, str]:
    return turn[0].last, turn[2].first


def short_red(look: Look) -> Iterator[Finding]:
    """A red between two greens of a lamp lasts long enough to be seen."""
    for group in look.driven:
        shortest_today = min((red.length_ms for red in _reds(look.today, group)), default=SHORTEST_RED_MS)
        for red in _reds(look, group):
            if red.length_ms < SHORTEST_RED_MS:
                as_today = red.length_ms >= shortest_today
                text = Sentence(
                    "group {group} shows red for {length} only, from {start}. A red between two greens lasts "
                    "{shortest} or more. Lengthen it, or let the green go on.",
                    group=group,
                    length=say(red.length_ms),
                    start=say(red.start_ms),
                    shortest=say(SHORTEST_RED_MS),
                )
                yield look.finding(
                    "short_red",
                    runs_today(text) if as_today else text,
                    groups=(group,),
                    at_ms=red.start_ms,
                    found=red.length_ms / 1000,
                    required=SHORTEST_RED_MS / 1000,
                    severity="warning" if as_today else "error",
                )


def _reds(look: Look, group: str) -> list[Span]:
    """Return the stretches without green and yellow, red-amber and arrows being red."""
    moving = lamps.GREENS | lamps.YELLOWS
    found: list[Span] = []
    shown = look.sequences[group]
    turn = next((place for place, span in enumerate(shown) if span.first in moving), None)
    if turn is None:
        return []
    for span in shown[turn:] + shown[:turn]:
        if span.first in moving:
            found.append(Span(span.start_ms, 0, "", ""))
        else:
            before = found.pop()
            start_ms = before.start_ms if before.length_ms else span.start_ms
            found.append(Span(start_ms, before.length_ms + span.length_ms, span.first, span.last))
    return [span for span in found if span.length_ms]


RULES = (yellow_order, short_red)
