"""In how many of many small samples an interval holds the mean of a large one."""

from __future__ import annotations

from typing import Any

import numpy as np
from greenband.simulation.measure.confidence import bootstrap_t, interval, student_t
from numpy.typing import NDArray

from .bca import bca

METHODS = {
    "as stated (interval)": interval,
    "Student's t": student_t,
    "smoothed studentised bootstrap": bootstrap_t,
    "BCa bootstrap": bca,
}


def coverage(long_run: NDArray[np.float64], samples: NDArray[np.float64]) -> dict[str, Any]:
    """Return how often each method's 95 % interval of a sample holds the long run's mean.

    `long_run` has shape (L,), `samples` (R, N): R trials of N seeds. An interval without an end holds everything on
    that side.
    """
    truth_s = float(long_run.mean())
    return {
        "long_run": int(long_run.size),
        "truth_s": truth_s,
        "standard_error_s": float(long_run.std(ddof=1) / long_run.size**0.5),
        "repeats": int(samples.shape[0]),
        "seeds": int(samples.shape[1]),
        "methods": {name: _held(method, samples, truth_s) for name, method in METHODS.items()},
    }


def _held(method: Any, samples: NDArray[np.float64], truth_s: float) -> dict[str, float]:
    ends = [method(sample) for sample in samples]
    low, high = (
        np.array([far if one[k] is None else one[k] for one in ends]) for k, far in ((0, -np.inf), (1, np.inf))
    )
    return {
        "held": int(((low <= truth_s) & (truth_s <= high)).sum()),
        "median_width_s": float(np.median(high - low)),
    }
