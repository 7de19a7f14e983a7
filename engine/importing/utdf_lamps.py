"""The lamps of a UTDF controller: which phases each movement has, and what it shows from tenth to tenth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from ...networks.utdf.signals import (
    END,
    FIRST_YELLOW,
    UNCONTROLLED,
    UtdfController,
    UtdfMovement,
    UtdfPhase,
)

TENTHS = 10


def served(own: Sequence[UtdfMovement]) -> dict[str, UtdfMovement]:
    """Return the movements of an approach by column; those that name no phase have those of the through movement.

    A left turn without a phase yields in the phases of the through movement.
    """
    through = next((m for m in own if m.column.endswith("T") and (m.phases or m.permitted)), None)
    through = through or next((m for m in own if m.phases or m.permitted), None)
    found = {}
    for movement in own:
        if movement.phases or movement.permitted or through is None:
            found[movement.column] = movement
        elif movement.column[2] in "LU":
            found[movement.column] = replace(movement, permitted=(*through.phases, *through.permitted))
        else:
            found[movement.column] = replace(movement, phases=through.phases, permitted=through.permitted)
    return found


def with_starts(controller: UtdfController) -> UtdfController:
    """Return the controller with the starts of its phases; where the file leaves them out, from splits and offset.

    Phases without green are left out. In each ring phases follow by barrier and position, and a barrier is crossed when
    the last ring has come to it.
    """
    used = tuple(p for p in controller.phases if p.green_s > 0)
    if all(p.start_s == p.start_s for p in used):
        return replace(controller, phases=used)
    starts: dict[int, float] = {}
    at = 0.0
    for _, members in groupby(sorted(used, key=lambda p: (p.barrier, p.ring, p.position)), key=lambda p: p.barrier):
        ends = []
        for _, ring in groupby(list(members), key=lambda p: p.ring):
            time = at
            for phase in ring:
                starts[phase.number] = time
                time += phase.split_s
            ends.append(time)
        at = max(ends)
    late = controller.offset_s - _reference(controller, used, starts)
    timed = tuple(
        replace(
            p,
            start_s=round((starts[p.number] + late) % controller.cycle_s, 1),
            end_s=round((starts[p.number] + late + p.split_s) % controller.cycle_s, 1),
        )
        for p in used
    )
    return replace(controller, phases=timed)


def _reference(controller: UtdfController, used: Sequence[UtdfPhase], starts: dict[int, float]) -> float:
    named = [p for p in used if p.number in controller.reference_phases] or list(used[:1])
    greens = [starts[p.number] for p in named]
    if controller.referenced_to == FIRST_YELLOW:
        return min(starts[p.number] + p.green_s for p in named)
    if controller.referenced_to == END:
        return starts[named[0].number] + named[0].split_s
    return max(greens) if controller.referenced_to == 0 else min(greens)


def strip_of(controller: UtdfController, movement: UtdfMovement) -> str:
    """Return SUMO's letters for a movement, one a tenth of a second of the master clock from midnight on.

    G where a protected phase is green, g where a permitted one is, y for its yellow; a phase that is followed by
    another of the movement stays green through its clearance. Uncontrolled movements show g all the cycle.
    """
    cycle = round(controller.cycle_s * TENTHS)
    if UNCONTROLLED in movement.phases:
        return "g" * cycle
    strip = ["r"] * cycle
    own = [(n, "g") for n in movement.permitted] + [(n, "G") for n in movement.phases]
    phases = [(controller.by_number[n], letter) for n, letter in own if n in controller.by_number]
    starts = {round(p.start_s * TENTHS) % cycle for p, _ in phases}
    for phase, letter in phases:
        begin = round(phase.start_s * TENTHS)
        green, yellow, clear = (round(x * TENTHS) for x in (phase.green_s, phase.yellow_s, phase.all_red_s))
        follows = (begin + green + yellow + clear) % cycle in starts and len(starts) > 1
        for k in range(green + (yellow + clear if follows else 0)):
            strip[(begin + k) % cycle] = letter
    for phase, _ in phases:
        begin = round((phase.start_s + phase.green_s) * TENTHS)
        for k in range(round(phase.yellow_s * TENTHS)):
            at = (begin + k) % cycle
            strip[at] = "y" if strip[at] == "r" else strip[at]
    return "".join(strip)
