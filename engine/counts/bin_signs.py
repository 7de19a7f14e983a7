"""Optional columns beside the counts (occupancy, chatter …), and the counts that they reject."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats
from .table import Counts, DetectorVerdict

Flags = NDArray[np.bool_]

# A quarter of the bin filled in by the source: Berlin's feed drops an hour from there on.
LEAST_OBSERVED_SHARE = 0.75
# Controllers' own diagnostics call a detector that is on for 10 to 15 min held on (NTCIP 1202, maximum presence).
HELD_S = 900.0
ALWAYS_ON, HARDLY_ANY = 0.99, 0.05
EXPECTED_VEH = 7.0
WITHOUT_OCCUPANCY_VEH = 5.0
SHOWN_SHARE, LEAST_SHOWN = 0.8, 20
CHATTER_SHARE, CHATTER_TIMES, CHATTER_DAYS, CHATTER_VEH = 0.02, 3.0, 3, 50.0


def doubted_by_signs(counts: Counts) -> list[tuple[DetectorVerdict, Flags]]:
    """Return what can be said before anything is expected of the counts.

    The source says that it filled in more than a quarter of the bin; the detector was on for 15 minutes while its
    phase was green; there are vehicles but no occupancy (`_without_occupancy`); a day's vehicles came within half a
    second of the one before more often than 1 in 50, and three times as often as on this detector's other days (a zone
    over several lanes does so always).
    """
    signs, found = counts.signs, []
    with np.errstate(invalid="ignore"):
        if signs.observed_share is not None:
            found.append((DetectorVerdict.DOUBTED_BY_SOURCE, signs.observed_share < LEAST_OBSERVED_SHARE))
        if signs.held_s is not None:
            found.append((DetectorVerdict.HELD_ON, signs.held_s >= HELD_S))
        if signs.occupancy is not None:
            found.append((DetectorVerdict.CONTRADICTION, _without_occupancy(counts.veh, signs.occupancy)))
        if signs.chatter is not None:
            found.append((DetectorVerdict.CHATTER, _chatters(counts.veh, signs.chatter)))
    return found


def _without_occupancy(veh: Floats, occupancy: NDArray[np.float32]) -> Flags:
    """Return where there are vehicles but no occupancy: 5, or 1 at detectors that show some for nearly all such bins.

    Of a source that rounds occupancy to whole percents, a few vehicles show none.
    """
    few = (veh >= 1.0) & (veh < WITHOUT_OCCUPANCY_VEH) & ~np.isnan(occupancy)
    shown = (few & (occupancy > 0)).sum(axis=(1, 2)) >= SHOWN_SHARE * np.maximum(few.sum(axis=(1, 2)), LEAST_SHOWN)
    least = np.where(shown, 1.0, WITHOUT_OCCUPANCY_VEH)[:, None, None]
    return np.asarray((occupancy == 0) & (veh >= least))


def held_on(counts: Counts, expected: Floats) -> Flags:
    """Return where a detector was on all the time and counted next to nothing of what was expected."""
    if counts.signs.occupancy is None:
        return np.zeros(counts.veh.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        idle = (counts.veh <= HARDLY_ANY * expected) & (expected >= EXPECTED_VEH)
        return np.asarray(idle & (counts.signs.occupancy >= ALWAYS_ON))


def _chatters(veh: Floats, chatter: NDArray[np.float32]) -> Flags:
    seen = ~np.isnan(veh) & ~np.isnan(chatter)
    counted = np.where(seen, veh, 0.0).sum(axis=2)
    quick = np.where(seen, veh * chatter, 0.0).sum(axis=2)
    share = np.where(counted >= CHATTER_VEH, quick / np.maximum(counted, 1.0), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no day tells: nan, which is below every limit
        usual = np.nanmedian(share, axis=1, keepdims=True)
    few = (~np.isnan(share)).sum(axis=1, keepdims=True) < CHATTER_DAYS
    limit = np.where(few, np.inf, np.maximum(CHATTER_SHARE, CHATTER_TIMES * np.nan_to_num(usual)))
    return np.broadcast_to((np.nan_to_num(share) > limit)[:, :, None], veh.shape)
