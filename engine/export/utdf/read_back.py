"""Reading a UTDF file back: what each movement and walk shows, tenth by tenth, against the plan.

The file is parsed by the importer's reader. Nothing here is shared with the writer but the names of the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....networks import lamps
from ....networks.network import Network
from ....networks.utdf.signals import (
    END,
    FIRST_GREEN,
    FIRST_YELLOW,
    LAST_GREEN,
    UtdfController,
    UtdfMovement,
    UtdfPhase,
    controllers,
    movements,
)
from ....networks.utdf.tables import UtdfFile, parse_utdf
from ..exporter import ReadBackError
from ..lamp_strips import colours_of_plan

if TYPE_CHECKING:
    from ..rings.held_rings import Held
    from .streets import Numbers

TENTHS = 10


def read_back(content: bytes, held: tuple[Held, ...], network: Network, numbers: Numbers) -> None:
    """Compare a UTDF file with the plan. Raises ReadBackError with the first movement or walk that differs."""
    file = parse_utdf(content, "the file")
    signals = controllers(file, "the file")
    moves = {(m.intid, m.column): m for m in movements(file, "the file")}
    for one in held:
        name = one.junction.id
        controller = signals.get(numbers.master(name))
        if controller is None:
            raise ReadBackError(f"junction {name}: the file has no timing for INTID {numbers.master(name)}")
        _compare_offset(name, controller)
        _compare_rings(name, controller)
        wanted = colours_of_plan(one.plan, 1000 // TENTHS)
        groups = {(m.from_edge, m.to_edge): m.groups for m in one.junction.movements}
        for turn in numbers.turns[name]:
            movement = moves.get((numbers.of_node[turn.node], turn.column))
            shown = None if movement is None else strip_of_movement(controller, movement)
            for group in groups[(turn.from_edge, turn.to_edge)]:
                meant = _uncontrolled_as_green(wanted[group])
                if shown != meant:
                    raise ReadBackError(f"junction {name}, {turn.column}: {_first(shown, meant)} (group {group})")
        _compare_walks(one, controller)
    _compare_nodes(file, numbers)


def strip_of_movement(controller: UtdfController, movement: UtdfMovement) -> str:
    """Return what a movement shows at each tenth of a second of the master clock: G, y or r.

    It is green in the green of its phases, and stays green through yellow and all-red where another of them follows.
    """
    cycle = round(controller.cycle_s * TENTHS)
    if -1 in movement.phases:
        return "G" * cycle
    own = [controller.by_number[n] for n in (*movement.phases, *movement.permitted) if n in controller.by_number]
    strip = ["r"] * cycle
    for phase in own:
        clears = [(_tenths(phase.start_s + phase.green_s) + k) % cycle for k in range(1 + _clearance(phase))]
        next_at = [k for k, at in enumerate(clears) if any(_tenths(o.start_s) % cycle == at for o in own)]
        green = _tenths(phase.green_s) + (next_at[0] if next_at else 0)
        _paint(strip, phase.start_s, green, "G")
        if not next_at:
            _paint(strip, phase.start_s + phase.green_s, _tenths(phase.yellow_s), "y")
    return "".join(strip)


def _clearance(phase: UtdfPhase) -> int:
    return _tenths(phase.yellow_s) + _tenths(phase.all_red_s)


def _tenths(seconds: float) -> int:
    return round(seconds * TENTHS)


def _paint(strip: list[str], start_s: float, tenths: int, letter: str) -> None:
    for k in range(tenths):
        at = (_tenths(start_s) + k) % len(strip)
        strip[at] = "G" if strip[at] == "G" else letter


def _uncontrolled_as_green(strip: str) -> str:
    return "G" * len(strip) if set(strip) == {"o"} else strip


def _first(shown: str | None, meant: str) -> str:
    if shown is None:
        return "the file does not have it"
    if len(shown) != len(meant):
        return f"the file's cycle is {len(shown) / TENTHS} s, not {len(meant) / TENTHS} s"
    at = next(k for k, (a, b) in enumerate(zip(shown, meant, strict=True)) if a != b)
    return f"'{shown[at]}' in the file and '{meant[at]}' in the plan at second {at / TENTHS:g}"


def _compare_offset(name: str, controller: UtdfController) -> None:
    """The offset is where the file's own reference says that it is."""
    phases = [controller.by_number[n] for n in controller.reference_phases if n in controller.by_number]
    if not phases:
        raise ReadBackError(f"junction {name}: the reference phase is not among the phases")
    point = {
        FIRST_GREEN: phases[0].start_s,
        LAST_GREEN: phases[-1].start_s,
        FIRST_YELLOW: phases[0].start_s + phases[0].green_s,
        END: phases[0].end_s,
    }[controller.referenced_to]
    cycle = _tenths(controller.cycle_s)
    if (_tenths(point) - _tenths(controller.offset_s)) % cycle:
        raise ReadBackError(f"junction {name}: the offset {controller.offset_s} s is not at its reference {point} s")


def _compare_rings(name: str, controller: UtdfController) -> None:
    """In each ring a phase ends where the next one starts, by its split."""
    cycle = _tenths(controller.cycle_s)
    for ring in {phase.ring for phase in controller.phases}:
        phases = sorted((p for p in controller.phases if p.ring == ring), key=lambda p: (p.barrier, p.position))
        for phase, after in zip(phases, [*phases[1:], phases[0]], strict=True):
            ends = {_tenths(phase.start_s + phase.split_s) % cycle, _tenths(phase.end_s) % cycle}
            if ends != {_tenths(after.start_s) % cycle}:
                raise ReadBackError(f"junction {name}: phase {phase.number} does not end where {after.number} starts")


def _compare_walks(one: Held, controller: UtdfController) -> None:
    """Every walk of the plan is the walk of a phase, and no phase has another."""
    cycle = _tenths(controller.cycle_s)
    written = {(_tenths(p.start_s) % cycle, _tenths(p.walk_s)) for p in controller.phases if p.walk_s > 0}
    meant = set()
    for group in one.plan.groups:
        greens = one.plan.greens(group.group)
        yellow = any(w.display in lamps.YELLOWS for w in group.windows)
        if one.junction.by_group[group.group].kind == "pedestrian" and not yellow:
            meant |= {
                ((_tenths(g.start_s) + _tenths(one.plan.offset_s)) % cycle, _tenths(g.length_s))
                for g in greens
                if _tenths(g.length_s) < cycle
            }
    stated = {
        ((_tenths(g.start_s) + _tenths(one.plan.offset_s)) % cycle, _tenths(times.walk_s))
        for group, times in one.junction.phase_times.items()
        for g in one.plan.greens(group)
    }
    if not meant <= written <= meant | stated:
        raise ReadBackError(
            f"junction {one.junction.id}: the walks {sorted(written)} are not those of the plan, {sorted(meant)}"
        )


def _compare_nodes(file: UtdfFile, numbers: Numbers) -> None:
    nodes = file.section("Nodes")
    listed = {row[0] for row in nodes.rows} if nodes is not None else set()
    if listed != set(numbers.of_node.values()):
        raise ReadBackError("the file's nodes are not those of the plan's junctions")
