"""Programs drawn at random for the signals of a network: of every type, with jumps, odd times, and switches by day."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from lxml import etree

TYPES = ("static", "static", "static", "actuated", "delay_based", "NEMA", "off", "swarm", "rail_signal", "")
TIMES = ("5", "3", "30", "42.5", "0:00:42", "00:01:10", "1", "0.1", "2.999", "90", "7.25", "0")
ODD_TIMES = ("", "-3", "nan", "1e9", "begin", "99999999", "x", "0x10", "１０", "1_0")
OFFSETS = ("0", "10", "3.7", "-5", "begin", "200", "0:00:30", "86400", "0.001")
LETTERS = "GgyrusoO"
Change = Callable[[etree._Element, random.Random], None]


def draw_programs(network: Path, target: Path, rng: random.Random) -> str:
    """Write an additional file with programs for some signals of a network; return in a few words what it has."""
    known = list(etree.parse(str(network)).getroot().iter("tlLogic"))
    root = etree.Element("additional")
    about = []
    for logic in known:
        for number in range(rng.choice((0, 1, 1, 1, 2, 3))):
            made, what = _drawn(logic, number, rng)
            root.append(made)
            about.append(what)
    if rng.random() < 0.15 and len(root):
        about.append(_switches(root, rng))
    if rng.random() < 0.1:
        root[:] = sorted(root, key=lambda _: rng.random())
    target.write_bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
    return "; ".join(about)


def _drawn(logic: etree._Element, number: int, rng: random.Random) -> tuple[etree._Element, str]:
    names = ("0", "1", "day", "off", f"p{number}", f"p{number}", "é 'x'")
    made = etree.Element("tlLogic", id=str(logic.get("id")), programID=rng.choice(names))
    made.set("type", rng.choice(TYPES))
    if not made.get("type"):
        del made.attrib["type"]
    if rng.random() < 0.8:
        made.set("offset", rng.choice(OFFSETS))
    states = [str(phase.get("state")) for phase in logic.iter("phase")] or ["GGrr", "rrGG"]
    if rng.random() < 0.4:
        states = _random_states(len(states[0]), rng)
    for state in states:
        etree.SubElement(made, "phase", duration=rng.choice(TIMES), state=state)
    changes = [change for chance, change in CHANGES if rng.random() < chance]
    for change in changes:
        change(made, rng)
    names_of = ", ".join(change.__name__.strip("_") for change in changes)
    return made, f"{made.get('type', 'static')} {made.get('programID')} ({names_of})"


def _random_states(size: int, rng: random.Random) -> list[str]:
    letters = rng.choice(("Gr", "Ggr", "Gyr", LETTERS))
    return ["".join(rng.choice(letters) for _ in range(size)) for _ in range(rng.randint(1, 6))]


def _jumps(logic: etree._Element, rng: random.Random) -> None:
    phases = logic.findall("phase")
    for phase in rng.sample(phases, rng.randint(1, len(phases))):
        count = rng.choice((1, 1, 1, 2))
        phase.set("next", " ".join(str(rng.randint(0, len(phases) - 1)) for _ in range(count)))
    if rng.random() < 0.1:
        phases[0].set("next", rng.choice(("x", "-1", "99", " ", "1.0")))


def _least_and_most(logic: etree._Element, rng: random.Random) -> None:
    for phase in logic.findall("phase"):
        phase.set("minDur", rng.choice(TIMES))
        phase.set("maxDur", rng.choice(TIMES))
        if rng.random() < 0.2:
            del phase.attrib["duration"]


def _odd_time(logic: etree._Element, rng: random.Random) -> None:
    rng.choice(logic.findall("phase")).set("duration", rng.choice(ODD_TIMES))


def _no_phases(logic: etree._Element, rng: random.Random) -> None:
    del logic[:]


def _other_size(logic: etree._Element, rng: random.Random) -> None:
    phase = rng.choice(logic.findall("phase"))
    phase.set("state", str(phase.get("state")) + rng.choice(("G", "r", "rr", "")))


def _rings(logic: etree._Element, rng: random.Random) -> None:
    """What a NEMA program has beside phases, whole or in parts."""
    named = [str(k + 1) for k in range(len(logic))]
    for phase, name in zip(logic, named, strict=True):
        phase.set("name", name)
        for key in ("minDur", "maxDur", "vehext", "yellow", "red"):
            if rng.random() < 0.9:
                phase.set(key, rng.choice(TIMES))
    half = max(1, len(named) // 2)
    for key, value in (
        ("ring1", ",".join(named[:half])),
        ("ring2", ",".join(named[half:] or ["0"])),
        ("barrierPhases", f"{named[half - 1]},{named[-1]}"),
        ("barrier2Phases", f"{named[half - 1]},{named[-1]}"),
        ("coordinate-mode", rng.choice(("true", "false", "maybe"))),
        ("controllerType", rng.choice(("Type 170", "TS2", "x"))),
    ):
        if rng.random() < 0.9:
            etree.SubElement(logic, "param", key=key, value=value)


def _no_signal(logic: etree._Element, rng: random.Random) -> None:
    logic.set("id", "nobody")


CHANGES: tuple[tuple[float, Change], ...] = (
    (0.2, _jumps),
    (0.3, _least_and_most),
    (0.07, _odd_time),
    (0.07, _other_size),
    (0.15, _rings),
    (0.08, _no_phases),
    (0.03, _no_signal),
)


def _switches(root: etree._Element, rng: random.Random) -> str:
    """Add a WAUT that switches between programs of the file."""
    logics = root.findall("tlLogic")
    names = [str(logic.get("programID")) for logic in logics]
    waut = etree.Element("WAUT", id="w", startProg=rng.choice(names))
    waut.set("refTime", rng.choice(("0", "100", "06:00:00")))
    for _ in range(rng.randint(0, 4)):
        time = rng.choice(("0", "3600", "06:00:00", "22:30:00", "1:00:00:00", "7200.5", "-1"))
        etree.SubElement(waut, "wautSwitch", time=time, to=rng.choice((*names, "off", "0", "gone")))
    root.append(waut)
    for signal in rng.sample([str(logic.get("id")) for logic in logics], rng.randint(1, len(logics))):
        etree.SubElement(root, "wautJunction", wautID=rng.choice(("w", "w", "w", "v")), junctionID=signal)
    return "switches"
