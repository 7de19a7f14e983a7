"""What the ups and downs of the counts say about turn shares.

When more vehicles than usual leave an approach, more than usual appear on the exits they turn into. Over many bins this
tells shares that the totals leave open: M. Cremer, H. Keller, A new class of dynamic methods for the identification of
origin-destination flows, Transportation Research B 21, 1987. All approaches and exits of a junction are taken together,
with the covariance of vehicles that turn one way or the other. Lanes of one street are added up: drivers who may choose
take the emptier one, so a lane's ups and downs are not those of its own turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.types import Floats
from .equations import Equation, Kind
from .unknowns import Unknowns

LEAST_BINS = 12
# From the stop line to the exit: vehicles of so many seconds pass one loop in a bin and the other in the next.
BETWEEN_LOOPS_S = 5.0
LEAST_VARIANCE_VEH = 0.2
LEAST_EDGE_VEH = 1e-3
STRANGE = 3.0
FACTOR_LIMITS = (0.3, 3.0)
LEAST_EXCESS = 0.1
UNSEEN_VARIANCE = 1e9
# Bins that do not fit (a detector that lies, a closed lane) count less: weights of a t distribution of so many degrees.
DEGREES = 10.0
LEAST_POWER = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TurnHistory:
    """Counts of earlier days: `veh` has the shape (detectors, days, bins), nan where not observed.

    `level` (days,) tells how busy the network was on each day against the mean of all. `forecast_veh` (detectors,) is
    what each is expected to count in the period to come.
    """

    place: Mapping[str, int]
    veh: Floats
    level: Floats
    interval_s: int
    forecast_veh: Floats


def day_levels(veh: Floats) -> Floats:
    """Return how busy each day was: factors of mean 1 that, times a mean per detector and bin, fit all counts.

    Alternating proportional fitting of counts (detectors, days, bins) with gaps (nan).
    """
    seen = ~np.isnan(veh)
    counts = np.where(seen, veh, 0.0)
    level = np.ones(veh.shape[1])
    for _ in range(10):
        mean = counts.sum(axis=1) / np.maximum((seen * level[None, :, None]).sum(axis=1), 1e-9)
        level = counts.sum(axis=(0, 2)) / np.maximum((seen * mean[:, None, :]).sum(axis=(0, 2)), 1e-9)
        level = (
            np.where(level > 0, level / max(float(level[level > 0].mean()), 1e-9), 1.0) if level.any() else level + 1
        )
    return np.asarray(level)


def turning_equations(
    unknowns: Unknowns,
    exits: Sequence[Equation],
    loops_of_edge: Mapping[str, Sequence[str]],
    history: TurnHistory,
    flows_veh: Floats,
) -> Iterator[Equation]:
    """Yield equations that stand for all bins: for each junction one for each pair of an approach and an exit lane.

    Parameters
    ----------
    unknowns : Unknowns
        The streams.
    exits : sequence of Equation
        Count equations of exits or of their lanes, none of which has a stream in common with another.
    loops_of_edge : mapping of str to sequence of str
        The detectors of each approach, one for each of its lanes; approaches where one is missing are left out.
    history : History
        The counts.
    flows_veh : (streams,) float64
        The flows as known so far: the shares' first values.
    """
    useful = [e for e in exits if e.terms and all(name in history.place for name in e.detectors)]
    for group in _groups(unknowns, useful):
        yield from _one_group(unknowns, group, loops_of_edge, history, flows_veh)


def _groups(unknowns: Unknowns, exits: Sequence[Equation]) -> list[list[Equation]]:
    """Return the exits in groups that share edges from which their vehicles come."""
    group_of_edge: dict[str, int] = {}
    groups: dict[int, list[Equation]] = {}
    for number, equation in enumerate(exits):
        edges = {unknowns.streams[place].from_edge for place, _ in equation.terms}
        joined = {group_of_edge[edge] for edge in edges if edge in group_of_edge}
        groups[number] = [equation, *(one for old in sorted(joined) for one in groups.pop(old))]
        for edge, old in list(group_of_edge.items()):
            if old in joined:
                group_of_edge[edge] = number
        group_of_edge.update(dict.fromkeys(edges, number))
    return list(groups.values())


def _one_group(
    unknowns: Unknowns,
    exits: Sequence[Equation],
    loops_of_edge: Mapping[str, Sequence[str]],
    history: TurnHistory,
    flows_veh: Floats,
) -> Iterator[Equation]:
    parts: dict[tuple[str, int], list[int]] = {}
    for number, equation in enumerate(exits):
        for place, _ in equation.terms:
            parts.setdefault((unknowns.streams[place].from_edge, number), []).append(place)
    edges = list(dict.fromkeys(edge for edge, _ in parts))
    if len(parts) == len(exits):
        return  # every exit has one approach only: totals say all
    edge_of = np.array([edges.index(edge) for edge, _ in parts])
    exit_of = np.array([number for _, number in parts])
    edge_veh = np.maximum([flows_veh[unknowns.out_of[edge]].sum() for edge in edges], LEAST_EDGE_VEH)
    exit_veh = [flows_veh[[place for place, _ in equation.terms]].sum() for equation in exits]
    x = np.stack([_summed(history, loops_of_edge.get(e, ()), v) for e, v in zip(edges, edge_veh, strict=True)], axis=-1)
    y = np.stack([_summed(history, e.detectors, v) for e, v in zip(exits, exit_veh, strict=True)], axis=-1)
    if ((~np.isnan(y)).any(axis=-1) & (~np.isnan(x)).any(axis=-1)).sum() < LEAST_BINS:
        return
    per_bin = edge_veh / x.shape[1]
    rows = _rows(x, y, history.level, per_bin)
    part_veh = np.array([flows_veh[places].sum() for places in parts.values()])
    shares = np.zeros((len(edges), len(exits)))
    np.add.at(shares, (edge_of, exit_of), part_veh / edge_veh[edge_of])
    lag_veh = 2.0 * BETWEEN_LOOPS_S / history.interval_s * (shares * per_bin[:, None]).sum(axis=0)
    weight = _weights(rows, shares, lag_veh + LEAST_VARIANCE_VEH)
    power, pull = _normal(rows, weight, edge_of, exit_of, edge_veh)
    yield from _as_equations([*parts.values()], power, pull)


def _summed(history: TurnHistory, loops: Sequence[str], fitted_veh: float) -> Floats:
    """Return (days, bins) counts of some detectors together, nan where one of them has none.

    Detectors that count too much or too little by a factor are brought to the flow that all others agree on.
    """
    if not loops or any(name not in history.place for name in loops):
        return np.full(history.veh.shape[1:], np.nan)
    counted_veh = sum(history.forecast_veh[history.place[name]] for name in loops)
    factor = float(np.clip(fitted_veh / counted_veh, *FACTOR_LIMITS)) if counted_veh > 0 else 1.0
    return np.asarray(sum(history.veh[history.place[name]] for name in loops)) * factor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """One row for each bin of each day, and one for each bin of the day: what all days have in common.

    `x` (R, edges) and `y` (R, exits) are differences from what is usual, 0 where not seen; `usual` (R, edges) are the
    vehicles that turn one way or the other.
    """

    x: Floats
    y: Floats
    usual: Floats
    x_seen: NDArray[np.bool_]
    y_seen: NDArray[np.bool_]
    single: NDArray[np.bool_]  # (R,)


def _rows(x: Floats, y: Floats, level: Floats, edge_veh: Floats) -> _Rows:
    mean_x, mean_y = _mean_of_days(x, level), _mean_of_days(y, level)
    usual = np.where(np.isnan(mean_x), edge_veh, mean_x)
    single_x, single_y = (z - level[:, None, None] * m for z, m in ((x, mean_x), (y, mean_y)))
    # The same drivers come every day: their pattern over the bins is one observation, however many days there are.
    common_x, common_y = (m - m.mean(axis=0) for m in (mean_x, mean_y))
    all_x = np.concatenate((single_x.reshape(-1, x.shape[2]), common_x))
    all_y = np.concatenate((single_y.reshape(-1, y.shape[2]), common_y))
    passing = np.where(np.isnan(x), level[:, None, None] * usual, x)
    # What shifts vehicles in time (queues that grow late) shifts those of that minute, whose shares are not the hour's.
    strange = np.nan_to_num(single_x) ** 2 / np.maximum(usual, 1.0)
    all_usual = np.concatenate(((passing + STRANGE * strange).reshape(-1, x.shape[2]), usual))
    return _Rows(
        x=np.nan_to_num(all_x),
        y=np.nan_to_num(all_y),
        usual=np.maximum(all_usual, LEAST_EDGE_VEH),
        x_seen=~np.isnan(all_x),
        y_seen=~np.isnan(all_y),
        single=np.arange(len(all_x)) < len(all_x) - len(common_x),
    )


def _mean_of_days(veh: Floats, level: Floats) -> Floats:
    seen = ~np.isnan(veh)
    weight = (seen * level[:, None, None]).sum(axis=0)
    return np.asarray(
        np.where(weight > 0, np.where(seen, veh, 0.0).sum(axis=0) / np.where(weight > 0, weight, 1), np.nan)
    )


def _weights(rows: _Rows, shares: Floats, lag_veh: Floats) -> Floats:
    """Return the inverse covariance (R, exits, exits) of what the shares leave of each row.

    Vehicles of a counted edge divide among the exits as a multinomial; those of an edge without count come on top, as
    Poisson's law has it.
    """
    number = shares.shape[1]
    one_way = np.einsum("rm,me->re", rows.usual, shares)
    both = np.einsum("rm,me,mf->ref", rows.usual * rows.x_seen, shares, shares)
    covariance = -both
    every = np.arange(number)
    covariance[:, every, every] += one_way + lag_veh + np.where(rows.y_seen, 0.0, UNSEEN_VARIANCE)
    weight = np.linalg.inv(covariance)
    left = np.where(rows.y_seen, rows.y - rows.x @ shares, 0.0)
    distance = np.einsum("re,ref,rf->r", left, weight, left)
    size = rows.y_seen.sum(axis=1)
    trust = (DEGREES + size) / (DEGREES + distance)
    # More variance than chance has (shares that change within the period, drivers who wait inside the junction) is
    # found for the rows of single days and for those of all days on their own.
    for rows_of in (rows.single, ~rows.single):
        number = max(int(size[rows_of].sum()), 1)
        trust[rows_of] /= max(float(np.sum((trust * distance)[rows_of])) / number, LEAST_EXCESS)
    return np.asarray(weight * (trust * rows.y_seen.any(axis=1))[:, None, None])


def _normal(
    rows: _Rows, weight: Floats, edge_of: NDArray[np.int64], exit_of: NDArray[np.int64], edge_veh: Floats
) -> tuple[Floats, Floats]:
    """Return A'WA and A'Wb for the flows: one's factor in the row of its exit is its edge's count over its flow."""
    factor = rows.x[:, edge_of] / edge_veh[edge_of]
    among = weight[:, exit_of[:, None], exit_of[None, :]]
    power = np.einsum("rk,rkm,rm->km", factor, among, factor, optimize=True)
    pull = np.einsum("rk,rke,re->k", factor, weight[:, exit_of, :], rows.y, optimize=True)
    return np.asarray(power), np.asarray(pull)


def _as_equations(parts: Sequence[Sequence[int]], power: Floats, pull: Floats) -> Iterator[Equation]:
    """Yield equations of unit deviation with the same sum of squares, but for a constant."""
    values, vectors = np.linalg.eigh(power)
    for value, vector in zip(values, vectors.T, strict=True):
        if value > LEAST_POWER * values[-1]:
            root = float(np.sqrt(value))
            terms = tuple(
                (place, root * float(factor)) for places, factor in zip(parts, vector, strict=True) for place in places
            )
            yield Equation(kind=Kind.HISTORY, terms=terms, sd_veh=1.0, target_veh=float(vector @ pull) / root)
