"""Kinds of day by the shape of their traffic, and the hours at which plans should change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from ...kernels.segments import best_segments
from ...networks.errors import InputError
from ...networks.sentence import Sentence
from ...networks.types import Floats

MOST_TYPES, MOST_SPANS = 6, 10
# A further type of day must explain so much of the differences between days; fewer types are easier to run.
TYPE_SHARE = 0.08
# And its days must be nearer to each other than to other types', by this silhouette; halves of mere noise reach 0.1.
LEAST_SILHOUETTE = 0.2
LEAST_DAYS = 2
# A switch of plans disturbs traffic for some cycles; by default it must save as much misfit as this share of a day's
# vehicles. A plan of its own must save as much again, else the stretch runs a plan that is already there.
SWITCH_SHARE = 0.005
LEAST_SPAN_S = 3600
CLASS_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "holiday")


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """A stretch of the day that runs one plan; seconds after midnight. Plans are numbered from 1 in each day type."""

    begin_s: int
    end_s: int
    plan: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayType:
    """Days of like traffic. Arrays are (bins,): vehicles per hour over all series, on the mean day and its bounds."""

    name: str
    classes: tuple[str, ...]
    days: int
    mean_veh_h: Floats
    q10_veh_h: Floats
    q90_veh_h: Floats
    spans: tuple[DaySpan, ...]
    misfit: Floats  # by number of stretches, as a share of the day's vehicles


def day_types(
    veh: Floats,
    classes: NDArray[np.int64],
    interval_s: int,
    *,
    switch_share: float = SWITCH_SHARE,
    least_span_s: int = LEAST_SPAN_S,
) -> tuple[DayType, ...]:
    """Return the types of day, the most frequent first, each with its plan boundaries.

    Parameters
    ----------
    veh : (S, D, B) float64
        Counts of whole days without gaps. [veh per bin]
    classes : (D,) int64
        0 to 6 Monday to Sunday, 7 a public holiday.
    interval_s : int
        Length of a bin.
    switch_share : float
        What a change of plans costs, as a share of a day's vehicles.
    least_span_s : int
        Shortest stretch of the day with one plan.

    Notes
    -----
    Days are grouped by J. H. Ward's method (Hierarchical grouping to optimize an objective function, Journal of the
    American Statistical Association 58, 1963) on the square roots of their flows over all series, which gives counts
    of any size the same noise.

    Raises InputError for fewer than two days.
    """
    if veh.shape[1] < LEAST_DAYS:
        raise InputError(
            where="the types of day",
            found=f"{veh.shape[1]} whole days of counts",
            rule=Sentence("types of day are found among at least {days}", days=LEAST_DAYS),
            fix="give more days",
        )
    kind = _grouped(veh.sum(axis=0))
    order = sorted(set(kind.tolist()), key=lambda k: (-int((kind == k).sum()), k))
    types = [_type(veh[:, kind == k], classes, kind == k, interval_s, switch_share, least_span_s) for k in order]
    return tuple(types)


def _grouped(total: Floats) -> NDArray[np.int64]:
    """Return the number of each day's group."""
    roots = np.sqrt(total)
    tree = linkage(roots, method="ward")
    spread = float(((roots - roots.mean(axis=0)) ** 2).sum())
    distances = squareform(pdist(roots))
    chosen, before = np.ones(len(roots), dtype=np.int64), spread
    for count in range(2, min(MOST_TYPES, len(roots)) + 1):
        kind = np.asarray(fcluster(tree, count, criterion="maxclust"), dtype=np.int64)
        within = sum(float(((roots[kind == k] - roots[kind == k].mean(axis=0)) ** 2).sum()) for k in set(kind.tolist()))
        if before - within < TYPE_SHARE * spread or _silhouette(distances, kind) < LEAST_SILHOUETTE:
            break
        chosen, before = kind, within
    return chosen


