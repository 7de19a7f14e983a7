"""How many vehicles may make each turn on the day to come: draws of what is not known and of chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...networks.types import Floats
from ..forecast.day import DetectorForecast
from .turning import TurnHistory
from .unknowns import Unknowns

Z80 = 2.5631  # from the 10 % to the 90 % point of a standard normal distribution
# Turns were so many times farther from their estimates than the equations say (drivers choose lanes, shares change
# within the hour): `greenband benchmark movements` measures what comes of it.
DOUBT_FACTOR = 1.25
TIMES = 5  # days drawn for each draw of the flows


def turn_bounds(
    unknowns: Unknowns, draws_veh: Floats, forecast: DetectorForecast, history: TurnHistory, seed: int
) -> Floats:
    """Return (turns, 2): vehicles of the period that each turn stays below on 10 and on 90 of 100 days.

    A day is a draw of the flows (what the counts leave open), times how busy the network is, times how busy the edge is
    on its own account, and by Poisson's law around that.
    """
    turns = list(unknowns.by_turn)
    draws = np.stack([draws_veh[:, places].sum(axis=1) for places in unknowns.by_turn.values()], axis=1)
    return coming(draws, [origin for origin, _ in turns], forecast, history, seed)


def coming(
    draws_veh: Floats, edges: Sequence[str], forecast: DetectorForecast, history: TurnHistory, seed: int
) -> Floats:
    """Return (things, 2): what 10 and 90 of 100 days stay below, of draws (draws, things) of what days have in common.

    `edges` names for each thing the edge that it shares its own ups and downs with.
    """
    random = np.random.default_rng([seed, 0x64_61_79])
    mean = np.repeat(doubted(draws_veh), TIMES, axis=0)
    level = np.exp(level_sd(forecast) * random.standard_normal(len(mean)))
    names = list(dict.fromkeys(edges))
    own_sd = np.sqrt(own_variance(history))
    own = np.maximum(1.0 + own_sd * random.standard_normal((len(mean), len(names))), 0.0)
    usual = mean * level[:, None] * own[:, [names.index(edge) for edge in edges]]
    return np.quantile(random.poisson(usual), (0.1, 0.9), axis=0).T


def doubted(draws_veh: Floats) -> Floats:
    """Return draws (draws, …) as far apart as experience has them, none below 0."""
    middle = draws_veh.mean(axis=0)
    return np.asarray(np.maximum(middle + DOUBT_FACTOR * (draws_veh - middle), 0.0))


def level_sd(forecast: DetectorForecast) -> float:
    """Return how far the network's level on the day may be off, in the logarithm."""
    low, high = float(forecast.day_level.q10), float(forecast.day_level.q90)
    return max(np.log(max(high, 1e-6) / max(low, 1e-6)) / Z80, 0.0)


def own_variance(history: TurnHistory) -> float:
    """Return the variance, over days, of a detector's period beyond the network's level and Poisson's law; relative."""
    seen = ~np.isnan(history.veh)
    counts = np.where(seen, history.veh, 0.0)
    mean = counts.sum(axis=1) / np.maximum((seen * history.level[None, :, None]).sum(axis=1), 1e-9)
    due = (seen * mean[:, None, :]).sum(axis=2) * history.level
    off = (counts.sum(axis=2) - due) ** 2
    days = history.level.size
    if days < 2 or not (due > 0).any():
        return 0.0
    # The mean over days takes one degree of freedom; median of ratios, so that single bad days say nothing.
    big = due > 10.0
    ratio = (off[big] * days / (days - 1) / CHI_MEDIAN - due[big]) / due[big] ** 2
    return max(float(np.median(ratio)), 0.0) if ratio.size else 0.0


CHI_MEDIAN = 0.4549  # median of chi squared with one degree of freedom: medians of squares are so much less than means


def seed_of(forecast: DetectorForecast) -> int:
    """Return the seed for the period's draws: the same inputs give the same bytes."""
    return forecast.day.toordinal() + forecast.begin_s


def shaped(flow_veh_h: Floats, total_veh: float, hours: float, usual: Sequence[float] | Floats) -> Floats:
    """Return flows per interval that add up to `total_veh`, in the pattern of `flow_veh_h`, or else of `usual`."""
    pattern = flow_veh_h if flow_veh_h.sum() > 0 else np.asarray(usual)
    pattern = pattern if pattern.sum() > 0 else np.ones_like(flow_veh_h)
    return np.asarray(pattern / pattern.mean() * (total_veh / hours))
