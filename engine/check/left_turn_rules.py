"""The rule on turns across those who come the other way: who may do without protected time, by the pack's conditions.

Federal Highway Administration, Traffic Signal Timing Manual, FHWA-HOP-08-024, 2008, figure 4-11; Highway Capacity
Manual 2000; the values are the pack's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise

from ...networks.sentence import Sentence
from .circle import Span
from .findings import Finding
from .junction_view import Look, runs_today, say
from .turn_across import LEAST_MS, OwnTurn


def left_turn(look: Look) -> Iterator[Finding]:
    """A turn that yields to those who come the other way may do so, or does so today as well.

    What is not known, volumes or sight, is against it: an engineer's word in `junctions.toml` decides then.
    """
    for turn in look.left_turns:
        if turn.group not in look.groups or turn.decided:
            continue
        alone_ms, yields_at_ms = _shown(look, turn)
        if yields_at_ms is None:
            continue
        kept = alone_ms >= min(LEAST_MS, turn.today_ms)
        new = not turn.yields_today or not kept
        if new and (turn.against or (not kept and turn.of_volumes)):
            yield _finding(look, turn, _taken(turn, alone_ms, yields_at_ms), yields_at_ms, alone_ms, as_today=False)
        elif turn.against or (not turn.today_ms and turn.volumes_known and turn.of_volumes):
            yield _finding(look, turn, _as_today(turn, yields_at_ms), yields_at_ms, alone_ms, as_today=True)


def _finding(look: Look, turn: OwnTurn, text: Sentence, at_ms: int, alone_ms: int, *, as_today: bool) -> Finding:
    return look.finding(
        "left_turn",
        text,
        groups=(turn.group, *sorted(turn.opposing)),
        at_ms=at_ms,
        found=alone_ms / 1000,
        required=min(LEAST_MS, turn.today_ms) / 1000,
        severity="warning" if as_today else "error",
    )


def _taken(turn: OwnTurn, alone_ms: int, at_ms: int) -> Sentence:
    return Sentence(
        "group {group} turns across {opposing} and yields at {at}; its protected time is {now}, today {today}. It may "
        "not: {reasons}. Keep its protected time as today, or say in junctions.toml, left_turns, why it may yield.",
        group=turn.group,
        opposing=", ".join(sorted(turn.opposing)),
        at=say(at_ms),
        now=say(alone_ms),
        today=say(turn.today_ms),
        reasons=_joined((*turn.against, *turn.of_volumes)),
    )


def _as_today(turn: OwnTurn, at_ms: int) -> Sentence:
    text = Sentence(
        "group {group} turns across {opposing} and yields at {at}, though {reasons}. Consider protected time.",
        group=turn.group,
        opposing=", ".join(sorted(turn.opposing)),
        at=say(at_ms),
        reasons=_joined(turn.against or turn.of_volumes),
    )
    return runs_today(text)


def _joined(reasons: tuple[Sentence, ...]) -> Sentence:
    return reduce(lambda text, more: Sentence("{text}; {more}", text=text, more=more), reasons)


def _shown(look: Look, turn: OwnTurn) -> tuple[int, int | None]:
    """Return the longest stretch of green without those opposite, and when the turn is first green with them."""
    opposing = [span for name in sorted(turn.opposing) for span in look.greens.get(name, ())]
    longest, met = 0, []
    for green in look.greens[turn.group]:
        parts = list(_parts(green, opposing, look.cycle_ms))
        met += [start for start, _, alone in parts if not alone]
        so_far = 0
        for _, length, alone in parts * (2 if green.length_ms == look.cycle_ms else 1):
            so_far = so_far + length if alone else 0
            longest = max(longest, min(so_far, look.cycle_ms))
    return longest, min(met, default=None)


def _parts(green: Span, opposing: list[Span], cycle_ms: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the parts of a green: start, length, and whether nobody opposite is green in it."""
    edges = {0, green.length_ms}
    for span in opposing:
        edges |= {(edge - green.start_ms) % cycle_ms for edge in (span.start_ms, span.start_ms + span.length_ms)}
    ordered = sorted(edge for edge in edges if edge <= green.length_ms)
    for begin, end in pairwise(ordered):
        start = (green.start_ms + begin) % cycle_ms
        yield start, end - begin, not any(_within(start, span, cycle_ms) for span in opposing)


def _within(at_ms: int, span: Span, cycle_ms: int) -> bool:
    return (at_ms - span.start_ms) % cycle_ms < span.length_ms


RULES = (left_turn,)
