"""The planner held to the safety check before a search begins: what the check would refuse is not worth a climb.

The check finds its limits on its own road. Where it is the stricter of the two, the planner keeps to it, and where it
refuses every program that the planner has for a junction, that junction alone stays as it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ...networks.junction import Junction
from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan
from ...networks.sentence import Sentence
from ..check.check import check_junction
from ..check.findings import Finding
from ..check.own.limits import OwnLimits
from ..check.turn_across import OwnTurn
from ..optimise.candidates.candidates import Problem, idle_junctions
from ..optimise.junction.quick_splits import quick_splits, shortest_lengths
from ..optimise.junction.sequence_options import SequenceOption
from ..rules.shelter import LEAST_S, longest_s

TRIED_CYCLES_S = (70, 100)
MOST_JUNCTIONS = 200  # where the options of each are held to the check; of a larger network the plans are


def with_own_shelters(network: Network, own: Sequence[OwnLimits]) -> Network:
    """Return the network whose junctions also keep the protected time that the check alone asks for."""
    views = {view.junction: view for view in own}

    def bound(junction: Junction) -> Junction:
        turns = views[junction.id].left_turns if junction.id in views else ()
        asked = {turn.group: _sheltered_from(junction, turn) for turn in turns if _keeps_time(turn)}
        return replace(junction, sheltered={**junction.sheltered, **asked}) if asked else junction

    return replace(network, junctions=tuple(map(bound, network.junctions)))


def _keeps_time(turn: OwnTurn) -> bool:
    return bool(turn.today_ms and not turn.decided and (turn.against or turn.of_volumes))


def _sheltered_from(junction: Junction, turn: OwnTurn) -> frozenset[str]:
    """Return from whom a turn is sheltered: of planner and check together where it is today, else of the check."""
    both = turn.opposing | junction.sheltered.get(turn.group, frozenset())
    return both if longest_s(junction, junction.running, turn.group, both) >= LEAST_S else turn.opposing


def lawful_problem(problem: Problem, own: Sequence[OwnLimits]) -> tuple[Problem, tuple[Sentence, ...]]:
    """Return the problem without sequences that the check refuses at any length tried, and which junctions have none.

    Those keep their running plan. In very large networks all sequences stay: there the plans alone are checked.
    """
    views = {view.junction: view for view in own}
    small = len(problem.network.junctions) <= MOST_JUNCTIONS
    options = {
        junction: tuple(option for option in found if not small or not _refused(option, views.get(junction), problem))
        for junction, found in problem.options.items()
    }
    left = {junction: found for junction, found in options.items() if found}
    chosen = {junction: found[0] for junction, found in left.items()}
    kept = replace(
        problem,
        options=left,
        skeletons={junction: option.skeleton for junction, option in chosen.items()},
        streams={junction: option.streams for junction, option in chosen.items()},
    )
    return kept, tuple(_stay(problem, left, views))


def _stay(
    problem: Problem, left: Mapping[str, tuple[SequenceOption, ...]], views: Mapping[str, OwnLimits]
) -> Iterator[Sentence]:
    idle = idle_junctions(problem.network, problem.flow_veh_h)
    for junction in problem.network.junctions:
        if not junction.serves_vehicles or junction.id in left or junction.id in idle or "plan" in junction.keeps:
            continue
        tried = problem.options.get(junction.id, ())
        reasons = [finding for option in tried[:1] for finding in _refused(option, views.get(junction.id), problem)]
        why = reasons[0].text if reasons else Sentence("no sequence of its stages is safe and serves everybody.")
        yield Sentence("Junction {junction} stays as it runs: {why:open}", junction=junction.id, why=why)


def _refused(option: SequenceOption, view: OwnLimits | None, problem: Problem) -> tuple[Finding, ...]:
    """Return the errors of a sequence at the lengths where it has fewest; none where some lengths are lawful."""
    junction = option.skeleton.junction
    fewest: tuple[Finding, ...] | None = None
    for plan in _tried(option, problem.period_h):
        errors = errors_of(plan, junction, view)
        if not errors:
            return ()
        fewest = errors if fewest is None or len(errors) < len(fewest) else fewest
    return fewest or ()


def _tried(option: SequenceOption, period_h: float) -> Iterator[JunctionPlan]:
    skeleton = option.skeleton
    for cycle_s in TRIED_CYCLES_S:
        lengths_s = quick_splits(skeleton, option.streams, cycle_s, period_h)
        if lengths_s is not None:
            yield skeleton.plan(lengths_s, 0.0)
    yield skeleton.plan(shortest_lengths(skeleton), 0.0)


def errors_of(plan: JunctionPlan, junction: Junction, view: OwnLimits | None) -> tuple[Finding, ...]:
    """Return the errors that the check finds in one junction's plan."""
    return tuple(finding for finding in check_junction("tried", plan, junction, view) if finding.is_error)


def as_it_runs_where_refused(plan: Plan, network: Network, errors: Sequence[Finding]) -> Plan:
    """Return the plan in which junctions with errors run as they do today, under the same name."""
    running = network.running_plan.by_junction
    for junction in sorted({error.junction for error in errors if error.junction in running}):
        plan = plan.with_junction(running[junction])
    return plan
