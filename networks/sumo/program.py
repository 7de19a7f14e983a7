"""SUMO's fixed-time programs: from XML to a plan and back, lamp for lamp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from lxml import etree

from .. import lamps
from ..errors import InputError
from ..junction import Junction, SignalGroup
from ..network import Network
from ..plan import GroupPlan, Interval, JunctionPlan, Plan, Window, turned, whole_ms
from .times import seconds_of

LONGEST_CYCLE_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A `tlLogic` as it stands in a file: its first interval starts at `offset_s` in [0, cycle)."""

    junction: str
    program_id: str
    offset_s: float
    intervals: tuple[Interval, ...]

    @property
    def cycle_s(self) -> float:
        """The sum of the intervals."""
        return sum(whole_ms(interval.length_s) for interval in self.intervals) / 1000

    @property
    def size(self) -> int:
        """How many lamps the program steers."""
        return len(self.intervals[0].state)


def read_program(element: etree._Element, source: str) -> Program:
    """Return the program that a static `<tlLogic>` holds. Raises InputError with the line of what cannot be read."""
    where = f"{source}, line {element.sourceline}, tlLogic {element.get('id')}"
    phases = [_read_phase(phase, f"{source}, line {phase.sourceline}") for phase in element.iter("phase")]
    states = [state for _, state in phases]
    if not phases or len({len(state) for state in states}) != 1 or not states[0]:
        raise InputError(
            where=where,
            found=f"{len(phases)} phases with {sorted({len(state) for state in states})} lamps",
            rule="a program has at least one phase and the same lamps in each",
            fix="correct the phases",
        )
    if any(phase.get("next") for phase in element.iter("phase")):
        raise InputError(
            where=where,
            found="a phase with a 'next' attribute",
            rule="a fixed-time program runs through its phases in their order",
            fix="give the program as it runs, without jumps",
        )
    lengths_ms = [length for length, _ in phases]
    if not 0 < sum(lengths_ms) <= LONGEST_CYCLE_MS:
        raise InputError(
            where=where,
            found=f"phases of {sum(lengths_ms) / 1000:.6g} s together",
            rule="a cycle lasts more than nothing and at most a day",
            fix="correct the durations",
        )
    starts_ms = [0, *accumulate(lengths_ms)][:-1]
    offset_ms = _milliseconds(element.get("offset") or "0", where, "offset") % sum(lengths_ms)
    return Program(
        junction=element.get("id") or "",
        program_id=element.get("programID") or "0",
        offset_s=offset_ms / 1000,
        intervals=tuple(
            Interval(start_s=start / 1000, length_s=length / 1000, state=state)
            for start, (length, state) in zip(starts_ms, phases, strict=True)
            if length > 0
        ),
    )


def _read_phase(phase: etree._Element, where: str) -> tuple[int, str]:
    state = phase.get("state") or ""
    unknown = sorted(set(state) - lamps.KNOWN)
    if unknown:
        raise InputError(
            where=where,
            found=f"lamp letters {unknown}",
            rule=f"a lamp shows one of {''.join(sorted(lamps.KNOWN))}",
            fix="correct the state",
        )
    length_ms = _milliseconds(phase.get("duration") or "", where, "duration")
    if length_ms < 0:
        raise InputError(
            where=where, found=f"a duration of {length_ms / 1000} s", rule="time runs forward", fix="correct it"
        )
    return length_ms, state


def _milliseconds(text: str, where: str, name: str) -> int:
    try:
        return whole_ms(float(text) if (found := seconds_of(text)) is None else found)
    except (ValueError, OverflowError):
        raise InputError(
            where=where, found=f"{name} '{text}'", rule="it must be a number of seconds, or hh:mm:ss", fix="correct it"
        ) from None