def _silhouette(distances: Floats, kind: NDArray[np.int64]) -> float:
    """Return the mean silhouette of the days.

    P. J. Rousseeuw, Silhouettes, Journal of Computational and Applied Mathematics 20, 1987.
    """
    member = np.stack([kind == k for k in np.unique(kind)], axis=1).astype(np.float64)
    size = member.sum(axis=0)
    to_all = distances @ member
    own = (to_all * member).sum(axis=1) / np.maximum((member * (size - 1)).sum(axis=1), 1.0)
    other = np.where(member > 0, np.inf, to_all / size).min(axis=1)
    score = (other - own) / np.maximum(np.maximum(other, own), 1e-9)
    return float(np.where((member * size).sum(axis=1) > 1, score, 0.0).mean())


def _type(
    veh: Floats,
    classes: NDArray[np.int64],
    mine: NDArray[np.bool_],
    interval_s: int,
    switch_share: float,
    least_span_s: int,
) -> DayType:
    per_hour = 3600 / interval_s
    total = veh.sum(axis=0) * per_hour
    names = tuple(
        name for c, name in enumerate(CLASS_NAMES) if (classes == c).any() and mine[classes == c].mean() > 0.5
    )
    spans, misfit = _spans(veh.mean(axis=1).T * per_hour, interval_s, switch_share, least_span_s)
    return DayType(
        name=_named(names) or Sentence("single days"),
        classes=names,
        days=int(mine.sum()),
        mean_veh_h=total.mean(axis=0),
        q10_veh_h=np.quantile(total, 0.1, axis=0),
        q90_veh_h=np.quantile(total, 0.9, axis=0),
        spans=spans,
        misfit=misfit,
    )


def _named(names: Sequence[str]) -> str:
    """Return 'Mon-Thu' for weekdays in a row, with commas between such runs."""
    runs: list[list[int]] = []
    for place in (CLASS_NAMES.index(name) for name in names):
        if runs and place == runs[-1][-1] + 1 and place < len(CLASS_NAMES) - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    words = [CLASS_NAMES[run[0]] + (f"–{CLASS_NAMES[run[-1]]}" if len(run) > 1 else "") for run in runs]
    return ", ".join(words)


def _spans(
    flows: Floats, interval_s: int, switch_share: float, least_span_s: int
) -> tuple[tuple[DaySpan, ...], Floats]:
    """Return the stretches whose misfit and switches together cost least, and the misfit of each number of them."""
    scale = np.maximum(flows.mean(axis=0), 1.0)
    day_veh = max(flows.mean(axis=0).sum() * 24.0, 1e-9)
    to_share = (interval_s / 3600) / day_veh
    found, ends = best_segments(np.ascontiguousarray(flows), scale, MOST_SPANS, max(least_span_s // interval_s, 1))
    misfit = found * to_share
    count = int(np.argmin(misfit + switch_share * np.arange(MOST_SPANS)))
    cuts = [0, *ends[count, : count + 1].tolist()]
    plans = _shared_plans(flows, scale, cuts, switch_share / to_share)
    return (
        tuple(
            DaySpan(begin_s=a * interval_s, end_s=b * interval_s, plan=plan)
            for a, b, plan in zip(cuts, cuts[1:], plans, strict=False)
        ),
        misfit,
    )


def _shared_plans(flows: Floats, scale: Floats, cuts: Sequence[int], plan_cost: float) -> list[int]:
    """Let stretches that are alike share a plan: the pair whose union costs least, while that is less than a plan."""
    groups = [[k] for k in range(len(cuts) - 1)]

    def misfit(group: list[int]) -> float:
        part = np.concatenate([flows[cuts[k] : cuts[k + 1]] for k in group])
        return float((((part - part.mean(axis=0)) ** 2) / scale).sum())

    while len(groups) > 1:
        pairs = [(a, b) for a in range(len(groups)) for b in range(a + 1, len(groups))]
        costs = [misfit(groups[a] + groups[b]) - misfit(groups[a]) - misfit(groups[b]) for a, b in pairs]
        least = int(np.argmin(costs))
        if costs[least] >= plan_cost:
            break
        a, b = pairs[least]
        groups[a] += groups.pop(b)
    groups.sort(key=min)
    return [next(n for n, group in enumerate(groups, 1) if k in group) for k in range(len(cuts) - 1)]
