"""Which fixed-time program runs at each signal, read by the check itself: by type, and phase by phase as SUMO goes on.

The plans were made with another reading, which adds up lengths; here the phases are walked through in steps of 0.1 s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from .program import Running
from .rings import ring_rows
from .times import ms_of

RAILWAYS = ("rail_signal", "rail_crossing")
OFF_MS = 90_000
DAY_MS = 86_400_000  # programs of longer cycles have no times that a day could repeat


def running_programs(roots: Iterable[etree._Element]) -> dict[str, Running]:
    """Return for each signal the program that was loaded last, the network's root being the first.

    Signals without fixed times are left out; the readers before have refused broken programs.
    """
    found: dict[str, dict[str, Running | None]] = {}
    for place, root in enumerate(roots):
        if place == 0:
            dark = _when_off(root)
        for logic in root.iter("tlLogic"):
            if logic.get("type", "static") in RAILWAYS:
                continue
            named = found.setdefault(str(logic.get("id")), {})
            name = str(logic.get("programID", "0"))
            if logic.find("phase") is not None:
                named[name] = _readable(logic)
            elif named.get(name) is not None:
                named[name] = _moved(named[name], logic)
            elif name == "off" and str(logic.get("id")) in dark:
                named[name] = Running(states=(dark[str(logic.get("id"))],), lengths_ms=(OFF_MS,))
    last = {signal: [*named.values()][-1] for signal, named in found.items() if named}
    return {signal: running for signal, running in last.items() if running is not None}


def _moved(running: Running | None, logic: etree._Element) -> Running | None:
    return running and replace(running, offset_ms=ms_of(logic.get("offset")))


def _readable(logic: etree._Element) -> Running | None:
    """Return the program, or None where a time or a next phase in it is no number: it has no fixed times."""
    try:
        return _running(logic)
    except (ValueError, OverflowError):
        return None


def _running(logic: etree._Element) -> Running | None:
    if logic.get("type") == "NEMA":
        rows, late_ms = ring_rows(logic)
        offset_ms = ms_of(logic.get("offset")) - late_ms
    else:
        rows, offset_ms = _in_order(logic), ms_of(logic.get("offset"))
    kept = [(length, state) for length, state in rows if length > 0]
    if not kept or sum(length for length, _ in kept) > DAY_MS:
        return None
    return Running(
        states=tuple(state for _, state in kept),
        lengths_ms=tuple(length for length, _ in kept),
        offset_ms=offset_ms,
    )


def _in_order(logic: etree._Element) -> list[tuple[int, str]]:
    """Return the phases as they are shown from the first on until it comes again; none where that is not fixed."""
    phases = logic.findall("phase")
    seen: list[int] = []
    at = 0
    while at not in seen:
        if not 0 <= at < len(phases):
            return []
        seen.append(at)
        named = sorted({int(text) for text in (phases[at].get("next") or "").split()})
        if len(named) > 1:
            return []
        at = named[0] if named else (at + 1) % len(phases)
    if at != 0 or logic.get("type", "static") not in ("static", "actuated", "delay_based"):
        return []
    return [(_length_ms(phases[k]), str(phases[k].get("state"))) for k in seen]


def _length_ms(phase: etree._Element) -> int:
    return next((ms_of(phase.get(name)) for name in ("duration", "maxDur", "minDur") if phase.get(name)), 0)


def _when_off(net: etree._Element) -> dict[str, str]:
    """Return what each signal shows when it is off: who has priority sees dark lamps, others blinking ones."""
    shown: dict[str, dict[int, str]] = {}
    for link in net.iter("connection"):
        for name in ("linkIndex", "linkIndex2"):
            if link.get("tl") is not None and link.get(name) is not None:
                letter = "O" if str(link.get("state") or "m")[0].isupper() else "o"
                shown.setdefault(str(link.get("tl")), {})[int(str(link.get(name)))] = letter
    return {signal: "".join(of.get(lamp, "o") for lamp in range(max(of) + 1)) for signal, of in shown.items()}
