"""What an import of a SUMO network and its programs leaves out and what it guesses: its reading report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from ...networks.files import read_xml
from ...networks.sumo.roots import read_additional
from .remarks import Remark

READ = ("tlLogic", "WAUT", "wautJunction")
LOOPS = "detectors.csv has loops where they are usually wanted, not where they lie"
COUNTS = "there are no counts yet: counts.csv is to be added, and the study's day is a guess"
HOUR = "no WAUT says when programs run: the period from 07:00 to 08:00 is a guess"
LAST = "of several programs the last is taken, as SUMO does"
GONE = "programs that no period uses: left out"
Roots = Sequence[etree._Element]


def remarks_of_sumo(net: Path, additional: Sequence[Path]) -> tuple[Remark, ...]:
    """Return what a study has otherwise than its network and additional files. Raises InputError as the import does."""
    others = [read_additional(path) for path in additional]
    roots = [read_xml(net, what="a network", root="net"), *others]
    return (
        *(Remark(where="", what=what) for what in (LOOPS, COUNTS)),
        *_of_use(roots),
        *_of_elements(others),
    )


def _name(logic: etree._Element) -> str:
    return f"{logic.get('id')} ({logic.get('programID', '0')})"


def _of_use(roots: Roots) -> Iterator[Remark]:
    called = _called(roots)
    if not called:
        yield Remark(where="", what=HOUR)
    programs: dict[str, dict[str, str]] = {}
    for root in roots:
        for logic in root.iter("tlLogic"):
            programs.setdefault(logic.get("id", ""), {})[logic.get("programID", "0")] = _name(logic)
    for signal, own in programs.items():
        last = next(reversed(own))
        used = called.get(signal, {last})
        if len(own) > 1 and signal not in called:
            yield Remark(where=own[last], what=LAST)
        yield from (Remark(where=name, what=GONE) for program, name in own.items() if program not in used)


def _called(roots: Roots) -> dict[str, set[str]]:
    """Return the programs that a signal's WAUT calls."""
    wauts = {waut.get("id", ""): waut for root in roots for waut in root.iter("WAUT")}
    found: dict[str, set[str]] = {}
    for root in roots:
        for follower in root.iter("wautJunction"):
            waut = wauts.get(follower.get("wautID", ""))
            if waut is not None:
                names = {switch.get("to", "") for switch in waut.iterchildren("wautSwitch")}
                found[follower.get("junctionID", "")] = {waut.get("startProg", ""), *names}
    return found


def _of_elements(roots: Roots) -> Iterator[Remark]:
    tags = [str(element.tag) for root in roots for element in root.iterchildren() if isinstance(element.tag, str)]
    others = [name for name in dict.fromkeys(tags) if name not in READ]
    if others:
        yield Remark(where=", ".join(others), what="elements of additional files that are not read")
