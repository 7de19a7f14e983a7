"""The search for a plan: candidates by formula, a climb on the queue model, a race and a final in the simulator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from ...networks.plan import Plan
from ...networks.progress import Tell, counted, silent
from ...networks.seeds import CLIMB_SEEDS, FINAL_SEEDS, PROOF_SEEDS, RACE_SEEDS, REFINE_SEEDS
from ...networks.sentence import Sentence
from ...simulation.fan_out import fan_out
from .budget import Budget
from .candidates.candidates import SHIFTED, Candidate, Problem
from .candidates.drafts import Drafts, by_cost, drafted
from .climb.climbs import Climbs, Start
from .climb.refine import Judge, refine
from .junction.sequence_options import structure_of
from .junction.walks import with_long_walks
from .race.final import PRONE, choose, final, proof_seeds, proven
from .race.race import Standing, race
from .race.referee import Referee
from .race.refusal import Refuse
from .race.slower import slowed
from .rounds import Round

NONE_LAWFUL = Sentence("the safety check refuses every plan tried, so the running plan is kept")
CHOSEN = "greenband"  # the name of the plan that was found
RAW_IN_RACE = 2
# So many of the race's best climb once more, on the model as SUMO has set it right near them, each with such a share
# of a climb's trials.
CORRECTED, CORRECTED_TRIALS, CORRECTED_SEED = 2, 0.5, 500

Correct = Callable[[Sequence[Plan]], Judge]
Further = Callable[[Plan, int, Tell], tuple[Plan, tuple[Round, ...]]]
Allowed = Callable[[Plan], bool]
Mend = Callable[[Plan], Plan]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the search found.

    `plan` is the running plan where nothing beat it in the final; `reason` says so in words. `standings` tells how
    each plan did in the race, `final` in the final; `scanned` is what the formulas said of every cycle. `rounds` are
    those that came after the final, where there was time for them.
    """

    plan: Plan
    kept_running: bool
    reason: Sentence
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
    correct: Correct | None = None,
    further: Further | None = None,
    allowed: Allowed = lambda _plan: True,
    mended: Mend = lambda plan: plan,
    refuse: Refuse | None = None,
    tell: Tell = silent,
) -> Found:
    """Return the best plan found for a problem; the same for the same inputs, seed, budget and effort.

    Parameters
    ----------
    problem : Problem
        Junctions and flows.
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
    correct : callable(plans), optional
        Returns the queue model set right near some plans, from a simulation of each with each of `REFINE_SEEDS`.
    further : callable(Plan, int, Tell), optional
        What goes on with the winner of the final, as `rounds.improved` does; given a plan and the seed.
    allowed : callable(Plan)
        Whether a plan may run on the street; those that may not leave the search before anything is simulated.
    mended : callable(Plan)
        Returns what is left of a plan that may not run, with the junctions in question as they run today.
    refuse : callable(runs, running_runs), optional
        What the gate would say against a plan: where there is one that it would let pass, that is chosen.
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
    entrants = lawful(_starters(drafts), running, allowed, mended)[: budget.entrants]
    standings = race(referee, entrants, RACE_SEEDS[: budget.race_seeds], budget.finalists)
    tell("race of candidates", 1, 1)
    best = [standing.plan for standing in standings if standing.plan is not running]
    corrected = _corrected(problem, correct, best, budget, seed, referee.executor, tell)
    corrected = lawful(corrected, running, allowed, mended)
    runs = budget.refine_runs - (CORRECTED * len(REFINE_SEEDS) if corrected else 0)
    refined, changes = _refined(problem, referee, best[0] if best else running, runs, seed, tell)
    best = [*([refined] if changes and allowed(refined) else []), *corrected, *best][
        : budget.finalists + bool(corrected)
    ]
    tell("final", 0, 1)
    finals = final(referee, distinct([running, *best]), FINAL_SEEDS[: budget.final_seeds])
    seeds = proof_seeds(finals, PROOF_SEEDS, budget.proof_seeds)
    slower = partial(_slower, problem, allowed, longest_s=cycles_s[1])
    finals = proven(referee, finals, running, seeds, slower, refuse, partial(_reverted, running, allowed))
    tell("final", 1, 1)
    plan, reason = choose(finals, running) if len(entrants) > 1 else (running, NONE_LAWFUL)
    plan, rounds = further(plan, seed, tell) if further is not None else (plan, ())
    if any(one.replaced for one in rounds):
        won = sum(one.replaced for one in rounds)
        reason = Sentence(
            "{plan} won {won} of {rounds} further rounds, after this: {reason}",
            plan=plan.name,
            won=won,
            rounds=len(rounds),
            reason=reason,
        )

    def finished(one: Plan) -> Plan:
        return with_long_walks(replace(one, name=CHOSEN), structure_of(one, problem.options) or {})

    return Found(
        plan=plan if plan is running else finished(plan),
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


def lawful(plans: Sequence[Plan], running: Plan, allowed: Allowed, mended: Mend = lambda plan: plan) -> list[Plan]:
    """Return the plans that may run, and of others what may, mended; the running plan, which does, is not asked."""
    found = [plan if plan is running or allowed(plan) else mended(plan) for plan in plans]
    changed = [plan for plan in found if plan is running or plan.junctions != running.junctions]
    return distinct([plan for plan in changed if plan is running or allowed(plan)])


def _slower(problem: Problem, allowed: Allowed, plan: Plan, *, longest_s: int) -> Plan | None:
    found = slowed(plan, structure_of(plan, problem.options) or {}, longest_s)
    return found if found is not None and allowed(found) else None


def _reverted(running: Plan, allowed: Allowed, plan: Plan, junctions: frozenset[str]) -> Plan | None:
    """Return a plan with those of some junctions as they run today where that may run; None for today's or the same."""
    today, found = running.by_junction, plan
    names: list[str] = []
    for name in sorted(junctions):
        changed = found.with_junction(today[name])
        if changed.junctions != found.junctions and allowed(changed):
            found = changed
            names.append(name)
    if not names or found.junctions == running.junctions:
        return None
    return replace(found, name=Sentence("{plan} but for {junctions}", plan=plan.name, junctions=", ".join(names)))


def _corrected(
    problem: Problem,
    correct: Correct | None,
    best: Sequence[Plan],
    budget: Budget,
    seed: int,
    executor: Executor | None,
    tell: Tell,
) -> list[Plan]:
    """Return what climbs from the race's best plans make of them on the corrected model, by its word."""
    leaders = list(best[:CORRECTED])
    if correct is None or not leaders or budget.refine_runs < CORRECTED * len(REFINE_SEEDS):
        return []
    tell("climbs on the corrected model", 0, len(leaders))
    model = correct(leaders)
    climbs = Climbs(model=model, options=problem.options, period_h=problem.period_h, seeds=CLIMB_SEEDS)
    trials = round(budget.trials * CORRECTED_TRIALS)
    jobs = [Start(plan=plan, trials=trials, seed=seed + CORRECTED_SEED) for plan in leaders]
    tops = fan_out(climbs.top, jobs, executor, counted(tell, "climbs on the corrected model", len(jobs)))
    return [replace(plan, name=Sentence("corrected {plan}", plan=plan.name)) for plan in by_cost(model, tops)]


def _refined(problem: Problem, referee: Referee, leader: Plan, runs: int, seed: int, tell: Tell) -> tuple[Plan, int]:
    if runs <= 0:
        return leader, 0
    skeletons = structure_of(leader, problem.options) or {}
    return refine(referee, leader, skeletons, REFINE_SEEDS, runs, seed, tell)


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
