"""Hours in which a detector was never counted on any day: found, and inferred with bounds instead of taken as empty."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats
from .day_kinds import LEAST_DAYS, day_class
from .expect import Expectation
from .shapes import Completed, Days, completed
from .table import Counts, Unseen

Mask = NDArray[np.bool_]

CLASSES = 3
# A class tells the shape of a detector's day itself where at least so many vehicles pass on a mean day.
LEAST_KNOWN_VEH = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Class:
    """Mean days over the days of one class, or over all where it has few, and what no such day has seen."""

    on: Mask  # (N,) the days it is for
    days: Days
    unseen: Mask  # (D, B)


def unseen_hours(counts: Counts, observed: Mask, expected: Expectation) -> tuple[tuple[Unseen, ...], Expectation]:
    """Return what no day has seen, inferred, and the expectation with it.

    A bin of the day is unseen if no day of its class (working day, Saturday, Sunday) has a believed count in it, or no
    day at all where the class has fewer than three days. Detectors that were never counted are left as they are: their
    streets' flow follows from the streets around, not from their own day.
    """
    of_day = np.array([day_class(day) for day in counts.days])
    if all(observed[:, of_day == kind].any(axis=1).all() for kind in set(of_day.tolist())):
        return (), expected
    veh = np.where(observed, counts.veh, np.nan)
    found, usual = [], expected.usual.copy()
    for one in _classes(veh, of_day):
        for row in np.flatnonzero(one.unseen.any(axis=1)):
            hidden = one.unseen[row]
            done = completed(one.days, int(row), hidden)
            found.append(_named(counts, one, int(row), hidden, done))
            level = _levels(usual[row][one.on], one.days.veh[row])
            usual[np.ix_([row], one.on, hidden)] = level[None, :, None] * done.veh
    if not found:
        return (), expected
    return tuple(found), replace(expected, usual=usual, veh=usual * expected.factor)


def _classes(veh: Floats, of_day: NDArray[np.int64]) -> Iterator[_Class]:
    never = np.asarray(np.isnan(veh).all(axis=1))
    known = np.asarray(~never.all(axis=1))
    for kind in np.flatnonzero(np.bincount(of_day, minlength=CLASSES)):
        on = of_day == kind
        own = _mean_days(veh[:, on])
        gone = np.isnan(own.veh)
        # A class of few days, or one in which the detector was never counted: only what no day has seen is unseen.
        few = (on.sum() < LEAST_DAYS) | (np.nansum(own.veh, axis=1) < LEAST_KNOWN_VEH)
        unseen = np.where(few[:, None], never, gone) & known[:, None]
        for mean_days, rows in ((own, ~few), (_mean_days(veh), few)):
            if (unseen & rows[:, None]).any():
                yield _Class(on=on, days=mean_days, unseen=unseen & rows[:, None])


def _mean_days(veh: Floats) -> Days:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing counted: nan
        mean = np.nanmean(veh, axis=1)
    seen = (~np.isnan(veh)).sum(axis=1)
    return Days(veh=mean, days=np.maximum(np.where(seen > 0, seen, 0).max(axis=1, initial=1), 1).astype(np.float64))


def _levels(usual: Floats, mean: Floats) -> Floats:
    """Return (days,) what is usual on each day over the mean day, in the bins that are known."""
    known = ~np.isnan(mean)
    due = float(mean[known].sum())
    return np.asarray(usual[:, known].sum(axis=1) / due if due > 0 else np.ones(len(usual)))


def _named(counts: Counts, one: _Class, row: int, hidden: Mask, done: Completed) -> Unseen:
    return Unseen(
        detector=counts.detectors[row].id,
        days=tuple(day for day, on in zip(counts.days, one.on, strict=True) if on),
        bins=tuple(np.flatnonzero(hidden).tolist()),
        veh=tuple(done.veh.tolist()),
        low=tuple(np.exp(done.bounds[0]).tolist()),
        high=tuple(np.exp(done.bounds[1]).tolist()),
        told_by=tuple(counts.detectors[k].id for k in done.donors),
    )
