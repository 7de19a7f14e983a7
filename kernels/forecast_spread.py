"""How far forecasts stray: bounds that follow the errors of the latest forecasts, and the blend of two forecasts."""

from __future__ import annotations

import math

import numpy as np

from .compiled import kernel

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
NORMAL_BOUND = 1.6  # the 90 % point of a normal error, in units of its mean size
DENSITY_SIDE, DENSITY_MIDDLE = 0.14, 0.32  # of a normal error in those units, at its 10 % or 90 % and its 50 % point
FIRST_ERRORS, MOST_ERRORS = 50.0, 1500.0  # the prior weighs like so many errors; older ones than the latest fade
SIZE_ERRORS = 120.0  # errors of a part of the day that its mean size remembers
OWN_ERRORS = 30.0  # so many errors of its own a part of the day needs to weigh like the whole day
LATEST_HOURS = 3.0


@kernel
def bounds(counted, forecast, horizon, bins, parts):
    """Return the bounds that 10, 50 and 90 of 100 counts stay below, at each origin from errors known by then.

    Parameters
    ----------
    counted, forecast : (S, T) float32
        What came in the `horizon` bins after each origin and what had been forecast; nan where not known. [veh]
    horizon : int
        Bins that a forecast covers: the error of origin t is known at origin t + horizon.
    bins, parts : int
        Bins of a day; into how many parts it is cut.

    Returns
    -------
    (3, S, T) float32
        The bounds, ordered, at least 0; nan where there is no forecast. [veh]

    Notes
    -----
    An error is measured in units of sqrt(forecast + 1) times its usual size in that part of the day times the fourth
    root of the size of the latest errors. Its quantiles are tracked by steps up and down whose long-run balance is the
    coverage, whatever the errors do: I. Gibbs, E. Candès, Adaptive conformal inference under distribution shift,
    NeurIPS 2021; the step shrinks like 1/n to a floor, as in A. Angelopoulos, R. Barber, S. Bates, Online conformal
    prediction with decaying step sizes, ICML 2024.
    """
    series, total = counted.shape
    answer = np.full((3, series, total), np.nan, dtype=np.float32)
    day_share, latest_share = 1.0 / (SIZE_ERRORS * parts), 1.0 - math.exp(-24.0 / (LATEST_HOURS * bins))
    units, root, off = np.ones(total), np.empty(total), np.empty(total)
    part_of = ((np.arange(total) + 1) % bins) * parts // bins
    for s in range(series):
        size, seen = np.ones(parts), np.zeros(parts)
        whole, whole_seen, latest, errors = 1.0, 0.0, 1.0, 0.0
        low, middle, high = -NORMAL_BOUND, 0.0, NORMAL_BOUND
        for t in range(total):
            root[t] = math.sqrt(forecast[s, t] + 1.0)
            off[t] = (counted[s, t] - forecast[s, t]) / root[t]
        for t in range(total):
            past = t - horizon
            if past >= 0 and not math.isnan(off[past]):
                part = part_of[past]
                error = off[past]
                scaled = error / units[past]
                errors = min(errors + 1.0, MOST_ERRORS)
                step = 1.0 / (errors + FIRST_ERRORS)
                low += step / DENSITY_SIDE * (LOW - (1.0 if scaled < low else 0.0))
                middle += step / DENSITY_MIDDLE * (MIDDLE - (1.0 if scaled < middle else 0.0))
                high += step / DENSITY_SIDE * (HIGH - (1.0 if scaled <= high else 0.0))
                usual = (seen[part] * size[part] + OWN_ERRORS * whole) / (seen[part] + OWN_ERRORS)
                latest += latest_share * (min(abs(error) / max(usual, 1e-6), 4.0) - latest)
                magnitude = min(abs(error), 6.0 * max(usual, 1e-6))
                seen[part] = min(seen[part] + 1.0, SIZE_ERRORS)
                size[part] += (magnitude - size[part]) / seen[part]
                whole_seen += 1.0
                whole += (magnitude - whole) * max(1.0 / (whole_seen + 20.0), day_share)
            if math.isnan(forecast[s, t]):
                continue
            part = part_of[t]
            usual = (seen[part] * size[part] + OWN_ERRORS * whole) / (seen[part] + OWN_ERRORS)
            units[t] = max(usual * math.sqrt(math.sqrt(max(latest, 0.1))), 1e-3)
            unit = units[t] * root[t]
            centre = min(max(middle, low), high)
            answer[0, s, t] = max(forecast[s, t] + min(low, high) * unit, 0.0)
            answer[1, s, t] = max(forecast[s, t] + centre * unit, 0.0)
            answer[2, s, t] = max(forecast[s, t] + max(high, low) * unit, 0.0)
    return answer
