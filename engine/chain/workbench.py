"""What a plan is sought with, made once a run: the problem, the queue model, the budget, and traffic for SUMO."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...networks.plan import JunctionPlan, Plan
from ...networks.seeds import BUSIER, CLIMB_SEEDS, DAYS_OF_SEARCH_SEED, REFINE_SEEDS
from ...networks.sentence import Sentence
from ...networks.types import Turn
from ...simulation.scenario import Scenario
from ..check.check import check
from ..check.findings import Finding
from ..model.queue_traffic import Vehicles, cars, warm_load
from ..model.streets import build_streets
from ..optimise.budget import Budget, budget_of
from ..optimise.candidates.candidates import Problem, problem_of
from ..optimise.model_referee import ModelReferee, model_referee, vehicle_seconds
from ..optimise.race.referee import Referee
from ..optimise.search import CHOSEN
from .as_checked import as_it_runs_where_refused, lawful_problem
from .prepare import Prepared
from .scenarios import forecast_scenarios, forecast_trips, scenario_demands

# Days that offsets are judged on, drawn with a seed of the search's.
DAYS, MOST_JUNCTIONS_WITH_DAYS = 4, 200


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """A prepared period with all that a search asks.

    `model` has the traffic of the climbs and of the refinement, some of it busier than forecast. `left` says which
    junctions stay as they run because no sequence of theirs is lawful.
    """

    prepared: Prepared
    problem: Problem
    model: ModelReferee
    budget: Budget
    left: tuple[Sentence, ...] = ()
    _refused: dict[str, Finding] = field(default_factory=dict, repr=False, compare=False)
    _checked: dict[tuple[str, tuple[JunctionPlan, ...]], tuple[Finding, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def cycles_s(self) -> tuple[int, int]:
        """The shortest and the longest cycle to try: the study's own, no longer than the rules pack allows."""
        shortest, longest = self.prepared.study.file.options.cycles_s
        return shortest, min(longest, self.prepared.pack.longest_cycle_s)

    def findings(self, plan: Plan) -> tuple[Finding, ...]:
        """Return what the safety check says of a plan; it is asked once for each."""
        key = (plan.name, plan.junctions)
        if key not in self._checked:
            self._checked[key] = check(plan, self.prepared.network, self.prepared.own)
        return self._checked[key]

    def allows(self, plan: Plan) -> bool:
        """Whether the safety check finds no error in a plan: what the street may not have is not worth a simulation."""
        return not any(finding.is_error for finding in self.findings(replace(plan, name=CHOSEN)))

    def mended(self, plan: Plan) -> Plan:
        """Return the plan with the junctions at which the safety check finds errors as they run today."""
        errors = [finding for finding in self.findings(replace(plan, name=CHOSEN)) if finding.is_error]
        for error in errors:
            self._refused.setdefault(error.junction, error)
        return as_it_runs_where_refused(plan, self.prepared.network, errors)

    def stays(self, plan: Plan) -> tuple[Sentence, ...]:
        """Return which junctions of a plan run as today because of the safety check, and what it says of others."""
        running = self.prepared.network.running_plan.by_junction
        refused = [
            Sentence("Junction {junction} stays as it runs: {why:open}", junction=junction, why=error.text)
            for junction, error in sorted(self._refused.items())
            if junction in self.problem.options and plan.by_junction[junction] == running[junction]
        ]
        return (*self.left, *refused)

    def model_as_forecast(self) -> ModelReferee:
        """Return the queue model with the forecast's own traffic, no busier, for each of the climbs' seeds."""
        demand, warm_up_s = self.prepared.demand, self.prepared.study.file.options.warm_up_s
        streets, traffic = self.model.streets, {}
        for seed in CLIMB_SEEDS:
            if seed in BUSIER:
                vehicles = _vehicles(self.prepared, seed)
                traffic[seed] = warm_load(streets, vehicles, demand.begin_s, demand.end_s, warm_up_s, seed)
            else:
                traffic[seed] = self.model.traffic[seed]
        return replace(self.model, traffic=traffic)

    def referee(self, seeds: Sequence[int], folder: Path, executor: Executor | None = None) -> Referee:
        """Return SUMO with the search's traffic for some seeds; files are written into the folder."""
        return Referee(
            network=self.prepared.network,
            scenarios=_busier_scenarios(self.prepared, seeds, folder),
            vehicles=round(self.prepared.demand.vehicles),
            folder=folder,
            executor=executor,
            objective=self.prepared.study.file.objective,
        )


def set_up(prepared: Prepared) -> Workbench:
    """Return the workbench for a prepared period."""
    study, demand = prepared.study, prepared.demand
    model = model_referee(
        build_streets(prepared.network, study.behaviour),
        demand,
        {seed: _vehicles(prepared, seed, BUSIER.get(seed, 1.0)) for seed in (*CLIMB_SEEDS, *REFINE_SEEDS)},
        study.file.options.warm_up_s,
        study.file.objective,
    )
    problem, left = lawful_problem(_problem(prepared), prepared.own)
    work_s = vehicle_seconds(model, prepared.network.running_plan, CLIMB_SEEDS[0])
    return Workbench(
        prepared=prepared,
        problem=problem,
        model=model,
        budget=budget_of(work_s, len(CLIMB_SEEDS), study.file.options.effort),
        left=left,
    )


def _problem(prepared: Prepared) -> Problem:
    options, demand = prepared.study.file.options, prepared.demand
    return problem_of(
        prepared.network,
        demand.flow_veh_h,
        (demand.end_s - demand.begin_s) / 3600,
        sequences=options.sequence == "free",
        permitted=options.turns == "free",
        days_veh_h=_days_veh_h(prepared),
    )


def _days_veh_h(prepared: Prepared) -> list[dict[Turn, float]]:
    """Return the flows of some days that may come, for offsets; none for a city, where each day's tables take long."""
    if len(prepared.network.junctions) > MOST_JUNCTIONS_WITH_DAYS:
        return []
    return [dict(day.flow_veh_h) for day in scenario_demands(prepared, DAYS, DAYS_OF_SEARCH_SEED)]


def _vehicles(prepared: Prepared, seed: int, scale: float = 1.0) -> Vehicles:
    """Return the forecast's traffic for the queue model, more or less of it."""
    trips = forecast_trips(prepared.study, prepared.network, prepared.demand, seed, scale)
    return cars(trips.depart_s, trips.edges, prepared.demand.vehicle_length_m)


def _busier_scenarios(prepared: Prepared, seeds: Iterable[int], folder: Path) -> dict[int, Scenario]:
    """Return the traffic that the plans of a search are simulated on, some of it busier than the forecast."""
    wanted = tuple(seeds)
    found: dict[int, Scenario] = {}
    for scale in sorted({BUSIER.get(seed, 1.0) for seed in wanted}):
        such = [seed for seed in wanted if BUSIER.get(seed, 1.0) == scale]
        found |= forecast_scenarios(prepared.study, prepared.network, prepared.demand, such, folder, scale)
    return found
