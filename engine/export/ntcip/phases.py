"""Phases, overlaps and channels of NTCIP 1202: what a controller has once, whichever pattern runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....networks import lamps
from ..exporter import CannotHold
from ..rings.ring_barrier import Phase
from .objects import Line, integer, octets

if TYPE_CHECKING:
    from ..rings.held_rings import Held

ENABLED, NON_ACTUATED_1, MAX_RECALL, PED_RECALL = 1 << 0, 1 << 3, 1 << 7, 1 << 8  # phaseOptions
NOT_ON, GREEN_WALK, GREEN_NO_WALK = 2, 3, 4  # phaseStartup
PHASE, WALK, OVERLAP, OTHER = 2, 3, 4, 1  # channelControlType
PROTECTED, PERMISSIVE, NO_TYPE = 2, 3, 1  # channelGreenType
FLASH_RED, NO_FLASH = 1 << 2, 0
NORMAL = 2  # overlapType
MOST_OVERLAPS = 16
ALWAYS_LISTED = 8  # phases that every controller has; those not in use are switched off
ZERO_COLUMNS = (
    "phasePassage",
    "phaseRedRevert",
    "phaseAddedInitial",
    "phaseMaximumInitial",
    "phaseTimeBeforeReduction",
    "phaseCarsBeforeReduction",
    "phaseTimeToReduce",
    "phaseReduceBy",
    "phaseMinimumGap",
    "phaseDynamicMaxLimit",
    "phaseDynamicMaxStep",
)


def phase_lines(one: Held) -> Iterator[Line]:
    """Yield each phase's row; phases that are not in use are switched off."""
    used = {phase.number: phase for phase in one.rings.phases}
    for number in range(1, max(ALWAYS_LISTED, *used) + 1):
        phase = used.get(number)
        if phase is None:
            yield integer("phaseOptions", 0, number)
            yield integer("phaseRing", 0, number)
            yield octets("phaseConcurrency", (), number)
        else:
            yield from _phase(one, phase)


def _phase(one: Held, phase: Phase) -> Iterator[Line]:
    number = phase.number
    walks = phase.walk_ms > 0
    yield integer("phaseWalk", -(-one.walk_ms(phase) // 1000), number)
    yield integer("phasePedestrianClear", -(-one.clearance_ms(phase) // 1000), number)
    yield integer("phaseMinimumGreen", one.min_green_ms(phase) // 1000, number)
    yield integer("phaseMaximum1", -(-phase.green_ms // 1000), number)
    yield integer("phaseMaximum2", -(-phase.green_ms // 1000), number)
    yield integer("phaseYellowChange", phase.yellow_ms // 100, number)
    yield integer("phaseRedClear", phase.red_ms // 100, number)
    for name in ZERO_COLUMNS:
        yield integer(name, 0, number)
    first = phase.start_ms == one.rings.coordinated.start_ms
    yield integer("phaseStartup", (GREEN_WALK if walks else GREEN_NO_WALK) if first else NOT_ON, number)
    yield integer("phaseOptions", ENABLED | NON_ACTUATED_1 | MAX_RECALL | (PED_RECALL if walks else 0), number)
    yield integer("phaseRing", phase.ring, number)
    yield octets("phaseConcurrency", tuple(sorted(p.number for p in one.rings.beside(phase))), number)


def overlaps_of(one: Held) -> dict[tuple[int, ...], int]:
    """Return the number of the overlap for each set of phases that a group needs one for.

    Raises CannotHold if there are more than a controller has, or if a group of pedestrians walks in several phases.
    """
    found: dict[tuple[int, ...], int] = {}
    for group in one.junction.groups:
        numbers = phases_of(one, group.id)
        if len(numbers) > 1:
            if any(group.id in phase.walks for phase in one.rings.phases_of.get(group.id, ())):
                raise _cannot(one, f"group {group.id} walks in phases {', '.join(map(str, numbers))}", "one phase")
            found.setdefault(numbers, len(found) + 1)
    if len(found) > MOST_OVERLAPS:
        raise _cannot(one, f"{len(found)} sets of phases that groups share", f"{MOST_OVERLAPS} overlaps")
    return found


def _cannot(one: Held, found: str, most: str) -> CannotHold:
    return CannotHold(
        where=f"junction {one.junction.id}",
        found=found,
        rule=f"a channel of NTCIP 1202 shows the walk of one phase, and a controller has at most {most}",
        fix="plan with one walk per cycle and fewer stages, or export to a format of signal groups",
    )


def phases_of(one: Held, group: str) -> tuple[int, ...]:
    """Return the numbers of the phases that serve a group; all of ring 1 for one that is always green."""
    if group in one.rings.steady:
        return tuple(sorted(phase.number for phase in one.rings.rings[0]))
    return tuple(sorted(phase.number for phase in one.rings.phases_of.get(group, ())))


def overlap_lines(overlaps: dict[tuple[int, ...], int]) -> Iterator[Line]:
    """Yield each overlap's row."""
    for phases, number in overlaps.items():
        yield integer("overlapType", NORMAL, number)
        yield octets("overlapIncludedPhases", phases, number)
        yield octets("overlapModifierPhases", (), number)
        for name in ("overlapTrailGreen", "overlapTrailYellow", "overlapTrailRed"):
            yield integer(name, 0, number)


def channel_lines(one: Held, overlaps: dict[tuple[int, ...], int], version: str) -> Iterator[Line]:
    """Yield a channel for each group, in the order of the junction's groups: channel 1 is the first."""
    for channel, group in enumerate(one.junction.groups, start=1):
        phases = phases_of(one, group.id)
        walks = any(group.id in phase.walks for phase in one.rings.phases)
        source, kind = (0, OTHER) if not phases else (phases[0], WALK if walks else PHASE)
        if len(phases) > 1:
            source, kind = overlaps[phases], OVERLAP
        yield integer("channelControlSource", source, channel)
        yield integer("channelControlType", kind, channel)
        yield integer("channelFlash", NO_FLASH if walks or not phases else FLASH_RED, channel)
        if version == "v03":
            yield integer("channelGreenType", _green_type(one, group.id), channel)


def _green_type(one: Held, group: str) -> int:
    shown = {window.display for window in one.plan.by_group[group].windows} & lamps.GREENS
    return NO_TYPE if not shown else PERMISSIVE if shown == {lamps.PERMITTED} else PROTECTED
