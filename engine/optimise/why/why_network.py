"""What is proven of a plan's offsets, and what another common cycle would make of the whole network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from ....networks.limits import LONGEST_CYCLE_S
from ....networks.plan import Plan
from ..candidates.candidates import Problem, common_cycle, with_sequences
from ..climb.half_moves import common_of
from ..junction.sequence_options import SequenceOption
from ..model_referee import ModelReferee
from ..offsets.links import LinkTable, link_tables
from ..offsets.offsets import best_offsets
from .why import CYCLE_STEP_S, EFFORT, CycleChange, followed


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetsWhy:
    """The delay on the links between junctions, by platoons that leave each junction at its splits. [veh s / s]

    `cost` is that of the plan's offsets, `best_cost` that of the best found for the same splits; none have less than
    `bound`. `proven` says that the best are known to be the best.
    """

    links: int
    cost: float
    best_cost: float
    bound: float
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkWhy:
    """What holds of all junctions together: none of it where their cycles differ, but for halves of the common one.

    `cycles` are by the queue model: plans made by the formulas for the plan's cycle, a shorter and a longer one, each
    with splits and offsets of its own.
    """

    cycle_s: int
    offsets: OffsetsWhy
    cycles: tuple[CycleChange, ...]


def network_why(problem: Problem, plan: Plan, model: ModelReferee, seeds: Sequence[int]) -> NetworkWhy | None:
    """Return what is known of the junctions together, or None where they share no cycle of whole seconds.

    Some of them may have half of it.
    """
    options = followed(problem, plan)
    cycle_s = common_of(plan.by_junction[junction].cycle_s for junction in options)
    if cycle_s is None:
        return None
    own = with_sequences(problem, options)
    return NetworkWhy(
        cycle_s=cycle_s,
        offsets=_offsets(own, options, plan, cycle_s),
        cycles=_cycles(own, model, seeds, cycle_s),
    )


def _offsets(problem: Problem, options: Mapping[str, SequenceOption], plan: Plan, cycle_s: int) -> OffsetsWhy:
    lengths = {junction: option.skeleton.running_s for junction, option in options.items()}
    tables = link_tables(problem.network, problem.skeletons, lengths, problem.streams, problem.flow_veh_h)
    best = best_offsets(list(problem.skeletons), tables, cycle_s, EFFORT)
    return OffsetsWhy(
        links=len(tables),
        cost=_cost(tables, {junction: plan.by_junction[junction].offset_s for junction in options}, cycle_s),
        best_cost=best.cost,
        bound=best.bound,
        proven=best.status == "OPTIMAL",
    )


def _cost(tables: Sequence[LinkTable], starts_s: Mapping[str, float], cycle_s: int) -> float:
    return sum(
        float(table.delay[round(starts_s[table.to_junction] - starts_s[table.from_junction]) % cycle_s])
        for table in tables
    )


def _cycles(problem: Problem, model: ModelReferee, seeds: Sequence[int], cycle_s: int) -> tuple[CycleChange, ...]:
    delays_s = {}
    for other_s in (cycle_s - CYCLE_STEP_S, cycle_s, cycle_s + CYCLE_STEP_S):
        candidate = common_cycle(problem, other_s, EFFORT) if 0 < other_s <= LONGEST_CYCLE_S else None
        if candidate is not None:
            delays_s[other_s] = fmean(model.delays_s([candidate.plan], seeds)[0])
    if cycle_s not in delays_s:
        return ()
    return tuple(
        CycleChange(cycle_s=other_s, delay_s=delay_s, change_s=delay_s - delays_s[cycle_s])
        for other_s, delay_s in delays_s.items()
        if other_s != cycle_s
    )
