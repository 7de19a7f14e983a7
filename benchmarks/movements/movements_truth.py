"""The turns that vehicles really make on simulated days: what estimates from loop counts are judged on."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network
from greenband.simulation.day_traffic import draw_traffic
from greenband.simulation.days import Day, draw_days
from greenband.simulation.explicit import explicit_routes
from greenband.simulation.loops import place_loops
from greenband.simulation.measure.trips import elements
from greenband.simulation.run import ROUTES, simulate
from greenband.simulation.scenario import Scenario
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Turn = tuple[str, str]
Tell = Callable[[int, int], None]

FIRST_DAY = date(2026, 3, 2)
ORDINARY_SEEDS = (100, 101)
# Days to come are drawn like the field's, with seeds that no field study has.
COMING_SEED = 50_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """Vehicles that made each turn through a signal, in the period of each day.

    `turns` has shape (T,); `history` (T, days) is what happened while the loops counted, `coming` (T, days) the same
    weekday as the day to be planned, drawn again and again; `ordinary` (T,) the scenario's own routes, mean over
    two seeds; `wanted` (T,) the turns on the whole ways of all trips of those routes that depart in the period, whether
    they got through, stood in a jam, or never got in: on the ways that SUMO sent them, else on the fastest.
    """

    turns: tuple[Turn, ...]
    history: Floats
    coming: Floats
    ordinary: Floats
    wanted: Floats
    hours: float


def true_turns(scenario: Scenario, days: int, coming: int, seed: int, tell: Tell) -> Truth:
    """Simulate the days of the field study of that seed, some to come, and the scenario itself; return their turns."""
    network = read_network(scenario.network, scenario.additional)
    turns = tuple(sorted(network.signal_of_turn))
    drawn = [*_drawn(scenario, network, days, coming, seed)]
    made, total = [], len(drawn) + len(ORDINARY_SEEDS)
    for day in drawn:
        made.append(_row(_made_on(day), turns))
        tell(len(made), total)
    wanted: list[Floats] = []
    for one in ORDINARY_SEEDS:
        crossed, ways = _made_by(scenario, one)
        made.append(_row(crossed, turns))
        wanted.append(_row(_wanted(scenario, ways), turns))
        tell(len(made), total)
    all_days = np.array(made).T
    return Truth(
        turns=turns,
        history=all_days[:, :days],
        coming=all_days[:, days : len(drawn)],
        ordinary=all_days[:, len(drawn) :].mean(axis=1),
        wanted=np.mean(wanted, axis=0),
        hours=(scenario.end_s - scenario.begin_s) / 3600,
    )


def _drawn(scenario: Scenario, network: Network, days: int, coming: int, seed: int) -> Sequence[Day]:
    loops = place_loops(network)
    step_s = 300 if scenario.end_s - scenario.begin_s <= 3 * 3600 else 900
    field = draw_days(scenario, loops, interval_s=step_s, days=days, seed=seed, first_day=FIRST_DAY)
    planned = FIRST_DAY + timedelta(days=days)
    return [
        *field,
        *(
            draw_days(scenario, loops, interval_s=step_s, days=1, seed=COMING_SEED + k, first_day=planned)[0]
            for k in range(coming)
        ),
    ]


def _made_on(day: Day) -> Counter[Turn]:
    """Return the turns of a day of a field study: the same traffic and seed as its loops saw."""
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        period = (day.scenario.begin_s, day.scenario.end_s)
        random = np.random.default_rng(day.seed)
        routes = draw_traffic(day.scenario.routes, Path(name), factor=day.factor, period=period, random=random)
        return _made_by(replace(day.scenario, routes=routes), day.seed)[0]


def _made_by(scenario: Scenario, seed: int) -> tuple[Counter[Turn], dict[str, Sequence[str]]]:
    """Return the turns made in the period, and the edges of every vehicle that got in, driven or yet to be."""
    made: Counter[Turn] = Counter()
    ways: dict[str, Sequence[str]] = {}
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        simulate(scenario, Path(name), seed=seed)
        for vehicle in elements(Path(name) / ROUTES, "vehicle"):
            route = list(vehicle.iter("route"))[-1]
            edges = (route.get("edges") or "").split()
            exits_s = [float(second) for second in (route.get("exitTimes") or "").split()]
            ways[vehicle.get("id") or ""] = edges
            turns = zip(pairwise(edges), exits_s, strict=False)
            made.update(turn for turn, at_s in turns if scenario.begin_s <= at_s < scenario.end_s)
    return made, ways


def _wanted(scenario: Scenario, ways: Mapping[str, Sequence[str]]) -> Counter[Turn]:
    """Return the turns of all trips that depart in the period; who never got in has the way of SUMO's router."""
    wanted: Counter[Turn] = Counter()
    with tempfile.TemporaryDirectory(prefix="greenband-") as name:
        for vehicle in elements(explicit_routes(scenario, Path(name)), "vehicle"):
            if scenario.begin_s <= float(vehicle.get("depart") or -1.0) < scenario.end_s:
                fastest = [edge for route in vehicle.iter("route") for edge in (route.get("edges") or "").split()]
                wanted.update(pairwise(ways.get(vehicle.get("id") or "", fastest)))
    return wanted


def _row(found: Counter[Turn], turns: Sequence[Turn]) -> Floats:
    return np.array([found[turn] for turn in turns], dtype=np.float64)
