"""The phases of a SUMO program of type NEMA as the check sees them: ring, side of the barriers, lamps and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ....networks import lamps
from ....networks.errors import InputError

RINGS = ("ring1", "ring2")
PLACES, SIDES = 4, 2  # SUMO counts two places of a ring, empty ones too, before each of two barriers
LETTERS = frozenset((lamps.RED, *lamps.GREENS))


@dataclass(frozen=True, slots=True, kw_only=True)
class RingPhase:
    """A phase: where it stands in the rings, its lamps, its times, and whether it comes without being called."""

    number: str
    ring: int
    side: int
    last: bool  # of its ring on its side: it ends at a barrier
    state: str
    shortest_ms: int
    longest_ms: int
    yellow_ms: int
    red_ms: int
    recalled: bool

    @property
    def clearance_ms(self) -> int:
        """From the end of its green to the start of the next one of its ring, at least."""
        return self.yellow_ms + self.red_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """A program: its phases, and the lanes whose detector was named but is missing or stands elsewhere."""

    phases: tuple[RingPhase, ...]
    blind: tuple[str, ...]


def read_rings(logic: etree._Element, lamps_wanted: int) -> Rings:
    """Return a `tlLogic` of type NEMA. Raises InputError for what SUMO would refuse or run in a way not known here."""
    where = f"line {logic.sourceline}, tlLogic {logic.get('id')}"
    values = {str(param.get("key")): str(param.get("value") or "") for param in logic.iterchildren("param")}
    elements = {str(phase.get("name")): phase for phase in logic.iterchildren("phase")}
    rings = [_numbers(values.get(key, "")) for key in RINGS]
    placed = [name for ring in rings for name in ring if name != "0"]
    if any(len(ring) != PLACES for ring in rings) or sorted(placed) != sorted(elements):
        raise _error(
            where, f"rings {rings} of phases {sorted(elements)}", "each phase has one of four places in a ring"
        )
    if values.get("coordinate-mode") != "true" or values.get("fixForceOff") != "true" or values.get("maxRecall"):
        raise _error(where, "other than coordinated with fixed force-offs", "no phase is held at its maximum")
    recalled = set(_numbers(values.get("minRecall", "")))
    found = []
    for ring, names in enumerate(rings):
        for side in range(SIDES):
            half = [name for name in names[2 * side : 2 * side + 2] if name != "0"]
            if not half:
                raise _error(where, f"{RINGS[ring]} without a phase before a barrier", "each ring has one there")
            found += [
                _phase(f"{where}, phase {name}", elements[name], (ring, side, name == half[-1], name in recalled))
                for name in half
            ]
    phases = tuple(found)
    if any(len(phase.state) != lamps_wanted or set(phase.state) - LETTERS for phase in phases):
        raise _error(
            where, "a state of other lamps", f"it has one of {sorted(LETTERS)} for each of {lamps_wanted} lamps"
        )
    _require_barriers(where, values, phases)
    return Rings(phases=phases, blind=_blind(logic, values))


def _numbers(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _phase(where: str, element: etree._Element, place: tuple[int, int, bool, bool]) -> RingPhase:
    ring, side, last, recalled = place
    name = str(element.get("name"))
    try:
        times = [round(1000 * float(element.get(key) or "nan")) for key in ("minDur", "maxDur", "yellow", "red")]
    except (ValueError, OverflowError):
        raise _error(where, "a time that is missing or no number", "it has minDur, maxDur, yellow and red") from None
    shortest_ms, longest_ms, yellow_ms, red_ms = times
    if not (name.isdecimal() and len(name) == 1 and 0 < shortest_ms <= longest_ms and yellow_ms > 0 <= red_ms):
        raise _error(
            where, f"times of {times} ms", "a phase of one digit lasts, at its longest no less than at its shortest"
        )
    return RingPhase(
        number=name,
        ring=ring,
        side=side,
        last=last,
        state=str(element.get("state") or ""),
        shortest_ms=shortest_ms,
        longest_ms=longest_ms,
        yellow_ms=yellow_ms,
        red_ms=red_ms,
        recalled=recalled,
    )


def _require_barriers(where: str, values: Mapping[str, str], phases: Sequence[RingPhase]) -> None:
    """The coordinated phases and the barrier phases end the two sides, and each side lasts as long in both rings."""
    last = [{phase.number for phase in phases if phase.last and phase.side == side} for side in range(SIDES)]
    coordinated = set(_numbers(values.get("coordinatePhases") or values.get("barrier2Phases", "")))
    if [coordinated, set(_numbers(values.get("barrierPhases", "")))] != last:
        raise _error(where, f"coordinated {sorted(coordinated)}", "the coordinated phases end the first side")
    if not all(phase.recalled for phase in phases if phase.number in coordinated and set(phase.state) & lamps.GREENS):
        raise _error(where, "coordinated phases that wait for a call", "they come in every cycle")
    for side in range(SIDES):
        lengths = {
            sum(p.longest_ms + p.clearance_ms for p in phases if p.side == side and p.ring == ring) for ring in (0, 1)
        }
        if len(lengths) > 1:
            raise _error(where, f"sides of {sorted(lengths)} ms", "both rings take as long between barriers")


def _blind(logic: etree._Element, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lanes for which a detector is named that is not there, or watches another lane."""
    lane_of = {str(e.get("id")): str(e.get("lane")) for e in logic.getroottree().iter("laneAreaDetector")}
    named = {key: value for key, value in values.items() if value in lane_of or "_" in key}
    return tuple(lane for lane, detector in named.items() if lane_of.get(detector) != lane)


def _error(where: str, found: str, rule: str) -> InputError:
    return InputError(where=where, found=found, rule=rule, fix="make the program again")
