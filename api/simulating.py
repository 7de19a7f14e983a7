"""A plan in SUMO, seed by seed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from .engine.chain.scenarios import forecast_scenarios, true_scenario
from .engine.studies.file import Period
from .engine.validate.movement_table import movement_rows
from .known import KnownStudy, PeriodOf
from .networks.errors import InputError
from .networks.plan import Plan
from .networks.progress import Tell, silent
from .plans import PlanView, value_of
from .simulation.run import Run
from .simulation.run_plans import run_plans
from .simulation.scenario import Scenario

FIGURES = (
    *("seed", "mean_delay_s", "stops_per_vehicle", "unserved", "unfinished", "spillback_s", "co2_g", "fuel_g"),
    *("walk_lost_s", "gridlocked", "teleports", "collisions", "emergency_brakings", "emergency_stops", "wall_s"),
)


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What a plan was simulated on: only simulations of the same traffic can be compared. No routes: the forecast."""

    study: Path
    period: Period
    routes: tuple[Path, ...] = ()
    warm_up_s: int = 0
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """The simulations of a plan; `runs` are the engine's own values, one for each seed."""

    plan: PlanView
    traffic: Traffic
    runs: tuple[Run, ...] = field(repr=False)

    @cached_property
    def seeds(self) -> pl.DataFrame:
        """One row for each seed: trips and the figures of docs/validation.md.

        mean_delay_s per trip (time lost plus the wait to enter, of all that wanted to leave), stops_per_vehicle,
        unserved and unfinished vehicles, spillback_s of full streets, co2_g and fuel_g per trip and walk_lost_s per
        person (null where not measured), gridlocked, teleports, collisions, emergency brakings and stops, wall_s.
        """
        rows = [{"trips": run.trips.delay_s.size} | {name: getattr(run, name) for name in FIGURES} for run in self.runs]
        return pl.DataFrame(rows, infer_schema_length=None).select("seed", "trips", *FIGURES[1:])

    @cached_property
    def movements(self) -> pl.DataFrame:
        """One row for each movement that anybody made: junction, from_edge, to_edge, vehicles (mean), delay_s (median).

        Both over the seeds; delay_s per vehicle.
        """
        rows = [
            (row.junction, row.from_edge, row.to_edge, row.vehicles_plan, row.delay_plan_s)
            for row in movement_rows(self.runs, [])
        ]
        return pl.DataFrame(rows, schema=["junction", "from_edge", "to_edge", "vehicles", "delay_s"], orient="row")


def simulate(
    study: KnownStudy,
    plan: PlanView | Plan,
    *,
    period: PeriodOf = None,
    seeds: Iterable[int] = range(100, 110),
    routes: str | Path | Sequence[Path] | None = None,
    warm_up_s: int | None = None,
    scale: float = 1.0,
    emissions: bool = False,
    tell: Tell = silent,
    executor: Executor | None = None,
) -> Simulation:
    """Return the simulations of a plan in a period of a study, one for each seed; the same seeds give the same runs.

    Parameters
    ----------
    seeds : iterable of int
        Each draws traffic of its own from the forecast; on given routes, only the drivers.
    routes : path or sequence of paths, optional
        SUMO route files to simulate in place of the forecast's traffic.
    warm_up_s : int, optional
        Seconds of the routes' traffic before the period; 0 if not given. The forecast has that of the study.
    scale : float
        A factor on the demand.
    emissions : bool
        Measure co2_g and fuel_g, which takes an eighth more time.

    Raises
    ------
    InputError
        No seeds or one twice, or a file that SUMO does not take.
    """
    numbers = _distinct(tuple(seeds))
    chosen = study.period(period)
    given = (Path(routes),) if isinstance(routes, str | Path) else tuple(routes or ())
    traffic = Traffic(study=study.study.folder, period=chosen, routes=given, warm_up_s=warm_up_s or 0, scale=scale)
    done = 0

    def on_run(_run: Run) -> None:
        nonlocal done
        done += 1
        tell("simulations", done, len(numbers))

    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        scenarios = _scenarios(study, traffic, numbers, Path(name))
        wanted = {seed: replace(scenario, emissions=emissions) for seed, scenario in scenarios.items()}
        (runs,) = run_plans([value_of(plan)], study.network, wanted, Path(name), executor=executor, on_run=on_run)
    view = plan if isinstance(plan, PlanView) else PlanView(value=plan, network=study.network)
    return Simulation(plan=view, traffic=traffic, runs=tuple(runs))


def _scenarios(study: KnownStudy, traffic: Traffic, seeds: tuple[int, ...], folder: Path) -> dict[int, Scenario]:
    if traffic.routes:
        one = true_scenario(study.study, traffic.period, traffic.routes, traffic.warm_up_s)
        return dict.fromkeys(seeds, replace(one, scale=traffic.scale))
    prepared = study.prepared(traffic.period)
    return forecast_scenarios(
        prepared.study, prepared.network, prepared.demand, seeds, folder, traffic.scale, walkers=True
    )


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if not seeds or len(set(seeds)) != len(seeds):
        raise InputError(
            where="seeds", found=f"{list(seeds)}", rule="one seed or more, each once", fix="give range(100, 110)"
        )
    return seeds
