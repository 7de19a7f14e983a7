"""How sure a mean over seeds is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...networks.sentence import Sentence

LEVEL = 0.95
RESAMPLES = 9999
FEWEST_FOR_BOOTSTRAP = 8  # with fewer values nothing can be learned of their skewness
STUDENT = Sentence("Student's t, paired")
BOOTSTRAP = Sentence("smoothed studentised bootstrap, paired, {resamples} resamples", resamples=RESAMPLES)


def interval(differences: NDArray[np.float64], level: float = LEVEL) -> tuple[float | None, float | None]:
    """Return the two-sided interval for the mean of a sample, of shape (N,); None, None when N < 2.

    From 8 values on by the studentised bootstrap (see `bootstrap_t`), below by Student's t.
    """
    if differences.size < FEWEST_FOR_BOOTSTRAP:
        return student_t(differences, level)
    return bootstrap_t(differences, level)


def method(size: int) -> str:
    """Return the name of the method that `interval` takes for so many values."""
    return STUDENT if size < FEWEST_FOR_BOOTSTRAP else BOOTSTRAP


def student_t(differences: NDArray[np.float64], level: float = LEVEL) -> tuple[float | None, float | None]:
    """Return Student's interval for the mean of a sample, of shape (N,); None, None when N < 2.

    W. S. Gosset ("Student"), The Probable Error of a Mean, Biometrika 6, 1908.
    """
    from scipy.stats import t  # heavy; the command line must start without it

    size = differences.size
    if size < 2:
        return None, None
    half = float(t.ppf((1 + level) / 2, size - 1)) * float(differences.std(ddof=1)) / size**0.5
    mean = float(differences.mean())
    return mean - half, mean + half


def bootstrap_t(differences: NDArray[np.float64], level: float = LEVEL) -> tuple[float | None, float | None]:
    """Return the studentised bootstrap's interval for the mean of a sample, of shape (N,); None, None when N < 2.

    The quantiles of t are those that resamples of the sample itself show, so that skewed differences (one seed in ten
    gridlocks) get a longer side where their tail is; on normal ones it is Student's. B. Efron, The Jackknife, the
    Bootstrap and Other Resampling Plans, SIAM, 1982, section 10.10; P. Hall, Theoretical Comparison of Bootstrap
    Confidence Intervals, Annals of Statistics 16, 1988. To each value drawn a normal one with the variance s^2 / N is
    added: a resample that misses the one large value would otherwise have nearly no spread, and the interval nearly no
    end. T. Hesterberg, Unbiasing the Bootstrap: Bootknife Sampling vs. Smoothing, Proceedings of the Section on
    Statistics and the Environment, American Statistical Association, 2004. The draws are the same for each sample
    size: the same differences give the same interval.
    """
    size = differences.size
    if size < 2:
        return None, None
    mean, error = float(differences.mean()), float(differences.std(ddof=1)) / size**0.5
    if error == 0 or not np.isfinite(error):
        return (mean, mean) if error == 0 else (None, None)
    random = np.random.default_rng([size, 0x73_65_65_64])
    drawn = differences[random.integers(0, size, (RESAMPLES, size))] + random.normal(0, error, (RESAMPLES, size))
    t = (drawn.mean(axis=1) - mean) / (drawn.std(axis=1, ddof=1) / size**0.5)
    low_t, high_t = np.quantile(t, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf")
    return mean - float(high_t) * error, mean - float(low_t) * error
