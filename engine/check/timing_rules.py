"""Rules on the cycle, the offset and the grid of times: what a controller can hold."""

from __future__ import annotations

from collections.abc import Iterator

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
        longest, use = say(1000 * longest_s), say(1000 * min(max(round(ms / 1000), 1), longest_s))
        if longest_s == LONGEST_CYCLE_S:
            text = f"the cycle lasts {say(ms)}. Controllers hold whole seconds from 1 s to {longest}. Use {use}."
        else:
            text = f"the cycle lasts {say(ms)}. The rules pack allows whole seconds from 1 s to {longest}. Use {use}."
        yield look.finding(
            "cycle",
            text,
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
                    f"group {group} waits {say(red_ms)} from {say(end_ms(green, look.cycle_ms))} for its next green. "
                    f"The rules pack allows {say(longest_ms)}. Shorten the cycle, or serve it twice.",
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
            f"the offset is {say(ms)}. Controllers hold whole seconds from 0 s to below the cycle of "
            f"{say(look.cycle_ms)}. Use {round(ms / 1000) % whole_cycle_s} s.",
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
                    f"group {group.group} shows '{window.display}' from {say(start_ms)} for {say(length_ms)}. "
                    "Controllers hold tenths of a second. Move the window to a tenth.",
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
                    f"group {group} turns green at {say(green.start_ms)}. Splits in controllers are whole seconds. "
                    "Start it at a whole second.",
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
        found = f"it turns green at {', '.join(map(say, starts))}" if starts else "it has no green"
        yield look.finding(
            "coordinated",
            f"group {name} is the coordinated one, but {found}. The cycle starts with its green. "
            "Turn the windows and the offset, or name another group.",
            groups=(name,),
            at_ms=0,
            found=starts[0] / 1000 if starts else None,
            required=0.0,
        )


RULES = (cycle, red, offset, grid, split, coordinated)
