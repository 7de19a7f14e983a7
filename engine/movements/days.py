"""Days that may come: demands drawn together, for an optimiser whose plan must hold on all of them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ...networks.demand import Demand
from ..forecast.day import DetectorForecast
from .assemble import assemble
from .chance import by_chance, starts_of
from .estimate import KnownFlows
from .predict import doubted, level_sd, own_variance
from .time_slices import adding_up, interval_flows


def scenario_days(known: KnownFlows, forecast: DetectorForecast, number: int, seed: int) -> tuple[Demand, ...]:
    """Return demands of days that may come, each as likely as any other.

    What the counts leave open is drawn for all turns together, so that flows which only their sum ties down go up and
    down against each other. The network's level is drawn once for a day, and all its turns share it; the levels of
    the days lie evenly in its distribution, so that a few days hold a quiet and a busy one. Then chance: how many come,
    and where they turn (`by_chance`). On each street as many trips start, on average over the draws, as in the
    forecast: flows are not negative, so where little is known of small ones draws lie above them, which over a city's
    thousand such streets would be a demand of its own. The bounds of such a demand are its flows: what remains is when
    vehicles depart, which `sample_trips` draws. The same arguments give the same days.
    """
    unknowns = known.unknowns
    random = np.random.default_rng([seed, 0x64_61_79_73])
    chosen = random.choice(len(known.draws_veh), number, replace=number > len(known.draws_veh))
    spread, own_sd = level_sd(forecast), float(np.sqrt(own_variance(known.history)))
    # One level out of each of so many equal parts of the distribution, whose mean is 1.
    parts = (random.permutation(number) + random.random(number)) / number
    levels = np.exp(spread * ndtri(parts) - spread**2 / 2)
    pattern = interval_flows(unknowns, known.equations, known.trust, known.flows_veh, forecast)
    days = []
    draws_veh = doubted(known.draws_veh)
    usual = starts_of(unknowns, known.flows_veh[None, :])[0]
    drawn = starts_of(unknowns, draws_veh)
    begins = drawn[chosen] * (usual / np.maximum(drawn.mean(axis=0), 1e-9))
    for mean_veh, starts, level in zip(draws_veh[chosen], begins, levels, strict=True):
        flows_veh = adding_up(pattern, by_chance(unknowns, mean_veh * level, own_sd, random, starts * level))
        turns_veh = np.array([flows_veh[places].sum() for places in unknowns.by_turn.values()])
        days.append(assemble(unknowns, flows_veh, forecast, np.stack((turns_veh, turns_veh), axis=1), one_day=True))
    return tuple(days)
