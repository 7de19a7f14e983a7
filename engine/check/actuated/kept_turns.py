"""Turns across in actuated programs: a turn that the rules keep protected has a phase of its own, whoever comes.

The rule is that of fixed plans (`left_turn_rules`). A phase that nobody calls may be left out: nobody waits then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.sentence import Sentence
from ..findings import Finding
from ..turn_across import LEAST_MS, OwnTurn
from .nema_greens import greens_of
from .nema_phases import RingPhase
from .phases import Phase
from .program_findings import finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A phase at its shortest: the groups that are green in it, and those that may be green beside it."""

    green: frozenset[str]
    beside: frozenset[str]
    shortest_ms: int


def moments_of(phases: Sequence[Phase], junction: Junction) -> tuple[Moment, ...]:
    """Return the phases of a program that shows one after the other."""
    lit = (
        (phase, frozenset(g.id for g in junction.groups if phase.state[g.links[0]] in lamps.GREENS)) for phase in phases
    )
    return tuple(Moment(green=green, beside=green, shortest_ms=phase.shortest_ms) for phase, green in lit)


def moments_of_rings(phases: Sequence[RingPhase], junction: Junction) -> tuple[Moment, ...]:
    """Return the phases of a NEMA program: beside each, any of the other ring on the same side may be green."""

    def lit(phase: RingPhase) -> frozenset[str]:
        return frozenset(greens_of(phase, junction))

    return tuple(
        Moment(
            green=lit(one),
            beside=lit(one).union(*(lit(two) for two in phases if two.ring != one.ring and two.side == one.side)),
            shortest_ms=one.shortest_ms,
        )
        for one in phases
    )


def kept_turns(moments: Sequence[Moment], turns: Sequence[OwnTurn], junction: Junction) -> Iterator[Finding]:
    """Yield each turn that yields though it may not, or that has lost protected time which the rules keep."""
    for turn in turns:
        own = [one for one in moments if turn.group in one.green]
        yields = any(turn.opposing & one.beside for one in own)
        if turn.decided or not yields:
            continue
        least_ms = min(LEAST_MS, turn.today_ms)
        kept = any(one.shortest_ms >= least_ms and not turn.opposing & one.beside for one in own)
        new = not turn.yields_today or (turn.today_ms > 0 and not kept)
        if new and (turn.against or (not kept and turn.of_volumes)):
            why = (*turn.against, *turn.of_volumes)[0]
            text = Sentence(
                "turns across {opposing} and has no phase in which nobody comes the other way. It may not: {why}.",
                opposing=", ".join(sorted(turn.opposing)),
                why=why,
            )
            yield finding(junction, "left_turn", (turn.group,), text)
