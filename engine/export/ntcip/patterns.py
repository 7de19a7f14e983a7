"""Patterns, splits, sequences and the time base of NTCIP 1202: what differs from plan to plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ....networks.plan import whole_ms
from ..exporter import CannotHold, TimedPlan
from .objects import ASC, Line, integer, octets

if TYPE_CHECKING:
    from ..rings.held_rings import Held

# What an offset refers to: patternCoordSyncPoint of NTCIP 1202 v03; in v02 the vendor's setting.
SYNC_POINTS = {
    "first-green": 3,
    "last-green": 4,
    "first-green-end": 5,
    "last-green-end": 6,
    "first-yellow-end": 7,
    "last-yellow-end": 8,
}
MAX_INHIBIT, FIXED, PATTERN_MAX_INHIBIT = 4, 3, 3  # coordMaximumMode, coordForceMode, patternOptions
MAX_VEHICLE, MAX_VEHICLE_AND_WALK = 4, 6  # splitMode
EVERY_MONTH, EVERY_DATE = 0b1_1111_1111_1110, 0xFFFF_FFFE  # bits 1 to 12, bits 1 to 31


def offset_s(one: Held, reference: str) -> int:
    """Return the pattern's offset: the second of the cycle at which the sync point of the coordinated phase falls.

    Raises CannotHold if that is no whole second. There is one coordinated phase, which is the first and the last.
    """
    phase = one.rings.coordinated
    after = phase.start_ms
    if reference.endswith("green-end"):
        after += phase.green_ms
    elif reference.endswith("yellow-end"):
        after += phase.green_ms + phase.yellow_ms
    ms = (whole_ms(one.plan.offset_s) + after) % one.rings.cycle_ms
    if ms % 1000:
        raise CannotHold(
            where=f"junction {one.junction.id}",
            found=f"an offset of {ms / 1000} s to {reference} of phase {phase.number}",
            rule="patternOffsetTime is whole seconds",
            fix="use the offset reference first-green, or plan in whole seconds",
        )
    return ms // 1000


def pattern_lines(one: Held, number: int, reference: str, version: str) -> Iterator[Line]:
    """Yield a pattern with its split and its sequence, all of the same number.

    In v03 the number of a pattern's split is the controller's: the list expects it to be the pattern's own.
    """
    yield integer("patternCycleTime", one.rings.cycle_ms // 1000, number)
    yield integer("patternOffsetTime", offset_s(one, reference), number)
    if version == "v02":
        yield integer("patternSplitNumber", number, number)
    else:
        yield Line(name="patternSplitNumber", index=(number,), value=str(number), expect=True)
    yield integer("patternSequenceNumber", number, number)
    if version == "v03":
        yield integer("patternCoordSyncPoint", SYNC_POINTS[reference], number)
        yield integer("patternOptions", PATTERN_MAX_INHIBIT, number)
    for phase in one.rings.phases:
        place = (number, phase.number)
        yield integer("splitTime", phase.split_ms // 1000, *place)
        yield integer("splitMode", MAX_VEHICLE_AND_WALK if phase.walk_ms else MAX_VEHICLE, *place)
        yield integer("splitCoordPhase", int(phase == one.rings.coordinated), *place)
    for ring, phases in enumerate(one.rings.rings, start=1):
        yield octets("sequenceData", tuple(phase.number for phase in phases), number, ring)


def unit_lines() -> Iterator[Line]:
    """Yield how the controller coordinates: automatic, maxima inhibited, force-offs fixed, midnight as its zero."""
    yield integer("coordOperationalMode", 0)
    yield integer("coordMaximumMode", MAX_INHIBIT)
    yield integer("coordForceMode", FIXED)
    yield integer("timebaseAscPatternSync", 0)


def schedule_lines(plans: Sequence[TimedPlan], first: int) -> Iterator[Line]:
    """Yield actions, day plans and schedule rows: action n calls pattern n; days of equal events share a day plan."""
    for number in range(first, first + len(plans)):
        yield integer("timebaseAscPattern", number, number)
        yield integer("timebaseAscAuxiliaryFunction", 0, number)
        yield integer("timebaseAscSpecialFunction", 0, number)
    for place, (events, days) in enumerate(_days(plans, first).items()):
        day_plan = first + place
        for event, (start_s, action) in enumerate(events, start=1):
            yield integer("dayPlanHour", start_s // 3600, day_plan, event)
            yield integer("dayPlanMinute", start_s % 3600 // 60, day_plan, event)
            oid = f"{ASC}.5.3.1.1.{action}"
            yield Line(name="dayPlanActionNumberOID", index=(day_plan, event), value=oid)
        yield integer("timeBaseScheduleMonth", EVERY_MONTH, day_plan)
        yield integer("timeBaseScheduleDay", sum(1 << _weekday_bit(day) for day in days), day_plan)
        yield integer("timeBaseScheduleDate", EVERY_DATE, day_plan)
        yield integer("timeBaseScheduleDayPlan", day_plan, day_plan)


def _weekday_bit(day: int) -> int:
    """Return the bit of a weekday: 1 is Sunday, 7 is Saturday; our 0 is Monday."""
    return (day + 1) % 7 + 1


def _days(plans: Sequence[TimedPlan], first: int) -> dict[tuple[tuple[int, int], ...], list[int]]:
    found: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day in range(7):
        events = tuple(
            sorted((plan.start_s, number) for number, plan in enumerate(plans, start=first) if day in plan.days)
        )
        if events:
            found.setdefault(events, []).append(day)
    if any(plan.start_s % 60 for plan in plans):
        raise CannotHold(
            where="the schedule",
            found="a plan that takes over within a minute",
            rule="day plans of NTCIP 1201 have hours and minutes",
            fix="give whole minutes",
        )
    return found