def columns(program: Program, link: int) -> tuple[Window, ...]:
    """Return what one lamp shows: its windows, measured from the start of the first interval, red left out."""
    runs: list[list[float | str]] = []
    for interval in program.intervals:
        display = interval.state[link]
        if runs and runs[-1][2] == display:
            runs[-1][1] = (whole_ms(float(runs[-1][1])) + whole_ms(interval.length_s)) / 1000
        else:
            runs.append([interval.start_s, interval.length_s, display])
    if len(runs) > 1 and runs[0][2] == runs[-1][2]:
        last = runs.pop()
        runs[0] = [last[0], (whole_ms(float(last[1])) + whole_ms(float(runs[0][1]))) / 1000, last[2]]
    windows = [Window(start_s=float(a), length_s=float(b), display=str(c)) for a, b, c in runs if c != lamps.RED]
    return tuple(sorted(windows))


def plan_of_program(program: Program, groups: Sequence[SignalGroup], coordinated: str | None = None) -> JunctionPlan:
    """Return the program as a plan of the given groups, with second 0 at the coordinated group's first green.

    Unless it is named, the coordinated group is the vehicle group with the longest green; of equals, the first: what
    can be said where only the lamps are known.
    """
    cycle_s = program.cycle_s
    raw = [GroupPlan(group=group.id, windows=columns(program, group.links[0])) for group in groups]
    vehicles = {group.id for group in groups if group.kind == "vehicle"}
    greens = [
        (-green.length_s, place, plan.group, green.start_s)
        for place, plan in enumerate(raw)
        if (plan.group in vehicles if coordinated is None else plan.group == coordinated)
        for green in plan.greens(cycle_s)
        if green.length_s < cycle_s
    ]
    coordinated, zero_s = min(greens)[2:] if greens else (coordinated, 0.0)
    cycle_ms = whole_ms(cycle_s)
    return JunctionPlan(
        junction=program.junction,
        cycle_s=cycle_s,
        offset_s=(whole_ms(program.offset_s) + whole_ms(zero_s)) % cycle_ms / 1000,
        coordinated=coordinated,
        groups=tuple(turned(plan, whole_ms(zero_s), cycle_ms) for plan in raw),
    )


def intervals(plan: JunctionPlan, junction: Junction) -> tuple[Interval, ...]:
    """Return the plan as stretches of constant lamps, from second 0 of its cycle on."""
    cycle_ms = whole_ms(plan.cycle_s)
    cuts = {0}
    for group in plan.groups:
        for window in group.windows:
            cuts.update((whole_ms(window.start_s), (whole_ms(window.start_s) + whole_ms(window.length_s)) % cycle_ms))
    starts = sorted(cuts)
    found: list[Interval] = []
    for start, end in zip(starts, [*starts[1:], cycle_ms], strict=True):
        state = state_at(plan, junction, start / 1000)
        if found and found[-1].state == state:
            end, start = end, whole_ms(found.pop().start_s)
        found.append(Interval(start_s=start / 1000, length_s=(end - start) / 1000, state=state))
    return tuple(found)


def state_at(plan: JunctionPlan, junction: Junction, second_s: float) -> str:
    """Return the state string, a letter per lamp, at a second of the cycle."""
    state = [lamps.RED] * junction.size
    for group in junction.groups:
        display = plan.by_group[group.id].display_at(second_s, plan.cycle_s)
        for link in group.links:
            state[link] = display
    return "".join(state)


def program_xml(plan: Plan, network: Network, program_id: str) -> etree._Element:
    """Return an additional file's root with one static `tlLogic` per junction plan.

    `program_id` must differ from every program already loaded: SUMO refuses a second one of the same name, and runs
    the one loaded last.
    """
    root = etree.Element("additional")
    for junction_plan in plan.junctions:
        root.append(_logic(junction_plan, network.by_junction[junction_plan.junction], program_id))
    return root


def _logic(plan: JunctionPlan, junction: Junction, program_id: str) -> etree._Element:
    logic = etree.Element(
        "tlLogic", id=plan.junction, type="static", programID=program_id, offset=_seconds(plan.offset_s)
    )
    for interval in intervals(plan, junction):
        etree.SubElement(logic, "phase", duration=_seconds(interval.length_s), state=interval.state)
    return logic


def _seconds(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
