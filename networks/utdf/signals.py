"""The signals of a UTDF file: controllers with their phases, and movements with the phases that serve them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from ..errors import InputError
from ..files import finite
from .tables import Records, UtdfFile

LAST_GREEN, FIRST_YELLOW, END, FIRST_GREEN, FLASH_WALK = range(5)  # `Referenced To`
PHASE_RECORDS = ("Phase1", "Phase2", "Phase3", "Phase4")
PERMITTED_RECORDS = ("PermPhase1", "PermPhase2", "PermPhase3", "PermPhase4")
UNCONTROLLED = -1


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
    all_red_s: float
    walk_s: float
    dont_walk_s: float
    min_green_s: float
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


def number(text: str | None) -> float | None:
    """Return a cell as a number, without the star that marks what a user overrode; None if it is blank.

    Raises ValueError for what is no number, or has no end.
    """
    cleaned = (text or "").strip().lstrip("*").strip()
    return finite(cleaned) if cleaned else None


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
    for intid, settings in plans.records.items():
        try:
            made = _controller(intid, settings, phases.records.get(intid, {}))
        except ValueError as error:
            raise InputError(
                where=f"{source}, INTID {intid}",
                found=str(error),
                rule="times and codes are numbers, and BRP is barrier, ring and position, a digit each",
                fix="correct the record",
            ) from None
        if made is not None:
            found[intid] = made
    return found


def _controller(intid: str, settings: Records, phases: Records) -> UtdfController | None:
    values = {name: next(iter(columns.values()), "") for name, columns in settings.items()}
    cycle_s, code = number(values.get("Cycle Length")), number(values.get("Reference Phase")) or 0
    nodes = [v for name, v in values.items() if name.startswith("Node ") and v.strip() not in ("", "0")]
    bare = UtdfController(
        intid=intid,
        nodes=tuple(nodes) or (intid,),
        control_type=int(number(values.get("Control Type")) or 0),
        cycle_s=cycle_s or 0.0,
        offset_s=number(values.get("Offset")) or 0.0,
        referenced_to=int(number(values.get("Referenced To")) or 0),
        reference_phases=tuple(int(p) for p in divmod(code, 100) if p),
        phases=(),
    )
    made = [_phase(column, phases) for column in phases.get("BRP", {})]
    used = tuple(phase for phase in made if phase is not None)
    return replace(bare, phases=used) if used and cycle_s else None


def _phase(column: str, phases: Records) -> UtdfPhase | None:
    """Return the phase of a column such as D2, or None if it is not in use."""
    value = {name: number(columns.get(column)) for name, columns in phases.items()}
    if value.get("MaxGreen") is None or value.get("BRP") is None:
        return None
    brp = int(value["BRP"] or 0)
    nan = float("nan")
    start, end = value.get("Start"), value.get("End")
    return UtdfPhase(
        number=int(column.lstrip("D")),
        barrier=brp // 100,
        ring=brp // 10 % 10,
        position=brp % 10,
        start_s=nan if start is None else start,
        end_s=nan if end is None else end,
        green_s=value["MaxGreen"] or 0.0,
        yellow_s=value.get("Yellow") or 0.0,
        all_red_s=value.get("AllRed") or 0.0,
        walk_s=value.get("Walk") or 0.0,
        dont_walk_s=value.get("DontWalk") or 0.0,
        min_green_s=value.get("MinGreen") or 0.0,
        recall=int(value.get("Recall") or 0),
    )


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
    for intid, records in lanes.records.items():
        for column in lanes.header[2:]:
            if records.get("Dest Node", {}).get(column, "").strip():
                try:
                    found.append(_movement(intid, column, records))
                except ValueError as error:
                    raise InputError(
                        where=f"{source}, INTID {intid}, {column}",
                        found=str(error),
                        rule="lanes, phases and volumes are numbers",
                        fix="correct the record",
                    ) from None
    return tuple(found)


def _movement(intid: str, column: str, records: Records) -> UtdfMovement:
    def value(name: str, of: str = column) -> float | None:
        return number(records.get(name, {}).get(of))

    through = column[:2] + "T"
    speed = value("Speed")
    return UtdfMovement(
        intid=intid,
        column=column,
        up_node=records.get("Up Node", {}).get(column, "").strip(),
        dest_node=records["Dest Node"][column].strip(),
        lanes=int(value("Lanes") or 0),
        shared=int(value("Shared") or 0),
        phases=tuple(int(p) for p in (value(name) for name in PHASE_RECORDS) if p),
        permitted=tuple(int(p) for p in (value(name) for name in PERMITTED_RECORDS) if p),
        volume_veh_h=value("Volume"),
        speed=speed if speed is not None else value("Speed", through),
        storage=value("Storage"),
        storage_lanes=int(value("StLanes") or 0),
    )
