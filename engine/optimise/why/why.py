"""Why a plan is as it is, junction by junction: what binds, what it costs, and what is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....networks.limits import LONGEST_CYCLE_S
from ....networks.plan import Plan
from ..candidates.candidates import Problem
from ..junction.capacity import Capacity, capacity_of
from ..junction.sequence_options import SequenceOption
from ..junction.skeleton import skeleton_of
from ..junction.splits import Splits, best_splits, cost_of, shortest_cycle_s
from ..junction.streams import streams_of
from .binding import StageLength, is_pedestrians, stages_of, without

CYCLE_STEP_S = 10
# Each solve may take so much of CP-SAT's deterministic time, as a share of what the search allows.
EFFORT = 0.25
# A junction with more sequences than this is not asked for the best of all: it would take as long as the search.
MOST_SEQUENCES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleChange:
    """What another cycle would make of a junction by itself, with the best splits for it."""

    cycle_s: int
    delay_s: float
    change_s: float  # against the plan's cycle, with the best splits too


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionWhy:
    """Why the plan of a junction is as it is. Delays are per vehicle, by the delay formulas, arrivals being even. [s]

    `delay_s` is that of the plan's splits; `best_delay_s` that of the best ones for the same stages and cycle, of which
    `bound_s` is proven (`proven`: it is the best). `pedestrians_s` tells, for each pedestrian group, the delay that its
    walk and clearance cost, its limits alone being lifted; `all_pedestrians_s`, all of them together. `cycles` is what
    a shorter and a longer cycle would make of it; no cycle of these stages is below `shortest_cycle_s`. Of `sequences`
    sequences looked at, the best has `best_sequence_delay_s` at this cycle and no other less than `sequence_bound_s`;
    None where there are too many.
    """

    junction: str
    cycle_s: float
    vehicles_h: float
    stages: tuple[StageLength, ...]
    delay_s: float
    best_delay_s: float | None
    bound_s: float | None
    proven: bool
    pedestrians_s: Mapping[str, float]
    all_pedestrians_s: float
    cycles: tuple[CycleChange, ...]
    shortest_cycle_s: int | None
    sequences: int
    best_sequence_delay_s: float | None
    sequence_bound_s: float | None
    capacity: Capacity | None

    @property
    def gap(self) -> float | None:
        """The share of the plan's delay by the formulas that other splits might take off at most."""
        return None if self.bound_s is None or not self.delay_s else max(0.0, 1 - self.bound_s / self.delay_s)


def why_of(problem: Problem, plan: Plan) -> tuple[JunctionWhy, ...]:
    """Return the reasons for each junction of a plan that has traffic and a green to vary."""
    found = []
    for junction, option in followed(problem, plan).items():
        capacity = capacity_of(problem.network, option.skeleton.junction, problem.flow_veh_h)
        others = [one for one in problem.options[junction] if not _same_sequence(one, option)]
        if option.streams:
            found.append(junction_why(option, option.skeleton.running_s, (option, *others), problem.period_h, capacity))
    return tuple(found)


def followed(problem: Problem, plan: Plan) -> dict[str, SequenceOption]:
    """Return the intervals that each junction goes through in a plan, from second 0 of its cycle, and their traffic."""
    skeletons = {
        junction: skeleton_of(problem.network.by_junction[junction], plan.by_junction[junction])
        for junction in problem.options
    }
    return {
        junction: SequenceOption(skeleton=skeleton, streams=streams_of(skeleton, problem.flow_veh_h))
        for junction, skeleton in skeletons.items()
        if skeleton.free
    }


def _same_sequence(one: SequenceOption, other: SequenceOption) -> bool:
    states, wanted = one.skeleton.states, other.skeleton.states
    return any(states[k:] + states[:k] == wanted for k in range(len(states)))


