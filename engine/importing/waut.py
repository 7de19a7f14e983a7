"""The stretches of a day between the switches of SUMO's WAUTs, and which program each signal runs in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from ...networks.errors import InputError
from ...networks.sumo.logics import OFF, Logic
from ...networks.sumo.times import seconds_of
from ...networks.types import DAY_S

ONLY_BEGIN_S, ONLY_END_S = 7 * 3600, 8 * 3600
Roots = Sequence[tuple[Path, etree._Element]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the day, and the name of the program that each signal runs; `None` for the one loaded last."""

    begin_s: int
    end_s: int
    called: dict[str, str]

    @property
    def is_off(self) -> bool:
        """Whether all signals that are switched are off: nothing is to be planned then."""
        return bool(self.called) and set(self.called.values()) == {OFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waut:
    start: str
    switches: tuple[tuple[int, str], ...]  # second of the day and program, in the order of time

    def at(self, time_s: int) -> str:
        """The program at a second of the day; before the first switch the one that the day starts with."""
        return next((to for when, to in reversed(self.switches) if when <= time_s), self.start)


def stretches_of_day(roots: Roots, programs: Mapping[str, Mapping[str, Logic]]) -> list[Stretch]:
    """Return the stretches between switches; without a WAUT, one hour of the programs that were loaded last.

    The first begins with the first switch, the one from midnight on stands last, and those when all signals are off
    stand behind the others. Raises InputError for what SUMO would not load.
    """
    wauts = {waut.get("id", ""): _waut(waut, path) for path, root in roots for waut in root.iter("WAUT")}
    followed = dict(_followed(roots, wauts, programs))
    if not followed:
        return [Stretch(begin_s=ONLY_BEGIN_S, end_s=ONLY_END_S, called={})]
    times = sorted({when for waut in wauts.values() for when, _ in waut.switches})
    ends = [*times[1:], DAY_S] if times else []
    spans = [*zip(times, ends, strict=True), (0, times[0] if times else DAY_S)]
    found = [
        Stretch(begin_s=begin, end_s=end, called={signal: waut.at(begin) for signal, waut in followed.items()})
        for begin, end in spans
        if begin < end
    ]
    return sorted(found, key=lambda stretch: stretch.is_off)


def _followed(
    roots: Roots, wauts: Mapping[str, _Waut], programs: Mapping[str, Mapping[str, Logic]]
) -> Iterable[tuple[str, _Waut]]:
    for path, root in roots:
        for element in root.iter("wautJunction"):
            name, signal = element.get("wautID", ""), element.get("junctionID", "")
            where = f"{path}, line {element.sourceline}, wautJunction {signal}"
            if name not in wauts:
                raise _wrong(where, f"no WAUT '{name}'", "a wautJunction follows a WAUT that is loaded")
            if signal not in programs:
                raise _wrong(where, "a signal that the network has not", "a WAUT switches the network's signals")
            waut = wauts[name]
            missing = [
                to for to in (waut.start, *(to for _, to in waut.switches)) if to not in (*programs[signal], OFF)
            ]
            if missing:
                raise _wrong(
                    f"{where}, WAUT {name}",
                    f"program '{missing[0]}' of signal {signal}",
                    "a WAUT switches between programs that are loaded, and 'off'",
                )
            yield signal, waut


def _waut(element: etree._Element, path: Path) -> _Waut:
    where = f"{path}, line {{line}}, WAUT {element.get('id')}"
    begin_s = _time(element.get("refTime") or "0", where.format(line=element.sourceline), "refTime")
    switches = [
        (
            int(begin_s + _time(one.get("time") or "", where.format(line=one.sourceline), "time")) % DAY_S,
            one.get("to", ""),
        )
        for one in element.iterchildren("wautSwitch")
    ]
    return _Waut(start=element.get("startProg", ""), switches=tuple(sorted(switches, key=lambda switch: switch[0])))


def _time(text: str, where: str, name: str) -> float:
    found = seconds_of(text)
    if found is None:
        raise _wrong(where, f"{name} '{text}'", "a time is in seconds, or hh:mm:ss")
    return found


def _wrong(where: str, found: str, rule: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix="correct it, or give the additional file that has it")
