"""What a junction may be made to do: its running sequence of stages and the others that its lamps allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....networks import lamps
from ....networks.junction import Junction
from ....networks.plan import JunctionPlan, Plan
from ....networks.safety import yellows_s
from ....networks.sumo.program import intervals
from ....networks.types import Turn
from .changes_of_lamps import brings_odd_changes
from .new_sequences import promising_sequences
from .quick_splits import quick_splits
from .skeleton import Skeleton, skeleton_of
from .splits import cost_of
from .stages import is_safe, keeps_shelter, sequences_of
from .staging import plan_of_stages
from .streams import Stream, streams_of
from .switching import Displays

# Long enough that every group keeps a green between two changes, whatever the change takes off it.
STAGE_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOption:
    """One sequence of stages of a junction, and what its lanes make of each interval."""

    skeleton: Skeleton
    streams: tuple[Stream, ...]


def options_of(
    junction: Junction, flow_veh_h: Mapping[Turn, float], *, sequences: bool, permitted: bool, new: int = 12
) -> tuple[SequenceOption, ...]:
    """Return the sequences of a junction, the running one first; none where it keeps its running plan.

    Orders of some or all of today's stages come first, then the `new` most promising sequences that may also have
    stages of other groups. Without `sequences` only the running one; without `permitted` none in which a group that has
    a protected green today has none; `Junction.keeps` may ask for either. None in which a turn across loses protected
    time that the rules keep (`Junction.sheltered`). A sequence whose intervals are those of one
    before it, only begun elsewhere in the cycle, is left out, and so is one whose lamps change as no lamps should.
    """
    if "plan" in junction.keeps:
        return ()
    sequences, permitted = sequences and "sequence" not in junction.keeps, permitted and "turns" not in junction.keeps
    skeletons = [skeleton_of(junction)]
    orders = [*sequences_of(junction), *(promising_sequences(junction, flow_veh_h, new) if sequences and new else ())]
    if not _can_keep_limits(skeletons[0]):
        skeletons = []  # stricter rules than today's need longer changes, which the stages are built with anew
    for stages in orders[len(skeletons) :] if sequences else orders[:1]:
        if len(stages) < 2 or not (permitted or _keeps_protected(junction, stages)):
            continue
        if not (_keeps_shelters(junction, stages) and all(is_safe(junction, stage) for stage in stages)):
            continue
        plan = plan_of_stages(junction, stages, [STAGE_S] * len(stages))
        if plan is None or brings_odd_changes(plan, junction):
            continue
        if all(_turned(plan, junction, other) is None for other in skeletons):
            skeletons.append(skeleton_of(junction, plan))
    return tuple(SequenceOption(skeleton=s, streams=streams_of(s, flow_veh_h)) for s in skeletons if s.free)


def _can_keep_limits(skeleton: Skeleton) -> bool:
    """Whether no interval is unsafe, every yellow as long as it must be, and every limit can still be met."""
    junction = skeleton.junction
    shown = ({group.id: state[group.links[0]] for group in junction.groups} for state in skeleton.states)
    return (
        _yellows_suffice(junction)
        and all(is_safe(junction, displays) for displays in shown)
        and all(
            any(k in skeleton.free for k in limit.intervals)
            or sum(skeleton.fixed_s[k] or 0.0 for k in limit.intervals) >= limit.seconds
            for limit in skeleton.limits
        )
    )


def _yellows_suffice(junction: Junction) -> bool:
    running = junction.running
    return all(
        length_s >= junction.yellow_s[plan.group]
        for plan in running.groups
        for length_s in (
            *yellows_s(running, plan.group),
            *(window.length_s for window in plan.windows if window.display in lamps.YELLOWS),
        )
    )


def _keeps_protected(junction: Junction, stages: Sequence[Displays]) -> bool:
    today = {p.group for p in junction.running.groups for window in p.windows if window.display == lamps.PROTECTED}
    return all(any(stage[group] == lamps.PROTECTED for stage in stages) for group in today)


def _keeps_shelters(junction: Junction, stages: Sequence[Displays]) -> bool:
    """Whether each turn across that has to keep protected time is green in some stage in which nobody opposite is."""
    return all(any(keeps_shelter(junction, stage, group) for stage in stages) for group in junction.sheltered)


def _turned(plan: JunctionPlan, junction: Junction, skeleton: Skeleton) -> int | None:
    """Return at which interval of the plan the skeleton's first one stands, or None where the intervals differ."""
    states = tuple(part.state for part in intervals(plan, junction))
    turns = (k for k in range(len(states)) if states[k:] + states[:k] == skeleton.states)
    return next(turns, None)


def structure_of(plan: Plan, options: Mapping[str, Sequence[SequenceOption]]) -> dict[str, Skeleton] | None:
    """Return the skeleton that each junction follows in a plan, or None where one follows none of its options."""
    found = {}
    for junction, of_junction in options.items():
        own = plan.by_junction[junction]
        fits = (o.skeleton for o in of_junction if _turned(own, o.skeleton.junction, o.skeleton) is not None)
        skeleton = next(fits, None)
        if skeleton is None:
            return None
        found[junction] = skeleton
    return found


def with_option(plan: Plan, option: SequenceOption, period_h: float) -> tuple[Plan, tuple[float, ...]] | None:
    """Return the plan with another sequence at one junction, and its intervals: good splits, coordinated as before."""
    junction = option.skeleton.junction.id
    now = plan.by_junction[junction]
    lengths_s = quick_splits(option.skeleton, option.streams, round(now.cycle_s), period_h)
    if lengths_s is None or round(now.cycle_s) != now.cycle_s:
        return None
    return plan.with_junction(option.skeleton.plan(lengths_s, 0.0).with_offset(now.offset_s)), lengths_s


def best_option(options: Sequence[SequenceOption], cycles_s: Sequence[int], period_h: float) -> SequenceOption:
    """Return the option of least delay by the formulas, summed over some cycles; one that lacks a cycle comes last."""

    def rank(option: SequenceOption) -> tuple[int, float]:
        found = [quick_splits(option.skeleton, option.streams, cycle_s, period_h) for cycle_s in cycles_s]
        costs = [
            cost_of(option.skeleton, option.streams, lengths, period_h) for lengths in found if lengths is not None
        ]
        return len(cycles_s) - len(costs), sum(costs)

    return min(options, key=rank)
