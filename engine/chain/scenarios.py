"""Traffic to judge plans on: made from the forecast for the planner, or from true routes for the judge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...networks.demand import Demand
from ...networks.files import replace_atomically
from ...networks.network import Network
from ...simulation.scenario import Scenario
from ...simulation.walkers import signalled_crossings, walks_xml
from ..movements.days import scenario_days
from ..movements.raised import raised
from ..movements.sample_trips import SampledTrips, routes_xml, sample_trips
from ..studies.file import Period, Study
from .car_types import car_types
from .prepare import Prepared


def forecast_scenarios(
    study: Study,
    network: Network,
    demand: Demand,
    seeds: Iterable[int],
    folder: Path,
    scale: float = 1.0,
    *,
    walkers: bool = False,
) -> dict[int, Scenario]:
    """Return, for each seed, a scenario with trips drawn from the demand; route files are written into `folder`.

    With `walkers` people also walk over the crossings, as many as the study's `pedestrians_h` says.
    """
    scenarios = {}
    for seed in seeds:
        path = folder / f"traffic{seed}.rou.xml"
        trips = forecast_trips(study, network, demand, seed, scale)
        replace_atomically(path, routes_xml(trips, car_types(study.additional, demand.vehicle_length_m)))
        scenarios[seed] = Scenario(
            network=study.network,
            routes=(path, *(_walks(study, demand, seed, folder) if walkers else ())),
            additional=study.additional,
            begin_s=demand.begin_s,
            end_s=demand.end_s,
            warm_up_s=study.file.options.warm_up_s,
        )
    return scenarios


def _walks(study: Study, demand: Demand, seed: int, folder: Path) -> tuple[Path, ...]:
    """Return the route file of the people on foot, written into the folder; none where the study has none."""
    per_hour = study.file.options.pedestrians_h
    if not per_hour or not signalled_crossings(study.network):
        return ()
    begin_s = max(demand.begin_s - study.file.options.warm_up_s, 0)
    path = folder / f"walks{seed}.rou.xml"
    replace_atomically(path, walks_xml(study.network, per_hour, begin_s, demand.end_s, seed))
    return (path,)


def forecast_trips(study: Study, network: Network, demand: Demand, seed: int, scale: float = 1.0) -> SampledTrips:
    """Return trips drawn from the demand, those of the study's warm-up included."""
    return sample_trips(network, demand, seed, scale, study.file.options.warm_up_s)


def scenario_demands(prepared: Prepared, number: int, seed: int) -> tuple[Demand, ...]:
    """Return demands of so many days that may come, each as likely as any other; see `movements.days.scenario_days`.

    A plan that holds on all of them holds on more than the mean day. Each is a demand like the forecast's own and can
    stand where that stands: in `forecast_trips`, `forecast_scenarios`, the queue model. Their mean is the forecast.
    The same arguments give the same days; a few milliseconds each.
    """
    days = scenario_days(prepared.known, prepared.forecast, number, seed)
    factors = {entry.edge: entry.factor for entry in prepared.present.entries} if prepared.present else {}
    length_m = prepared.demand.vehicle_length_m
    return tuple(replace(raised(day, factors), vehicle_length_m=length_m) for day in days)


def true_scenario(study: Study, period: Period, routes: Sequence[Path], warm_up_s: int) -> Scenario:
    """Return the scenario of some given routes in the period."""
    return Scenario(
        network=study.network,
        routes=tuple(routes),
        additional=study.additional,
        begin_s=period.begin,
        end_s=period.end,
        warm_up_s=warm_up_s,
    )
