"""The next quarter of an hour and the next hour, at every bin of every series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.forecast_lags import FEATURES, STATES, Known, foretold, lag_features, network_residuals, teaching
from ...kernels.forecast_profile import profiles
from ...kernels.forecast_spread import bounds
from ...networks.types import Floats32
from .lag_priors import belief_of
from .learning import Prior, Regression

PARTS = 8  # of the day, each with coefficients and a spread of its own
# Chosen on the half year (or the weeks) before the ones that benchmark forecast reports; flat around these values.
RIDGE, POOL, BLOCK_POOL, HALF_LIFE_DAYS, HUBER = 30.0, 2000.0, 1000.0, 60.0, 2.0
# The coefficients are found anew every day for the first week, then after so many days from that day on.
STEPS_DAYS = ((7, 1), (28, 3), (84, 7), (100_000, 14))
# Every second bin teaches, where bins are short: neighbours tell nearly the same. Of the error (WAPE) 0.03 points;
# every fourth would save 7 % of the time for 0.07 points more.
OVERLAP = 2
FURTHEST = 15.0  # targets beyond teach as if they were here: in units of sqrt(expected + 1)
LEAST_IMPORTANCE, MOST_IMPORTANCE = 0.05, 5.0
SMOOTH_UP_TO_S = 900  # profiles of bins so short are smoothed over their neighbours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """What is expected of each bin from earlier days; see `kernels.forecast_profile.profiles`."""

    clean: Floats32
    usual: Floats32
    recent: Floats32
    kindred: Floats32
    latest: Floats32
    known_days: Floats32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """Forecasts issued at the end of each bin for the `horizon` bins after it; (S, T), bounds (3, S, T). [veh]"""

    horizon: int
    mean: Floats32
    bounds: Floats32


def expect(veh: Floats32, classes: NDArray[np.int64], day_bins: int) -> Profiles:
    """Return the profiles of counts (S, T) over days of the given classes."""
    smooth = 86_400 // day_bins <= SMOOTH_UP_TO_S
    return Profiles(
        **dict(
            zip(
                ("clean", "usual", "recent", "kindred", "latest", "known_days"),
                profiles(veh, classes, day_bins, day_bins // 24, smooth),
                strict=True,
            )
        )
    )


def outlooks(
    known: Profiles, day_bins: int, horizons: tuple[int, ...], tell: Callable[[int, int], None]
) -> tuple[Outlook, ...]:
    """Return the forecast at every bin for each horizon: usual value, regression on what is known, tracked bounds.

    Every forecast uses only counts of bins that ended before it; coefficients come from earlier days.
    """
    series, total = known.clean.shape
    blank = np.full((len(horizons), series, total), np.nan, dtype=np.float32)
    mean, counted = blank, blank.copy()
    prior = Prior(ridge=RIDGE, pool=POOL, block_pool=BLOCK_POOL, half_life=HALF_LIFE_DAYS * day_bins, huber=HUBER)
    regressions = [Regression(series, PARTS, FEATURES, prior, belief_of(day_bins, h)) for h in horizons]
    lagged = Known(
        clean=known.clean,
        usual=known.usual,
        recent=known.recent,
        kindred=known.kindred,
        others=network_residuals(known.clean, known.usual),
    )
    state = np.zeros((series, STATES))
    reach = np.array(horizons, dtype=np.int64)
    longest = max((end - begin for begin, end in _steps(total, day_bins, max(horizons))), default=0)
    room = np.empty(len(horizons) * series * longest * FEATURES, dtype=np.float32)
    for begin, end in _steps(total, day_bins, max(horizons)):
        features, targets, expected = lag_features(lagged, reach, (begin, end), day_bins, state, room)
        block = ((np.arange(begin, end) + 1) % day_bins) * PARTS // day_bins
        every = OVERLAP if day_bins > 24 else 1
        for k, horizon in enumerate(horizons):
            known_until = end - begin - horizon  # the rest is not yet known at the end of this step
            counted[k, :, begin:end], taught, importance = teaching(
                expected[k], targets[k], known_until, FURTHEST, LEAST_IMPORTANCE, MOST_IMPORTANCE
            )
            found = regressions[k].step(features[k], taught, importance, block, every=every)
            mean[k, :, begin:end] = foretold(expected[k], found)
        tell(end, total)
    return tuple(
        Outlook(horizon=h, mean=mean[k], bounds=bounds(counted[k], mean[k], h, day_bins, PARTS))
        for k, h in enumerate(horizons)
    )


def _steps(total: int, day_bins: int, reach: int) -> Iterator[tuple[int, int]]:
    """Give the spans between which coefficients are found anew; the last origins look beyond the counts: left out."""
    day, days = 0, total // day_bins
    while day < days:
        length = next(step for until, step in STEPS_DAYS if day < until)
        yield day * day_bins, min((day + length) * day_bins, total - reach)
        day += length
