"""Rules on displays other than green that meet a foe's green: dark lamps, yellow over a walk, and the yellow trap."""

from __future__ import annotations

from collections.abc import Iterator

from ...networks import lamps
from ...networks.sentence import Sentence
from .circle import Span, end_ms, following, share_an_instant
from .findings import Finding
from .junction_view import Look, runs_today, say

UNSTOPPED = frozenset((lamps.STOP_THEN_GO, lamps.DARK_YIELD, lamps.DARK))
OFF = frozenset((lamps.DARK_YIELD, lamps.DARK))


def unstopped(look: Look) -> Iterator[Finding]:
    """A display that does not hold anybody back is not shown over a foe's green, unless it is the lamp's red there.

    That is: whenever today's program shows the foe that green, the lamp shows this display and never red.
    """
    for a, b in sorted(look.junction.foes):
        if a in look.groups and b in look.groups:
            for shown, green in _open_over_green(look, a, b):
                if not _is_its_red(look.today, a, shown.first, b, green.first):
                    yield look.finding(
                        "unstopped",
                        Sentence(
                            "group {a} shows '{display}' from {start}, which stops nobody, while its foe {b} shows "
                            "'{green}'. Today it does not do so whenever {b} does. Show red.",
                            a=a,
                            b=b,
                            display=shown.first,
                            start=say(shown.start_ms),
                            green=green.first,
                        ),
                        groups=(a, b),
                        at_ms=_first_of_both(shown, green, look.cycle_ms),
                    )


def _open_over_green(look: Look, a: str, b: str) -> Iterator[tuple[Span, Span]]:
    for shown in look.sequences[a]:
        for green in look.sequences[b]:
            if shown.first in UNSTOPPED and green.first in lamps.GREENS and _meet(look, shown, green):
                yield shown, green


def _is_its_red(today: Look, a: str, display: str, b: str, green: str) -> bool:
    greens = [span for span in today.sequences[b] if span.first == green]
    met = {span.first for span in today.sequences[a] if any(_meet(today, span, other) for other in greens)}
    return display in met and not met & ((UNSTOPPED | {lamps.RED, lamps.RED_AMBER}) - {display})


def _meet(look: Look, one: Span, other: Span) -> bool:
    return share_an_instant(one, other, look.cycle_ms)


def _first_of_both(one: Span, other: Span, cycle_ms: int) -> int:
    within = (other.start_ms - one.start_ms) % cycle_ms < one.length_ms
    return other.start_ms if within else one.start_ms


def dark(look: Look) -> Iterator[Finding]:
    """A signal is not off all the cycle: then it is no signal, and nobody is held back from anybody."""
    shown = {span.first for group in look.groups for span in look.sequences[group]}
    if shown and shown <= OFF:
        yield look.finding(
            "dark",
            Sentence(
                "no lamp of the junction is ever lit. A plan that is off holds nobody back. Give it greens, or keep "
                "the signal off by a schedule, not by a plan."
            ),
            at_ms=0,
        )


def yellow_on_walk(look: Look) -> Iterator[Finding]:
    """Nobody walks while vehicles that cross them still have yellow: yellow lets vehicles in (MUTCD 2009, 4D.04).

    Trams, too, whose signals need no yellow of their own, but may have one.
    """
    drives = {*look.driven, *(group.id for group in look.junction.groups if group.kind == "vehicle")}
    for a, b in sorted(look.junction.foes):
        if a in drives and a in look.groups and b in look.walked:
            met = _yellow_over(look, a, b)
            as_today = bool(_yellow_over(look.today, a, b)) if met else False
            for yellow, walk in met:
                text = Sentence(
                    "group {a} shows yellow from {start} for {length} while {b}, which it crosses, has its walk from "
                    "{walk}. Let the walk start after it, or end before.",
                    a=a,
                    b=b,
                    start=say(yellow.start_ms),
                    length=say(yellow.length_ms),
                    walk=say(walk.start_ms),
                )
                yield look.finding(
                    "yellow_on_walk",
                    runs_today(text) if as_today else text,
                    groups=(a, b),
                    at_ms=_first_of_both(yellow, walk, look.cycle_ms),
                    severity="warning" if as_today else "error",
                )


def _yellow_over(look: Look, a: str, b: str) -> list[tuple[Span, Span]]:
    return [(y, walk) for y in look.yellows[a] for walk in look.greens[b] if _meet(look, y, walk)]


def yellow_trap(look: Look) -> Iterator[Finding]:
    """A turn that yields does not lose its green while those who come the other way keep theirs.

    Whoever waits to turn takes yellow for the end of the traffic that comes: Federal Highway Administration, Traffic
    Signal Timing Manual, FHWA-HOP-08-024, 2008, figure 4-13.
    """
    for a, b in sorted(look.across):
        if a in look.groups and b in look.groups:
            traps = _traps(look, a, b)
            as_today = bool(_traps(look.today, a, b)) if traps else False
            for yellow, green in traps:
                text = Sentence(
                    "group {a} turns across {b}, yields, and has yellow from {start}, while {b} stays green until "
                    "{end}. Whoever waits to turn takes it that {b} ends too. End both together, or end the turn with "
                    "protected green.",
                    a=a,
                    b=b,
                    start=say(yellow.start_ms),
                    end=say(end_ms(green, look.cycle_ms)),
                )
                yield look.finding(
                    "yellow_trap",
                    runs_today(text) if as_today else text,
                    groups=(a, b),
                    at_ms=yellow.start_ms,
                    severity="warning" if as_today else "error",
                )


def _traps(look: Look, a: str, b: str) -> list[tuple[Span, Span]]:
    """Return the yellows that follow a permitted green of `a`, each within a green of `b` that goes on after it."""
    found = []
    for green in look.greens[a]:
        yellow = following(end_ms(green, look.cycle_ms), look.yellows[a])
        if green.last == lamps.PERMITTED and green.length_ms < look.cycle_ms and yellow is not None:
            found += [(yellow, other) for other in look.greens[b] if _outlasts(other, yellow, look.cycle_ms)]
    return found


def _outlasts(green: Span, yellow: Span, cycle_ms: int) -> bool:
    """Whether a green is there when a yellow starts and still there once it is over."""
    since_ms = (yellow.start_ms - green.start_ms) % cycle_ms
    return green.length_ms == cycle_ms or since_ms + yellow.length_ms < green.length_ms


RULES = (unstopped, dark, yellow_on_walk, yellow_trap)
