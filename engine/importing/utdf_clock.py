"""The phases of a UTDF controller on its clock, in tenths of a second: none runs into another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ...networks.errors import InputError
from ...networks.utdf.signals import UtdfController, UtdfPhase
from .remarks import Remark

TENTHS = 10
ROUNDING = 5  # tenths: what rounded splits may be longer than the cycle
ALMOST = 1e-6


def fitted(controller: UtdfController, source: str) -> tuple[UtdfController, tuple[Remark, ...]]:
    """Return a controller with starts in tenths of a second, each phase ended before the next one starts, and remarks.

    Yellow and all-red are never shortened: what is too long by half a second at most is taken from the green, and
    told. Raises InputError for more, with the splits and the cycle.
    """
    made: list[UtdfPhase] = []
    remarks: list[Remark] = []
    for phase in controller.phases:
        room, after = _room(controller, phase)
        yellow, red = (_up(phase.yellow_s), _up(phase.all_red_s))
        green = min(round(phase.green_s * TENTHS), room - yellow - red)
        lost = phase.green_s * TENTHS - green
        if lost > ROUNDING + ALMOST or green <= 0:
            raise _too_long(controller, phase, after, source)
        if lost > 1:
            what = f"a green is {lost / TENTHS:.1f} s shorter than in the file, so that the splits fit into the cycle"
            remarks.append(Remark(where=f"INTID {controller.intid}, phase {phase.number}", what=what))
        made.append(_timed(phase, (green, yellow, red)))
    return replace(controller, phases=tuple(made)), tuple(remarks)


def _timed(phase: UtdfPhase, tenths: tuple[int, int, int]) -> UtdfPhase:
    green_s, yellow_s, all_red_s = (number / TENTHS for number in tenths)
    start_s = round(phase.start_s * TENTHS) / TENTHS
    return replace(phase, start_s=start_s, green_s=green_s, yellow_s=yellow_s, all_red_s=all_red_s)


def _up(seconds: float) -> int:
    return math.ceil(seconds * TENTHS - ALMOST)


def _room(controller: UtdfController, phase: UtdfPhase) -> tuple[int, UtdfPhase | None]:
    """Return the tenths from a phase's start to that of the next that may not run beside it, and which that is."""
    cycle = round(controller.cycle_s * TENTHS)
    start = round(phase.start_s * TENTHS)
    foes = [p for p in controller.phases if p is not phase and (p.ring == phase.ring or p.barrier != phase.barrier)]
    rooms = [((round(foe.start_s * TENTHS) - start) % cycle, foe) for foe in foes]
    return min(rooms, key=lambda pair: pair[0], default=(cycle, None))


def _too_long(controller: UtdfController, phase: UtdfPhase, after: UtdfPhase | None, source: str) -> InputError:
    longest = longest_way(controller.phases)
    total = sum(p.split_s for p in longest)
    found = _sum(longest, controller)
    if total <= controller.cycle_s + ALMOST and after is not None:
        found = (
            f"phase {phase.number} starts at {phase.start_s:g} s and lasts {phase.split_s:g} s, and phase "
            f"{after.number}, which may not run beside it, starts at {after.start_s:g} s of the cycle of "
            f"{controller.cycle_s:g} s"
        )
    return InputError(
        where=f"{source}, INTID {controller.intid}",
        found=found,
        rule=f"phases of a ring, and on both sides of a barrier, follow each other; {ROUNDING / TENTHS} s is rounding",
        fix="correct MaxGreen, Yellow, AllRed, BRP, Start or Cycle Length",
    )


def _sum(phases: Sequence[UtdfPhase], controller: UtdfController) -> str:
    numbers = ", ".join(str(p.number) for p in phases)
    splits = " + ".join(f"{p.split_s:g}" for p in phases)
    total = sum(p.split_s for p in phases)
    return f"the splits of phases {numbers} make {splits} = {total:g} s in a cycle of {controller.cycle_s:g} s"


def longest_way(phases: Sequence[UtdfPhase]) -> tuple[UtdfPhase, ...]:
    """Return the phases that the cycle has to hold one after another: between barriers those of the slowest ring."""
    found: list[UtdfPhase] = []
    order = sorted(phases, key=lambda p: (p.barrier, p.ring, p.position))
    for _, between in groupby(order, key=lambda p: p.barrier):
        rings = [tuple(ring) for _, ring in groupby(list(between), key=lambda p: p.ring)]
        found += max(rings, key=lambda ring: sum(p.split_s for p in ring))
    return tuple(found)
