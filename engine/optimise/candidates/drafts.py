"""Plans made before any simulation: by formula for every cycle, and by climbing from the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from statistics import fmean

from ....networks.plan import Plan
from ....networks.progress import Tell, counted, silent
from ....networks.seeds import CLIMB_SEEDS
from ....networks.sentence import Sentence
from ....simulation.fan_out import fan_out
from ...main_street.green_wave import directions, with_wide_bands
from ..budget import Budget
from ..climb.climbs import Climbs, Start
from ..climb.refine import Judge
from .candidates import Candidate, Problem, own_cycles, running_splits, scan, with_best_sequences
from .half_cycles import half_cycle_candidates

COMMON_CYCLES = 6
LEAST_APART_S = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """What is known before any simulation: what the formulas said of every cycle, their best plans with the running
    one first, and what climbs on the queue model made of some of them, the best first."""

    scanned: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    climbed: tuple[Plan, ...]


def drafted(
    problem: Problem,
    model: Judge,
    *,
    cycles_s: tuple[int, int],
    budget: Budget,
    effort: float,
    seed: int,
    executor: Executor | None = None,
    tell: Tell = silent,
) -> Drafts:
    """Return plans made without the simulator; the arguments are those of `search`."""
    scans = _scans(problem, cycles_s, effort, tell, executor)
    candidates = [*_entrants(problem, scans, effort), *half_cycle_candidates(scans, effort, executor)]
    return Drafts(
        scanned=tuple(sorted((c for _, found in scans for c in found), key=lambda c: c.cost or 0.0)),
        candidates=tuple(candidates),
        climbed=tuple(_climbed(problem, model, candidates, budget, seed, executor, tell)),
    )


def _scans(
    problem: Problem, cycles_s: tuple[int, int], effort: float, tell: Tell, executor: Executor | None
) -> list[tuple[Problem, list[Candidate]]]:
    """Return the candidates of all cycles, at the running sequences and, where they differ, at the best ones."""
    problems = [problem]
    best = with_best_sequences(problem, cycles_s)
    if any(best.skeletons[junction] is not skeleton for junction, skeleton in problem.skeletons.items()):
        problems.append(best)
    scans = []
    for k, one in enumerate(problems):

        def told(done: int, total: int, before: int = k) -> None:
            tell("splits and offsets", before * total + done, len(problems) * total)

        scans.append((one, scan(one, cycles_s, effort, told, executor)))
    return scans


def _climbed(
    problem: Problem,
    model: Judge,
    candidates: Sequence[Candidate],
    budget: Budget,
    seed: int,
    executor: Executor | None,
    tell: Tell,
) -> list[Plan]:
    """Return what climbs make of the candidates that the queue model likes best, by its estimates of the results."""
    if not problem.skeletons:
        return []
    starts = by_cost(model, [candidate.plan for candidate in candidates])[: budget.climbs]
    climbs = Climbs(model=model, options=problem.options, period_h=problem.period_h, seeds=CLIMB_SEEDS)
    jobs = [Start(plan=plan, trials=budget.trials, seed=seed) for plan in starts]
    tops = fan_out(climbs.top, jobs, executor, counted(tell, "climbs on the queue model", len(jobs)))
    return by_cost(model, tops)


def by_cost(model: Judge, plans: Sequence[Plan]) -> list[Plan]:
    """Return the plans in the order of what the queue model says they cost on the climbs' traffic."""
    costs = [fmean(costs) for costs in model.costs(plans, CLIMB_SEEDS)]
    return [plans[k] for k in sorted(range(len(plans)), key=lambda k: costs[k])]


def _entrants(problem: Problem, scans: Sequence[tuple[Problem, list[Candidate]]], effort: float) -> list[Candidate]:
    """Return the plans of the race: the running one first, then its splits with new offsets, and the best cycles."""
    running = Candidate(plan=problem.network.running_plan, cycle_s=None, cost=None, bound=None)
    found = [running]
    if len(problem.skeletons) > 1:
        shifted = running_splits(problem, effort)
        found += [shifted] if shifted is not None else []
        found += _waves(problem, scans)
        found += [own_cycles(one, scanned) for one, scanned in scans if scanned]
    return found + [candidate for _, scanned in reversed(scans) for candidate in _apart(scanned)]


def _waves(problem: Problem, scans: Sequence[tuple[Problem, list[Candidate]]]) -> list[Candidate]:
    """Return the best common cycle with the offsets of the widest green wave along the main street, if there is one."""
    scanned = [found[0] for _, found in reversed(scans) if found]
    if not scanned or not directions(problem.network):
        return []
    plan = with_wide_bands(scanned[0].plan, problem.network)
    name = Sentence("green wave, {plan}", plan=scanned[0].plan.name)
    return [Candidate(plan=replace(plan, name=name), cycle_s=scanned[0].cycle_s, cost=None, bound=None)]


def _apart(scanned: Sequence[Candidate]) -> list[Candidate]:
    """Return the cheapest candidates whose cycles are not nearly the same."""
    chosen: list[Candidate] = []
    for candidate in scanned:
        near = any(abs((candidate.cycle_s or 0) - (other.cycle_s or 0)) < LEAST_APART_S for other in chosen)
        if not near and len(chosen) < COMMON_CYCLES:
            chosen.append(candidate)
    return chosen
