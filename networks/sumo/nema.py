"""NEMA programs as fixed times: every phase runs to its maximum, which is what SUMO shows under constant demand.

Both rings cross a barrier together: the last greens before it end together, once both have had their maximum, and the
next ones begin together, once both have had their yellow and red (tried with SUMO 1.28).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from lxml import etree

from ..sentence import Sentence
from .times import seconds_of

TENTHS = 10
RANK = "ryugG"  # of two letters that phases show to one lamp, the later in this order holds
LONGEST_TENTHS = 36_000
RINGS, BARRIERS = ("ring1", "ring2"), ("barrier2Phases", "barrierPhases")
Parts = tuple[int, int, int]  # green, yellow and red [1/10 s]


class NotFixed(Exception):
    """A program has no fixed times; `reason` says why, without the junction's name."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason


def ring_phases(logic: etree._Element) -> tuple[str, list[tuple[str, str]]]:
    """Return the offset of a NEMA program and its phases, each a duration and a state. Raises NotFixed."""
    values = {param.get("key", ""): param.get("value", "") for param in logic.iterchildren("param")}
    phases = {phase.get("name", ""): phase for phase in logic.iterchildren("phase")}
    rings = [found for found in (_names(values.get(key, "")) for key in RINGS) if found]
    splits = {name: _parts(phases, name) for ring in rings for name in ring}
    starts, splits = _aligned([_halves(ring, place, values) for place, ring in enumerate(rings)], splits)
    cycle = max((starts[name] + sum(parts) for name, parts in splits.items()), default=0)
    states = {name: phases[name].get("state", "") for name in splits}
    if not 0 < cycle <= LONGEST_TENTHS or len({len(state) for state in states.values()}) != 1:
        raise NotFixed(Sentence("its rings hold no phases of one length of state, or last longer than an hour"))
    rows = _rows(states, starts, splits, cycle)
    offset = _offset_s(logic) - _reference(values, starts, splits) / TENTHS
    return f"{offset % (cycle / TENTHS):.1f}", rows


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip() not in ("", "0")]


def _parts(phases: Mapping[str, etree._Element], name: str) -> Parts:
    try:
        phase = phases[name]
        named = (phase.get("maxDur") or phase.get("duration") or "", phase.get("yellow", "3"), phase.get("red", "0"))
        green, yellow, red = (round((-1.0 if (s := seconds_of(text)) is None else s) * TENTHS) for text in named)
    except KeyError:
        green, yellow, red = -1, 0, 0
    if min(green, yellow, red) < 0:
        raise NotFixed(Sentence("its rings name phase {phase}, which has no maxDur, yellow and red", phase=name))
    return green, yellow, red


def _halves(ring: Sequence[str], place: int, values: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the phases of a ring up to each of the two barriers, in the ring's own order."""
    ends = [next(iter(_names(values.get(key, ""))[place:]), "") for key in BARRIERS]
    if ends[0] == ends[1] or any(end not in ring for end in ends):
        raise NotFixed(Sentence("its barriers do not name two phases of each ring"))
    first, second = (ring.index(end) for end in ends)
    return _after(ring, second, first), _after(ring, first, second)


def _after(ring: Sequence[str], before: int, last: int) -> list[str]:
    length = (last - before - 1) % len(ring) + 1
    return [ring[(before + k) % len(ring)] for k in range(1, length + 1)]


def _aligned(
    rings: Sequence[tuple[list[str], list[str]]], splits: Mapping[str, Parts]
) -> tuple[dict[str, int], dict[str, Parts]]:
    """Return where each phase starts, and its parts once the rings have waited for each other at each barrier."""
    starts: dict[str, int] = {}
    longer: dict[str, Parts] = {}
    begin = 0
    for half in (0, 1):
        names = [ring[half] for ring in rings]
        before = [sum(sum(splits[name]) for name in of_ring[:-1]) for of_ring in names]
        ends = max((b + splits[of_ring[-1]][0] for b, of_ring in zip(before, names, strict=True)), default=0)
        clears = max((sum(splits[of_ring[-1]][1:]) for of_ring in names), default=0)
        for of_ring, b in zip(names, before, strict=True):
            _, yellow, _ = splits[of_ring[-1]]
            parts = {**splits, of_ring[-1]: (ends - b, yellow, clears - yellow)}
            _follow(starts, longer, of_ring, parts, begin)
        begin += ends + clears
    return starts, longer


def _follow(
    starts: dict[str, int], longer: dict[str, Parts], names: Sequence[str], parts: Mapping[str, Parts], begin: int
) -> None:
    """Put the phases of one ring up to a barrier one after the other."""
    for name in names:
        if starts.setdefault(name, begin) != begin or longer.setdefault(name, parts[name]) != parts[name]:
            raise NotFixed(Sentence("phase {phase} stands in both rings at different times", phase=name))
        begin += sum(parts[name])


def _rows(
    states: Mapping[str, str], starts: Mapping[str, int], splits: Mapping[str, Parts], cycle: int
) -> list[tuple[str, str]]:
    strips = [["r"] * cycle for _ in next(iter(states.values()))]
    for name, (green, yellow, _) in splits.items():
        for lamp, letter in enumerate(states[name]):
            if letter in "Gg":
                _paint(strips[lamp], starts[name], green, letter)
                _paint(strips[lamp], starts[name] + green, yellow, "y")
    shown = groupby("".join(lamp) for lamp in zip(*strips, strict=True))
    return [(f"{len(list(same)) / TENTHS:.1f}", state) for state, same in shown]


def _paint(strip: list[str], start: int, tenths: int, letter: str) -> None:
    for k in range(start, start + tenths):
        at = k % len(strip)
        if RANK.index(letter) > RANK.index(strip[at]):
            strip[at] = letter


def _offset_s(logic: etree._Element) -> float:
    return seconds_of(logic.get("offset")) or 0.0


def _reference(values: Mapping[str, str], starts: Mapping[str, int], splits: Mapping[str, Parts]) -> int:
    """Return where in the rings the offset points: to the first coordinated green, or for Type170 to a phase's end."""
    named = values.get("coordinatePhases") or values.get("barrier2Phases") or ""
    coordinated = [name for name in _names(named) if name in starts]
    if not coordinated:
        return 0
    if values.get("controllerType", "TS2").replace(" ", "") == "Type170":
        return min(starts[name] + sum(splits[name]) for name in coordinated)
    return min(starts[name] for name in coordinated)
