"""The search for a plan: candidates by formula, a climb on the queue model, a race and a final in the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from statistics import fmean

from ...networks.plan import Plan
from ...simulation.fan_out import fan_out
from ..progress import Tell, counted, silent
from .candidates import Candidate, Problem, own_cycles, running_splits, scan, with_best_sequences
from .climbs import Climbs, Start
from .options import structure_of
from .race import Standing, race
from .referee import Referee
from .refine import Judge, refine
from .walks import with_long_walks

# No seed of the validation (100 to 109 by default) is ever used here, nor one of the field study's.
CLIMB_SEEDS = (2031, 2032, 2033)
# Factors on the demand with these seeds: a plan that only just serves what is forecast locks up on a busier day.
CLIMB_SCALES = {2032: 1.1}
RACE_SEEDS = (2001, 2002, 2003, 2004)
REFINE_SEEDS = (2011, 2012)
FINAL_SEEDS = (2021, 2022, 2023, 2024, 2025, 2026)
SEEDS = (*CLIMB_SEEDS, *RACE_SEEDS, *REFINE_SEEDS, *FINAL_SEEDS)

COMMON_CYCLES = 6
LEAST_APART_S = 8
# How many of the candidates the climb starts from, and its budget of modelled plans for each, which also shrinks.
CLIMBS, CLIMB_VEHICLES, FEWEST_TRIALS, MOST_TRIALS = 4, 8_000_000, 400, 6000
RAW_IN_RACE, FINALISTS = 2, 3
# The budget of simulations shrinks with the traffic, because each takes longer.
REFINE_VEHICLES, FEWEST_RUNS, MOST_RUNS = 100_000, 16, 80


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the search found.

    `plan` is the running plan where nothing beat it in the final; `reason` says so in words. `standings` tells how
    each plan did in the race, `final` in the final; `scanned` is what the formulas said of every cycle.
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


def search(
    problem: Problem,
    referee: Referee,
    model: Judge,
    *,
    cycles_s: tuple[int, int],
    effort: float,
    seed: int,
    tell: Tell = silent,
) -> Found:
    """Return the best plan found for a problem; the same for the same inputs, seed and effort.

    Parameters
    ----------
    problem : Problem
        Signals and flows.
    referee : Referee
        The simulator, with traffic for all of `SEEDS` but `CLIMB_SEEDS`. Its executor does all that can be done at the
        same time: solving for each cycle, climbs and simulations; the plan does not depend on it.
    model : Judge
        The queue model, with traffic for `CLIMB_SEEDS`.
    cycles_s : (int, int)
        Shortest and longest cycle to try.
    effort : float
        Budgets of trials and simulations are multiplied by it.
    seed : int
        Of the order in which changes are tried.
    """
    drafts = drafted(
        problem,
        model,
        vehicles=referee.vehicles,
        cycles_s=cycles_s,
        effort=effort,
        seed=seed,
        executor=referee.executor,
        tell=tell,
    )
    candidates, climbed = drafts.candidates, drafts.climbed
    running = candidates[0].plan
    tell("race of candidates", 0, 1)
    standings = race(referee, _starters(candidates, climbed), RACE_SEEDS)
    tell("race of candidates", 1, 1)
    leader = next((standing.plan for standing in standings if standing.plan is not running), running)
    runs = round(_shrunk(REFINE_VEHICLES, FEWEST_RUNS, MOST_RUNS, referee.vehicles) * effort)
    skeletons = structure_of(leader, problem.options) or {}
    refined, changes = refine(referee, leader, skeletons, REFINE_SEEDS, runs, seed, tell)
    best = [standing.plan for standing in standings if standing.plan is not running][:FINALISTS]
    tell("final", 0, 1)
    final = _final(referee, distinct([running, *best, *([refined] if changes else [])]))
    tell("final", 1, 1)
    plan, reason = _choose(final, running)
    named = replace(plan, name="running" if plan is running else "greenband")
    return Found(
        plan=named if plan is running else with_long_walks(named, structure_of(plan, problem.options) or {}),
        kept_running=plan is running,
        reason=reason,
        scanned=drafts.scanned,
        candidates=candidates,
        standings=tuple(standings),
        final=tuple(final),
        changes=changes,
        simulations=sum(len(s.delay_s) for s in [*standings, *final]) + runs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """What is known before any simulation: what the formulas said of every cycle, their best plans with the running
    one first, and what climbs on the queue model made of some of them."""

    scanned: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    climbed: tuple[Plan, ...]


def drafted(
    problem: Problem,
    model: Judge,
    *,
    vehicles: int,
    cycles_s: tuple[int, int],
    effort: float,
    seed: int,
    executor: Executor | None = None,
    tell: Tell = silent,
) -> Drafts:
    """Return plans made without the simulator; for `vehicles` in the period, the rest as in `search`."""
    scans = _scans(problem, cycles_s, effort, tell, executor)
    candidates = _entrants(problem, scans, effort)
    climbed = _climb(problem, model, candidates, vehicles, effort, seed, executor, tell)
    return Drafts(
        scanned=tuple(sorted((c for _, found in scans for c in found), key=lambda c: c.cost or 0.0)),
        candidates=tuple(candidates),
        climbed=tuple(climbed),
    )


def _scans(
    problem: Problem, cycles_s: tuple[int, int], effort: float, tell: Tell, executor: Executor | None
) -> list[tuple[Problem, list[Candidate]]]:
    """Return the candidates of all cycles, at the running sequences and, where they differ, at the best ones."""
    problems = [problem]
    best = with_best_sequences(problem, cycles_s)
    if any(best.skeletons[signal] is not skeleton for signal, skeleton in problem.skeletons.items()):
        problems.append(best)
    scans = []
    for k, one in enumerate(problems):

        def told(done: int, total: int, before: int = k) -> None:
            tell("splits and offsets", before * total + done, len(problems) * total)

        scans.append((one, scan(one, cycles_s, effort, told, executor)))
    return scans


def _climb(
    problem: Problem,
    model: Judge,
    candidates: Sequence[Candidate],
    vehicles: int,
    effort: float,
    seed: int,
    executor: Executor | None,
    tell: Tell,
) -> list[Plan]:
    """Return what the climb makes of the candidates that the queue model likes best."""
    if not problem.skeletons:
        return []
    trials = round(_shrunk(CLIMB_VEHICLES, FEWEST_TRIALS, MOST_TRIALS, vehicles) * effort)
    costs = model.costs([candidate.plan for candidate in candidates], CLIMB_SEEDS)
    order = sorted(range(len(candidates)), key=lambda k: fmean(costs[k]))[:CLIMBS]

    climbs = Climbs(model=model, options=problem.options, period_h=problem.period_h, seeds=CLIMB_SEEDS[:2])
    jobs = [Start(plan=candidates[k].plan, trials=trials, seed=seed) for k in order]
    return fan_out(climbs.top, jobs, executor, counted(tell, "climbs on the queue model", len(jobs)))


def _starters(candidates: Sequence[Candidate], climbed: Sequence[Plan]) -> list[Plan]:
    """Return the plans of the race: the running one first, its variants, the climbed ones, and the best by formula."""
    variants = [c.plan for c in candidates if (c.splits and c.cost is None) or c.cycle_s is None]
    raw = [c.plan for c in candidates if c.cycle_s is not None and c.cost is not None][:RAW_IN_RACE]
    return distinct([*variants, *climbed, *raw])


def _entrants(problem: Problem, scans: Sequence[tuple[Problem, list[Candidate]]], effort: float) -> list[Candidate]:
    """Return the plans of the race: the running one first, then its splits with new offsets, and the best cycles."""
    running = Candidate(plan=problem.network.running_plan, cycle_s=None, cost=None, bound=None)
    found = [running]
    if len(problem.skeletons) > 1:
        shifted = running_splits(problem, effort)
        found += [shifted] if shifted is not None else []
        found += [own_cycles(one, scanned) for one, scanned in scans if scanned]
    return found + [candidate for _, scanned in reversed(scans) for candidate in _apart(scanned)]


def _apart(scanned: Sequence[Candidate]) -> list[Candidate]:
    """Return the cheapest candidates whose cycles are not nearly the same."""
    chosen: list[Candidate] = []
    for candidate in scanned:
        near = any(abs((candidate.cycle_s or 0) - (other.cycle_s or 0)) < LEAST_APART_S for other in chosen)
        if not near and len(chosen) < COMMON_CYCLES:
            chosen.append(candidate)
    return chosen


def _shrunk(budget: int, fewest: int, most: int, vehicles: int) -> int:
    return max(fewest, min(most, budget // max(1, vehicles)))


def _final(referee: Referee, plans: Sequence[Plan]) -> list[Standing]:
    """Let the finalists run on seeds that no step before has seen; the best first, those that lock up seldom before."""
    standings = [
        Standing(
            plan=plan,
            delay_s={run.seed: run.mean_delay_s for run in runs},
            cost={run.seed: referee.cost(plan, run) for run in runs},
            gridlocked=tuple(run.seed for run in runs if run.gridlocked),
        )
        for plan, runs in zip(plans, referee.runs(plans, FINAL_SEEDS), strict=True)
    ]
    return sorted(standings, key=lambda standing: (len(standing.gridlocked), standing.mean_cost))


def distinct(plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans without those that only repeat one before them under another name."""
    found: list[Plan] = []
    for plan in plans:
        if all(plan.junctions != other.junctions for other in found):
            found.append(plan)
    return found


