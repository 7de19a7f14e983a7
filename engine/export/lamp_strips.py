"""What each lamp shows tick by tick through one cycle of absolute time: of a file, and of a plan.

A strip is a tuple with one text per lamp and in it one letter per tick, from absolute second 0 on. Nothing here is
shared with the writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import gcd

from lxml import etree

from ...networks.junction import Junction
from ...networks.plan import JunctionPlan

LampStrip = tuple[str, ...]


def tick_ms(logic: etree._Element, plan: JunctionPlan) -> int:
    """Return the longest tick that hits every change in the file and in the plan."""
    return gcd(*_times_of_plan(plan), *_times_of_file(logic)) or 1


def _times_of_plan(plan: JunctionPlan) -> Iterator[int]:
    yield from (_ms(plan.cycle_s), _ms(plan.offset_s))
    for group in plan.groups:
        for window in group.windows:
            yield from (_ms(window.start_s), _ms(window.length_s))


def _times_of_file(logic: etree._Element) -> Iterator[int]:
    yield _ms(logic.get("offset") or "0")
    for phase in logic.iterchildren("phase"):
        yield _ms(phase.get("duration") or "0")


def _ms(seconds: float | str) -> int:
    return int((Decimal(str(seconds)) * 1000).to_integral_value())


def strip_of_file(logic: etree._Element, tick: int) -> LampStrip:
    """Return what a `tlLogic` shows: its first phase starts at its offset, modulo the cycle."""
    phases = [
        (_ms(phase.get("duration") or "0") // tick, phase.get("state") or "") for phase in logic.iterchildren("phase")
    ]
    lamps = zip(*(state for _, state in phases), strict=True)
    lengths = [length for length, _ in phases]
    strips = ("".join(letter * n for letter, n in zip(lamp, lengths, strict=True)) for lamp in lamps)
    late = _ms(logic.get("offset") or "0") // tick
    return tuple(_turned(strip, late) for strip in strips)


def strip_of_plan(plan: JunctionPlan, junction: Junction, tick: int) -> LampStrip:
    """Return what a plan's windows show: red first, then each window painted over it."""
    cycle, late = _ms(plan.cycle_s) // tick, _ms(plan.offset_s) // tick
    strips = ["r" * cycle] * junction.size
    links = {group.id: group.links for group in junction.groups}
    for group in plan.groups:
        letters = ["r"] * cycle
        for window in group.windows:
            start = _ms(window.start_s) // tick
            for at in range(start, start + _ms(window.length_s) // tick):
                letters[at % cycle] = window.display
        for lamp in links[group.group]:
            strips[lamp] = _turned("".join(letters), late)
    return tuple(strips)


def _turned(strip: str, late: int) -> str:
    """Return the strip of a cycle as seen from absolute second 0, when its own second 0 falls `late` ticks after."""
    late %= len(strip)
    return strip[len(strip) - late :] + strip[: len(strip) - late]


# What formats without SUMO's letters can tell apart: green (yielding or not), yellow, red, and dark all the cycle.
_COLOURS = {"g": "G", "Y": "y", "u": "r", "s": "r", "O": "o"}
# And those of signal groups, which know red-amber; dark lamps are red to them.
_DISPLAYS = {"g": "G", "Y": "y", "s": "r", "O": "r", "o": "r"}


def colours_of_plan(plan: JunctionPlan, tick: int) -> dict[str, str]:
    """Return what each group shows in ticks from absolute second 0 on: G, y or r; dark all the cycle is o."""
    return _painted(plan, tick, _COLOURS)


def displays_of_plan(plan: JunctionPlan, tick: int) -> dict[str, str]:
    """Return what each group shows in ticks from absolute second 0 on: r, u, G or y."""
    return _painted(plan, tick, _DISPLAYS)


def _painted(plan: JunctionPlan, tick: int, letters_of: dict[str, str]) -> dict[str, str]:
    cycle, late = _ms(plan.cycle_s) // tick, _ms(plan.offset_s) // tick
    shown = {}
    for group in plan.groups:
        letters = ["r"] * cycle
        for window in group.windows:
            start = _ms(window.start_s) // tick
            for at in range(start, start + _ms(window.length_s) // tick):
                letters[at % cycle] = letters_of.get(window.display, window.display)
        shown[group.group] = _turned("".join(letters), late)
    return shown
