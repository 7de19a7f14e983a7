"""The search for an actuated plan: all junctions tried at once, each judged by its own delay, then a final.

Free-running junctions hardly depend on each other, so one simulation tries one weighting at every junction, and each
junction picks its own. The seeds are those of the search for fixed-time plans: validation never sees them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from ...networks.actuated_plan import ActuatedJunction, ActuatedPlan, Weights
from ...networks.files import replace_atomically, xml_bytes
from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...networks.seeds import ACTUATED_FINAL_SEEDS as FINAL_SEEDS
from ...networks.seeds import ACTUATED_TRY_SEEDS as TRY_SEEDS
from ...networks.sentence import Sentence
from ...networks.sumo.program import program_xml
from ...networks.types import Turn
from ...simulation.fan_out import Job, run_many
from ...simulation.run import Run
from ...simulation.scenario import Scenario
from ..check.actuated.actuated import require_safe
from ..check.own.limits import OwnLimits
from .candidates import (
    VARIANTS,
    coordinated_plan,
    free_plan,
    mixed_plan,
    nema_plan,
    refused_junctions,
    without,
)
from .sumo import actuated_xml

SEEDS = (*TRY_SEEDS, *FINAL_SEEDS)
# Simulations cost in proportion to their vehicles: large networks try fewer weightings, with fewer seeds.
TRY_VEHICLES, FEWEST_TRIES = 30_000, 4
FINALISTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a plan did: its mean delay with each seed [s], and the seeds that locked up."""

    name: str
    delay_s: Mapping[int, float]
    gridlocked: tuple[int, ...]

    @property
    def mean_s(self) -> float:
        """Mean over the seeds."""
        return fmean(self.delay_s.values())


@dataclass(frozen=True, kw_only=True)
class FoundActuated:
    """The actuated plan that did best, how all that were tried did, and how the fixed-time plan did beside the last.

    `without_nema` says why which junction has no NEMA program, `refused` why the check refused some other program of
    which: there the fixed-time plan's stands in its place.
    """

    plan: ActuatedPlan
    tried: tuple[Tried, ...]
    final: tuple[Tried, ...]
    weights: Mapping[str, Weights]
    simulations: int
    without_nema: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Arena:
    """Where actuated plans are tried: the network, one scenario for each seed, and a folder for program files.

    `own` is the check's own view of the junctions.
    """

    network: Network
    scenarios: Mapping[int, Scenario]
    folder: Path
    executor: Executor | None = None
    own: tuple[OwnLimits, ...] = ()

    def runs(self, plans: Sequence[ActuatedPlan | Plan], seeds: Sequence[int]) -> list[list[Run]]:
        """Simulate every plan with every seed. Raises PlanRefused where a program is unsafe."""
        files = [self._write(place, plan) for place, plan in enumerate(plans)]
        jobs = [Job(scenario=self.scenarios[seed], seed=seed, programs=file) for file in files for seed in seeds]
        done = run_many(jobs, self.executor)
        return [done[k * len(seeds) : (k + 1) * len(seeds)] for k in range(len(plans))]

    def _write(self, place: int, plan: ActuatedPlan | Plan) -> Path:
        path = self.folder / f"actuated{place}.add.xml"
        if isinstance(plan, Plan):
            content = xml_bytes(program_xml(plan, self.network, "greenband fixed"))
        else:
            content = actuated_xml(plan, self.network)
            require_safe(content, self.network, self.own)
        replace_atomically(path, content)
        return path