def junction_why(
    option: SequenceOption,
    lengths_s: Sequence[float],
    options: Sequence[SequenceOption],
    period_h: float,
    capacity: Capacity | None = None,
) -> JunctionWhy:
    """Return the reasons for the lengths of a junction's intervals; it follows `option`, one of its `options`."""
    skeleton, streams = option.skeleton, option.streams
    cycle_s = sum(lengths_s)
    flow_veh_s = sum(stream.flow_veh_h for stream in streams) / 3600
    cost, alone = cost_of(skeleton, streams, lengths_s, period_h), _solved(option, cycle_s, period_h)
    pedestrians_s, all_s = _pedestrians_s(option, alone, period_h)
    sequence, sequence_bound = _best_sequence(options, cycle_s, period_h)
    return JunctionWhy(
        junction=skeleton.junction.id,
        cycle_s=cycle_s,
        vehicles_h=3600 * flow_veh_s,
        stages=stages_of(skeleton, streams, lengths_s, alone),
        delay_s=cost / flow_veh_s,
        # The solver counts in whole thousandths: a plan may be better than its best by less than one.
        best_delay_s=min(alone.cost, cost) / flow_veh_s if alone else None,
        bound_s=min(alone.bound, cost) / flow_veh_s if alone else None,
        proven=alone is not None and alone.status == "OPTIMAL",
        pedestrians_s=pedestrians_s,
        all_pedestrians_s=all_s,
        cycles=_cycles(option, cycle_s, alone, period_h),
        shortest_cycle_s=shortest_cycle_s(skeleton),
        sequences=len(options),
        best_sequence_delay_s=None if sequence is None else sequence / flow_veh_s,
        sequence_bound_s=None if sequence_bound is None else sequence_bound / flow_veh_s,
        capacity=capacity,
    )


def _solved(option: SequenceOption, cycle_s: float, period_h: float) -> Splits | None:
    if not float(cycle_s).is_integer():
        return None
    return best_splits(option.skeleton, option.streams, int(cycle_s), period_h, EFFORT)


def _flow_veh_s(option: SequenceOption) -> float:
    return sum(stream.flow_veh_h for stream in option.streams) / 3600


def _pedestrians_s(option: SequenceOption, alone: Splits | None, period_h: float) -> tuple[dict[str, float], float]:
    """Return what each pedestrian group's limits cost, and all together: the best splits with them and without.

    To lift one group's limits saves no more than to lift all: where that saves nothing, nobody else is asked.
    """
    skeleton = option.skeleton
    groups = sorted({limit.group for limit in skeleton.limits if is_pedestrians(skeleton, limit)})
    if alone is None or not groups:
        return {}, 0.0

    def saved_s(dropped: Sequence[str]) -> float:
        freed = SequenceOption(skeleton=without(skeleton, lambda limit: limit.group in dropped), streams=option.streams)
        best = _solved(freed, alone.cycle_s, period_h)
        return max(0.0, alone.cost - best.cost) / _flow_veh_s(option) if best else 0.0

    all_s = saved_s(groups)
    return {group: saved_s([group]) if all_s > 0 and len(groups) > 1 else all_s for group in groups}, all_s


def _cycles(option: SequenceOption, cycle_s: float, alone: Splits | None, period_h: float) -> tuple[CycleChange, ...]:
    if alone is None:
        return ()
    found = []
    for other_s in (int(cycle_s) - CYCLE_STEP_S, int(cycle_s) + CYCLE_STEP_S):
        best = _solved(option, other_s, period_h) if 0 < other_s <= LONGEST_CYCLE_S else None
        if best is not None:
            delay_s, now_s = best.cost / _flow_veh_s(option), alone.cost / _flow_veh_s(option)
            found.append(CycleChange(cycle_s=other_s, delay_s=delay_s, change_s=delay_s - now_s))
    return tuple(found)


def _best_sequence(
    options: Sequence[SequenceOption], cycle_s: float, period_h: float
) -> tuple[float | None, float | None]:
    """Return the least cost of all sequences at a cycle, and what is proven of it; one that lacks it has none."""
    if len(options) > MOST_SEQUENCES:
        return None, None
    solved = [best for option in options if (best := _solved(option, cycle_s, period_h)) is not None]
    if not solved:
        return None, None
    return min(best.cost for best in solved), min(best.bound for best in solved)
