"""SUMO programs of any kind as the fixed-time programs that they amount to.

Static programs stay as they are. Actuated ones get the durations that stand in them, and phases are followed as far as
they name one other as the next. NEMA programs run every phase to its maximum (`nema`). What has no fixed times raises
`NotFixed`: such a signal is left as it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ..sentence import Sentence
from ..types import DAY_S
from .nema import NotFixed, ring_phases
from .times import seconds_of

STATIC, BY_DURATION, NEMA = ("static",), ("actuated", "delay_based"), ("NEMA",)
RAIL = ("rail_signal", "rail_crossing")  # trains switch these: no program is made for them
BEGIN = "begin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A static `tlLogic`, and what was made of the program in the file, part of a sentence; None if it is that one."""

    logic: etree._Element
    note: Sentence | None


def fixed(logic: etree._Element) -> Fixed:
    """Return a program as a static one of the same name. Raises NotFixed, with the reason, for what has none."""
    kind = logic.get("type", "static")
    if kind in NEMA:
        offset, rows = ring_phases(logic)
        note = Sentence(
            "of type {kind}, compared and simulated as their fixed equivalents, each phase at its maximum", kind=kind
        )
        return Fixed(logic=_static(logic, rows, offset), note=note)
    if kind not in (*STATIC, *BY_DURATION):
        raise NotFixed(Sentence("programs of type '{kind}' have no fixed times", kind=kind))
    phases = tuple(logic.iterchildren("phase"))
    ring = _ring(phases)
    _refuse_endless(ring)
    rows = [(_duration(phase), phase.get("state", "")) for phase in ring]
    if kind in BY_DURATION:
        note = Sentence(
            "of type {kind}, compared and simulated as their fixed equivalents, with the durations that stand in them",
            kind=kind,
        )
        return Fixed(logic=_static(logic, rows, logic.get("offset", "0"), ring), note=note)
    if any(phase.get("next") for phase in phases):
        note = Sentence(
            "with jumps, compared and simulated with the {used} of {all} phases that are ever shown, and with an "
            "offset from midnight",
            used=len(ring),
            all=len(phases),
        )
        return Fixed(logic=_static(logic, rows, logic.get("offset", "0"), ring), note=note)
    if logic.get("offset") == BEGIN:
        note = Sentence(
            "with an offset from the begin of each simulation, compared and simulated with one from midnight"
        )
        return Fixed(logic=_static(logic, rows, "0", ring), note=note)
    return Fixed(logic=logic, note=None)


def told(notes: Mapping[str, Sentence | None]) -> tuple[Sentence, ...]:
    """Return sentences on what was made of the programs of some signals, those of which the same was made together."""
    of_note: dict[Sentence, list[str]] = {}
    for signal, note in notes.items():
        if note is not None:
            of_note.setdefault(note, []).append(signal)
    return tuple(
        Sentence("Running programs {what}: {signals}.", what=what, signals=", ".join(signals))
        for what, signals in of_note.items()
    )


def assumed(logic: etree._Element) -> etree._Element:
    """Return a static program that stands for one without fixed times where some lamps are needed, in the queue model.

    Its phases one after the other, or where they name a next one, that; without such phases of a day at most, greens
    that yield.
    """
    phases = tuple(logic.iterchildren("phase"))
    try:
        order = _walk([_following(phases, place) for place in range(len(phases))])
    except NotFixed:
        order = list(range(len(phases)))
    rows = [(_duration(phases[place]), phases[place].get("state", "")) for place in order]
    shown = any(state.strip("rsu") and _seconds(length) > 0 for length, state in rows)
    if not shown or sum(_seconds(length) for length, _ in rows) > DAY_S:
        size = max((len(phase.get("state", "")) for phase in phases), default=1)
        rows = [("90", "g" * size)]
    return _static(logic, rows, "0")


def _static(
    logic: etree._Element, rows: Sequence[tuple[str, str]], offset: str, sources: Sequence[etree._Element] = ()
) -> etree._Element:
    attributes = {"id": logic.get("id", ""), "type": "static", "programID": logic.get("programID", "0")}
    made = etree.Element("tlLogic", {**attributes, "offset": "0" if offset == BEGIN else offset})
    made.sourceline = logic.sourceline
    for place, (duration, state) in enumerate(rows):
        phase = etree.SubElement(made, "phase", duration=duration, state=state)
        phase.sourceline = sources[place].sourceline if sources else logic.sourceline
    return made


def _duration(phase: etree._Element) -> str:
    return phase.get("duration") or phase.get("maxDur") or phase.get("minDur") or ""


def _seconds(length: str) -> float:
    return seconds_of(length) or 0.0


def _refuse_endless(ring: Sequence[etree._Element]) -> None:
    """Raise NotFixed for phases that last more than a day, which is how signals are written that nobody times."""
    length_s = sum(_seconds(_duration(phase)) for phase in ring)
    if length_s > DAY_S:
        raise NotFixed(
            Sentence("its phases last {length} s together, and a cycle lasts at most a day", length=f"{length_s:.6g}")
        )


def _ring(phases: Sequence[etree._Element]) -> list[etree._Element]:
    """Return the phases in the order in which they are shown, from the first until it comes again."""
    following = [_following(phases, place) for place in range(len(phases))]
    walked = _walk(following)
    for place in walked:
        if len(set(following[place])) > 1:
            raise NotFixed(
                Sentence(
                    "after phase {phase} traffic decides which of the phases {choices} comes next",
                    phase=place,
                    choices=", ".join(map(str, following[place])),
                )
            )
    if walked and following[walked[-1]][0] != 0:
        raise NotFixed(
            Sentence(
                "after phase {last} it goes on with phase {again}, and its first phase never comes again",
                last=walked[-1],
                again=following[walked[-1]][0],
            )
        )
    return [phases[place] for place in walked]


def _walk(following: Sequence[Sequence[int]]) -> list[int]:
    """Return the places on the way from the first on, always to the first of those that may follow, each once."""
    walked: list[int] = []
    place = 0
    while place not in walked and following:
        walked.append(place)
        place = following[place][0]
    return walked


def _following(phases: Sequence[etree._Element], place: int) -> list[int]:
    named = (phases[place].get("next") or "").split()
    try:
        found = [int(text) for text in named] or [(place + 1) % len(phases)]
    except ValueError:
        found = [-1]
    if any(not 0 <= after < len(phases) for after in found):
        raise NotFixed(Sentence("phase {phase} names a next one that is not there", phase=place))
    return found
