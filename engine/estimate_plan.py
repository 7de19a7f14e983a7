"""The queue model's word on a plan that somebody brings, beside its word on the running plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ..networks.errors import InputError
from ..networks.network import Network
from ..networks.plan_file import read_plan
from ..simulation.scenario import Scenario
from .model.estimate import Estimate, estimate
from .model.streets import Streets, prepare
from .model.traffic import Traffic, Vehicles, load
from .movements.traffic import sample_trips
from .optimise.model_referee import vehicles_of
from .prepare import network_of
from .prepare import prepare as prepare_period
from .route_vehicles import read_vehicles
from .study_file import Period, Study, read_study

FIRST_SEED = 3001  # neither the search nor the validation draws traffic with these
Turn = tuple[str, str, str]  # junction, approach edge, exit edge


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun:
    """What the model expects of one plan with one seed; the words mean what they mean of a simulation.

    Delay and stops are those of the `vehicles` that want to leave in the period. Vehicles of the warm-up count in
    `unserved`, `unfinished` and `turns` (vehicles and summed delay of each) as well.
    """

    seed: int
    vehicles: int
    mean_delay_s: float
    stops_per_vehicle: float
    unserved: int
    unfinished: int
    turns: dict[Turn, tuple[int, float]]

    def by_junction(self) -> dict[Turn, tuple[int, float]]:
        """Return vehicles and summed delay of each junction; the edges in its key are empty."""
        found: dict[Turn, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for (junction, _, _), (vehicles, delay_s) in self.turns.items():
            so_far = found[(junction, "", "")]
            found[(junction, "", "")] = (so_far[0] + vehicles, so_far[1] + delay_s)
        return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The model's word on a plan and on the running plan, seed by seed on the same traffic.

    `left_out` vehicles of the route files are not modelled. `ms_per_plan` is the median time of one plan with
    one seed, compilation and loading apart.
    """

    study: str
    period: str
    plan: str
    traffic: str
    warm_up_s: int
    left_out: int
    ours: tuple[ModelRun, ...]
    running: tuple[ModelRun, ...]
    ms_per_plan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """Where the vehicles of each seed come from."""

    name: str
    draw: Callable[[int], Vehicles]
    begin_s: int
    end_s: int
    warm_up_s: int
    left_out: int


def estimate_plan(
    folder: Path,
    plan_path: Path,
    *,
    period: str | None = None,
    routes: Sequence[Path] = (),
    seeds: int = 3,
    warm_up_s: int = 0,
) -> Opinion:
    """Return the queue model's word on a plan file, on given routes, or without routes on traffic from the forecast.

    With the forecast each seed draws traffic of its own, with routes only the drivers' speeds. `warm_up_s` holds for
    routes; the forecast's warm-up is that of the study. Raises InputError.
    """
    study = read_study(folder)
    chosen = study.period(period)
    network = network_of(study)
    plan = read_plan(plan_path, network)
    streets = prepare(network)
    source = _routes(study, chosen, streets, routes, warm_up_s) if routes else _forecast(study, chosen)
    ours: list[ModelRun] = []
    running: list[ModelRun] = []
    times_s = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        traffic, counted = _load(streets, source, seed)
        if not running:
            estimate(streets, traffic, plan, traffic.begin_s + 1)  # compiles the kernel, which is not to be timed
        for candidate, into in ((plan, ours), (network.running_plan, running)):
            began_s = perf_counter()
            found = estimate(streets, traffic, candidate, source.end_s)
            times_s.append(perf_counter() - began_s)
            into.append(_run(seed, found, counted))
    return Opinion(
        study=study.file.name,
        period=chosen.label,
        plan=plan.name,
        traffic=source.name,
        warm_up_s=source.warm_up_s,
        left_out=source.left_out,
        ours=tuple(ours),
        running=tuple(running),
        ms_per_plan=1000 * median(times_s),
    )


def _routes(study: Study, period: Period, streets: Streets, routes: Sequence[Path], warm_up_s: int) -> _Source:
    scenario = Scenario(
        network=study.network,
        routes=tuple(routes),
        additional=study.additional,
        begin_s=period.begin,
        end_s=period.end,
        warm_up_s=warm_up_s,
    )
    read = read_vehicles(scenario, streets)
    departs_s = read.vehicles.depart_s
    if not ((departs_s >= period.begin) & (departs_s < period.end)).any():
        raise InputError(
            where=", ".join(map(str, routes)),
            found=f"no vehicle that wants to leave from {period.begin} s to {period.end} s after midnight",
            rule="plans are compared on traffic",
            fix="choose the period in which the vehicles leave",
        )
    return _Source(
        name="given routes",
        draw=lambda _: read.vehicles,
        begin_s=period.begin,
        end_s=period.end,
        warm_up_s=warm_up_s,
        left_out=read.left_out,
    )


def _forecast(study: Study, period: Period) -> _Source:
    prepared = prepare_period(study, period)
    network: Network = prepared.network
    demand, warm_up_s = prepared.demand, study.file.options.warm_up_s
    return _Source(
        name="forecast traffic",
        draw=lambda seed: vehicles_of(sample_trips(network, demand, seed, warm_up_s=warm_up_s)),
        begin_s=demand.begin_s,
        end_s=demand.end_s,
        warm_up_s=warm_up_s,
        left_out=0,
    )


def _load(streets: Streets, source: _Source, seed: int) -> tuple[Traffic, NDArray[np.bool_]]:
    """Return the traffic of a seed, and which of its vehicles count: those that leave after the warm-up."""
    vehicles, first_s = source.draw(seed), max(source.begin_s - source.warm_up_s, 0)
    departs_s = np.sort(vehicles.depart_s[(vehicles.depart_s >= first_s) & (vehicles.depart_s < source.end_s)])
    return load(streets, vehicles, first_s, source.end_s, seed), departs_s >= source.begin_s


def _run(seed: int, found: Estimate, counted: NDArray[np.bool_]) -> ModelRun:
    return ModelRun(
        seed=seed,
        vehicles=int(counted.sum()),
        mean_delay_s=float(found.delay_s[counted].mean()),
        stops_per_vehicle=float(found.stops[counted].mean()),
        unserved=found.unserved,
        unfinished=found.unfinished,
        turns={
            turn: (vehicles, delay_s)
            for turn, vehicles, delay_s in zip(
                found.turns, found.turn_vehicles.tolist(), found.turn_delay_s.tolist(), strict=True
            )
        },
    )


def rows(runs: Sequence[dict[Turn, tuple[int, float]]]) -> dict[Turn, tuple[float, float]]:
    """Return vehicles and delay per vehicle [s] of each turn or junction, in the order of their names.

    As in the evidence from simulations, vehicles are means over the seeds, delays medians over those in which anybody
    came.
    """
    vehicles: dict[Turn, list[int]] = defaultdict(list)
    delays_s: dict[Turn, list[float]] = defaultdict(list)
    for run in runs:
        for turn, (number, delay_s) in run.items():
            if number > 0:
                vehicles[turn].append(number)
                delays_s[turn].append(delay_s / number)
    return {turn: (sum(vehicles[turn]) / len(runs), median(delays_s[turn])) for turn in sorted(vehicles)}
