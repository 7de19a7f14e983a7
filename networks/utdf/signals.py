"""The signals of a UTDF file: controllers with their phases, and movements with the phases that serve them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from ..errors import InputError
from .cells import FEET, KM_H, METRES, MPH, SECONDS, Cells
from .sections import Section
from .tables import UtdfFile

LAST_GREEN, FIRST_YELLOW, END, FIRST_GREEN, FLASH_WALK = range(5)  # `Referenced To`
PHASE_RECORDS = ("Phase1", "Phase2", "Phase3", "Phase4")
PERMITTED_RECORDS = ("PermPhase1", "PermPhase2", "PermPhase3", "PermPhase4")
UNCONTROLLED = -1
MOST_S, MOST_CYCLE_S = 1000.0, 1000.0  # longer than any phase and any cycle
MOST_LEAST_S = 255.0  # of shortest greens and walks, as a controller holds them
MOST_PHASES, MOST_LANES, MOST_VEH_H = 99, 12, 100_000.0
BRP = (111, 999)
MOVEMENT = re.compile(r"(NB|SB|EB|WB|NE|NW|SE|SW)(U2?|L2?|T2?|R2?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class UtdfPhase:
    """A phase of a controller; `start_s` and `end_s` are seconds of the master clock, modulo the cycle."""

    number: int
    barrier: int
    ring: int
    position: int
    start_s: float
    end_s: float
    green_s: float
    yellow_s: float
    all_red_s: float  # 0 where the file leaves it out
    walk_s: float
    dont_walk_s: float
    min_green_s: float
    min_split_s: float
    recall: int

    @property
    def split_s(self) -> float:
        """Green + yellow + all-red."""
        return round(self.green_s + self.yellow_s + self.all_red_s, 3)


@dataclass(frozen=True, kw_only=True)
class UtdfController:
    """A controller: the nodes that it runs, its cycle, its offset and what that refers to, and its phases in use."""

    intid: str
    nodes: tuple[str, ...]
    control_type: int
    cycle_s: float
    offset_s: float
    referenced_to: int
    reference_phases: tuple[int, ...]
    phases: tuple[UtdfPhase, ...]

    @cached_property
    def by_number(self) -> dict[int, UtdfPhase]:
        """The phases by number."""
        return {phase.number: phase for phase in self.phases}


@dataclass(frozen=True, slots=True, kw_only=True)
class UtdfMovement:
    """A movement: its column such as NBL, where it comes from and goes to, and the phases that serve it."""

    intid: str
    column: str
    up_node: str
    dest_node: str
    lanes: int
    shared: int  # 0 none, 1 with left, 2 with right, 3 with both
    phases: tuple[int, ...]  # protected; -1: uncontrolled
    permitted: tuple[int, ...]
    volume_veh_h: float | None
    speed: float | None  # of the approach, in the file's units
    storage: float | None  # length of the pocket, in the file's units; None: no pocket
    storage_lanes: int


def controllers(file: UtdfFile, source: str) -> dict[str, UtdfController]:
    """Return the controllers that have a cycle and phases, by INTID. Raises InputError for what cannot be read."""
    plans, phases = file.section("Timeplans"), file.section("Phases")
    if plans is None or phases is None:
        missing = "Timeplans" if plans is None else "Phases"
        raise InputError(
            where=source,
            found=f"no section [{missing}]",
            rule="signal timing stands in [Timeplans] and [Phases]",
            fix="save the file from Synchro with its timing",
        )
    found = {}
    for intid in plans.records:
        made = _controller(_of(plans, source, intid), _of(phases, source, intid))
        if made is not None:
            found[intid] = made
    return found


def _of(section: Section, source: str, intid: str) -> Cells:
    return Cells(section=section, source=source, intid=intid)


def _controller(plan: Cells, phases: Cells) -> UtdfController | None:
    data = plan.section.columns[2] if len(plan.section.columns) > 2 else "DATA"
    cycle_s = plan.number("Cycle Length", data, most=MOST_CYCLE_S, units=SECONDS)
    code = plan.whole("Reference Phase", data, most=9999) or 0
    nodes = [plan.text(name, data) for name in plan.section.records[plan.intid] if name.startswith("Node ")]
    columns = [column for column in phases.section.columns[2:] if column[:1] == "D"]
    made = [_phase(column, phases) for column in dict.fromkeys(columns)]
    used = tuple(phase for phase in made if phase is not None)
    controller = UtdfController(
        intid=plan.intid,
        nodes=tuple(node for node in nodes if node not in ("", "0")) or (plan.intid,),
        control_type=plan.whole("Control Type", data, most=9) or 0,
        cycle_s=cycle_s or 0.0,
        offset_s=plan.number("Offset", data, least=-MOST_CYCLE_S, most=MOST_CYCLE_S, units=SECONDS) or 0.0,
        referenced_to=plan.whole("Referenced To", data, most=FLASH_WALK) or 0,
        reference_phases=tuple(p for p in divmod(code, 100) if p),
        phases=used,
    )
    return controller if used and cycle_s else None


def _phase(column: str, cells: Cells) -> UtdfPhase | None:
    """Return the phase of a column such as D2, or None if it is not in use."""

    def seconds(record: str, least: float = 0.0, most: float = MOST_S) -> float | None:
        return cells.number(record, column, least=least, most=most, units=SECONDS)

    brp, green = cells.whole("BRP", column, least=BRP[0], most=BRP[1]), seconds("MaxGreen")
    if green is None or brp is None:
        return None
    yellow, nan = seconds("Yellow"), float("nan")
    if yellow is None and green > 0:
        record = "Yellow" if "Yellow" in cells.section.records[cells.intid] else "BRP"
        raise cells.error(
            record, column, "a phase without Yellow", "a phase in use has a yellow, and 0 says that it has none"
        )
    start, end = seconds("Start", -MOST_S), seconds("End", -MOST_S)
    return UtdfPhase(
        number=_number_of(column, cells),
        barrier=brp // 100,
        ring=brp // 10 % 10,
        position=brp % 10,
        start_s=nan if start is None else start,
        end_s=nan if end is None else end,
        green_s=green,
        yellow_s=yellow or 0.0,
        all_red_s=seconds("AllRed") or 0.0,
        walk_s=seconds("Walk", most=MOST_LEAST_S) or 0.0,
        dont_walk_s=seconds("DontWalk", most=MOST_LEAST_S) or 0.0,
        min_green_s=seconds("MinGreen", most=MOST_LEAST_S) or 0.0,
        min_split_s=seconds("MinSplit") or 0.0,
        recall=cells.whole("Recall", column, most=9) or 0,
    )


def _number_of(column: str, cells: Cells) -> int:
    if column[1:].isascii() and column[1:].isdigit() and 0 < int(column[1:][:4]) <= MOST_PHASES:
        return int(column[1:])
    raise cells.error("BRP", column, f"a column '{column[:20]}'", "columns of [Phases] are D1, D2 and so on")


def movements(file: UtdfFile, source: str) -> tuple[UtdfMovement, ...]:
    """Return the movements that have a destination, in the file's order. Raises InputError for a broken value."""
    lanes = file.section("Lanes")
    if lanes is None:
        raise InputError(
            where=source,
            found="no section [Lanes]",
            rule="movements stand in [Lanes]",
            fix="save the file from Synchro with its lanes",
        )
    found = []
    for intid in lanes.records:
        cells = _of(lanes, source, intid)
        for column in dict.fromkeys(lanes.columns[2:]):
            if cells.text("Dest Node", column):
                if not MOVEMENT.fullmatch(column):
                    raise cells.error(
                        "Dest Node", column, f"a column '{column[:20]}'", "columns are NBL, NBT, SBR and so on"
                    )
                found.append(_movement(column, cells))
    return tuple(found)


def _movement(column: str, cells: Cells) -> UtdfMovement:
    def numbers(records: tuple[str, ...]) -> tuple[int, ...]:
        found = (cells.whole(name, column, least=UNCONTROLLED, most=MOST_PHASES) for name in records)
        return tuple(number for number in found if number)

    def speed(of: str) -> float | None:
        return cells.number("Speed", of, most=400, units=(*MPH, *KM_H))

    limit = speed(column)
    return UtdfMovement(
        intid=cells.intid,
        column=column,
        up_node=cells.text("Up Node", column),
        dest_node=cells.text("Dest Node", column),
        lanes=cells.whole("Lanes", column, most=MOST_LANES) or 0,
        shared=cells.whole("Shared", column, most=3) or 0,
        phases=numbers(PHASE_RECORDS),
        permitted=numbers(PERMITTED_RECORDS),
        volume_veh_h=cells.number("Volume", column, most=MOST_VEH_H, units=("veh/h", "vph")),
        speed=limit if limit is not None else speed(column[:2] + "T"),
        storage=cells.number("Storage", column, most=100_000, units=(*FEET, *METRES)),
        storage_lanes=cells.whole("StLanes", column, most=MOST_LANES) or 0,
    )
