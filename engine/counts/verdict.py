"""From counts as read to counts that a forecast may use, or a refusal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...networks.errors import InputError
from ...networks.progress import Tell, silent
from ...networks.types import Floats
from .impute import impute
from .relations import Relations, by_name, part_of
from .screen import screen
from .table import Counts, DetectorVerdict, JudgedCounts, observed_shares, taken
from .unseen import unseen_hours

# Below this share of observed bins a detector's profile would be mostly its own imputation.
DROP_BELOW = 0.3
LEAST_COVERAGE = 0.6
NAMED = 5
AT_ONCE = 1000


def judge(
    counts: Counts,
    relations: Relations | None = None,
    tell: Tell = silent,
    *,
    closed: NDArray[np.bool_] | None = None,
) -> JudgedCounts:
    """Return the counts with a verdict on each, mended where they are missing or rejected.

    Detectors with less than 30 % of their bins observed, of those that any day has seen, are dropped: their values are
    nan. Hours of the day that no day has seen are inferred (`unseen`). More than a thousand detectors are judged in
    parts of as many, in the order given, so that memory stays bounded: then only detectors of one part are compared
    with each other. `closed` (detectors, days) tells whose street was closed.
    """
    related = relations or by_name(counts.detectors)
    rows = range(0, max(1, len(counts.detectors)), AT_ONCE)
    parts = []
    for k in rows:
        tell("detectors judged", k, len(counts.detectors))
        shut = None if closed is None else closed[k : k + AT_ONCE]
        parts.append(_judged(taken(counts, k, k + AT_ONCE), part_of(related, k, k + AT_ONCE), shut))
    tell("detectors judged", len(counts.detectors), len(counts.detectors))
    return JudgedCounts(
        counts=counts,
        verdicts=parts[0].verdicts if len(parts) == 1 else np.concatenate([part.verdicts for part in parts]),
        veh=parts[0].veh if len(parts) == 1 else np.concatenate([part.veh for part in parts]),
        dropped=tuple(name for part in parts for name in part.dropped),
        steps=tuple(step for part in parts for step in part.steps),
        unseen=tuple(one for part in parts for one in part.unseen),
    )


def _judged(counts: Counts, relations: Relations, closed: NDArray[np.bool_] | None) -> JudgedCounts:
    screened = screen(counts, relations, closed)
    verdicts = screened.verdicts
    observed = verdicts == DetectorVerdict.OBSERVED
    unseen, expected = unseen_hours(counts, observed, screened.expected)
    veh = impute(counts, verdicts, expected)
    lost = _share_of_seen_hours(observed, verdicts == DetectorVerdict.CLOSED) < DROP_BELOW
    veh[lost] = np.nan
    dropped = tuple(detector.id for detector, gone in zip(counts.detectors, lost, strict=True) if gone)
    return JudgedCounts(
        counts=counts,
        verdicts=verdicts,
        veh=veh,
        dropped=dropped,
        steps=expected.steps,
        unseen=tuple(one for one in unseen if one.detector not in dropped),
    )


def _share_of_seen_hours(observed: NDArray[np.bool_], closed: NDArray[np.bool_]) -> Floats:
    """Return (D,) the share of observed bins among the open ones whose hour some day has seen; 0 without any."""
    asked = np.asarray(observed.any(axis=1))[:, None, :] & ~closed
    return np.asarray(observed.sum(axis=(1, 2)) / np.maximum(asked.sum(axis=(1, 2)), 1))


def period_coverage(judged: JudgedCounts, begin_s: int, end_s: int) -> dict[str, float]:
    """Return for each detector the share of observed bins of all days on which it was open, in the period."""
    shares = observed_shares(judged.verdicts[:, :, period_bins(judged.counts, begin_s, end_s)])
    return {loop.id: float(share) for loop, share in zip(judged.counts.detectors, shares, strict=True)}


def network_coverage(judged: JudgedCounts, begin_s: int, end_s: int) -> float:
    """Return the share of observed bins in the period, of all detectors and days on which they were open."""
    verdicts = judged.verdicts[:, :, period_bins(judged.counts, begin_s, end_s)]
    observed = (verdicts == DetectorVerdict.OBSERVED).sum()
    return float(observed / max((verdicts != DetectorVerdict.CLOSED).sum(), 1))


def require_coverage(judged: JudgedCounts, begin_s: int, end_s: int, least: float = LEAST_COVERAGE) -> float:
    """Return the coverage of a period.

    Raises InputError naming the worst detectors if it is below `least`, or the hours that no detector has counted.
    """
    found = network_coverage(judged, begin_s, end_s)
    if found >= least:
        _require_every_hour(judged, begin_s, end_s)
        return found
    raise InputError(
        where="the counts",
        found=f"{found:.0%} of the bins of the period are observed; worst: {_costliest(judged, begin_s, end_s)}",
        rule=f"a plan is made from at least {least:.0%}",
        fix="repair these detectors or add days, or lower min_coverage in study.toml",
    )


def _require_every_hour(judged: JudgedCounts, begin_s: int, end_s: int) -> None:
    bins = period_bins(judged.counts, begin_s, end_s)
    nobody = ~judged.observed[:, :, bins].any(axis=(0, 1))
    if nobody.any():
        first_s = begin_s + int(nobody.argmax()) * judged.counts.interval_s
        raise InputError(
            where="the counts",
            found=f"{int(nobody.sum())} bins of the period that no detector counted on any day, the first at "
            f"{first_s // 3600:02d}:{first_s % 3600 // 60:02d}",
            rule="what nobody counted is inferred from others that counted then",
            fix="give counts of these hours, or choose a period without them",
        )


def _costliest(judged: JudgedCounts, begin_s: int, end_s: int) -> str:
    """Return the detectors that lose most bins of a period, each with its share observed and its main reason."""
    verdicts = judged.verdicts[:, :, period_bins(judged.counts, begin_s, end_s)]
    shares = observed_shares(verdicts)
    named = []
    for place in np.argsort(shares, kind="stable")[:NAMED]:
        lost = verdicts[place][verdicts[place] != DetectorVerdict.OBSERVED]
        if lost.size:
            reason = DetectorVerdict(int(np.bincount(lost).argmax())).name.lower().replace("_", " ")
            named.append(f"{judged.counts.detectors[place].id} ({shares[place]:.0%} observed, mostly {reason})")
    return ", ".join(named)


def period_bins(counts: Counts, begin_s: int, end_s: int) -> slice:
    """Return the bins of a period. Raises InputError if the counts do not cover it or no bins fill it."""
    step = counts.interval_s
    if begin_s < counts.begin_s or end_s > counts.end_s or begin_s % step or end_s % step or begin_s >= end_s:
        raise InputError(
            where="the period",
            found=f"{begin_s} s to {end_s} s after midnight",
            rule=f"a period is a whole number of bins of {step} s and lies within the counts, which cover "
            f"{counts.begin_s} s to {counts.end_s} s",
            fix="change the period, or give counts that cover it",
        )
    return slice((begin_s - counts.begin_s) // step, (end_s - counts.begin_s) // step)
