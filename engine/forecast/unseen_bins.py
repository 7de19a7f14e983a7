"""Forecasts in batch of hours that no day before has seen: by the shape of the series' other hours and of others."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats
from ..counts.day_kinds import day_class
from ..counts.shapes import Completed, Days, Rows, completed
from .gaps import Z10
from .grid import Grid

# A day's level is believed as far as so many vehicles have come.
DOUBT_VEH = 50.0
LEAST_DAY_SD = 0.05


def with_unseen(
    values: Floats, grid: Grid, rows: NDArray[np.int64], at: NDArray[np.int64], bins: int, hour: int | None = None
) -> Floats:
    """Return answers (4, items) with those filled in that are nan because no day before has seen their hours.

    `at` is the last bin that each item may use; asked are the `bins` after it or, with an `hour`, the largest sum of so
    many bins in the four hours from then on, of the next day.
    """
    for k in np.nonzero(np.isnan(values[0]))[0]:
        found = _answer(grid, int(rows[k]), int(at[k]), bins, hour)
        if found is not None:
            values[:, k] = found
    return values


def _answer(grid: Grid, row: int, at: int, bins: int, hour: int | None) -> Floats | None:
    """Return mean, 10 %, 50 % and 90 % point of what is asked; None where the series' other hours tell nothing."""
    size = grid.day_bins
    first = (at + 1 if hour is None else (at // size + 1) * size + hour * grid.hour_bins) if at >= 0 else 0
    asked = np.arange(first, first + (bins if hour is None else 4 * grid.hour_bins))
    days = _mean_days(grid, at, first // size)
    own = days.veh[row]
    hidden = np.isnan(own)
    if not np.nansum(own) > 0 or not hidden[asked % size].any():
        return None
    done = completed(days, row, hidden)
    level, day_sd = _levels(grid, row, at, own)
    window = _window(np.where(hidden, _spread_out(done.veh, hidden), own)[asked % size], bins)
    chosen = (asked % size)[window]
    mean = np.where(hidden, _spread_out(done.veh, hidden), own)[chosen]
    return _bounds(mean * (level if hour is None else 1.0), hidden[chosen], done, hidden, chosen, day_sd)


def _bounds(
    mean: Floats, gone: NDArray[np.bool_], done: Completed, hidden: NDArray[np.bool_], chosen: Rows, day_sd: float
) -> Floats:
    """Return the sum with its bounds: what all hidden bins share, the day's level and chance, one beside the other."""
    total = float(mean.sum())
    shares = np.exp(np.stack([_spread_out(bound, hidden) for bound in done.bounds]))[:, chosen]
    down, up = (float((mean * gone * np.abs(share - 1.0)).sum()) for share in shares)
    other = Z10 * np.hypot(day_sd * total, np.sqrt(total))
    return np.array([total, max(total - np.hypot(down, other), 0.0), total, total + np.hypot(up, other)])


def _spread_out(values: Floats, hidden: NDArray[np.bool_]) -> Floats:
    whole = np.zeros(hidden.size)
    whole[hidden] = values
    return whole


def _window(veh: Floats, bins: int) -> slice:
    """Return where the largest sum of so many bins is."""
    sums = np.convolve(veh, np.ones(bins), mode="valid")
    first = int(sums.argmax())
    return slice(first, first + bins)


def _mean_days(grid: Grid, at: int, target: int) -> Days:
    """Return the mean days of all series, up to the bin `at`, of the class of the day `target`, or of all days."""
    size = grid.day_bins
    days = at // size + 1
    veh = grid.veh[:, : days * size].astype(np.float64)
    veh[:, at + 1 :] = np.nan
    veh = veh.reshape(len(veh), days, size)
    classes = np.array([day_class(day) for day in grid.days])
    alike = classes[:days] == classes[min(target, classes.size - 1)]
    kept = veh[:, alike] if np.isfinite(veh[:, alike]).any() else veh
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing counted: nan
        mean = np.nanmean(kept, axis=1)
    return Days(veh=mean, days=np.full(len(veh), float(kept.shape[1])))


def _levels(grid: Grid, row: int, at: int, usual: Floats) -> tuple[float, float]:
    """Return the level of the day of the bin `at` so far, and how far levels of days stray, in logarithms."""
    size = grid.day_bins
    days = at // size + 1
    veh = np.pad(grid.veh[row, : at + 1].astype(np.float64), (0, days * size - at - 1), constant_values=np.nan)
    veh = veh.reshape(days, size)
    seen = np.isfinite(veh) & np.isfinite(usual)
    counted, due = np.where(seen, veh, 0.0).sum(axis=1), np.where(seen, usual, 0.0).sum(axis=1)
    level = (counted[-1] + DOUBT_VEH) / (due[-1] + DOUBT_VEH)
    told = (due > DOUBT_VEH) & (counted > 0)
    spread = float(np.std(np.log(counted[told] / due[told]))) if told.sum() > 1 else LEAST_DAY_SD
    return float(level), max(spread, LEAST_DAY_SD)
