"""What has to be said of a junction as it was read: how conflicts were found, and what runs there that is unsafe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from . import lamps
from .junction import Pair, SignalGroup
from .plan import JunctionPlan, Window, whole_ms
from .safety import ends_without_yellow, overlap

AGAIN = "Build the network again with netconvert"
MOST_NAMED = 6


def how_conflicts_were_found(
    running: JunctionPlan, groups: Sequence[SignalGroup], guessed: frozenset[Pair], strips: frozenset[Pair]
) -> Iterator[str]:
    """Yield a sentence for each way in which conflicts were found but by the network's table of right of way."""
    junction = running.junction
    if guessed:
        yield (
            f"junction {junction}: the network's table of right of way does not tell whether groups {_named(guessed)} "
            "conflict. Lines on the map do not show them apart, so they are taken to conflict. "
            f"{AGAIN}, internal links included."
        )
    blind = [group.id for group in groups if group.kind == "unused" and running.greens(group.id)]
    if blind:
        yield (
            f"junction {junction}: the lamps of {', '.join(blind)} turn green, but govern nothing in the network. "
            "They will be green only with whom they are green today. "
            f"{AGAIN}, crossings and internal links included."
        )
    if strips:
        yield (
            f"junction {junction}: groups {_named(strips)} lead in opposite directions over one and the same strip of "
            "road, before the junction and behind it. Today's displays are kept possible: no signal here could keep "
            "such vehicles apart. Draw the lanes side by side if that is where they are."
        )


def unsafe_displays(running: JunctionPlan, groups: Iterable[SignalGroup], foes: frozenset[Pair]) -> Iterator[str]:
    """Yield a sentence for each pair and group that the running program endangers, and for a signal that is off."""
    groups = tuple(groups)
    shown = {window.display for plan in running.groups for window in plan.windows}
    if shown and shown <= lamps.OFF:
        yield f"junction {running.junction}: today's program is off, with every lamp dark or blinking. {NOT_LAW}"
        return
    for a, b in sorted(pair for pair in foes if pair[0] < pair[1]):
        meeting = next(_unyielding(running, a, b), None)
        if meeting is not None:
            wa, wb = meeting
            yield (
                f"UNSAFE TODAY, junction {running.junction}: groups {a} {_from(groups, a)} and {b} {_from(groups, b)} "
                f"conflict, and the running program shows '{wa.display}' and '{wb.display}' at once, {_when(wa, wb)}. "
                f"{NOT_LAW}"
            )
    for group in groups:
        if ends_without_yellow(running, group):
            yield (
                f"UNSAFE TODAY, junction {running.junction}: group {group.id} {_from(groups, group.id)} ends a green "
                f"without yellow. {NOT_LAW}"
            )


NOT_LAW = "No plan made here learns from that."


def _unyielding(running: JunctionPlan, a: str, b: str) -> Iterator[tuple[Window, Window]]:
    """Yield the windows of two groups that share an instant, and in which neither has to yield."""
    for wa in running.by_group[a].windows:
        for wb in running.by_group[b].windows:
            if {wa.display, wb.display} <= lamps.UNYIELDING and overlap(wa, wb, running.cycle_s):
                yield wa, wb


def _when(a: Window, b: Window) -> str:
    first, second = (f"from {w.start_s:g} s for {whole_ms(w.length_s) / 1000:g} s" for w in (a, b))
    return f"{first} and {second} of its cycle"


def _from(groups: Iterable[SignalGroup], name: str) -> str:
    edges = next(group.from_edges for group in groups if group.id == name)
    return f"(from {', '.join(edges)})" if edges else "(of unknown use)"


def _named(pairs: Iterable[Pair]) -> str:
    names = [f"{a} and {b}" for a, b in sorted(pairs) if a < b]
    more = f", and {len(names) - MOST_NAMED} pairs more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
