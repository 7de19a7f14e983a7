"""Queue-model estimates for a given plan and for the running plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from ...networks.errors import InputError
from ...networks.network import Network
from ...networks.plan import Plan
from ...networks.plan_file import read_plan
from ...networks.seeds import ESTIMATE_SEEDS
from ..model.estimate import Estimate, estimate
from ..model.queue_traffic import Vehicles, cars, warm_load
from ..model.route_vehicles import read_vehicles
from ..model.streets import Streets, build_streets
from ..studies.file import Period, Study, read_study
from ..studies.network import network_of
from .prepare import Prepared
from .prepare import prepare as prepare_period
from .scenarios import forecast_trips, true_scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Queue-model estimates for a plan and for the running plan, seed by seed on the same traffic.

    `left_out` vehicles of the route files are not modelled. `ms_per_plan` is the median time of one plan with
    one seed, compilation, loading and the account of queues apart.
    """

    study: str
    period: str
    plan: str
    traffic: str
    warm_up_s: int
    left_out: int
    seeds: tuple[int, ...]
    plan_estimates: tuple[Estimate, ...]
    running_estimates: tuple[Estimate, ...]
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
    """Return queue-model estimates for a plan file, on given routes or else on traffic from the forecast.

    With the forecast each seed draws traffic of its own, with routes only the drivers' speeds. `warm_up_s` holds for
    routes; the forecast's warm-up is that of the study. Raises InputError.
    """
    study = read_study(folder)
    chosen = study.period(period)
    network = network_of(study)
    plan = read_plan(plan_path, network)
    return estimate_on(study, network, chosen, plan, routes=routes, seeds=seeds, warm_up_s=warm_up_s)


def estimate_on(
    study: Study,
    network: Network,
    chosen: Period,
    plan: Plan,
    *,
    prepared: Prepared | None = None,
    routes: Sequence[Path] = (),
    seeds: int = 3,
    warm_up_s: int = 0,
) -> Opinion:
    """Return the queue model's estimate for a plan; as `estimate_plan`, which reads the files first.

    Without routes the demand is that of `prepared`, which is made if it is not given.
    """
    streets = build_streets(network, study.behaviour)
    source = (
        _routes(study, chosen, streets, routes, warm_up_s)
        if routes
        else _forecast(prepared or prepare_period(study, chosen))
    )
    numbers = tuple(ESTIMATE_SEEDS[:seeds])
    found: list[tuple[Estimate, Estimate]] = []
    times_s: list[float] = []
    for seed in numbers:
        traffic = warm_load(streets, source.draw(seed), source.begin_s, source.end_s, source.warm_up_s, seed)
        if not found:
            estimate(streets, traffic, plan, traffic.begin_s + 1)  # compiles the kernel, which is not to be timed
        pair = []
        for candidate in (plan, network.running_plan):
            began_s = perf_counter()
            estimate(streets, traffic, candidate, source.end_s)
            times_s.append(perf_counter() - began_s)
            pair.append(estimate(streets, traffic, candidate, source.end_s, with_queues=True))
        found.append((pair[0], pair[1]))
    return Opinion(
        study=study.file.name,
        period=chosen.label,
        plan=plan.name,
        traffic=source.name,
        warm_up_s=source.warm_up_s,
        left_out=source.left_out,
        seeds=numbers,
        plan_estimates=tuple(plan for plan, _ in found),
        running_estimates=tuple(running for _, running in found),
        ms_per_plan=1000 * median(times_s),
    )


def _routes(study: Study, period: Period, streets: Streets, routes: Sequence[Path], warm_up_s: int) -> _Source:
    read = read_vehicles(true_scenario(study, period, routes, warm_up_s), streets)
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


def _forecast(prepared: Prepared) -> _Source:
    study, demand = prepared.study, prepared.demand

    def draw(seed: int) -> Vehicles:
        trips = forecast_trips(study, prepared.network, demand, seed)
        return cars(trips.depart_s, trips.edges, demand.vehicle_length_m)

    return _Source(
        name="forecast traffic",
        draw=draw,
        begin_s=demand.begin_s,
        end_s=demand.end_s,
        warm_up_s=study.file.options.warm_up_s,
        left_out=0,
    )
