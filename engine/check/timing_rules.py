"""Rules on the cycle, the offset and the grid of times: what a controller can hold."""

from __future__ import annotations

from collections.abc import Iterator

from ...networks.sentence import Sentence
from .circle import end_ms, gap_ms, to_ms
from .findings import Finding
from .junction_view import Look, say

# Not that of networks/limits: what is checked is known here a second time.
LONGEST_CYCLE_S = 255  # NTCIP 1202 v03, patternCycleTime and splitTime hold 0..255 s
GRID_MS = 100  # NTCIP 1202 v03, phaseYellowChange and phaseRedClear are tenths of a second


def cycle(look: Look) -> Iterator[Finding]:
    """The cycle is 1 to 255 whole seconds, and no longer than the rules pack allows."""
    ms, longest_s = look.cycle_ms, min(LONGEST_CYCLE_S, look.limits.cycle_s)
    if ms % 1000 or not 1000 <= ms <= 1000 * longest_s:
        whole = (
            Sentence("Controllers hold whole seconds")
            if longest_s == LONGEST_CYCLE_S
            else Sentence("The rules pack allows whole seconds")
        )
        yield look.finding(
            "cycle",
            Sentence(
                "the cycle lasts {cycle}. {whole} from 1 s to {longest}. Use {use}.",
                cycle=say(ms),
                whole=whole,
                longest=say(1000 * longest_s),
                use=say(1000 * min(max(round(ms / 1000), 1), longest_s)),
            ),
            found=ms / 1000,
            required=longest_s,
        )


def red(look: Look) -> Iterator[Finding]:
    """Nobody who is served waits for a green longer than the rules pack allows."""
    if look.limits.red_s is None:
        return
    longest_ms = to_ms(look.limits.red_s)
    for group in look.groups:
        for green in look.greens[group]:
            waits = [gap_ms(green, other, look.cycle_ms) for other in look.greens[group]]
            red_ms = min(wait or look.cycle_ms for wait in waits) if green.length_ms < look.cycle_ms else 0
            if red_ms > longest_ms:
                yield look.finding(
                    "red",
                    Sentence(
                        "group {group} waits {wait} from {end} for its next green. The rules pack allows {longest}. "
                        "Shorten the cycle, or serve it twice.",
                        group=group,
                        wait=say(red_ms),
                        end=say(end_ms(green, look.cycle_ms)),
                        longest=say(longest_ms),
                    ),
                    groups=(group,),
                    at_ms=end_ms(green, look.cycle_ms),
                    found=red_ms / 1000,
                    required=longest_ms / 1000,
                )


def offset(look: Look) -> Iterator[Finding]:
    """The offset is a whole second from 0 to below the cycle."""
    ms = to_ms(look.plan.offset_s)
    if ms % 1000 or not 0 <= ms < look.cycle_ms:
        whole_cycle_s = max(1, look.cycle_ms // 1000)
        yield look.finding(
            "offset",
            Sentence(
                "the offset is {offset}. Controllers hold whole seconds from 0 s to below the cycle of {cycle}. "
                "Use {use_s} s.",
                offset=say(ms),
                cycle=say(look.cycle_ms),
                use_s=round(ms / 1000) % whole_cycle_s,
            ),
            found=ms / 1000,
        )


def grid(look: Look) -> Iterator[Finding]:
    """Every window starts and ends on a tenth of a second."""
    for group in look.plan.groups:
        for window in group.windows:
            start_ms, length_ms = to_ms(window.start_s), to_ms(window.length_s)
            if start_ms % GRID_MS or length_ms % GRID_MS:
                yield look.finding(
                    "grid",
                    Sentence(
                        "group {group} shows '{display}' from {start} for {length}. Controllers hold tenths of a "
                        "second. Move the window to a tenth.",
                        group=group.group,
                        display=window.display,
                        start=say(start_ms),
                        length=say(length_ms),
                    ),
                    groups=(group.group,),
                    at_ms=start_ms,
                    found=length_ms / 1000,
                    required=GRID_MS / 1000,
                )


def split(look: Look) -> Iterator[Finding]:
    """Splits are whole seconds: a green that starts elsewhere is worth a warning, for some controllers round it."""
    for group in look.groups:
        for green in look.greens[group]:
            if green.start_ms % 1000 and green.length_ms < look.cycle_ms:
                yield look.finding(
                    "split",
                    Sentence(
                        "group {group} turns green at {start}. Splits in controllers are whole seconds. "
                        "Start it at a whole second.",
                        group=group,
                        start=say(green.start_ms),
                    ),
                    groups=(group,),
                    at_ms=green.start_ms,
                    found=green.start_ms / 1000,
                    severity="warning",
                )


def coordinated(look: Look) -> Iterator[Finding]:
    """Second 0 is the start of a green of the coordinated group: the offset means nothing otherwise."""
    name = look.plan.coordinated
    if name is None:
        return
    greens = look.greens.get(name, ())
    starts = [green.start_ms for green in greens]
    if 0 not in starts and not any(green.length_ms == look.cycle_ms for green in greens):
        found = (
            Sentence("it turns green at {starts}", starts=", ".join(map(say, starts)))
            if starts
            else Sentence("it has no green")
        )
        yield look.finding(
            "coordinated",
            Sentence(
                "group {group} is the coordinated one, but {found}. The cycle starts with its green. "
                "Turn the windows and the offset, or name another group.",
                group=name,
                found=found,
            ),
            groups=(name,),
            at_ms=0,
            found=starts[0] / 1000 if starts else None,
            required=0.0,
        )


RULES = (cycle, red, offset, grid, split, coordinated)
