"""A demand as SUMO routes: our own trips, or ways that SUMO's own tool chooses; and how well their turns fit it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from lxml import etree

from ...networks.demand import Demand
from ...networks.files import xml_bytes
from ...networks.network import Network
from ...simulation.turn_routes import SampledRoutes, TurnCounts, fit_of, routes_by_turns
from .sample_trips import WARM_UP_S, routes_xml, sample_trips

# Shorter stretches hold too few vehicles of each turn to be met by whole trips, which the tool books where they depart.
STRETCH_S = 900
CANDIDATE_DRAWS = 4


def routes_of(network: Network, demand: Demand, seed: int, warm_up_s: int = WARM_UP_S) -> SampledRoutes:
    """Return our own trips for a demand taken as one day's, and how their turns fit; see `movements.sample_trips`."""
    trips = sample_trips(network, replace(demand, one_day=True), seed, warm_up_s=warm_up_s)
    return fit_of(turn_counts(demand, warm_up_s), routes_xml(trips))


def sampled_by_turns(network: Network, demand: Demand, seed: int, warm_up_s: int = WARM_UP_S) -> SampledRoutes:
    """Return routes that SUMO's `routeSampler.py` has chosen to meet the turns of a demand, and how they fit.

    Its candidates are the ways of trips that we draw ourselves, a few times as many as are needed. The first stretch
    of time also runs for `warm_up_s` before the period. Raises as `simulation.turn_routes.routes_by_turns` does.
    """
    counts = turn_counts(demand, warm_up_s)
    seconds = counts.starts_s[-1] - counts.starts_s[0]
    period_s = demand.end_s - demand.begin_s
    first = sum(source.flow_veh_h[0] for source in demand.sources)
    vehicles = demand.vehicles + first * (seconds - period_s) / 3600
    with tempfile.TemporaryDirectory(prefix="greenband-") as folder:
        return routes_by_turns(counts, _candidates(network, demand, seed), vehicles, Path(folder), seed)


def turn_counts(demand: Demand, warm_up_s: int) -> TurnCounts:
    """Return whole vehicles per turn and stretch; the rounding is carried on, so that no total is off by more than 1/2.

    Stretches are whole intervals of at least 15 min together, and the warm-up is one with the first interval's flows.
    """
    many = max(1, -(-STRETCH_S // demand.interval_s))
    cuts = [*range(0, demand.intervals, many), demand.intervals]
    if len(cuts) > 2 and (cuts[-1] - cuts[-2]) < many:
        cuts.pop(-2)  # what is left over joins the stretch before
    before_s = min(warm_up_s, demand.begin_s)
    starts_s = [float(demand.begin_s + cut * demand.interval_s) for cut in cuts]
    veh = {}
    for flow in demand.turns:
        sums = np.concatenate(([0.0], np.cumsum(flow.flow_veh_h) * demand.interval_s / 3600))[cuts]
        warm = [flow.flow_veh_h[0] * before_s / 3600] if before_s else []
        whole = np.floor(np.concatenate((np.zeros(len(warm)), sums + sum(warm))) + 0.5).astype(np.int64)
        veh[flow.turn] = tuple(np.diff(whole).tolist())
    return TurnCounts(starts_s=(*([demand.begin_s - before_s] if before_s else []), *starts_s), veh=veh)


def _candidates(network: Network, demand: Demand, seed: int) -> bytes:
    root = etree.Element("routes")
    for draw in range(CANDIDATE_DRAWS):
        for vehicle in etree.fromstring(routes_xml(sample_trips(network, demand, seed + draw, warm_up_s=0))):
            vehicle.set("id", f"{draw}-{vehicle.get('id')}")
            root.append(vehicle)
    return xml_bytes(root)
