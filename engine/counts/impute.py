"""Values for counts that are missing or rejected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .expect import Expectation
from .neighbours import lent
from .table import Counts, DetectorVerdict

SHORT_GAP_S = 45 * 60
# A detector-day with so many expected vehicles believes its own level and the network's in equal parts.
DOUBT_VEH = 50.0


def impute(counts: Counts, verdicts: NDArray[np.uint8], expected: Expectation) -> NDArray[np.float64]:
    """Return the counts with a value in every bin that was not observed.

    In gaps up to 45 min between observed bins, the residual (count less expectation) goes along a straight line from
    one side to the other; elsewhere the value is the expectation times the level of the detector's observed bins of
    that day, and what the residuals of the detectors that go with it best let expect (`lent`). Values are 0 or more.
    """
    observed = verdicts == DetectorVerdict.OBSERVED
    level = _levels(counts.veh, observed, expected.veh)
    due = expected.veh * level[:, :, None]
    veh = np.where(observed, counts.veh, np.maximum(due + lent(counts.veh, observed, due), 0.0))
    longest = SHORT_GAP_S // counts.interval_s
    for d, n in np.argwhere(~observed.all(axis=2) & observed.any(axis=2)):
        residual = counts.veh[d, n] - due[d, n]
        for first, last in _gaps(observed[d, n]):
            if first > 0 and last < counts.bins and last - first <= longest:
                line = np.linspace(residual[first - 1], residual[last], last - first + 2)[1:-1]
                veh[d, n, first:last] = np.maximum(due[d, n, first:last] + line, 0.0)
    return np.asarray(veh)


def _levels(
    veh: NDArray[np.float64], observed: NDArray[np.bool_], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    counted = np.where(observed, veh, 0.0).sum(axis=2)
    due = np.where(observed, expected, 0.0).sum(axis=2)
    return np.asarray((counted + DOUBT_VEH) / (due + DOUBT_VEH))


def _gaps(observed: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches [first, last) that were not observed."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], observed, [True])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
