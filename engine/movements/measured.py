"""Turning counts: what people or cameras saw of each turn of an approach on some day, as equations.

A count of one day says two things. Its shares hold for other days too, but for the chance of a multinomial draw and for
what shares change from day to day. Its total is that day's: it is brought to the level of the day that is planned by
the loops that counted on both, and where none did, it is trusted less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ...networks.types import Turn
from ..counts.table import JudgedCounts
from ..forecast.day import DetectorForecast
from .equations import Equation, Kind
from .unknowns import Unknowns

# From day to day, shares of turns differ by so much more than chance, as a part of the root of p (1 - p).
SHARE_SD = 0.05
# A day's total against the forecast: with loops that counted on that day, and without.
LEVEL_SD, UNKNOWN_LEVEL_SD = 0.05, 0.2
LEAST_SD_VEH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredApproach:
    """What was counted of the turns of one approach in a period of one day, brought to the whole period.

    `level` is the flow to be expected over that of the day; None where no loop tells it.
    """

    from_edge: str
    day: date
    veh: Mapping[Turn, float]
    source: str  # site and approach in the file
    level: float | None = None

    @property
    def total_veh(self) -> float:
        """All vehicles of the approach."""
        return sum(self.veh.values())


def level_of(judged: JudgedCounts, forecast: DetectorForecast, day: date) -> float | None:
    """Return the forecast over what the same loops counted on a day in the period; None if none counted then."""
    if day not in judged.counts.days:
        return None
    counts = judged.counts
    first = (forecast.begin_s - counts.begin_s) // counts.interval_s
    bins = slice(first, first + forecast.veh.mean.shape[1])
    at = counts.days.index(day)
    observed = np.asarray(judged.observed[:, at, bins].all(axis=1))
    rows = [(k, loop.id) for k, loop in enumerate(counts.detectors) if observed[k] and loop.id in forecast.place]
    counted = float(sum(judged.veh[k, at, bins].sum() for k, _ in rows))
    expected = float(sum(forecast.total.mean[forecast.place[name]] for _, name in rows))
    return expected / counted if counted > 0 else None


def measured_equations(unknowns: Unknowns, measured: Sequence[MeasuredApproach]) -> Iterator[Equation]:
    """Yield for each counted approach an equation for its total, and one for the share of each of its turns."""
    for one in measured:
        if one.total_veh > 0:
            yield _total(unknowns, one)
            yield from _shares(unknowns, one)


def _total(unknowns: Unknowns, one: MeasuredApproach) -> Equation:
    level = 1.0 if one.level is None else one.level
    doubt = UNKNOWN_LEVEL_SD if one.level is None else LEVEL_SD
    veh = level * one.total_veh
    terms = tuple((place, 1.0) for turn in one.veh for place in unknowns.by_turn.get(turn, ()))
    sd_veh = float(np.hypot(level * np.sqrt(one.total_veh), doubt * veh))
    return Equation(
        kind=Kind.TURN,
        terms=terms,
        sd_veh=max(sd_veh, LEAST_SD_VEH),
        target_veh=veh,
        detectors=(one.source,),
        where=f"turning count {one.source} of {one.day}",
    )


def _shares(unknowns: Unknowns, one: MeasuredApproach) -> Iterator[Equation]:
    total = one.total_veh
    expected = total * (1.0 if one.level is None else one.level)
    everywhere = {place for turn in one.veh for place in unknowns.by_turn.get(turn, ())}
    for turn, veh in one.veh.items():
        own = set(unknowns.by_turn.get(turn, ()))
        share = veh / total
        about = (veh + 0.5) / (total + 1.0)  # nobody in an hour is not never
        spread = about * (1.0 - about)
        sd_veh = expected * float(np.sqrt(spread / total + spread * SHARE_SD**2))
        terms = tuple((place, (1.0 if place in own else 0.0) - share) for place in sorted(everywhere))
        yield Equation(
            kind=Kind.TURN,
            terms=terms,
            sd_veh=max(sd_veh, LEAST_SD_VEH),
            where=f"turning count {one.source} of {one.day}",
        )
