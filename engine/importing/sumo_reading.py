"""What an import of a SUMO network and its programs leaves out and what it guesses: its reading report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from .remarks import Remark
from .sumo_fixed import BY_DURATION, NEMA

READ = ("tlLogic", "WAUT", "wautJunction")
LOOPS = "detectors.csv has loops where they are usually wanted, not where they lie"
HOUR = "no WAUT says when programs run: the period from 07:00 to 08:00 is a guess"
LAST = "of several programs the last is taken, as SUMO does"
GONE = "programs that no period uses: left out"
Programs = Mapping[str, Mapping[str, etree._Element]]


def remarks_of(
    roots: Sequence[etree._Element],
    programs: Programs,
    periods: Sequence[tuple[int, int, Mapping[str, etree._Element]]],
) -> tuple[Remark, ...]:
    """Return what the study has otherwise than the files; `roots` are the network's and those of additional files."""
    return (
        Remark(where="", what=LOOPS),
        *(remark for root in roots for logic in root.iter("tlLogic") for remark in _of_program(logic)),
        *_of_use(roots, programs, periods),
        *_of_elements(roots[1:]),
    )


def _of_program(logic: etree._Element) -> Iterator[Remark]:
    kind, where = logic.get("type", "static"), f"{logic.get('id')} ({logic.get('programID', '0')})"
    if kind in BY_DURATION:
        what = f"{kind} programs: taken at fixed times, each phase for its duration; minDur and maxDur are left out"
        yield Remark(where=where, what=what)
    if kind in NEMA:
        yield Remark(where=where, what="NEMA programs: taken at fixed times, each phase to its maximum in every cycle")
    if any(phase.get("next") for phase in logic.iterchildren("phase")):
        yield Remark(where=where, what="programs whose phases name the next: look whether the order is still meant")


def _of_use(
    roots: Sequence[etree._Element],
    programs: Programs,
    periods: Sequence[tuple[int, int, Mapping[str, etree._Element]]],
) -> Iterator[Remark]:
    followed = any(True for root in roots for _ in root.iter("wautJunction"))
    if not followed:
        yield Remark(where="", what=HOUR)
    for name, own in programs.items():
        if len(own) > 1 and not followed:
            yield Remark(where=f"{name} ({next(reversed(own))})", what=LAST)
        used = [running[name] for _, _, running in periods if name in running]
        for program, logic in own.items():
            if not any(logic is one for one in used):
                yield Remark(where=f"{name} ({program})", what=GONE)


def _of_elements(roots: Sequence[etree._Element]) -> Iterator[Remark]:
    found = dict.fromkeys(
        str(element.tag) for root in roots for element in root.iterchildren() if isinstance(element.tag, str)
    )
    others = [name for name in found if name not in READ]
    if others:
        yield Remark(where=", ".join(others), what="elements of additional files that are not read")
