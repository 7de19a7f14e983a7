"""The search for a plan: candidates by formula, a climb on the queue model, a race and a final in the simulator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ...networks.plan import Plan
from ..progress import Tell, silent
from .budget import Budget
from .candidates import SHIFTED, Candidate, Problem
from .drafts import Drafts, drafted
from .final import PRONE, choose, final, proof_seeds, proven
from .options import structure_of
from .race import Standing, race
from .referee import Referee
from .refine import Judge, refine
from .rounds import Round
from .seeds import FINAL_SEEDS, PROOF_SEEDS, RACE_SEEDS, REFINE_SEEDS
from .slower import slowed
from .walks import with_long_walks

RAW_IN_RACE = 2


Further = Callable[[Plan, int, Tell], tuple[Plan, tuple[Round, ...]]]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the search found.

    `plan` is the running plan where nothing beat it in the final; `reason` says so in words. `standings` tells how
    each plan did in the race, `final` in the final; `scanned` is what the formulas said of every cycle. `rounds` are
    those that came after the final, where there was time for them.
    """

    plan: Plan
    kept_running: bool
    reason: str
    scanned: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    standings: tuple[Standing, ...]
    final: tuple[Standing, ...]
    changes: int
    simulations: int
    rounds: tuple[Round, ...] = ()


def search(
    problem: Problem,
    referee: Referee,
    model: Judge,
    *,
    cycles_s: tuple[int, int],
    budget: Budget,
    effort: float,
    seed: int,
    further: Further | None = None,
    tell: Tell = silent,
) -> Found:
    """Return the best plan found for a problem; the same for the same inputs, seed, budget and effort.

    Parameters
    ----------
    problem : Problem
        Signals and flows.
    referee : Referee
        The simulator, with traffic for the seeds that `simulated_seeds` names. Its executor does all that can be done
        at the same time: solving for each cycle, climbs and simulations; the plan does not depend on it.
    model : Judge
        The queue model, with traffic for `CLIMB_SEEDS`.
    cycles_s : (int, int)
        Shortest and longest cycle to try.
    budget : Budget
        Of modelled plans and simulations.
    effort : float
        The solvers' budgets are multiplied by it.
    seed : int
        Of the order in which changes are tried.
    further : callable(Plan, int, Tell), optional
        What goes on with the winner of the final, as `rounds.improved` does; given a plan and the seed.
    """
    drafts = drafted(
        problem,
        model,
        cycles_s=cycles_s,
        budget=budget,
        effort=effort,
        seed=seed,
        executor=referee.executor,
        tell=tell,
    )
    running = drafts.candidates[0].plan
    tell("race of candidates", 0, 1)
    entrants = _starters(drafts)[: budget.entrants]
    standings = race(referee, entrants, RACE_SEEDS[: budget.race_seeds], budget.finalists)
    tell("race of candidates", 1, 1)
    leader = next((standing.plan for standing in standings if standing.plan is not running), running)
    refined, changes = _refined(problem, referee, leader, budget, seed, tell)
    best = [standing.plan for standing in standings if standing.plan is not running]
    best = [*([refined] if changes else []), *best][: budget.finalists]
    tell("final", 0, 1)
    finals = final(referee, distinct([running, *best]), FINAL_SEEDS[: budget.final_seeds])
    seeds = proof_seeds(finals, PROOF_SEEDS, budget.proof_seeds)
    finals = proven(referee, finals, running, seeds, partial(_slower, problem, longest_s=cycles_s[1]))
    tell("final", 1, 1)
    plan, reason = choose(finals, running)
    plan, rounds = further(plan, seed, tell) if further is not None else (plan, ())
    if any(one.replaced for one in rounds):
        won = sum(one.replaced for one in rounds)
        reason = f"{plan.name} won {won} of {len(rounds)} further rounds, after this: {reason}"

    def finished(one: Plan) -> Plan:
        return with_long_walks(replace(one, name="greenband"), structure_of(one, problem.options) or {})

    return Found(
        plan=replace(plan, name="running") if plan is running else finished(plan),
        kept_running=plan is running,
        reason=reason,
        scanned=drafts.scanned,
        candidates=drafts.candidates,
        standings=tuple(standings),
        final=tuple(finals),
        changes=changes,
        simulations=sum(len(s.delay_s) for s in [*standings, *finals, *(s for one in rounds for s in one.standings)])
        + budget.refine_runs,
        rounds=rounds,
    )


def simulated_seeds(budget: Budget) -> tuple[int, ...]:
    """Return the seeds that a search with a budget simulates."""
    refine = REFINE_SEEDS if budget.refine_runs else ()
    return (
        *RACE_SEEDS[: budget.race_seeds],
        *refine,
        *FINAL_SEEDS[: budget.final_seeds],
        *PROOF_SEEDS[: PRONE * budget.proof_seeds],
    )


def _slower(problem: Problem, plan: Plan, *, longest_s: int) -> Plan | None:
    return slowed(plan, structure_of(plan, problem.options) or {}, longest_s)


def _refined(
    problem: Problem, referee: Referee, leader: Plan, budget: Budget, seed: int, tell: Tell
) -> tuple[Plan, int]:
    if not budget.refine_runs:
        return leader, 0
    skeletons = structure_of(leader, problem.options) or {}
    return refine(referee, leader, skeletons, REFINE_SEEDS, budget.refine_runs, seed, tell)


def _starters(drafts: Drafts) -> list[Plan]:
    """Return the plans of the race: the running one, alone and with new offsets, the climbed ones, then all others.

    Where few may enter, the first do.
    """
    running, *others = drafts.candidates
    shifted = [c.plan for c in others if c.plan.name == SHIFTED]
    variants = [c.plan for c in others if c.cost is None or c.cycle_s is None]
    raw = [c.plan for c in others if c.cycle_s is not None and c.cost is not None][:RAW_IN_RACE]
    return distinct([running.plan, *shifted, *drafts.climbed, *variants, *raw])


def distinct(plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans without those that only repeat one before them under another name."""
    found: list[Plan] = []
    for plan in plans:
        if all(plan.junctions != other.junctions for other in found):
            found.append(plan)
    return found
