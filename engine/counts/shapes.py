"""Hours of a detector's day that nobody counted, by the shape of its other hours and of other detectors' days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.profile import conformal_quantiles
from ...networks.types import Floats

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

SMALL_VEH = 0.5  # joins each bin of a mean day before its logarithm is taken
LEAST_VEH = 0.05  # an hour that nobody counted is never known to be empty
MOST_DONORS = 64
# The covariance of shapes is that of the donors and, for this part, one that fades within two hours.
SMOOTH_PART, FADES_H = 0.3, 2.0
OWN_VARIANCE = 0.25  # of a shape's logarithms where there is no other detector
FREE_LEVEL = 100.0  # variance of the level, of which the shapes say nothing
SHARES, EXTREMES = np.array([0.1, 0.9]), np.array([0.0, 1.0])
ENOUGH, MOST_SAMPLES = 19, 40
# Bounds where nothing could be left out to measure errors on: ten and ninety of a hundred normal values, doubled.
WIDE = np.array([-2.5631, 2.5631])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Days:
    """Mean days of detectors: `veh` (D, B), nan where never counted, each the mean of so many `days` (D,)."""

    veh: Floats
    days: Floats

    @property
    def hour_bins(self) -> int:
        """Bins of an hour, at least one."""
        return max(1, self.veh.shape[1] // 24)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completed:
    """The hidden bins of a day: `veh`, and the logarithms of what 10 and 90 of 100 lie below over it (2, bins)."""

    veh: Floats
    bounds: Floats
    donors: Rows  # whose days it has most from, the most alike first


def completed(days: Days, row: int, hidden: Mask) -> Completed:
    """Return the hidden bins of one detector's mean day.

    Logarithms of mean days are taken as normal: their mean and covariance are those of the donors, the detectors that
    were counted in the hidden bins and whose days are most like this one elsewhere; the hidden bins are what the known
    ones let expect. The bounds are those of errors made when the same hours of other detectors are hidden, and others
    as near to each as is missing here; where such are few, other hours are hidden as well. Of a detector alone, whose
    own other hours are no peak like the hidden one, the bounds are the largest errors.
    """
    order = _by_likeness(days, row, ~hidden)
    usable = ~np.isnan(days.veh[order][:, hidden]).any(axis=1)
    donors, lost = order[usable], np.flatnonzero(~usable)
    veh, sd = _expected(days, row, hidden, donors)
    found = _scores(days, row, hidden, donors, lost)
    if len(found):
        z = conformal_quantiles(np.ascontiguousarray(found.T), SHARES if len(donors) else EXTREMES).T
    else:
        z = np.broadcast_to(WIDE[:, None], (2, veh.size))
    return Completed(veh=veh, bounds=np.stack([np.minimum(z[0], 0), np.maximum(z[1], 0)]) * sd, donors=donors[:3])


def _by_likeness(days: Days, row: int, known: Mask) -> Rows:
    """Return the other detectors that were counted where this one was, the most alike first."""
    own = days.veh[row, known]
    there = ~np.isnan(days.veh[:, known])
    share = (there * own).sum(axis=1) / max(float(own.sum()), 1e-9)
    logs = np.log(np.nan_to_num(days.veh[:, known]) + SMALL_VEH)
    weight = there * (own + SMALL_VEH)
    total = np.maximum(weight.sum(axis=1), 1e-9)
    apart = logs - logs[row]
    apart -= ((apart * weight).sum(axis=1) / total)[:, None]
    distance = (np.abs(apart) * weight).sum(axis=1) / total
    distance[(share < 0.5) | (np.nansum(days.veh, axis=1) <= 0)] = np.inf
    distance[row] = np.inf
    order = np.argsort(distance, kind="stable")
    return np.asarray(order[np.isfinite(distance[order])])


def _expected(days: Days, row: int, hidden: Mask, donors: Rows) -> tuple[Floats, Floats]:
    """Return the hidden bins as the known ones let expect, and the standard deviation of their logarithms."""
    mean, covariance = _population(days, donors[:MOST_DONORS])
    known = ~hidden & ~np.isnan(days.veh[row])
    chance = 1.0 / (days.veh[row, known] * days.days[row] + 1.0)
    logs = np.log(days.veh[row, known] + SMALL_VEH) - mean[known]
    across = covariance[np.ix_(hidden, known)]
    weights = np.linalg.solve(covariance[np.ix_(known, known)] + np.diag(chance), across.T)
    found = np.exp(mean[hidden] + weights.T @ logs)
    variance = np.maximum(np.diag(covariance)[hidden] - (weights * across.T).sum(axis=0), 1e-4)
    veh = np.maximum(found - SMALL_VEH, np.minimum(LEAST_VEH, found))
    return veh, np.sqrt(variance + 1.0 / (found * days.hour_bins * days.days[row] + 1.0))


def _population(days: Days, donors: Rows) -> tuple[Floats, Floats]:
    """Return mean (B,) and covariance (B, B) of the logarithms of days, whose levels say nothing."""
    bins = days.veh.shape[1]
    shapes = np.zeros((len(donors), bins))
    if len(donors):
        logs = np.log(days.veh[donors] + SMALL_VEH)
        shapes = np.nan_to_num(logs - np.nanmean(logs, axis=1, keepdims=True))
    mean = shapes.mean(axis=0) if len(donors) else np.zeros(bins)
    apart = shapes - mean
    common = apart.T @ apart / len(donors) if len(donors) > 1 else np.zeros((bins, bins))
    variance = float(np.trace(common)) / bins if len(donors) > 1 else OWN_VARIANCE
    gap = np.abs(np.arange(bins)[:, None] - np.arange(bins)[None, :])
    near = np.exp(-np.minimum(gap, bins - gap) / (FADES_H * days.hour_bins))
    smooth = SMOOTH_PART if len(donors) > 1 else 1.0
    return mean, (1.0 - smooth) * common + smooth * max(variance, 1e-3) * near + FREE_LEVEL


def _scores(days: Days, row: int, hidden: Mask, donors: Rows, lost: Rows) -> Floats:
    """Return (samples, hidden bins): errors of hours that were hidden on purpose, in standard deviations."""
    others = donors[np.linspace(0, len(donors) - 1, min(len(donors), MOST_SAMPLES)).astype(np.int64)]
    found = [one for other in others if (one := _left_out(days, int(other), row, hidden, 0, lost)) is not None]
    hours = days.veh.shape[1] // days.hour_bins
    for shift in range(1, hours):
        if len(found) >= ENOUGH:
            break
        for other in (row, *others):
            one = _left_out(days, int(other), row, hidden, shift * days.hour_bins, lost)
            if one is not None:
                found.append(one)
    return np.array(found).reshape(len(found), int(hidden.sum()))


def _left_out(days: Days, other: int, row: int, hidden: Mask, shift: int, lost: Rows) -> Floats | None:
    """Return the errors of another detector, hour by hour, or None where it was not counted in these hours.

    What `row` lacks is hidden, `shift` bins later, and of the detectors most like it those of the ranks in `lost`.
    """
    moved = np.roll(hidden, shift)
    true = days.veh[other, moved]
    absent = moved | (hidden if other == row else False)
    known = ~absent & ~np.isnan(days.veh[other])
    if np.isnan(true).any() or (shift and (moved & hidden).any()) or not np.nansum(days.veh[other, known]) > 0:
        return None
    order = _by_likeness(days, other, known)
    order = np.delete(order, lost[lost < len(order)])
    order = order[(order != row) & ~np.isnan(days.veh[order][:, absent]).any(axis=1)]
    veh, sd = _expected(days, other, absent, order)
    inside = moved[absent]
    ends = np.flatnonzero(moved)
    back = np.argsort((ends - shift) % moved.size)  # in the order of the bins that are really hidden
    return (
        _by_hour((true / days.hour_bins)[back], (veh[inside] / days.hour_bins)[back], days, hidden) / sd[inside][back]
    )


def _by_hour(true: Floats, found: Floats, days: Days, hidden: Mask) -> Floats:
    """Return the logarithm of the true vehicles of the hour about each bin over those found."""
    places = np.flatnonzero(hidden)
    near = np.abs(places[:, None] - places[None, :]) <= days.hour_bins // 2
    small = SMALL_VEH / days.hour_bins
    return np.asarray(np.log((near @ true + small) / (near @ found + small)))
