"""The middle of the chain: from the demand of a period to the best plan found for it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from time import monotonic

from ...networks.demand import Turn
from ...networks.plan import Plan
from ...networks.progress import Tell, silent
from ...simulation.scenario import Scenario
from ..optimise.budget import budget_of
from ..optimise.candidates.candidates import problem_of
from ..optimise.climb.climbs import Climbs
from ..optimise.model_referee import model_referee, vehicle_seconds
from ..optimise.race.correction import Correction
from ..optimise.race.referee import Referee
from ..optimise.rounds import Round, improved
from ..optimise.search import Found, search, simulated_seeds
from ..optimise.seeds import BUSIER, CLIMB_SEEDS, REFINE_SEEDS
from ..rules.pack import read_pack
from ..studies.file import Study
from .prepare import Prepared
from .scenarios import forecast_routes, forecast_scenarios, scenario_demands

# Days that offsets are judged on, drawn with a seed of the search's.
DAYS, DAYS_SEED, MOST_SIGNALS_WITH_DAYS = 4, 2061, 200


def find_plan(
    prepared: Prepared, *, until_s: float | None = None, tell: Tell = silent, executor: Executor | None = None
) -> Found:
    """Return the best plan found for the forecast demand.

    With `until_s`, a reading of the monotonic clock, further rounds begin as long as it is not reached.
    """
    options, demand, network = prepared.study.file.options, prepared.demand, prepared.network
    problem = problem_of(
        network,
        demand.flow_veh_h,
        (demand.end_s - demand.begin_s) / 3600,
        sequences=options.sequence == "free",
        permitted=options.turns == "free",
        days_veh_h=_days_veh_h(prepared),
    )
    objective = prepared.study.file.objective
    model = model_referee(
        network, demand, _busier_routes(prepared), options.warm_up_s, prepared.study.behaviour, objective
    )
    work_s = vehicle_seconds(model, network.running_plan, CLIMB_SEEDS[0])
    budget = budget_of(work_s, len(CLIMB_SEEDS), options.effort)
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:

        def referee_for(seeds: Sequence[int]) -> Referee:
            return Referee(
                network=network,
                scenarios=_busier_scenarios(prepared, seeds, Path(name)),
                vehicles=round(demand.vehicles),
                folder=Path(name),
                executor=executor,
                objective=objective,
            )

        correction = Correction(model=model, referee=referee_for(REFINE_SEEDS), seeds=REFINE_SEEDS)

        def further(plan: Plan, seed: int, tell: Tell) -> tuple[Plan, tuple[Round, ...]]:
            return improved(
                plan,
                Climbs(model=model, options=problem.options, period_h=problem.period_h, seeds=CLIMB_SEEDS),
                referee_for,
                trials=budget.trials,
                seeds=budget.final_seeds,
                seed=seed,
                time_left=lambda: until_s is not None and monotonic() < until_s,
                correct=correction,
                tell=tell,
            )

        return search(
            problem,
            referee_for(simulated_seeds(budget)),
            model,
            cycles_s=_cycles_s(prepared.study),
            budget=budget,
            effort=options.effort,
            seed=options.seed,
            correct=correction,
            further=further if until_s is not None else None,
            tell=tell,
        )


def _days_veh_h(prepared: Prepared) -> list[dict[Turn, float]]:
    """Return the flows of some days that may come, for offsets; none for a city, where each day's tables take long."""
    if len(prepared.network.junctions) > MOST_SIGNALS_WITH_DAYS:
        return []
    return [dict(day.flow_veh_h) for day in scenario_demands(prepared, DAYS, DAYS_SEED)]


def _busier_routes(prepared: Prepared) -> dict[int, bytes]:
    """Return the traffic that the queue model drives: the forecast's, and the same with more of it."""
    return {
        seed: forecast_routes(prepared.study, prepared.network, prepared.demand, seed, BUSIER.get(seed, 1.0))
        for seed in (*CLIMB_SEEDS, *REFINE_SEEDS)
    }


def _busier_scenarios(prepared: Prepared, seeds: Sequence[int], folder: Path) -> dict[int, Scenario]:
    """Return the traffic that the plans of a search are simulated on, some of it busier than the forecast."""
    found: dict[int, Scenario] = {}
    for scale in sorted({BUSIER.get(seed, 1.0) for seed in seeds}):
        such = [seed for seed in seeds if BUSIER.get(seed, 1.0) == scale]
        found |= forecast_scenarios(prepared.study, prepared.network, prepared.demand, such, folder, scale)
    return found


def _cycles_s(study: Study) -> tuple[int, int]:
    """Return the shortest and the longest cycle to try: the study's own, no longer than the rules pack allows."""
    shortest, longest = study.file.options.cycles_s
    return shortest, min(longest, read_pack(study.file.rules, study.folder).longest_cycle_s)
