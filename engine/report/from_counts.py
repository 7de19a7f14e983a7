"""The report's tables of the data: verdicts on detectors, forecast against counts, residuals."""

from __future__ import annotations

from collections import defaultdict
from math import nan

import numpy as np

from ...networks.errors import InputError
from ..chain.prepare import Prepared, study_holidays
from ..counts.table import DetectorVerdict
from ..counts.verdict import period_bins
from ..forecast.day_types import DayType
from ..forecast.typical import types_of_study
from .data import DayCounts, DetectorDay, DetectorRow, ForecastSeries, Missing, ResidualRow
from .words import say, translated

BUSIEST_APPROACHES = 8
LEAST_OBSERVED = 0.8
DAYS_NAMED = 3


def detector_rows(prepared: Prepared) -> tuple[DetectorRow, ...]:
    """Return what became of each detector's counts, day by day, in the period."""
    judged = prepared.data.judged
    bins = period_bins(judged.counts, prepared.period.begin, prepared.period.end)
    observed, imputed = judged.observed[:, :, bins], judged.imputed[:, :, bins]
    rejected = judged.rejected[:, :, bins]
    return tuple(
        DetectorRow(
            detector=detector.id,
            lane=detector.lane,
            days=tuple(
                DetectorDay(
                    day=str(day),
                    observed=float(observed[k, d].mean()),
                    imputed=float((imputed[k, d] & ~rejected[k, d]).mean()),
                    rejected=float(rejected[k, d].mean()),
                    why=_of_day(judged.verdicts[k, d]),
                )
                for d, day in enumerate(judged.counts.days)
            ),
            coverage=float(observed[k].mean()),
            reasons=_reasons(prepared, k),
        )
        for k, detector in enumerate(judged.counts.detectors)
    )


def _of_day(verdicts: np.ndarray) -> str:
    """Return the reasons to reject bins of one detector's day, by commas."""
    return ", ".join(
        _name(verdict)
        for verdict in DetectorVerdict
        if verdict > DetectorVerdict.MISSING and (verdicts == verdict).any()
    )


def _name(verdict: DetectorVerdict) -> str:
    return say(verdict.name.lower().replace("_", " "))


def _reasons(prepared: Prepared, place: int) -> tuple[str, ...]:
    """Return why counts of a detector were rejected, with the days, and where its level changed."""
    judged = prepared.data.judged
    found = []
    for verdict in DetectorVerdict:
        on = [str(judged.counts.days[n]) for n in np.flatnonzero((judged.verdicts[place] == verdict).any(axis=1))]
        if verdict > DetectorVerdict.MISSING and on:
            named, more = ", ".join(on[:DAYS_NAMED]), len(on) - DAYS_NAMED
            sentence = "{why} on {days} and {n} days more" if more > 0 else "{why} on {days}"
            found.append(say(sentence, why=_name(verdict), days=named, n=more))
    for step in judged.steps:
        if step.detector == judged.counts.detectors[place].id:
            level = say(
                "new level from {day} on, {ratio} times as much (kept)", day=step.day, ratio=f"{step.ratio:.2f}"
            )
            found.append(level)
    return tuple(found)


def forecast_series(prepared: Prepared) -> tuple[ForecastSeries, ...]:
    """Return counts and forecast of all approaches together and of the busiest approach edges."""
    forecast = prepared.forecast
    rows: dict[str, list[int]] = defaultdict(list)
    for detector in forecast.detectors:
        if detector.kind == "approach":
            rows[detector.lane.rsplit("_", 1)[0]].append(forecast.place[detector.id])
    busiest = sorted(rows, key=lambda edge: -forecast.veh.mean[rows[edge]].sum())[:BUSIEST_APPROACHES]
    every = [place for places in rows.values() for place in places]
    return (
        _series(prepared, say("all approaches of signals"), every),
        *(_series(prepared, say("approach {edge}", edge=edge), rows[edge]) for edge in sorted(busiest)),
    )


def day_type_rows(prepared: Prepared) -> tuple[DayType, ...] | Missing:
    """Return the types of day and their plan boundaries, where the counts span whole days."""
    try:
        return types_of_study(prepared.data.judged, study_holidays(prepared.study))
    except InputError as error:
        return Missing(why=translated(error.rule))


def _series(prepared: Prepared, label: str, places: list[int]) -> ForecastSeries:
    forecast, judged = prepared.forecast, prepared.data.judged
    per_hour = 3600 / forecast.interval_s
    bins = period_bins(judged.counts, prepared.period.begin, prepared.period.end)
    known = {detector.id: k for k, detector in enumerate(judged.counts.detectors)}
    counted = [known[forecast.detectors[place].id] for place in places]
    # One silent detector must not hide a whole day of a sum: up to a fifth of its loops may be imputed.
    seen = judged.observed[counted][:, :, bins].mean(axis=0) >= LEAST_OBSERVED
    veh = np.where(seen, judged.veh[counted][:, :, bins].sum(axis=0), np.nan)
    mean = forecast.veh.mean[places].sum(axis=0)
    level = forecast.day_level
    low = sum_spread(forecast.veh.mean[places], forecast.veh.q10[places], float(level.mean - level.q10))
    high = sum_spread(forecast.veh.mean[places], forecast.veh.q90[places], float(level.q90 - level.mean))
    return ForecastSeries(
        label=label,
        starts_s=tuple(float(forecast.begin_s + k * forecast.interval_s) for k in range(mean.size)),
        interval_s=float(forecast.interval_s),
        history=tuple(
            DayCounts(day=str(day), flow_veh_h=tuple(float(v) * per_hour for v in veh[d]))
            for d, day in enumerate(judged.counts.days)
        ),
        mean_veh_h=tuple(float(v) * per_hour for v in mean),
        q10_veh_h=tuple(max(0.0, float(v)) * per_hour for v in mean - low),
        q90_veh_h=tuple(float(v) * per_hour for v in mean + high),
    )


def sum_spread(mean: np.ndarray, bound: np.ndarray, level_share: float) -> np.ndarray:
    """Return how far the sum of detectors, of shape (detectors, bins), strays from its mean.

    What strays at each detector alone adds up as independent parts do, by squares; a busy or a quiet day moves all
    of them at once, by a share of the sum. With one detector its own bound says it all: the day is in it.
    """
    alone = np.sqrt(((bound - mean) ** 2).sum(axis=0))
    return alone if len(mean) == 1 else np.hypot(alone, level_share * mean.sum(axis=0))


def residual_rows(prepared: Prepared) -> tuple[ResidualRow, ...]:
    """Return how far the estimated flows miss the counts."""
    return tuple(
        ResidualRow(
            place=", ".join(row.detectors),
            counted_veh_h=row.measured_veh_h if row.detectors else nan,
            estimated_veh_h=row.fitted_veh_h,
        )
        for row in prepared.residuals.counts
    )
