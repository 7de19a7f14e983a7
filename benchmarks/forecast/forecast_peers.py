"""Other people's forecasts of the same counts: the naive ones, statsforecast's and scikit-learn's.

All work on arrays (S, T) and answer at the origins they are asked for; the bounds of all of them come from their own
errors before the test, by series and part of the day.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
QUANTILES = (0.1, 0.5, 0.9)
CALIBRATION_WEEKS = 6
LEAST_ERRORS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Forecasts (S, T) at every origin, nan where none was made, with processor seconds and how many were made."""

    mean: Floats
    seconds: float
    made: int


def ahead(values: Floats, horizon: int) -> Floats:
    """Return the sum of the `horizon` values after each place; nan where one is missing or lies beyond the end."""
    out = np.full_like(values, np.nan)
    total = np.zeros((values.shape[0], values.shape[1] - horizon))
    for j in range(1, horizon + 1):
        total += values[:, j : values.shape[1] - horizon + j]
    out[:, : values.shape[1] - horizon] = total
    return out


def earlier(values: Floats, bins: int) -> Floats:
    """Return the values so many bins before."""
    out = np.full_like(values, np.nan)
    out[:, bins:] = values[:, :-bins]
    return out


def historical_average(values: Floats, week: int, weeks: int) -> Floats:
    """Return the mean of the same time of the weeks before; of the days before where there is none."""
    out = np.full_like(values, np.nan)
    for step, count in ((week, weeks), (week // 7, 14)):
        total, seen = np.zeros_like(values), np.zeros_like(values)
        for k in range(1, count + 1):
            if k * step < values.shape[1]:
                past = earlier(values, k * step)
                total += np.nan_to_num(past)
                seen += np.isfinite(past)
        mean = np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
        out = np.where(np.isfinite(out), out, mean)
    return out


def bounds(mean: Floats, truth: Floats, begin: int, end: int, day_bins: int) -> Floats:
    """Return quantiles (3, S, T) from the errors in [begin, end), in units of sqrt(mean + 1), by three hours."""
    unit = np.sqrt(np.maximum(mean, 0.0) + 1.0)
    score = (truth - mean) / unit
    part = ((np.arange(mean.shape[1]) + 1) % day_bins) * 8 // day_bins
    out = np.full((3, *mean.shape), np.nan)
    for s in range(mean.shape[0]):
        span = score[s, begin:end]
        known = span[np.isfinite(span)]
        for p in range(8):
            own = span[(part[begin:end] == p) & np.isfinite(span)]
            own = own if own.size >= LEAST_ERRORS else known
            if own.size:
                out[:, s, part == p] = mean[s, part == p] + np.quantile(own, QUANTILES)[:, None] * unit[s, part == p]
    return out


def timed(make: Callable[[], Floats], made: int) -> Answer:
    """Return what was made, and how long it took."""
    began_s = time.process_time()
    mean = make()
    return Answer(mean=mean, seconds=time.process_time() - began_s, made=made)


def gradient_boosting(values: Floats, average: Floats, horizon: int, day_bins: int, begin: int, end: int) -> Floats:
    """Return scikit-learn's histogram gradient boosting over all series, taught on [begin, end)."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    filled = np.where(np.isfinite(values), values, average)
    size = np.maximum(np.nanmean(average[:, :end], axis=1), 0.5)[:, None] * horizon
    target = ahead(values, horizon) / size
    hoped = ahead(average, horizon)
    lags = [earlier(filled, k) if k else filled for k in range(8)]
    features = [x / size for x in (*lags, *(earlier(filled - average, k) if k else filled - average for k in range(8)))]
    features += [hoped / size, earlier(ahead(filled, horizon), day_bins) / size]
    features += [earlier(ahead(filled, horizon), 7 * day_bins) / size]
    place = np.arange(values.shape[1]) + 1
    features += [np.broadcast_to(x, values.shape) for x in (place % day_bins, place // day_bins % 7)]
    table = np.stack(features, axis=-1)
    taught = np.isfinite(target) & (np.arange(values.shape[1]) >= begin) & (np.arange(values.shape[1]) < end - horizon)
    model = HistGradientBoostingRegressor(
        max_iter=150, learning_rate=0.07, max_leaf_nodes=31, min_samples_leaf=40, random_state=0
    )
    table = table[:, :, np.isfinite(table[taught]).any(axis=0)]  # last week's counts, where there was no week before
    rows = np.random.default_rng(0).permutation(int(taught.sum()))[:60_000]
    model.fit(table[taught][rows], target[taught][rows])
    asked = table[:, begin:].reshape(-1, table.shape[-1])
    out = np.full_like(values, np.nan)
    out[:, begin:] = np.maximum(model.predict(asked).reshape(values.shape[0], -1) * size, 0.0)
    return out


def statsforecast(
    kind: str, values: Floats, average: Floats, horizon: int, day_bins: int, origins: NDArray[np.int64]
) -> Floats:
    """Return statsforecast's AutoETS on the last week's residual, or MSTL on the counts of six weeks."""
    from statsforecast.models import MSTL, AutoETS

    filled = np.where(np.isfinite(values), values, average)
    out = np.full_like(values, np.nan)
    for s in range(values.shape[0]):
        for t in origins:
            if kind == "AutoETS":
                past = (filled - average)[s, max(t + 1 - 7 * day_bins, 0) : t + 1]
                told = AutoETS(model="ZZN").forecast(y=np.nan_to_num(past), h=horizon)["mean"]
                told = told + average[s, t + 1 : t + 1 + horizon]
            else:
                past = filled[s, max(t + 1 - 42 * day_bins, 0) : t + 1]
                past = past[np.isfinite(past)]
                model = MSTL([day_bins, 7 * day_bins], trend_forecaster=AutoETS(model="ZZN"))
                told = model.forecast(y=past, h=horizon)["mean"]
            out[s, t] = np.maximum(told, 0.0).sum()
    return out
