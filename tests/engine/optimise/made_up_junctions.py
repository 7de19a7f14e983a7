"""Small junctions made by hand, so that every plan of theirs can be tried."""

from __future__ import annotations

from collections.abc import Sequence

from greenband.engine.optimise.junction.skeleton import AtLeast, Skeleton, skeleton_of
from greenband.engine.optimise.junction.streams import Stream
from greenband.networks.junction import Junction, Movement, SignalGroup
from greenband.networks.plan import Interval
from greenband.networks.safety import derive_safety
from greenband.networks.sumo.program import Program, plan_of_program


def junction(
    states: Sequence[tuple[float, str]],
    *,
    id_: str = "J",
    offset_s: float = 0.0,
    foes: frozenset[tuple[str, str]] = frozenset(),
    movements: tuple[Movement, ...] = (),
    pedestrians: Sequence[int] = (),
) -> Junction:
    """A junction with one group for each lamp, named by its place, whose running program shows these states."""
    size = len(states[0][1])
    starts = [sum(length for length, _ in states[:k]) for k in range(len(states))]
    groups = tuple(
        SignalGroup(
            id=str(k), kind="pedestrian" if k in pedestrians else "vehicle", links=(k,), from_edges=(f"approach{k}",)
        )
        for k in range(size)
    )
    program = Program(
        junction=id_,
        program_id="0",
        offset_s=offset_s,
        intervals=tuple(
            Interval(start_s=start, length_s=length, state=state)
            for start, (length, state) in zip(starts, states, strict=True)
        ),
    )
    running = plan_of_program(program, groups)
    both_ways = foes | {(b, a) for a, b in foes}
    safety = derive_safety(running, groups, both_ways)
    return Junction(
        id=id_,
        size=size,
        groups=groups,
        movements=movements,
        foes=both_ways,
        together=safety.together,
        intergreen_s=safety.intergreen_s,
        yellow_s=safety.yellow_s,
        min_green_s=safety.min_green_s,
        running=running,
    )


def stages(greens: int, *, yellow_s: float = 3.0, red_s: float = 2.0, limits: tuple[AtLeast, ...] = ()) -> Skeleton:
    """A junction of so many stages, each with a lamp of its own, yellow and all-red; only the given limits hold."""
    states = []
    for k in range(greens):
        lamp = ["r"] * greens
        lamp[k] = "G"
        states.append((20.0, "".join(lamp)))
        lamp[k] = "y"
        states.append((yellow_s, "".join(lamp)))
        states.append((red_s, "r" * greens))
    made = skeleton_of(junction(states))
    return Skeleton(
        junction=made.junction, states=made.states, fixed_s=made.fixed_s, running_s=made.running_s, limits=limits
    )


def stream(
    lane: str, weights: tuple[int, ...], flow_veh_h: float, saturation_veh_h: float = 1800.0, bonus_tenths: int = 0
) -> Stream:
    """A lane that the intervals serve with these tenths of its saturation flow."""
    return Stream(
        lane=lane,
        flow_veh_h=flow_veh_h,
        saturation_veh_h=saturation_veh_h,
        weights=weights,
        bonus_tenths=bonus_tenths,
        turns=((("in", "out"), flow_veh_h),),
    )
