"""Our forecasts and other people's on the same items: errors, coverage, time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec

import numpy as np
import polars as pl
from greenband.engine.forecast import forecast
from greenband.engine.forecast.peak import WINDOWS_H
from numpy.typing import NDArray

from .forecast_data import RealCounts
from .forecast_peers import (
    CALIBRATION_WEEKS,
    QUANTILES,
    Answer,
    ahead,
    bounds,
    earlier,
    gradient_boosting,
    historical_average,
    statsforecast,
    timed,
)

Floats = NDArray[np.float64]
MINUTES = {"next15": 15, "next60": 60}
MOST_TAUGHT_WEEKS = 20
SAMPLED = "sampled origins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well one method did on one set and task. WAPE and pinball loss in percent of the vehicles counted."""

    set: str
    task: str
    method: str
    items: int
    wape: float
    pinball: float | None
    coverage: float | None
    us_per_forecast: float
    on: str = ""


def measured(
    data: RealCounts, task: str, method: str, truth: Floats, mean: Floats, q: Floats | None, us: float, on: str = ""
) -> Score:
    """Return the score of forecasts (N,) with bounds (3, N) on the items that were counted and answered."""
    known = np.isfinite(truth) & np.isfinite(mean)
    y, m = truth[known], mean[known]
    pinball = coverage = None
    if q is not None and np.isfinite(q := q[:, known]).all():  # a history may be too short to calibrate bounds on
        loss = [np.maximum(a * (y - b), (a - 1) * (y - b)).sum() for a, b in zip(QUANTILES, q, strict=True)]
        pinball = float(100 * np.mean(loss) / y.sum())
        coverage = float(100 * ((y >= q[0]) & (y <= q[2])).mean())
    wape = float(100 * np.abs(y - m).sum() / y.sum())
    return Score(
        set=data.source.name,
        task=task,
        method=method,
        items=int(known.sum()),
        wape=wape,
        pinball=pinball,
        coverage=coverage,
        us_per_forecast=us,
        on=on,
    )


def compare(data: RealCounts, sampled: int, peers: bool) -> Iterator[Score]:
    """Give the scores of all methods on a set: next 15 and 60 minutes, and tomorrow's peak hours."""
    for task, minutes in MINUTES.items():
        horizon = minutes // data.source.minutes
        if horizon:
            yield from _short(data, task, horizon, sampled, peers)
    for task in WINDOWS_H:
        yield from _peak(data, task)


def _ours(data: RealCounts, origins: list[datetime], task: str) -> tuple[Floats, float]:
    """Return our answers (4, S, N) and the processor time of one, reading of tables and fitting included."""
    items = pl.DataFrame({"series": data.names}).join(pl.DataFrame({"origin": origins}), how="cross")
    forecast(data.long, items.head(1).with_columns(task=pl.lit(task)), data.source.holidays)  # compiled beforehand
    began_s = time.process_time()
    found = forecast(data.long, items.with_columns(task=pl.lit(task)), data.source.holidays)
    spent_s = time.process_time() - began_s
    values = found.select("mean", "q10", "q50", "q90").to_numpy().T.reshape(4, len(data.names), len(origins))
    return values, 1e6 * spent_s / items.height


