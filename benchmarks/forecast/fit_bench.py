"""How long a year of many detectors takes to fit, and how much memory: real years at other starts and levels."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from greenband.engine.forecast.batch import TOGETHER
from greenband.engine.forecast.calendar import day_classes, days_from
from greenband.engine.forecast.peak import day_outlooks
from greenband.engine.forecast.short import expect, outlooks
from greenband.engine.forecast.special_days import calendar_of
from numpy.typing import NDArray

from ..memory import peak_mib
from .forecast_data import RealCounts

DAYS, DAY_BINS, WEEK = 365, 96, 7
LEVELS = (0.1, 1.2)  # of the real site's counts
WARM_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Seconds to take in a year of 15-minute counts and to make all forecasts of it, and how many series it were."""

    series: int
    wall_s: float
    processor_s: float
    cores: int
    peak_mib: float  # of the whole process, the counts included

    @property
    def for_10000_s(self) -> float:
        """Wall time of 10,000 series at this pace."""
        return self.wall_s * 10_000 / self.series


def fit_time(series: int, real: RealCounts) -> Fit:
    """Return how long a year takes: profiles, regressions, bounds, both horizons and both peaks at every origin."""
    dates = days_from((real.first + timedelta(days=-real.first.weekday() % WEEK)).date(), DAYS)
    classes = day_classes(dates)
    veh = resampled(real, series)
    fit(veh[:2, : WARM_DAYS * DAY_BINS], dates[:WARM_DAYS], classes[:WARM_DAYS])  # compiled beforehand
    wall_s, processor_s = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        parts = [veh[begin : begin + TOGETHER] for begin in range(0, series, TOGETHER)]
        for part in [threads.submit(fit, some, dates, classes) for some in parts]:
            part.result()
    return Fit(
        series=series,
        wall_s=time.perf_counter() - wall_s,
        processor_s=time.process_time() - processor_s,
        cores=len(os.sched_getaffinity(0)),
        peak_mib=peak_mib(),
    )


def fit(veh: NDArray[np.float32], dates: tuple[date, ...], classes: NDArray[np.int64]) -> None:
    """Make every forecast of a part's counts (S, T)."""
    known = expect(veh, classes, DAY_BINS)
    outlooks(known, DAY_BINS, (1, 4), lambda _done, _total: None)
    day_outlooks(known, DAY_BINS, calendar_of(dates, classes), 1)


def resampled(real: RealCounts, series: int) -> NDArray[np.float32]:
    """Return counts (S, 365 days) of made detectors: each is a real site's year from some Monday on, at another level.

    Gaps, holidays and steps stay as they were; the vehicles are drawn anew from a Poisson law around the real counts.
    """
    chance = np.random.default_rng(1)
    week, total = WEEK * DAY_BINS, DAYS * DAY_BINS
    monday = (-real.first.weekday() % WEEK) * DAY_BINS
    starts = np.arange(monday, real.truth.shape[1] - total, week)
    made = np.empty((series, total), dtype=np.float32)
    for row in made:
        begin = int(chance.choice(starts))
        year = real.truth[chance.integers(len(real.names)), begin : begin + total] * chance.uniform(*LEVELS)
        row[:] = np.where(np.isfinite(year), chance.poisson(np.nan_to_num(year)), np.nan)
    return made
