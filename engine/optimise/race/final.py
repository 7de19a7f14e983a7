"""The final: the last few plans and the running one on seeds that no step before has seen, and who wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ....networks.plan import Plan
from ....networks.sentence import Sentence
from .race import Standing
from .referee import Referee
from .refusal import Refuse, Revert, Slower

# So often a plan that locks the streets up, or that the gate would refuse, is tried again as an easier one.
MOST_EASED = 4
# A plan that locks up with no more of its seeds counts as one that does not: no final can tell them apart.
SELDOM = 0.02
# The leader runs with so many more seeds before the order is looked at again.
AT_ONCE = 10
# Where a finalist locks up the streets can lock, and the leader is proven with so many times the seeds.
PRONE = 3


def final(referee: Referee, plans: Sequence[Plan], seeds: Sequence[int]) -> list[Standing]:
    """Let the plans run with every seed; the best first, those that lock up seldom before those that do more often."""
    standings = [
        Standing(
            plan=plan,
            delay_s={run.seed: run.mean_delay_s for run in runs},
            cost={run.seed: referee.cost(plan, run) for run in runs},
            gridlocked=tuple(run.seed for run in runs if run.gridlocked),
            runs=tuple(runs),
        )
        for plan, runs in zip(plans, referee.runs(plans, seeds), strict=True)
    ]
    return sorted(standings, key=rank)


def rank(standing: Standing) -> tuple[float, float]:
    """Return what plans are ordered by, the best first: the share of seeds that lock up, then the typical cost."""
    share = len(standing.gridlocked) / max(len(standing.delay_s), 1)
    return 0.0 if share <= SELDOM else share, typical_cost(standing)


def typical_cost(standing: Standing) -> float:
    """Return the mean cost, or the median where the streets locked up: the mean then tells when they did."""
    return median((standing.cost or standing.delay_s).values()) if standing.gridlocked else standing.mean_cost


def judged(standings: Sequence[Standing], running: Plan, refuse: Refuse | None) -> list[Standing]:
    """Return the standings with what the gate would say against each, in their order: `rank`, and then that.

    Plans that lock up as seldom and cost less than the running plan come first if the gate would let them pass. A plan
    that it would refuse stands where its cost puts it among the rest: if nothing else is better, its reasons are told.
    """
    stays = next((one for one in standings if one.plan is running), None)
    if stays is None or refuse is None:
        return sorted(standings, key=rank)
    today = {run.seed: run for run in stays.runs}

    def asked(one: Standing) -> Standing:
        runs = [run for run in one.runs if run.seed in today]
        if one.plan is running or not runs:
            return one
        return replace(one, refused=refuse(runs, [today[run.seed] for run in runs]))

    def order(one: Standing) -> tuple[float, bool, float]:
        share, cost = rank(one)
        passes = one.plan is not running and one.refused is None and cost < typical_cost(stays)
        return share, not passes, cost

    return sorted(map(asked, standings), key=order)


def proven(
    referee: Referee,
    standings: Sequence[Standing],
    running: Plan,
    seeds: Sequence[int],
    slower: Slower | None = None,
    refuse: Refuse | None = None,
    revert: Revert | None = None,
) -> list[Standing]:
    """Return the standings after whoever leads has run with more seeds, until the leader has: those that lock up fall.

    A plan that locks the streets up with one seed in twenty looks like the best of all with half of the seeds of a
    final, and is refused in the trial. Where the best is left with more lock-ups than the running plan, or nothing is
    better than that, or the gate would refuse the best (`refuse`), the plan of least typical cost that has such a
    fault enters once more as an easier one: with the junctions at which a movement loses too much as they run today
    (`revert`), or with longer cycles (`slower`), until one holds. Such a plan costs a little more delay.
    """
    first = tuple(standings[0].delay_s) if standings else ()
    found = judged(standings, running, refuse) if refuse is not None else list(standings)
    tried: set[tuple[int, str]] = set()
    while seeds or (found[:1] and found[0].refused is not None):
        leader = found[0]
        unseen = [seed for seed in seeds if seed not in leader.delay_s]
        easier = None
        if leader.refused is not None or not unseen or leader.plan is running:
            easier = _eased(found, running, tried, slower, revert) if _at_fault(leader, running) else None
        if easier is not None:
            found += final(referee, [easier], first)
        elif leader.plan is not running and unseen:
            found[0] = _joined(leader, final(referee, [leader.plan], unseen[:AT_ONCE])[0])
        else:
            break
        found = judged(found, running, refuse)
    return found


def proof_seeds(standings: Sequence[Standing], seeds: Sequence[int], count: int) -> Sequence[int]:
    """Return the seeds that a winner is to be proven with: `count` of them, more where a finalist locked up."""
    return seeds[: count * PRONE if any(standing.gridlocked for standing in standings) else count]


def _at_fault(leader: Standing, running: Plan) -> bool:
    """Whether the leader is the running plan, would be refused, or locks up although the running plan does less."""
    return leader.plan is running or leader.refused is not None or rank(leader)[0] > 0


def _eased(
    found: Sequence[Standing],
    running: Plan,
    tried: set[tuple[int, str]],
    slower: Slower | None,
    revert: Revert | None,
) -> Plan | None:
    """Return an easier version of the plan of least typical cost that has a fault and was not eased so, and mark it."""
    faulty = [one for one in found if one.plan is not running and (one.gridlocked or one.refused is not None)]
    for one in sorted(faulty, key=typical_cost):
        losing = one.refused.junctions if one.refused is not None else frozenset()
        ways = (
            ("reverted", revert if losing else None, (one.plan, losing)),
            ("slower", slower, (one.plan,)),
        )
        for name, make, arguments in ways:
            if make is None or (id(one.plan), name) in tried or len(tried) >= MOST_EASED:
                continue
            tried.add((id(one.plan), name))
            plan = make(*arguments)
            if plan is not None:
                return plan
    return None


def _joined(one: Standing, more: Standing) -> Standing:
    return replace(
        one,
        delay_s={**one.delay_s, **more.delay_s},
        cost={**one.cost, **more.cost},
        gridlocked=(*one.gridlocked, *more.gridlocked),
        runs=(*one.runs, *more.runs),
    )


def choose(standings: Sequence[Standing], running: Plan) -> tuple[Plan, Sentence]:
    """Return the winner; the running plan unless the best is better on average and with most seeds."""
    best = standings[0]
    stays = next(standing for standing in standings if standing.plan is running)
    plan_s, running_s = (standing.cost or standing.delay_s for standing in (best, stays))
    better = _better(best, stays)
    is_delay = plan_s == best.delay_s
    if best.plan is running:
        what = Sentence("less delay") if is_delay else Sentence("a lower cost")
        return running, Sentence(
            "no plan tried had {what} than the running plan in the final, so it is kept", what=what
        )
    if better <= len(running_s) / 2:
        return running, Sentence(
            "the best plan tried ({plan}) was better than the running plan with only {better} of {seeds} seeds in the "
            "final, so the running plan is kept",
            plan=best.plan.name,
            better=better,
            seeds=len(running_s),
        )
    won = Sentence(
        "{plan} won the final with {cost:.1f} {unit} against {running:.1f} {unit} of the running plan, better with "
        "{better} of {seeds} seeds",
        plan=best.plan.name,
        cost=typical_cost(best),
        unit="s" if is_delay else Sentence("s/veh by the objective"),
        running=typical_cost(stays),
        better=better,
        seeds=len(running_s),
    )
    return best.plan, _with_passed_over(won, standings)


def _with_passed_over(won: Sentence, standings: Sequence[Standing]) -> Sentence:
    """Return the reason with the best plan that costs less and was passed over because the gate would refuse it."""
    best, *others = standings
    over = [one for one in others if one.refused is not None and rank(one) < rank(best)]
    if not over or best.refused is not None:
        return won
    other = min(over, key=rank)
    reasons = other.refused.reasons if other.refused is not None else ()
    return Sentence(
        "{reason}; {plan} had {cost:.1f}, and the gate would refuse it: {why:open}",
        reason=won,
        plan=other.plan.name,
        cost=typical_cost(other),
        why=reasons[0],
    )


def beats(one: Standing, other: Standing) -> bool:
    """Whether a plan locks up no more often than another, costs less on average, and less with most seeds."""
    return (
        len(one.gridlocked) <= len(other.gridlocked)
        and typical_cost(one) < typical_cost(other)
        and 2 * _better(one, other) > len(other.delay_s)
    )


def _better(one: Standing, other: Standing) -> int:
    """Return with how many seeds a plan cost less than another."""
    first, second = (standing.cost or standing.delay_s for standing in (one, other))
    return sum(first[seed] < second[seed] for seed in second)
