"""What the short forecasts' regression believes before it has seen anything, from another town's counts.

Twenty numbers for each length of bin and horizon, as `kernels.forecast_lags.lag_features` orders the features: how far
a deviation carries on is much the same everywhere. Learned on Melbourne's 2008 to 2010 (eight sites, thinned to 4 to
60 % of their vehicles, or 100 % in hours, that small detectors are meant too), before any week that a figure is
reported of.
"""

from __future__ import annotations

import numpy as np

from .learning import Belief

# So many observations outweigh the belief, over all series together: about ten days of twenty detectors. Chosen on
# Oregon's weeks before the test and on 26 days cut from Melbourne's and Berlin's.
WEIGHT = {96: 20_000.0, 24: 10_000.0}
COEFFICIENTS = {
    (96, 1): (
        *(-0.125, 0.065, 0.027, 0.025, 0.15, 0.011, -0.009, 0.225, 0.184, 0.245),
        *(-0.083, 0.049, 0.024, 0.023, -0.001, 0.186, -0.036, -0.001, -0.024, 0.017),
    ),
    (96, 4): (
        *(-0.2, 0.093, 0.049, 0.041, 0.172, 0.113, -0.039, 0.186, 0.149, 0.321),
        *(-0.101, 0.044, 0.022, 0.045, 0.034, 0.304, -0.053, -0.009, -0.002, -0.027),
    ),
    (24, 1): (
        *(1.403, 0.615, 0.193, 0.037, -2.819, 0.461, -0.035, 0.5, -0.03, 0.306),
        *(-0.125, 0.058, 0.024, 0.039, 0.033, 0.319, -0.155, -0.03, -0.01, -0.108),
    ),
}
# The mean squares of the features: the belief in a coefficient is as firm as so many observations would make it.
SQUARES = {
    (96, 1): (
        *(1.89, 1.86, 1.89, 1.85, 3.3, 6.87, 21.4, 1.44, 0.7, 0.34),
        *(0.23, 0.42, 3.27, 1.94, 1.95, 0.51, 2.64, 1.0, 0.34, 0.24),
    ),
    (96, 4): (
        *(1.8, 1.78, 1.8, 1.78, 3.04, 6.32, 20.04, 5.64, 2.66, 1.31),
        *(0.44, 1.16, 9.67, 4.56, 4.3, 0.5, 2.55, 1.0, 1.32, 0.24),
    ),
    (24, 1): (
        *(3.7, 3.68, 3.6, 3.52, 2.78, 5.69, 19.41, 4.3, 2.92, 1.41),
        *(0.53, 1.47, 12.57, 5.67, 4.9, 1.43, 2.55, 1.0, 1.75, 0.53),
    ),
}


def belief_of(day_bins: int, horizon: int) -> Belief | None:
    """Return what is believed of forecasts over `horizon` bins, of which a day has `day_bins`; None where nothing."""
    key = (day_bins, horizon)
    if key not in COEFFICIENTS:
        return None
    return Belief(
        coefficients=np.array(COEFFICIENTS[key]), squares=np.array(SQUARES[key]), observations=WEIGHT[day_bins]
    )
