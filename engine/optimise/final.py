"""The final: the last few plans and the running one on seeds that no step before has seen, and who wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...networks.plan import Plan
from .race import Standing
from .referee import Referee


def final(referee: Referee, plans: Sequence[Plan], seeds: Sequence[int]) -> list[Standing]:
    """Let the plans run with every seed; the best first, those that lock up seldom before those that do more often."""
    standings = [
        Standing(
            plan=plan,
            delay_s={run.seed: run.mean_delay_s for run in runs},
            cost={run.seed: referee.cost(plan, run) for run in runs},
            gridlocked=tuple(run.seed for run in runs if run.gridlocked),
        )
        for plan, runs in zip(plans, referee.runs(plans, seeds), strict=True)
    ]
    return sorted(standings, key=lambda standing: (len(standing.gridlocked), standing.mean_cost))


def proven(referee: Referee, standings: Sequence[Standing], running: Plan, seeds: Sequence[int]) -> list[Standing]:
    """Return the standings after whoever leads has run with more seeds, until the leader has: those that lock up fall.

    A plan that locks the streets up with one seed in twenty looks like the best of all with half of the seeds of a
    final, and is refused in the trial.
    """
    found, tried = list(standings), set()
    while seeds and found[0].plan is not running and id(found[0].plan) not in tried:
        leader = found[0]
        tried.add(id(leader.plan))
        (more,) = final(referee, [leader.plan], seeds)
        found[0] = replace(
            leader,
            delay_s={**leader.delay_s, **more.delay_s},
            cost={**leader.cost, **more.cost},
            gridlocked=(*leader.gridlocked, *more.gridlocked),
        )
        found.sort(key=lambda standing: (len(standing.gridlocked), standing.mean_cost))
    return found


def choose(standings: Sequence[Standing], running: Plan) -> tuple[Plan, str]:
    """Return the winner; the running plan unless the best is better on average and with most seeds."""
    best = standings[0]
    today = next(standing for standing in standings if standing.plan is running)
    ours, theirs = (standing.cost or standing.delay_s for standing in (best, today))
    better = _better(best, today)
    what, unit = ("less delay", "s") if ours == best.delay_s else ("a lower cost", "s/veh by the objective")
    if best.plan is running:
        return running, f"no plan tried had {what} than the running plan in the final, so it is kept"
    if better <= len(theirs) / 2:
        return running, (
            f"the best plan tried ({best.plan.name}) was better than the running plan with only {better} "
            f"of {len(theirs)} seeds in the final, so the running plan is kept"
        )
    return best.plan, (
        f"{best.plan.name} won the final with {best.mean_cost:.1f} {unit} against {today.mean_cost:.1f} {unit} "
        f"of the running plan, better with {better} of {len(theirs)} seeds"
    )


def beats(one: Standing, other: Standing) -> bool:
    """Whether a plan locks up no more often than another, costs less on average, and less with most seeds."""
    return (
        len(one.gridlocked) <= len(other.gridlocked)
        and one.mean_cost < other.mean_cost
        and 2 * _better(one, other) > len(other.delay_s)
    )


def _better(one: Standing, other: Standing) -> int:
    """Return with how many seeds a plan cost less than another."""
    ours, theirs = (standing.cost or standing.delay_s for standing in (one, other))
    return sum(ours[seed] < theirs[seed] for seed in theirs)
