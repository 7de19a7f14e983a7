"""Days that may come: demands drawn together, for an optimiser whose plan must hold on all of them."""

from __future__ import annotations

import numpy as np

from ...networks.demand import Demand
from ..forecast.day import DetectorForecast
from .assemble import assemble
from .estimate import KnownFlows
from .intervals import interval_flows
from .predict import level_sd


def scenario_days(known: KnownFlows, forecast: DetectorForecast, number: int, seed: int) -> tuple[Demand, ...]:
    """Return demands of days that may come, each as likely as any other.

    What the counts leave open is drawn for all turns together, so that flows which only their sum ties down go up and
    down against each other; the network's level is drawn once for a day, and all its turns share it. The bounds of such
    a demand are its flows: what remains is the chance of single vehicles, which `sample_trips` draws. The same
    arguments give the same days.
    """
    draws_veh = known.draws_veh
    random = np.random.default_rng([seed, 0x64_61_79_73])
    chosen = random.choice(len(draws_veh), number, replace=number > len(draws_veh))
    spread = level_sd(forecast)
    # Mean 1: the level's doubt goes up as far as down.
    levels = np.exp(spread * random.standard_normal(number) - spread**2 / 2)
    days = []
    for flows_veh, level in zip(draws_veh[chosen], levels, strict=True):
        parts = interval_flows(known.unknowns, known.equations, known.trust, flows_veh, forecast) * level
        turns_veh = np.array([parts[places].sum() for places in known.unknowns.by_turn.values()])
        days.append(assemble(known.unknowns, parts, forecast, np.stack((turns_veh, turns_veh), axis=1)))
    return tuple(days)
