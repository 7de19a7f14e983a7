"""From what was measured of SUMO's drivers to the numbers of the queue model."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from lxml import etree

from ...kernels.queue import ARRIVED, simulate
from ...networks.network import Network
from ...networks.sumo.net import read_network
from ...simulation.calibrate import GAP_S, Discharge, Gaps, measure_gaps
from ...simulation.calibrate_streets import ADDITIONAL, NETWORK, ROUTES
from ...simulation.scenario import Scenario
from ..model.behaviour import Behaviour
from ..model.lamps import switch
from ..model.queue_traffic import load
from ..model.route_vehicles import read_vehicles
from ..model.streets import TICKS_PER_S, build_streets
from ..studies.calibration import Learnt

STRAIGHT, LIMIT_KM_H = "straight", 50  # the lane by which drivers are compared
LIMIT_M_S = LIMIT_KM_H / 3.6
SPACE_M = 7.5  # of SUMO's default car with its gap
SPEEDS_TRIED_M_S = np.arange(7.0, 20.0, 0.1)
LOOK_AHEADS_TRIED_S = np.arange(0.0, 5.0, 0.1)


def speed_limits(network: Network) -> dict[float, int]:
    """Return how many lanes lead to signals by their speed limit [m/s], in steps of 10 km/h.

    Limits of less than a tenth of the lanes are left out, and 50 km/h is always among them.
    """
    approaches = dict.fromkeys(movement.from_edge for junction in network.junctions for movement in junction.movements)
    lanes = [lane for edge in approaches for lane in network.edges[edge].vehicle_lanes]
    found = Counter(10 * max(round(lane.speed_m_s * 0.36), 2) for lane in lanes)
    common = {limit_km_h: n for limit_km_h, n in sorted(found.items()) if 10 * n >= len(lanes)}
    return {limit_km_h / 3.6: n for limit_km_h, n in ({LIMIT_KM_H: 1} | common).items()}


def learnt(lanes: Sequence[Discharge], look_ahead_s: float, weights: Mapping[float, int] | None = None) -> Learnt:
    """Return the queue model's numbers from measured lanes.

    Headway = reaction + space / speed, the speed at most that of a discharging queue: reaction and that speed by least
    squares over all lanes, each limit with its weight. What the second, third and fourth vehicle take longer, and when
    the first crosses, is that of the lane straight on.
    """
    how = Behaviour()
    limits = np.array([min(lane.limit_m_s, lane.turn_limit_m_s) for lane in lanes])
    speeds = np.maximum(limits - how.drag_m_s, 0.5 * limits)
    headways = np.array([lane.headway_s for lane in lanes])
    share = np.array([(weights or {}).get(lane.limit_m_s, 1) for lane in lanes])
    best = (np.inf, 0.0, 0.0)
    for speed in SPEEDS_TRIED_M_S:
        rest = headways - SPACE_M / np.minimum(speeds, speed)
        reaction_s = float(np.average(rest, weights=share))
        best = min(best, (float((share * (rest - reaction_s) ** 2).sum()), reaction_s, float(speed)))
    straight = straight_lane(lanes)
    return Learnt(
        reaction_s=round(best[1], 3),
        discharge_speed_m_s=round(best[2], 1),
        start_headway_s=(0.0, *(round(max(s - straight.headway_s, 0.0), 3) for s in straight.places_s)),
        start_delay_s=round(straight.first_s, 3),
        yellow_use_s=round(min(max(straight.yellow_s, 0.0), 3.0), 2),
        look_ahead_s=round(look_ahead_s, 1),
    )


def straight_lane(lanes: Sequence[Discharge]) -> Discharge:
    """Return the lane by which drivers are compared."""
    return next(lane for lane in lanes if lane.turn == STRAIGHT and abs(lane.limit_m_s - LIMIT_M_S) < 0.01)


def measured_gaps(kind: etree._Element, so_far: Learnt, step_s: float) -> tuple[Gaps, Learnt]:
    """Return how a permitted left turn uses gaps, and the model's numbers with the look-ahead that serves as many."""
    with tempfile.TemporaryDirectory(prefix="greenband-calibrate-") as name:
        folder = Path(name)
        gaps = measure_gaps(kind, step_s=step_s, keep=folder)
        served = {s: _served_left(folder, so_far, s) for s in LOOK_AHEADS_TRIED_S.tolist()}
    best = min(served, key=lambda look_ahead_s: (abs(served[look_ahead_s] - gaps.served), look_ahead_s))
    return gaps, so_far.model_copy(update={"look_ahead_s": round(float(best), 1)})


def _served_left(folder: Path, so_far: Learnt, look_ahead_s: float) -> int:
    how = replace(Behaviour(), **so_far.model_dump() | {"look_ahead_s": look_ahead_s})
    return served(folder, how, GAP_S)[("wm", "mn")]


def served(folder: Path, how: Behaviour, seconds: int) -> Counter[tuple[str, str]]:
    """Return how many vehicles the queue model brings from edge to edge on a made-up street that lies in a folder."""
    network = read_network(folder / NETWORK, (folder / ADDITIONAL,))
    streets = build_streets(network, how)
    scenario = Scenario(network=network.path, routes=(folder / ROUTES,), begin_s=0, end_s=seconds)
    traffic = load(streets, read_vehicles(scenario, streets).vehicles, 0, seconds)
    lamps = switch(streets, network.running_plan, 0)
    vehicles, _ = simulate(streets.tables, traffic.tables, lamps, seconds * TICKS_PER_S)
    first = traffic.tables.vehicles["start"][vehicles["phase"] == ARRIVED]
    edges = traffic.tables.places["edge"]
    return Counter((streets.edges[edges[place]], streets.edges[edges[place + 1]]) for place in first)