def search_actuated(
    arena: Arena, fixed: Plan, flow_veh_h: Mapping[Turn, float], vehicles: int, tell: Tell = silent
) -> FoundActuated | None:
    """Return the best actuated plan found, or None where no junction can be actuated; the same for the same inputs.

    Parameters
    ----------
    arena
        The simulator, with traffic for `SEEDS`.
    fixed
        The fixed-time plan that was found: the coordinated kinds come from it, and it takes part in the final.
    flow_veh_h
        The forecast's turns.
    vehicles
        How many each simulation has, about.
    """
    network = arena.network
    count = max(FEWEST_TRIES, TRY_VEHICLES // max(1, vehicles))
    seeds = TRY_SEEDS if count >= 2 * (FEWEST_TRIES + 1) else TRY_SEEDS[:1]
    variants = VARIANTS[: max(FEWEST_TRIES, count // len(seeds))]
    free = [free_plan(network, fixed, flow_veh_h, weights) for weights in variants]
    coordinated = coordinated_plan(network, fixed, flow_veh_h)
    refused = [refused_junctions(kind, network, arena.own) for kind in (free, [coordinated])]
    free = [without(plan, refused[0]) for plan in free]
    coordinated = without(coordinated, refused[1])
    nema, without_nema = nema_plan(network, fixed, flow_veh_h, arena.own)
    nema = None if nema is None else without(nema, refused_junctions([nema], network, arena.own))
    made = (*free, coordinated, nema)
    plans = [plan for plan in made if plan is not None and plan.junctions]
    if not plans:
        return None
    tell("actuated programs", 0, 2)
    runs = arena.runs(plans, seeds)
    tell("actuated programs", 1, 2)
    tried = [_tried(plan.name, of_plan) for plan, of_plan in zip(plans, runs, strict=True)]
    ahead = sorted(zip(plans, tried, strict=True), key=lambda pair: _standing(pair[1]))[:FINALISTS]
    finalists = _distinct([*_mixtures(free, runs[: len(free)], fixed), *(plan for plan, _ in ahead)])
    final_seeds = FINAL_SEEDS if len(seeds) > 1 else FINAL_SEEDS[:2]
    last = arena.runs([*finalists, fixed], final_seeds)
    names = [*(plan.name for plan in finalists), fixed.name]
    final = [_tried(name, of_plan) for name, of_plan in zip(names, last, strict=True)]
    tell("actuated programs", 2, 2)
    best = min(zip(finalists, final, strict=False), key=lambda pair: _standing(pair[1]))[0]
    return FoundActuated(
        plan=best,
        tried=tuple(sorted(tried, key=_standing)),
        final=tuple(sorted(final, key=_standing)),
        weights={one.junction: one.weights for one in best.junctions if one.weights is not None},
        simulations=len(plans) * len(seeds) + (len(finalists) + 1) * len(final_seeds),
        without_nema=without_nema,
        refused={**refused[1], **refused[0]},
    )


def _mixtures(free: Sequence[ActuatedPlan], runs: Sequence[Sequence[Run]], fixed: Plan) -> list[ActuatedPlan]:
    """Return the plan in which each junction has the weights with which it did best, if there are two or more."""
    usable = [(plan, of_plan) for plan, of_plan in zip(free, runs, strict=True) if plan.junctions]
    if len(usable) < 2 or len(usable[0][0].junctions) < 2:
        return []
    delays = [(plan, _by_junction(of_plan)) for plan, of_plan in usable]
    chosen: dict[str, ActuatedJunction] = {}
    for one in usable[0][0].junctions:
        plan, _ = min(delays, key=lambda pair: pair[1].get(one.junction, 0.0))
        chosen[one.junction] = plan.by_junction[one.junction]
    return [mixed_plan(chosen, fixed)]


def _by_junction(runs: Sequence[Run]) -> dict[str, float]:
    """Return the sum of the delays at each junction over some runs. [veh s]"""
    total: defaultdict[str, float] = defaultdict(float)
    for run in runs:
        for (junction, _, _), delay_s in zip(run.movements.turns, run.movements.delay_s, strict=True):
            total[junction] += float(delay_s)
    return dict(total)


def _tried(name: str, runs: Sequence[Run]) -> Tried:
    return Tried(
        name=name,
        delay_s={run.seed: run.mean_delay_s for run in runs},
        gridlocked=tuple(run.seed for run in runs if run.gridlocked),
    )


def _standing(tried: Tried) -> tuple[int, float]:
    return len(tried.gridlocked), tried.mean_s


def _distinct(plans: Sequence[ActuatedPlan]) -> list[ActuatedPlan]:
    found: list[ActuatedPlan] = []
    for plan in plans:
        if all(plan.junctions != other.junctions for other in found):
            found.append(plan)
    return found
