"""The BCa bootstrap, which the intervals of the validation are compared with."""

from __future__ import annotations

import numpy as np
from greenband.simulation.measure.confidence import LEVEL, RESAMPLES
from numpy.typing import NDArray


def bca(differences: NDArray[np.float64], level: float = LEVEL) -> tuple[float | None, float | None]:
    """Return the BCa bootstrap's interval for the mean, as SciPy computes it: for comparison, it is short on few seeds.

    B. Efron, Better Bootstrap Confidence Intervals, Journal of the American Statistical Association 82, 1987.
    """
    from scipy.stats import bootstrap  # heavy; the command line must start without it

    if differences.size < 2 or not np.ptp(differences):
        return None, None
    found = bootstrap(
        (differences,),
        np.mean,
        confidence_level=level,
        n_resamples=RESAMPLES,
        method="BCa",
        rng=np.random.default_rng([differences.size, 0x62_63_61]),
    ).confidence_interval
    return float(found.low), float(found.high)
