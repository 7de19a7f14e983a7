"""What an engineer asks of a plan that was found: what else could be had."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..networks.plan import Plan
from .check_study import check_for
from .optimise.candidates import Problem, problem_of
from .optimise.model_referee import ModelReferee, model_referee
from .optimise.pareto import Alternative, alternatives, raced
from .optimise.search import CLIMB_SEEDS, Found
from .prepare import Prepared
from .progress import Tell, silent
from .traffic import forecast_routes

# Modelled plans for each aim of the alternatives; fewer where there is much traffic, for each then takes longer.
# Four aims with one seed are about a twentieth of what the search's climbs may spend.
TRIAL_VEHICLES, FEWEST_TRIALS, MOST_TRIALS = 400_000, 30, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is told of a plan besides how it did: the other plans that could be had."""

    alternatives: tuple[Alternative, ...] = ()


def explain(prepared: Prepared, found: Found, *, tell: Tell = silent) -> Explained:
    """Return what is to be told of a found plan, by formulas and the queue model; a small part of the search's time."""
    tell("alternatives", 0, 1)
    problem, model = problem_of_study(prepared), _model(prepared)
    options, vehicles = prepared.study.file.options, max(1, round(prepared.demand.vehicles))
    trials = max(FEWEST_TRIALS, min(MOST_TRIALS, TRIAL_VEHICLES // vehicles))
    others = alternatives(
        problem,
        model,
        found.plan,
        [*(s.plan for s in (*found.final, *found.standings)), *(c.plan for c in found.candidates)],
        seeds=CLIMB_SEEDS,
        trials=round(trials * options.effort),
        seed=options.seed,
    )
    tell("alternatives", 1, 1)
    known = raced(others, (*found.final, *found.standings))
    return Explained(alternatives=tuple(replace(one, errors=_errors(prepared, one.plan)) for one in known))


def _errors(prepared: Prepared, plan: Plan) -> tuple[str, ...]:
    found = check_for(prepared.study, plan, prepared.network)
    return tuple(finding.text for finding in found if finding.is_error)


def problem_of_study(prepared: Prepared) -> Problem:
    """Return the optimisation problem of a prepared study, at the running sequences."""
    options, demand = prepared.study.file.options, prepared.demand
    return problem_of(
        prepared.network,
        demand.flow_veh_h,
        (demand.end_s - demand.begin_s) / 3600,
        sequences=options.sequence == "free",
        permitted=options.turns == "free",
    )


def _model(prepared: Prepared) -> ModelReferee:
    """Return the queue model with the forecast's traffic of each of the climbs' seeds."""
    study, network, demand = prepared.study, prepared.network, prepared.demand
    routes = {seed: forecast_routes(study, network, demand, seed) for seed in CLIMB_SEEDS}
    return model_referee(network, demand, routes, study.file.options.warm_up_s, study.behaviour, study.file.objective)
