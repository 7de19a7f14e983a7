"""How far a detector's sound counts stray from their expectation: learnt from each detector's own history."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats

QUANTILE = 0.8
QUANTILE_SQUARE = 1.2816**2  # of a normal value's squares, four in five stay below
MAD_TO_SIGMA = 1.4826
BLOCK_S = 2 * 3600
BLOCK_VEH = 20.0
DAY_VEH = 5.0
DOUBT_DAYS = 20  # a time of day with so many days believes its own share and the whole day's in equal parts
WHOLE_DAY_VEH = 100.0
# Of fewer detectors, one that is faulty makes all seem to disagree.
LEAST_DETECTORS = 8
LEAST_SHARE, DEFAULT_SHARE, MOST_SHARE = 0.05, 0.1, 0.5
MOST_SPREAD = 0.25
MOST_BUNCHING = 8.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Noise:
    """A sum of expectations E strays by sqrt(bunching E + (sum of share e)^2 + (more E)^2).

    `share` has shape (detectors, bins of the day); `more` (days,); `bunching`, the variance of single counts over their
    mean, (detectors,).
    """

    share: Floats
    more: Floats
    bunching: Floats


def noise_of(veh: Floats, expected: Floats, interval_s: int) -> Noise:
    """Return the noise of detectors whose believed counts (nan: none) and expectations have shape (D, N, B).

    The share is what four in five of a detector's two-hour sums about that time of day, and of its days' totals, keep
    to; on days on which all detectors disagree more than usual (holidays) it is larger.
    """
    seen = ~np.isnan(veh)
    width = max(1, min(BLOCK_S // interval_s, veh.shape[2]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing to go on: nan, replaced below
        bunching = _bunching(veh, expected, seen)
        blocks = _block_shares(_sums(veh, seen, width), _sums(expected, seen, width), bunching)
        counted, due = np.where(seen, veh, 0.0).sum(axis=2), np.where(seen, expected, 0.0).sum(axis=2)
        whole = _quantile(_stray(counted, due, bunching[:, None], DAY_VEH))
        spread = _disagreement(counted, due)
    own = np.maximum(blocks, np.nan_to_num(whole, nan=DEFAULT_SHARE**2)[:, None])
    share = np.sqrt(np.clip(own, LEAST_SHARE**2, MOST_SHARE**2))
    of_block = np.minimum(np.arange(veh.shape[2]) // width, share.shape[1] - 1)
    return Noise(share=share[:, of_block], more=np.sqrt(np.minimum(spread, MOST_SPREAD**2)), bunching=bunching)


def _sums(values: Floats, seen: NDArray[np.bool_], width: int) -> Floats:
    blocks = values.shape[2] // width
    used = np.where(seen, values, 0.0)[:, :, : blocks * width]
    return np.asarray(used.reshape(*values.shape[:2], blocks, width).sum(axis=3))


def _bunching(veh: Floats, expected: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Return the variance of single counts over their mean, as the upper quarter of days has it; at least 1."""
    squares = np.where(seen, (np.nan_to_num(veh) - expected) ** 2 - (DEFAULT_SHARE * expected) ** 2, 0.0).sum(axis=2)
    due = np.where(seen, expected, 0.0).sum(axis=2)
    by_day = np.where(due > DAY_VEH, squares / due, np.nan)
    return np.clip(np.nan_to_num(np.nanquantile(by_day, 0.75, axis=1), nan=1.0), 1.0, MOST_BUNCHING)


def _stray(counted: Floats, due: Floats, bunching: Floats, least_veh: float) -> Floats:
    """Return the square of how far sums stray, less what chance alone would do; nan for small sums."""
    chance = QUANTILE_SQUARE * bunching / due
    return np.where(due >= least_veh, (counted / due - 1.0) ** 2 - chance, np.nan)


def _quantile(stray: Floats) -> Floats:
    return np.asarray(np.nanquantile(stray, QUANTILE, axis=1) / QUANTILE_SQUARE)


def _block_shares(counted: Floats, due: Floats, bunching: Floats) -> Floats:
    """Return (D, blocks) the squared share of each time of day, drawn to the detector's own where days are few."""
    stray = _stray(counted, due, bunching[:, None, None], BLOCK_VEH)
    overall = np.nan_to_num(_quantile(stray.reshape(len(stray), -1)), nan=DEFAULT_SHARE**2)[:, None]
    days = (~np.isnan(stray)).sum(axis=1)
    found = np.where(days > 0, np.nan_to_num(_quantile(stray)), 0.0)
    return np.asarray((days * found + DOUBT_DAYS * overall) / (days + DOUBT_DAYS))


def _disagreement(counted: Floats, due: Floats) -> Floats:
    """Return (N,) how much larger than on most days the variance of the detectors' daily ratios is."""
    ratio = np.where(due >= WHOLE_DAY_VEH, counted / due - 1.0, np.nan)
    ratio[:, (~np.isnan(ratio)).sum(axis=0) < LEAST_DETECTORS] = np.nan
    spread = np.nanmedian(np.abs(ratio), axis=0) * MAD_TO_SIGMA
    return np.nan_to_num(np.maximum(spread**2 - np.nanmedian(spread) ** 2, 0.0))
