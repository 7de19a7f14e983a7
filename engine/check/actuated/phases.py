"""The phases of a SUMO program as the check of actuated programs sees them: shown, how short, followed by what."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from ....networks import lamps
from ....networks.errors import InputError

KINDS = ("static", "actuated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A phase at its shortest, and the places of those that may follow it."""

    state: str
    shortest_ms: int
    following: tuple[int, ...]


def read_phases(logic: etree._Element, lamps_wanted: int) -> tuple[Phase, ...]:
    """Return the phases of a `tlLogic` of type `static` or `actuated`. Raises InputError where they make no sense."""
    where = f"line {logic.sourceline}, tlLogic {logic.get('id')}"
    elements = list(logic.iterchildren("phase"))
    if logic.get("type", "static") not in KINDS or not elements:
        raise _error(where, f"type '{logic.get('type')}' with {len(elements)} phases", "it is static or actuated")
    return tuple(_phase(where, place, element, len(elements), lamps_wanted) for place, element in enumerate(elements))


def _phase(where: str, place: int, element: etree._Element, count: int, lamps_wanted: int) -> Phase:
    where = f"{where}, phase {place}"
    state = str(element.get("state") or "")
    if len(state) != lamps_wanted or set(state) - lamps.KNOWN:
        raise _error(where, f"state '{state}'", f"it has one known letter for each of {lamps_wanted} lamps")
    try:
        shortest_ms = round(1000 * float(element.get("minDur") or element.get("duration") or "nan"))
        following = tuple(int(part) for part in str(element.get("next") or (place + 1) % count).split())
    except (ValueError, OverflowError):
        raise _error(where, "a duration or a following phase that is no number", "both are numbers") from None
    if shortest_ms <= 0 or not all(0 <= k < count for k in following):
        raise _error(where, f"{shortest_ms / 1000:g} s, then {following}", "phases last, and lead to phases there are")
    return Phase(state=state, shortest_ms=shortest_ms, following=following)


def _error(where: str, found: str, rule: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix="make the program again")
