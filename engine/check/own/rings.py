"""A NEMA controller at its maxima, walked through by the check itself in steps of 0.1 s."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from .times import ms_of

STEP_MS = 100
LONGEST_STEPS = 36_000
GREEN, YELLOW, RED = range(3)
OVER = "ryugG"  # of two letters that one lamp is shown, the later holds


@dataclass
class _Ring:
    """Where one ring is: a phase, what of it is shown, and for how many steps already."""

    names: list[str]
    ends: set[str]  # the phases before a barrier
    parts: dict[str, list[int]]
    at: int = 0
    part: int = GREEN
    passed: int = 0

    @property
    def name(self) -> str:
        return self.names[self.at]

    @property
    def is_over(self) -> bool:
        """Whether what is shown has been shown for its full time."""
        return self.passed >= self.parts[self.name][self.part]

    @property
    def waits(self) -> bool:
        """Whether it goes on only together with the others: the last green before a barrier, and the red behind."""
        return self.name in self.ends and self.part in (GREEN, RED)

    def go_on(self) -> None:
        self.passed = 0
        self.part = (self.part + 1) % 3
        if self.part == GREEN:
            self.at = (self.at + 1) % len(self.names)


def ring_rows(logic: etree._Element) -> tuple[list[tuple[int, str]], int]:
    """Return the lamps of a cycle as (ms, state), and how late in it the green comes that the offset points to.

    No rows where the rings have no common cycle.
    """
    rings = _rings(logic)
    shown: list[str] = []
    names: list[set[str]] = []
    if not rings:
        return [], 0
    for _ in range(LONGEST_STEPS):
        _settle(rings)
        if shown and all(ring.at == ring.part == ring.passed == 0 for ring in rings):
            break
        shown.append(_lamps(logic, rings))
        names.append({ring.name for ring in rings if ring.part == GREEN})
        for ring in rings:
            ring.passed += 1
    else:
        return [], 0
    rows = [(STEP_MS * len(list(same)), state) for state, same in groupby(shown)]
    return rows, STEP_MS * _reference(logic, names, rings)


def _value(logic: etree._Element, key: str) -> list[str]:
    found = [str(param.get("value")) for param in logic.findall("param") if param.get("key") == key]
    return [name.strip() for name in found[0].split(",")] if found else []


def _rings(logic: etree._Element) -> list[_Ring]:
    parts = {str(phase.get("name")): _parts(phase) for phase in logic.findall("phase")}
    found = []
    for place, key in enumerate(name for name in ("ring1", "ring2") if set(_value(logic, name)) - {"0", ""}):
        names = [name for name in _value(logic, key) if name not in ("0", "")]
        first, last = (_value(logic, barrier)[place : place + 1] for barrier in ("barrier2Phases", "barrierPhases"))
        if not first or not last or {*first, *last, *names} - parts.keys() or {*first, *last} - {*names}:
            return []
        begin = (names.index(last[0]) + 1) % len(names)
        found.append(_Ring(names=names[begin:] + names[:begin], ends={*first, *last}, parts=parts))
    return found


def _parts(phase: etree._Element) -> list[int]:
    texts = (phase.get("maxDur") or phase.get("duration"), phase.get("yellow", "3"), phase.get("red", "0"))
    return [ms_of(text) // STEP_MS for text in texts]


def _settle(rings: list[_Ring]) -> None:
    """Let each ring go on as far as it may at this instant."""
    for _ in range(LONGEST_STEPS):
        free = [ring for ring in rings if ring.is_over and not ring.waits]
        together = [ring for ring in rings if ring.is_over and ring.waits]
        if free:
            for ring in free:
                ring.go_on()
        elif len(together) == len(rings) and len({ring.part for ring in rings}) == 1:
            for ring in rings:
                ring.go_on()
        else:
            return


def _lamps(logic: etree._Element, rings: list[_Ring]) -> str:
    shows = {ring.name: ring.part for ring in rings}
    states = {str(phase.get("name")): str(phase.get("state")) for phase in logic.findall("phase")}
    lamps = ["r"] * max(map(len, states.values()))
    for name, part in shows.items():
        for lamp, letter in enumerate(states[name]):
            if letter in "Gg" and part != RED:
                lamps[lamp] = max(lamps[lamp], letter if part == GREEN else "y", key=OVER.index)
    return "".join(lamps)


def _reference(logic: etree._Element, names: list[set[str]], rings: list[_Ring]) -> int:
    asked = {*(_value(logic, "coordinatePhases") or _value(logic, "barrier2Phases"))}
    greens = [step for step, shown in enumerate(names) if shown & asked and not names[step - 1] & asked]
    if not greens:
        return 0
    if "".join(_value(logic, "controllerType")).replace(" ", "") != "Type170":
        return greens[0]
    cleared = min(sum(ring.parts[name][1:]) for ring in rings for name in asked & {*ring.names})
    return cleared + next((k for k in range(greens[0], len(names)) if not names[k] & asked), len(names))
