"""The search for a plan: candidates by formula, a race in the simulator, refinement, and a final on fresh seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from ...networks.plan import Plan
from ..progress import Tell, silent
from .candidates import Candidate, Problem, own_cycles, running_splits, scan
from .race import Standing, race
from .referee import Referee
from .refine import refine

# No seed of the validation (100 to 109 by default) is ever used here, nor one of the field study's.
RACE_SEEDS = (2001, 2002, 2003, 2004)
REFINE_SEEDS = (2011, 2012)
FINAL_SEEDS = (2021, 2022, 2023, 2024, 2025, 2026)
SEEDS = (*RACE_SEEDS, *REFINE_SEEDS, *FINAL_SEEDS)

COMMON_CYCLES = 6
LEAST_APART_S = 8
# The budget of simulations shrinks with the traffic, because each takes longer.
REFINE_VEHICLES, FEWEST_RUNS, MOST_RUNS = 300_000, 24, 160


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
    problem: Problem, referee: Referee, *, cycles_s: tuple[int, int], effort: float, seed: int, tell: Tell = silent
) -> Found:
    """Return the best plan found for a problem; the same for the same inputs, seed and effort."""
    scanned = scan(problem, cycles_s, effort, lambda done, total: tell("splits and offsets", done, total))
    candidates = _entrants(problem, scanned, effort)
    tell("race of candidates", 0, 1)
    standings = race(referee, [candidate.plan for candidate in candidates], RACE_SEEDS)
    tell("race of candidates", 1, 1)
    running = candidates[0].plan
    leader = next((standing.plan for standing in standings if standing.plan is not running), running)
    runs = round(_runs(referee) * effort)
    refined, changes = refine(referee, leader, problem.skeletons, REFINE_SEEDS, runs, seed, tell)
    finalists = [running, leader] + ([refined] if changes else [])
    final = _final(referee, finalists)
    tell("final", 1, 1)
    plan, reason = _choose(final, running)
    return Found(
        plan=replace(plan, name="running" if plan is running else "greenband"),
        kept_running=plan is running,
        reason=reason,
        scanned=tuple(scanned),
        candidates=tuple(candidates),
        standings=tuple(standings),
        final=tuple(final),
        changes=changes,
        simulations=sum(len(s.delay_s) for s in [*standings, *final]) + runs,
    )


def _entrants(problem: Problem, scanned: Sequence[Candidate], effort: float) -> list[Candidate]:
    """Return the plans of the race: the running one first, then its splits with new offsets, and the best cycles."""
    running = Candidate(plan=problem.network.running_plan, cycle_s=None, cost=None, bound=None)
    chosen: list[Candidate] = []
    for candidate in scanned:
        near = any(abs((candidate.cycle_s or 0) - (other.cycle_s or 0)) < LEAST_APART_S for other in chosen)
        if not near and len(chosen) < COMMON_CYCLES:
            chosen.append(candidate)
    shifted = running_splits(problem, effort) if len(problem.skeletons) > 1 else None
    own = own_cycles(problem, scanned) if scanned and len(problem.skeletons) > 1 else None
    return [running, *(extra for extra in (shifted, own) if extra is not None), *chosen]


def _runs(referee: Referee) -> int:
    return max(FEWEST_RUNS, min(MOST_RUNS, REFINE_VEHICLES // max(1, referee.vehicles)))


def _final(referee: Referee, plans: Sequence[Plan]) -> list[Standing]:
    """Let the finalists run on seeds that no step before has seen; the best first."""
    delays = referee.delays_s(plans, FINAL_SEEDS)
    standings = [
        Standing(plan=plan, delay_s=dict(zip(FINAL_SEEDS, of_plan, strict=True)))
        for plan, of_plan in zip(plans, delays, strict=True)
    ]
    return sorted(standings, key=lambda standing: standing.mean_s)


def _choose(final: Sequence[Standing], running: Plan) -> tuple[Plan, str]:
    """Return the winner; the running plan unless the best is better on average and with most seeds."""
    best = final[0]
    today = next(standing for standing in final if standing.plan is running)
    better = sum(best.delay_s[seed] < today.delay_s[seed] for seed in today.delay_s)
    if best.plan is running:
        return running, "no plan tried had less delay than the running plan in the final, so it is kept"
    if better <= len(today.delay_s) / 2:
        return running, (
            f"the best plan tried ({best.plan.name}) was better than the running plan with only {better} "
            f"of {len(today.delay_s)} seeds in the final, so the running plan is kept"
        )
    gain = fmean(today.delay_s.values()) - best.mean_s
    return best.plan, (
        f"{best.plan.name} won the final with {best.mean_s:.1f} s against {best.mean_s + gain:.1f} s "
        f"of the running plan, better with {better} of {len(today.delay_s)} seeds"
    )
