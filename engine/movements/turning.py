"""What the ups and downs of the counts say about turn shares.

When more vehicles than usual leave one approach lane, more than usual appear on the exits they turn into. Over many
bins this tells shares that the totals leave open: M. Cremer, H. Keller, A new class of dynamic methods for the
identification of origin-destination flows, Transportation Research B 21, 1987.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .equations import Equation, Kind
from .unknowns import Unknowns

Floats = NDArray[np.float64]

LEAST_BINS = 12
# Vehicles that pass one loop in a bin and the other in the next.
BOUNDARY_VEH = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Counts of earlier days: `veh` has the shape (detectors, days, bins), nan where not observed."""

    place: Mapping[str, int]
    veh: Floats


def turning_equations(
    unknowns: Unknowns, exits: Sequence[Equation], loop_of_lane: Mapping[str, str], history: History, flows_veh: Floats
) -> Iterator[Equation]:
    """Yield, for each exit, as many equations as it has streams: they stand for all bins of the history.

    Parameters
    ----------
    unknowns : Unknowns
        The streams.
    exits : sequence of Equation
        The count equations of the exits: streams into it, and its detectors.
    loop_of_lane : mapping of str to str
        The detector of each approach lane.
    history : History
        The counts.
    flows_veh : (streams,) float64
        The flows as known so far: the shares' first values.
    """
    for equation in exits:
        places = [place for place, _ in equation.terms]
        loops = [loop_of_lane.get(unknowns.streams[place].from_lane, "") for place in places]
        if len(places) > 1 and all(name in history.place for name in (*loops, *equation.detectors)):
            yield from _one_exit(unknowns, equation, places, loops, history, flows_veh)


def _one_exit(
    unknowns: Unknowns,
    equation: Equation,
    places: Sequence[int],
    loops: Sequence[str],
    history: History,
    flows_veh: Floats,
) -> Iterator[Equation]:
    lane_veh = [float(flows_veh[unknowns.from_lane[unknowns.streams[place].from_lane]].sum()) for place in places]
    if min(lane_veh) <= 0.0:
        return
    x = np.stack([history.veh[history.place[loop]] / lane for loop, lane in zip(loops, lane_veh, strict=True)], axis=-1)
    y = sum((history.veh[history.place[name]] for name in equation.detectors), np.zeros(x.shape[:2]))
    if (~np.isnan(y) & ~np.isnan(x).any(axis=-1)).sum() < LEAST_BINS:
        return
    flows = flows_veh[list(places)]
    shares = np.clip(flows / np.array(lane_veh), 0.05, 0.95)
    # A vehicle turns or does not: the variance of a sum of binomials, at the usual flow of the bin.
    variance = np.nanmean(x * np.array(lane_veh), axis=(0, 1)) @ (shares * (1 - shares)) + BOUNDARY_VEH**2
    rows, targets = _whitened(x, y, flows, float(variance))
    left, right = np.linalg.qr(rows)
    for row, target in zip(right, left.T @ targets, strict=True):
        terms = tuple((place, float(factor)) for place, factor in zip(places, row, strict=True))
        yield Equation(kind=Kind.BELIEF, terms=terms, sd_veh=1.0, target_veh=float(target))


def _whitened(x: Floats, y: Floats, flows: Floats, variance: float) -> tuple[Floats, Floats]:
    """Return rows and targets of unit variance.

    What a time of day has in common on all days (the same drivers) is one observation, however many days there are:
    its variance, and that of single days around it, come from the residuals at the flows known so far.
    """
    seen = ~np.isnan(y) & ~np.isnan(x).any(axis=-1)
    residual = np.where(seen, y - x @ flows, 0.0)
    number = seen.sum(axis=0)
    usable = np.flatnonzero(number > 0)
    mean = residual.sum(axis=0)[usable] / number[usable]
    single = float(np.sum(np.where(seen, residual - residual.sum(axis=0) / np.maximum(number, 1), 0.0) ** 2))
    single = max(single / max(number.sum() - len(usable), 1), variance)
    common = max(float(np.mean(mean**2)) - single / float(number[usable].mean()), 0.0)
    rows, targets = [], []
    for t in usable:
        xs, ys = x[seen[:, t], t], y[seen[:, t], t]
        weight = 1.0 / np.sqrt(single)
        # The mean's variance is common + single / n, the deviations' is single.
        shrink = np.sqrt(single / (single + number[t] * common))
        rows.append(weight * (xs - (1.0 - shrink) * xs.mean(axis=0)))
        targets.append(weight * (ys - (1.0 - shrink) * ys.mean()))
    return np.concatenate(rows), np.concatenate(targets)
