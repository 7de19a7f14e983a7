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
from .table import Counts, DetectorVerdict, JudgedCounts, taken
from .unseen import unseen_hours

# Below this share of observed bins a detector's profile would be mostly its own imputation.
DROP_BELOW = 0.3
LEAST_COVERAGE = 0.6
NAMED = 5
AT_ONCE = 1000


def judge(counts: Counts, relations: Relations | None = None, tell: Tell = silent) -> JudgedCounts:
    """Return the counts with a verdict on each, mended where they are missing or rejected.

    Detectors with less than 30 % of their bins observed are dropped: their values are nan. More than a thousand
    detectors are judged in parts of as many, in the order given, so that memory stays bounded: then only detectors of
    one part are compared with each other.
    """
    related = relations or by_name(counts.detectors)
    rows = range(0, max(1, len(counts.detectors)), AT_ONCE)
    parts = []
    for k in rows:
        tell("detectors judged", k, len(counts.detectors))
        parts.append(_judged(taken(counts, k, k + AT_ONCE), part_of(related, k, k + AT_ONCE)))
    tell("detectors judged", len(counts.detectors), len(counts.detectors))
    return JudgedCounts(
        counts=counts,
        verdicts=parts[0].verdicts if len(parts) == 1 else np.concatenate([part.verdicts for part in parts]),
        veh=parts[0].veh if len(parts) == 1 else np.concatenate([part.veh for part in parts]),
        dropped=tuple(name for part in parts for name in part.dropped),
        steps=tuple(step for part in parts for step in part.steps),
        unseen=tuple(one for part in parts for one in part.unseen),
    )


def _judged(counts: Counts, relations: Relations) -> JudgedCounts:
    screened = screen(counts, relations)
    verdicts = screened.verdicts
    observed = verdicts == DetectorVerdict.OBSERVED
    unseen, expected = unseen_hours(counts, observed, screened.expected)
    veh = impute(counts, verdicts, expected)
    lost = _share_of_seen_hours(observed) < DROP_BELOW
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


def _share_of_seen_hours(observed: NDArray[np.bool_]) -> Floats:
    """Return (D,) the share of observed bins among those that some day has seen; 0 without any."""
    seen = observed.any(axis=1)
    days = observed.shape[1]
    return np.asarray(observed.sum(axis=(1, 2)) / np.maximum(days * seen.sum(axis=1), 1))


def network_coverage(judged: JudgedCounts, begin_s: int, end_s: int) -> float:
    """Return the share of observed bins of all detectors and days that lie in the period."""
    return float(judged.observed[:, :, period_bins(judged.counts, begin_s, end_s)].mean())


def require_coverage(judged: JudgedCounts, begin_s: int, end_s: int, least: float = LEAST_COVERAGE) -> float:
    """Return the coverage of a period. Raises InputError naming the worst detectors if it is below `least`."""
    found = network_coverage(judged, begin_s, end_s)
    if found >= least:
        return found
    raise InputError(
        where="the counts",
        found=f"{found:.0%} of the bins of the period are observed; worst: {_costliest(judged, begin_s, end_s)}",
        rule=f"a plan is made from at least {least:.0%}",
        fix="repair these detectors or add days, or lower min_coverage in study.toml",
    )


def _costliest(judged: JudgedCounts, begin_s: int, end_s: int) -> str:
    """Return the detectors that lose most bins of a period, each with its share observed and its main reason."""
    verdicts = judged.verdicts[:, :, period_bins(judged.counts, begin_s, end_s)]
    shares = (verdicts == DetectorVerdict.OBSERVED).mean(axis=(1, 2))
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