def _short(data: RealCounts, task: str, horizon: int, sampled: int, peers: bool) -> Iterator[Score]:
    bins, week, values = data.day_bins, 7 * data.day_bins, data.truth
    truth = ahead(values, horizon)
    origins = np.arange(data.begin - 1, values.shape[1] - horizon)
    ours, us = _ours(data, [data.moment(int(t)) for t in origins], task)
    y = truth[:, origins]
    yield measured(data, task, "greenband", y.ravel(), ours[0].ravel(), ours[1:].reshape(3, -1), us)
    average = historical_average(values, week, data.source.weeks)
    calibrated = max(data.begin - CALIBRATION_WEEKS * week, (data.begin + week) // 2)
    answers = {
        "seasonal naive, week": timed(lambda: earlier(ahead(values, horizon), week), values.size),
        "historical average": timed(
            lambda: ahead(historical_average(values, week, data.source.weeks), horizon), values.size
        ),
    }
    if peers and find_spec("sklearn"):
        taught = max(calibrated - MOST_TAUGHT_WEEKS * week, min(week, calibrated // 2))
        answers["gradient boosting"] = timed(
            lambda: gradient_boosting(values, average, horizon, bins, taught, calibrated), y.size
        )
    for name, answer in answers.items():
        q = bounds(answer.mean, truth, calibrated, data.begin - horizon, bins)[:, :, origins]
        us = 1e6 * answer.seconds / answer.made
        yield measured(data, task, name, y.ravel(), answer.mean[:, origins].ravel(), q.reshape(3, -1), us)
    if peers and sampled and find_spec("statsforecast"):
        yield from _sampled(data, task, horizon, truth, average, answers, ours, origins, sampled)


def _sampled(
    data: RealCounts,
    task: str,
    horizon: int,
    truth: Floats,
    average: Floats,
    answers: dict[str, Answer],
    ours: Floats,
    origins: NDArray[np.int64],
    sampled: int,
) -> Iterator[Score]:
    """Score what takes milliseconds at few origins between 6 and 20 o'clock, and the others there again."""
    hours = ((origins + 1) % data.day_bins) * 24 // data.day_bins
    day = origins[(hours >= 6) & (hours < 20)]
    some = np.sort(np.random.default_rng(42).choice(day, min(sampled, day.size), replace=False))
    y, at = truth[:, some].ravel(), np.searchsorted(origins, some)
    slow = {
        f"{kind} on the residual" if kind == "AutoETS" else "MSTL + AutoETS": timed(
            lambda kind=kind: statsforecast(kind, data.truth, average, horizon, data.day_bins, some),  # type: ignore[misc]
            some.size * len(data.names),
        )
        for kind in ("AutoETS", "MSTL")
    }
    for name, answer in (answers | slow).items():
        us = 1e6 * answer.seconds / answer.made
        yield measured(data, task, name, y, answer.mean[:, some].ravel(), None, us, SAMPLED)
    yield measured(data, task, "greenband", y, ours[0][:, at].ravel(), None, float("nan"), SAMPLED)


def _peak(data: RealCounts, task: str) -> Iterator[Score]:
    """Working days without public holidays, told at midnight."""
    from greenband.engine.forecast.calendar import holidays_of

    bins, hour = data.day_bins, data.day_bins // 24
    days = data.truth[:, : data.truth.shape[1] // bins * bins].reshape(len(data.names), -1, bins)
    first, last = WINDOWS_H[task]
    sums = np.cumsum(np.pad(days[:, :, first * hour : last * hour], ((0, 0), (0, 0), (1, 0))), axis=2)
    peak = (sums[:, :, hour:] - sums[:, :, :-hour]).max(axis=2)
    free = holidays_of(data.source.holidays)
    dates = [(data.first + timedelta(days=d)) for d in range(days.shape[1])]
    work = [d for d in range(data.begin // bins, days.shape[1]) if dates[d].weekday() < 5 and not free(dates[d].date())]
    y = peak[:, work]
    ours, us = _ours(data, [dates[d] for d in work], task)
    yield measured(data, task, "greenband", y.ravel(), ours[0].ravel(), ours[1:].reshape(3, -1), us)
    weeks = np.stack([earlier(peak, 7 * k) for k in range(1, data.source.weeks + 1) if 7 * k < peak.shape[1]])
    seen = np.isfinite(weeks).sum(axis=0)
    average = np.where(seen > 0, np.nan_to_num(weeks).sum(axis=0) / np.maximum(seen, 1), np.nan)
    for name, mean in (("seasonal naive, week", weeks[0]), ("historical average", average)):
        yield measured(data, task, name, y.ravel(), mean[:, work].ravel(), None, 0.0)
