"""Plans worth trying: for each cycle, the best splits and then the best offsets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial

from ....networks.limits import LONGEST_CYCLE_S
from ....networks.network import Network
from ....networks.plan import Plan
from ....networks.progress import counted
from ....networks.sentence import Sentence
from ....networks.types import Turn
from ....simulation.fan_out import fan_out
from ..junction.sequence_options import SequenceOption, best_option, options_of, structure_of
from ..junction.skeleton import Skeleton
from ..junction.splits import Splits, best_splits
from ..junction.streams import Stream, on_day
from ..offsets.links import LinkTable, link_tables
from ..offsets.offsets import Offsets, best_offsets

# A plan that runs for years is not worth a tenth of a second; cycles are scanned in these steps.
CYCLE_STEP_S = 4
SHIFTED = Sentence("running splits, new offsets")
# Of the sequences with stages that the running program never had, so many of the most promising are looked at; none
# in networks with more junctions than these, where there is no time to try them all on the queue model.
NEW_SEQUENCES, MOST_WITH_NEW = 12, 60
LEAST_FLOW_VEH_H = 1.0  # below, of all movements of a junction, there is nothing to weigh


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The junctions of a network with their traffic, ready to be optimised.

    `options` are the sequences that each junction may have, the running one first; `skeletons` and `streams` are those
    of the sequences that are looked at now. `days_veh_h` are the flows of days that may come: offsets are those of
    least delay over all of them together; without any, for `flow_veh_h`.
    """

    network: Network
    flow_veh_h: Mapping[Turn, float]
    period_h: float
    options: Mapping[str, tuple[SequenceOption, ...]]
    skeletons: Mapping[str, Skeleton]
    streams: Mapping[str, tuple[Stream, ...]]
    days_veh_h: tuple[Mapping[Turn, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A plan with what the formulas say of it.

    `cost` is the modelled delay of all junctions [veh s / s]; no plan with the same stages and this cycle has less than
    `bound` under the same formulas, where offsets are judged at these splits. None where the formulas were not asked.
    The junctions `halved` have half of this cycle, and the bound is that of plans in which the same ones do.
    """

    plan: Plan
    cycle_s: int | None
    cost: float | None
    bound: float | None
    proven: bool = False
    new_sequences: bool = False
    halved: tuple[str, ...] = ()
    splits: Mapping[str, Splits] = field(default_factory=dict)


def problem_of(
    network: Network,
    flow_veh_h: Mapping[Turn, float],
    period_h: float,
    *,
    sequences: bool = True,
    permitted: bool = True,
    days_veh_h: Sequence[Mapping[Turn, float]] = (),
) -> Problem:
    """Return the optimisation problem of a network with one flow for each turn [veh/h], at the running sequences.

    Junctions without traffic keep their plan: nothing there can be weighed. Without `sequences` the stages keep their
    order; without `permitted` no protected turn becomes a permitted one.
    """
    idle = idle_junctions(network, flow_veh_h)
    serving = [junction for junction in network.junctions if junction.serves_vehicles and junction.id not in idle]
    new = NEW_SEQUENCES if len(serving) <= MOST_WITH_NEW else 0
    options = {
        junction.id: options_of(junction, flow_veh_h, sequences=sequences, permitted=permitted, new=new)
        for junction in serving
    }
    steered = {junction: found for junction, found in options.items() if found}
    return with_sequences(
        Problem(
            network=network,
            flow_veh_h=flow_veh_h,
            period_h=period_h,
            options=steered,
            skeletons={},
            streams={},
            days_veh_h=tuple(days_veh_h),
        ),
        {junction: found[0] for junction, found in steered.items()},
    )


def idle_junctions(network: Network, flow_veh_h: Mapping[Turn, float]) -> tuple[str, ...]:
    """Return the junctions that serve vehicles and of whose movements no traffic is expected; none of unknown flows."""
    return tuple(
        junction.id
        for junction in network.junctions
        if flow_veh_h
        and junction.serves_vehicles
        and sum(flow_veh_h.get((m.from_edge, m.to_edge), 0.0) for m in junction.movements) < LEAST_FLOW_VEH_H
    )


def with_sequences(problem: Problem, chosen: Mapping[str, SequenceOption]) -> Problem:
    """Return the problem with other sequences of stages."""
    return replace(
        problem,
        skeletons={junction: option.skeleton for junction, option in chosen.items()},
        streams={junction: option.streams for junction, option in chosen.items()},
    )


def with_best_sequences(problem: Problem, cycles_s: tuple[int, int]) -> Problem:
    """Return the problem with the sequence of each junction that has least delay by the formulas at three cycles."""
    shortest, longest = cycles_s[0], min(cycles_s[1], LONGEST_CYCLE_S)
    looked_at = sorted({round(shortest + part * (longest - shortest)) for part in (0.15, 0.4, 0.65)})
    return with_sequences(
        problem,
        {
            junction: best_option(options, looked_at, problem.period_h) if len(options) > 1 else options[0]
            for junction, options in problem.options.items()
        },
    )


def common_cycle(problem: Problem, cycle_s: int, effort: float = 1.0) -> Candidate | None:
    """Return the best plan in which all junctions share a cycle, or None if some junction cannot have that cycle."""
    splits: dict[str, Splits] = {}
    for junction, skeleton in problem.skeletons.items():
        best = best_splits(skeleton, problem.streams[junction], cycle_s, problem.period_h, effort)
        if best is None:
            return None
        splits[junction] = best
    return with_offsets(problem, splits, cycle_s, effort, Sentence("cycle {cycle_s} s", cycle_s=cycle_s))


def with_offsets(problem: Problem, splits: Mapping[str, Splits], cycle_s: int, effort: float, name: str) -> Candidate:
    """Return the plan of the given splits with the best offsets; splits may be at the cycle or at half of it."""
    lengths = {junction: part.lengths_s for junction, part in splits.items()}
    new = any(problem.skeletons[junction] is not options[0].skeleton for junction, options in problem.options.items())
    tables = _tables(problem, lengths)
    offsets = best_offsets(list(problem.skeletons), tables, cycle_s, effort)
    even = sum(float(table.delay.mean()) for table in tables)
    if new:
        name = Sentence("{plan}, new sequences", plan=name)
    return Candidate(
        plan=_plan(problem, lengths, offsets, name),
        cycle_s=cycle_s,
        cost=sum(part.cost for part in splits.values()) + offsets.cost - even,
        bound=sum(part.bound for part in splits.values()) + offsets.bound - even,
        proven=offsets.status == "OPTIMAL" and all(part.status == "OPTIMAL" for part in splits.values()),
        new_sequences=new,
        splits=splits,
    )


def _tables(problem: Problem, lengths_s: Mapping[str, Sequence[float]]) -> list[LinkTable]:
    """Return the tables of all days, each day's with its share of the whole: their sum is the mean over the days."""
    days = streams_of_days(problem)
    found = []
    for streams, day_veh_h in days:
        tables = link_tables(problem.network, problem.skeletons, lengths_s, streams, day_veh_h)
        found += [replace(table, delay=table.delay / len(days)) for table in tables]
    return found


def streams_of_days(problem: Problem) -> list[tuple[dict[str, tuple[Stream, ...]], Mapping[Turn, float]]]:
    """Return the streams and the flows of each day that offsets are judged on."""
    return [
        (
            {s: on_day(of_junction, problem.flow_veh_h, day_veh_h) for s, of_junction in problem.streams.items()},
            day_veh_h,
        )
        for day_veh_h in problem.days_veh_h or (problem.flow_veh_h,)
    ]


def _plan(problem: Problem, lengths: Mapping[str, Sequence[float]], offsets: Offsets, name: str) -> Plan:
    plan = replace(problem.network.running_plan, name=name)
    for junction, skeleton in problem.skeletons.items():
        plan = plan.with_junction(skeleton.plan(lengths[junction], offsets.starts_s[junction]))
    return plan


def running_splits(problem: Problem, effort: float = 1.0) -> Candidate | None:
    """Return the running splits with new offsets among the junctions of the commonest running cycle.

    Junctions of other cycles stay as they run. None where fewer than two share that cycle, or it is no whole seconds or
    longer than controllers hold (programs that people switch have phases of hours), or where a junction that would stay
    as it runs cannot keep its limits so.
    """
    running_s = {junction: sum(skeleton.running_s) for junction, skeleton in problem.skeletons.items()}
    common_s = commonest_cycle_s(running_s.values())
    if common_s is None or common_s > LONGEST_CYCLE_S or not float(common_s).is_integer():
        return None
    cycle_s = round(common_s)
    together = [junction for junction, own_s in running_s.items() if own_s == common_s]
    left = {junction: options[:1] for junction, options in problem.options.items() if junction not in together}
    if len(together) < 2 or structure_of(problem.network.running_plan, left) is None:
        return None
    part = replace(
        problem,
        options={junction: problem.options[junction] for junction in together},
        skeletons={junction: problem.skeletons[junction] for junction in together},
        streams={junction: problem.streams[junction] for junction in together},
    )
    splits = {
        junction: Splits(cycle_s=cycle_s, lengths_s=skeleton.running_s, cost=0.0, bound=0.0, status="FEASIBLE")
        for junction, skeleton in part.skeletons.items()
    }
    found = with_offsets(part, splits, cycle_s, effort, SHIFTED)
    return replace(found, cost=None, bound=None, proven=False)


def commonest_cycle_s(cycles_s: Iterable[float]) -> float | None:
    """Return the cycle that occurs most often, of equals the longest; None without any."""
    counts = Counter(cycles_s)
    return max(counts, key=lambda cycle_s: (counts[cycle_s], cycle_s), default=None)


def own_cycles(problem: Problem, scanned: Sequence[Candidate]) -> Candidate:
    """Return the plan in which each signal has the scanned cycle that suits it best, without coordination."""
    plan = replace(problem.network.running_plan, name=Sentence("each signal its own cycle"))
    best: dict[str, Splits] = {}
    for junction, skeleton in problem.skeletons.items():
        best[junction] = min((candidate.splits[junction] for candidate in scanned), key=lambda splits: splits.cost)
        plan = plan.with_junction(skeleton.plan(best[junction].lengths_s, 0))
    return Candidate(
        plan=plan,
        cycle_s=None,
        cost=sum(splits.cost for splits in best.values()),
        bound=sum(splits.bound for splits in best.values()),
        proven=all(splits.status == "OPTIMAL" for splits in best.values()),
        splits=best,
    )


def scan(
    problem: Problem,
    cycles_s: tuple[int, int],
    effort: float,
    on_done: Callable[[int, int], None] | None = None,
    executor: Executor | None = None,
) -> list[Candidate]:
    """Return the candidates of all cycles in a range, the cheapest first by the formulas' word."""
    wanted = list(range(cycles_s[0], min(cycles_s[1], LONGEST_CYCLE_S) + 1, CYCLE_STEP_S))

    def told(_what: str, done: int, total: int) -> None:
        if on_done is not None:
            on_done(done, total)

    found = fan_out(partial(_at_cycle, problem, effort), wanted, executor, counted(told, "cycles", len(wanted)))
    return sorted((one for one in found if one is not None), key=lambda candidate: candidate.cost or 0.0)


def _at_cycle(problem: Problem, effort: float, cycle_s: int) -> Candidate | None:
    return common_cycle(problem, cycle_s, effort)
