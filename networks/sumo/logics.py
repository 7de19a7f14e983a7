"""The programs of a network and its additional files, as SUMO loads them: by signal and name, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ..errors import InputError
from ..files import read_xml, xml_bytes
from ..lamps import DARK, DARK_YIELD
from ..sentence import Sentence
from .fixed import RAIL, assumed, fixed
from .nema import NotFixed
from .program import Program, read_program
from .roots import read_additional

OFF = "off"  # the name of the program that SUMO always has: lamps blink or are dark
OFF_CYCLE_S = "90"
RUNNING = "greenband-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic:
    """A program of a file as a fixed-time one.

    `note` says what was made of it (see `fixed.told`), None where it is as in the file. `left` is why it has no fixed
    times: then its signal runs on with it, and `fixed` is only what the queue model takes for it.
    """

    found: etree._Element
    source: Path
    fixed: etree._Element
    note: Sentence | None = None
    left: Sentence | None = None

    def read(self) -> Program:
        """Return the fixed-time program. Raises InputError with the line of what cannot be read."""
        return read_program(self.fixed, str(self.source))


def read_roots(net: etree._Element, path: Path, additional: Sequence[Path]) -> list[tuple[Path, etree._Element]]:
    """Return the network's root and those of the additional files, each with its path. Raises InputError."""
    return [(path, net), *((file, read_additional(file)) for file in additional)]


def loaded_programs(roots: Iterable[tuple[Path, etree._Element]]) -> dict[str, dict[str, Logic]]:
    """Return the programs by signal and name; the last of a signal is the one that SUMO runs.

    A `tlLogic` without phases gives the program of that name, loaded before, another offset. Signals of railways have
    no program that could be timed. Raises InputError for programs that SUMO would not load.
    """
    roots = list(roots)
    letters = _letters_when_off(roots[0][1]) if roots else {}
    programs: dict[str, dict[str, Logic]] = {}
    for path, root in roots:
        for element in root.iter("tlLogic"):
            signal, name = element.get("id", ""), element.get("programID", "0")
            if element.get("type", "static") not in RAIL:
                of_signal = programs.setdefault(signal, {})
                of_signal[name] = _logic(element, path, of_signal.get(name), letters.get(signal, ""))
    return programs


def off_program(signal: str, net: etree._Element) -> etree._Element | None:
    """Return what a signal shows when it is off, as SUMO does: who has priority sees dark lamps, others blinking ones.

    None for a signal that governs nothing.
    """
    state = _letters_when_off(net).get(signal)
    return _off(signal, state) if state else None


def _logic(element: etree._Element, path: Path, before: Logic | None, off: str) -> Logic:
    if element.find("phase") is None and before is not None:
        moved = deepcopy(before.found)
        moved.set("offset", element.get("offset") or "0")
        moved.sourceline = element.sourceline
        return _as_fixed(moved, path)
    if element.find("phase") is None and element.get("programID") == OFF and off:
        return Logic(found=element, source=path, fixed=_off(element.get("id", ""), off))
    if element.find("phase") is None:
        raise InputError(
            where=f"{path}, line {element.sourceline}, tlLogic {element.get('id')}",
            found=f"0 phases, and no program '{element.get('programID', '0')}' of this signal before it",
            rule="a tlLogic without phases gives a program that is already loaded another offset",
            fix="give the file that has the program first, or the phases",
        )
    return _as_fixed(element, path)


def _as_fixed(element: etree._Element, path: Path) -> Logic:
    try:
        made = fixed(element)
    except NotFixed as error:
        return Logic(found=element, source=path, fixed=assumed(element), left=error.reason)
    return Logic(found=element, source=path, fixed=made.logic, note=made.note)


def _letters_when_off(net: etree._Element) -> dict[str, str]:
    letters: dict[str, dict[int, str]] = {}
    for link in net.iterchildren("connection"):
        for lamp in (link.get("linkIndex"), link.get("linkIndex2")):
            if link.get("tl") is not None and lamp is not None and lamp.isdecimal():
                letter = DARK if (link.get("state") or "o")[0].isupper() else DARK_YIELD
                letters.setdefault(link.get("tl", ""), {})[int(lamp)] = letter
    return {
        signal: "".join(found.get(lamp, DARK_YIELD) for lamp in range(max(found) + 1))
        for signal, found in letters.items()
    }


def _off(signal: str, state: str) -> etree._Element:
    made = etree.Element("tlLogic", id=signal, type="static", programID=OFF, offset="0")
    etree.SubElement(made, "phase", duration=OFF_CYCLE_S, state=state)
    return made


def running_logics(programs: Mapping[str, Mapping[str, Logic]]) -> dict[str, Logic]:
    """Return the program of each signal that was loaded last: the one that runs."""
    return {signal: list(found.values())[-1] for signal, found in programs.items()}


def refuse_switching(roots: Iterable[tuple[Path, etree._Element]]) -> None:
    """Raise InputError where a WAUT switches programs: then no single one is what runs."""
    for path, root in roots:
        waut = next(root.iter("WAUT", "wautJunction"), None)
        if waut is not None:
            raise InputError(
                where=f"{path}, line {waut.sourceline}",
                found="a WAUT, which switches between programs during the day",
                rule="a study and a simulation have one running program for each signal",
                fix="use greenband import NET --additional FILES, which makes a period and a file of programs of each "
                "stretch between switches",
            )


def running_file(net: Path, additional: Sequence[Path]) -> bytes | None:
    """Return an additional file that makes SUMO run the fixed-time programs that were read; None where it does already.

    It holds a program for each signal whose own is of another type, jumps, or has no offset from midnight. A signal
    without fixed times runs on with its own. Raises InputError as the readers do.
    """
    roots = read_roots(read_xml(net, what="a network", root="net"), net, additional)
    made = etree.Element("additional")
    for logic in running_logics(loaded_programs(roots)).values():
        if logic.note is not None:
            program = deepcopy(logic.fixed)
            program.set("programID", RUNNING)
            made.append(program)
    return xml_bytes(made) if len(made) else None
