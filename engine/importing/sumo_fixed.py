"""SUMO programs of any kind as the fixed-time programs that they amount to.

Static programs stay as they are. Actuated ones get the durations that stand in them. NEMA programs run every phase to
its maximum, which is what they do under constant demand (SUMO documentation, Simulation/NEMA).
"""

from __future__ import annotations

from itertools import groupby

from lxml import etree

from ...networks.errors import InputError

STATIC, BY_DURATION, NEMA = ("static",), ("actuated", "delay_based"), ("NEMA",)
TENTHS = 10
RANK = "ryugG"  # of two letters that phases show to one lamp, the later in this order holds


def fixed(logic: etree._Element, source: str) -> etree._Element:
    """Return a program as a static one of the same name. Raises InputError with the line of what cannot be turned."""
    kind = logic.get("type", "static")
    if kind in STATIC:
        return logic
    if kind in BY_DURATION:
        return _by_duration(logic)
    if kind in NEMA:
        return _of_rings(logic, f"{source}, line {logic.sourceline}, tlLogic {logic.get('id')}")
    raise InputError(
        where=f"{source}, line {logic.sourceline}, tlLogic {logic.get('id')}",
        found=f"type '{kind}'",
        rule="programs that can be turned into fixed times are " + ", ".join((*STATIC, *BY_DURATION, *NEMA)),
        fix="give the program as one of these",
    )


def _static(logic: etree._Element, offset: str) -> etree._Element:
    attributes = {"id": logic.get("id", ""), "type": "static", "programID": logic.get("programID", "0")}
    return etree.Element("tlLogic", {**attributes, "offset": offset})


def _by_duration(logic: etree._Element) -> etree._Element:
    made = _static(logic, logic.get("offset", "0"))
    for phase in logic.iterchildren("phase"):
        duration = phase.get("duration") or phase.get("maxDur") or phase.get("minDur") or ""
        etree.SubElement(made, "phase", duration=duration, state=phase.get("state", ""))
    return made


def _of_rings(logic: etree._Element, where: str) -> etree._Element:
    values = {param.get("key", ""): param.get("value", "") for param in logic.iterchildren("param")}
    phases = {phase.get("name", ""): phase for phase in logic.iterchildren("phase")}
    rings = [[name for name in values.get(key, "").split(",") if name not in ("", "0")] for key in ("ring1", "ring2")]
    try:
        splits = {name: _parts(phases[name]) for ring in rings for name in ring}
    except (KeyError, ValueError) as error:
        raise InputError(
            where=where,
            found=f"{error}",
            rule="each number in ring1 and ring2 names a phase with maxDur, yellow and red",
            fix="correct the program",
        ) from None
    cycles = {sum(sum(splits[name]) for name in ring) for ring in rings if ring}
    if len(cycles) != 1:
        raise InputError(
            where=where,
            found=f"rings of {sorted(c / TENTHS for c in cycles)} s",
            rule="both rings last one cycle",
            fix="correct maxDur, yellow or red",
        )
    (cycle,) = cycles
    starts = {}
    for ring in rings:
        at = 0
        for name in ring:
            starts[name] = at
            at += sum(splits[name])
    lamps = len(next(iter(phases.values())).get("state", ""))
    strips = [["r"] * cycle for _ in range(lamps)]
    for name, (green, yellow, _) in splits.items():
        for lamp, letter in enumerate(phases[name].get("state", "")):
            if letter in "Gg":
                _paint(strips[lamp], starts[name], green, letter)
                _paint(strips[lamp], starts[name] + green, yellow, "y")
    offset = float(logic.get("offset") or 0) - _reference(values, starts, splits) / TENTHS
    made = _static(logic, f"{offset % (cycle / TENTHS):.1f}")
    for state, same in groupby("".join(lamp) for lamp in zip(*strips, strict=True)):
        etree.SubElement(made, "phase", duration=f"{len(list(same)) / TENTHS:.1f}", state=state)
    return made


def _parts(phase: etree._Element) -> tuple[int, int, int]:
    """Return green, yellow and red of a phase in tenths of a second."""
    named = (phase.get("maxDur") or phase.get("duration") or "", phase.get("yellow", "3"), phase.get("red", "0"))
    green, yellow, red = (round(float(value) * TENTHS) for value in named)
    return green, yellow, red


def _reference(values: dict[str, str], starts: dict[str, int], splits: dict[str, tuple[int, int, int]]) -> int:
    """Return where in the rings the offset points: to the first coordinated green, or for Type170 to a phase's end."""
    named = values.get("coordinatePhases") or values.get("barrier2Phases") or ""
    coordinated = [name for name in named.split(",") if name in starts]
    if not coordinated:
        return 0
    if values.get("controllerType", "TS2").replace(" ", "") == "Type170":
        return min(starts[name] + sum(splits[name]) for name in coordinated)
    return min(starts[name] for name in coordinated)


def _paint(strip: list[str], start: int, tenths: int, letter: str) -> None:
    for k in range(start, start + tenths):
        at = k % len(strip)
        if RANK.index(letter) > RANK.index(strip[at]):
            strip[at] = letter