def _choose(final: Sequence[Standing], running: Plan) -> tuple[Plan, str]:
    """Return the winner; the running plan unless the best is better on average and with most seeds."""
    best = final[0]
    today = next(standing for standing in final if standing.plan is running)
    ours, theirs = (standing.cost or standing.delay_s for standing in (best, today))
    by_delay = ours == best.delay_s
    better, seeds = sum(ours[seed] < theirs[seed] for seed in theirs), len(theirs)
    if best.plan is running and by_delay:
        return running, "no plan tried had less delay than the running plan in the final, so it is kept"
    if best.plan is running:
        return running, "no plan tried had a lower cost than the running plan in the final, so it is kept"
    if better <= seeds / 2:
        return running, (
            f"the best plan tried ({best.plan.name}) was better than the running plan with only {better} "
            f"of {seeds} seeds in the final, so the running plan is kept"
        )
    if by_delay:
        return best.plan, (
            f"{best.plan.name} won the final with {best.mean_s:.1f} s against {today.mean_s:.1f} s "
            f"of the running plan, better with {better} of {seeds} seeds"
        )
    return best.plan, (
        f"{best.plan.name} won the final at a cost of {best.mean_cost:.1f} s/veh against {today.mean_cost:.1f} s/veh "
        f"of the running plan, better with {better} of {seeds} seeds"
    )
