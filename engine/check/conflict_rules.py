"""Rules on what two groups show to each other: conflicts and intergreens, also across the end of the cycle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ...networks import lamps
from ...networks.junction import Junction
from ...networks.sentence import Sentence
from .circle import Span, end_ms, following, gap_ms, share_an_instant, to_ms
from .findings import Finding
from .junction_view import Look, say

# A display that yields may stand where the running program shows a protected one, never the other way round.
_AT_LEAST = {
    lamps.PROTECTED: (lamps.PROTECTED,),
    lamps.PERMITTED: (lamps.PERMITTED, lamps.PROTECTED),
}
NEVER_BOTH = Sentence(
    "Ways that cross or end in one lane are never both protected (RiLSA 2015; MUTCD 2009, section 4D.05)."
)
NOT_TODAY = Sentence("Today they never show these together.")


def may_meet(junction: Junction, a: str, display_a: str, b: str, display_b: str) -> bool:
    """Whether two foes may be green together with these displays, because they are today or because they yield more."""
    return any(
        (a, today_a, b, today_b) in junction.together
        for today_a, today_b in product(_AT_LEAST[display_a], _AT_LEAST[display_b])
    )


def conflict(look: Look) -> Iterator[Finding]:
    """Two foes are green together only as the running program shows them."""
    for a, b in _foes(look):
        for first, second in _strangers(look, a, b):
            if a < b and share_an_instant(first, second, look.cycle_ms):
                yield _conflict(look, a, first, b, second)


def _conflict(look: Look, a: str, first: Span, b: str, second: Span) -> Finding:
    within = (second.start_ms - first.start_ms) % look.cycle_ms < first.length_ms
    start_ms = second.start_ms if within else first.start_ms
    both = (a, b) in look.protected and first.first == second.first == lamps.PROTECTED
    return look.finding(
        "conflict",
        Sentence(
            "groups {a} and {b} conflict. {first} and {second}. {why} Let one end before the other starts.",
            a=a,
            b=b,
            first=_shown(look, a, first),
            second=_shown(look, b, second),
            why=NEVER_BOTH if both else NOT_TODAY,
        ),
        groups=(a, b),
        at_ms=start_ms,
    )


def _shown(look: Look, group: str, span: Span) -> Sentence:
    return Sentence(
        "{group} shows '{display}' from {start} to {end}",
        group=group,
        display=span.first,
        start=say(span.start_ms),
        end=say(end_ms(span, look.cycle_ms)),
    )


def intergreen(look: Look) -> Iterator[Finding]:
    """From the end of a green to the start of a foe's green passes the intergreen, and the yellow within it."""
    for a, b in _foes(look):
        for first, second in _strangers(look, a, b):
            needed_ms, gap = _needed_ms(look, a, b, first), gap_ms(first, second, look.cycle_ms)
            if gap < needed_ms and not share_an_instant(first, second, look.cycle_ms):
                yield _intergreen(look, a, first, b, second, needed_ms)


def _intergreen(look: Look, a: str, first: Span, b: str, second: Span, needed_ms: int) -> Finding:
    end = end_ms(first, look.cycle_ms)
    return look.finding(
        "intergreen",
        Sentence(
            "groups {a} and {b} conflict. {a} ends at {end}, {b} starts at {start}, the intergreen matrix asks for "
            "{needed}. Start {b} at {earliest} or later.",
            a=a,
            b=b,
            end=say(end),
            start=say(second.start_ms),
            needed=say(needed_ms),
            earliest=say((end + needed_ms) % look.cycle_ms),
        ),
        groups=(a, b),
        at_ms=second.start_ms,
        found=gap_ms(first, second, look.cycle_ms) / 1000,
        required=needed_ms / 1000,
    )


def _needed_ms(look: Look, a: str, b: str, first: Span) -> int:
    """Return the intergreen; if the matrix has room for the yellow, then also for a longer yellow in this plan."""
    matrix_ms = to_ms(look.junction.intergreen_s[(a, b)])
    after = following(end_ms(first, look.cycle_ms), look.yellows[a])
    if after is None or matrix_ms < to_ms(look.junction.yellow_s[a]):
        return matrix_ms
    return max(matrix_ms, after.length_ms)


def _foes(look: Look) -> Iterator[tuple[str, str]]:
    known = set(look.groups)
    return ((a, b) for a, b in sorted(look.junction.foes) if a in known and b in known)


def _strangers(look: Look, a: str, b: str) -> Iterator[tuple[Span, Span]]:
    """Return the pairs of windows, each of one display, that may not meet."""
    for first, second in product(look.greens_by_display[a], look.greens_by_display[b]):
        if not may_meet(look.junction, a, first.first, b, second.first):
            yield first, second


RULES = (conflict, intergreen)
