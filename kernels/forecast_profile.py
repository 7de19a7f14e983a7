"""Time-of-week profiles of many series, each day's from the days before it.

Counts are arrays (S, T): series, bins in a row without gaps from a midnight on, B to a day; nan where nothing was
counted. Day classes: 0 to 4 Monday to Friday, 5 Saturday, 6 Sunday, 7 public holiday.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .compiled import inner_kernel, kernel

CLASSES = 8
HOLIDAY = 7
KINDS = 3
WORKING, SATURDAY, SUNDAY = 0, 1, 2  # kinds of day: a public holiday is of Sunday's kind
WEEK_HALF_LIFE = 6.0  # in days of the class: an average over about two months
KIND_HALF_LIFE = 24.0  # in days of the kind: the same time, since a week has five working days
CLASS_KEEP, KIND_KEEP = 0.5 ** (1.0 / WEEK_HALF_LIFE), 0.5 ** (1.0 / KIND_HALF_LIFE)
FAST_SHARE, KIND_SHARE = 0.3, 0.25  # of a new day in the fast profiles
CLASS_PULL, KIND_PULL = 3.0, 1.0  # days of its own that outweigh what a class borrows from its kind, a kind from all
SURPRISE_SD, SURPRISE_SHARE = 4.0, 0.5  # a count further off is moved to this bound before it enters a slow profile
LEAST_EXPECTED_VEH = 5.0  # a 0 where more is expected counts as missing: Poisson gives it in fewer than 1 of 100 bins
IMPOSSIBLE_RATIO, IMPOSSIBLE_MORE_VEH = 3.0, 20.0
STEP_DAYS, STEP_LOG = 3, 0.25  # a level counts as changed after so many days off by at least this, on one side

KNOWN, HIGHEST, STEPS, STEP_SUM = range(4)  # places in Past.tally


class Past(NamedTuple):
    """What the days of one series so far have left, by bin of the day. [veh per bin]"""

    class_sum: np.ndarray  # (8, bins) float64: fading sum over the days of each class
    class_weight: np.ndarray  # (8, bins) float64: fading number of them
    kind_sum: np.ndarray  # (3, bins) float64: the same of each kind
    kind_weight: np.ndarray  # (3, bins) float64
    fast: np.ndarray  # (8, bins) float64: mean of the last few days of each class, nan before the first
    kind_fast: np.ndarray  # (3, bins) float64: the same of each kind
    tally: np.ndarray  # (4,) float64: days known, the most expected [veh], days off in a row, sum of their logarithms


@kernel
def profiles(counts, day_class, bins, hour_bins, smooth):
    """Return believable counts and three expectations of each, all from earlier days of the same series.

    Parameters
    ----------
    counts : (S, T) float32
        Counts, T = D * bins. [veh per bin]
    day_class : (D,) int64
        Class of each day.
    bins, hour_bins : int
        Bins of a day and of an hour.
    smooth : bool
        Whether a bin of the profile takes half its weight from its two neighbours: right for short bins.

    Returns
    -------
    clean : (S, T) float32
        The counts; nan for a 0 where vehicles were sure, and for what is far above all that was expected so far.
    usual : (S, T) float32
        Mean over the days of the class, old ones fading, shrunk to that over days of its kind. [veh per bin]
    recent : (S, T) float32
        The same with a memory of about three days of the class.
    kindred : (S, T) float32
        The same with a memory of about four days of the kind.
    latest : (S, 8, bins) float32
        `usual` for a day of each class after the last one.
    known_days : (S, D) float32
        Days with at least half of their counts, before each day.

    Notes
    -----
    The means are shrunk as in H. Bühlmann, Experience rating and credibility, ASTIN Bulletin 4, 1967: n own days weigh
    n / (n + k). All of them are scaled at once when the volume was off by more than a quarter, to the same side, on
    three observed days in a row (a lane opened, a detector replaced). What is compared is the day up to its last hour:
    so a profile for the first hour of a day is known an hour before midnight.
    """
    series, total = counts.shape
    days = total // bins
    clean = np.full((series, total), np.nan, dtype=np.float32)
    usual = np.full((series, total), np.nan, dtype=np.float32)
    recent = np.full((series, total), np.nan, dtype=np.float32)
    kindred = np.full((series, total), np.nan, dtype=np.float32)
    latest = np.full((series, CLASSES, bins), np.nan, dtype=np.float32)
    known_days = np.zeros((series, days), dtype=np.float32)
    raw, row = np.empty(bins), np.empty(bins)
    for s in range(series):
        past = Past(
            class_sum=np.zeros((CLASSES, bins)),
            class_weight=np.zeros((CLASSES, bins)),
            kind_sum=np.zeros((KINDS, bins)),
            kind_weight=np.zeros((KINDS, bins)),
            fast=np.full((CLASSES, bins), np.nan),
            kind_fast=np.full((KINDS, bins), np.nan),
            tally=np.zeros(4),
        )
        for d in range(days + CLASSES):
            c = day_class[d] if d < days else d - days
            _expect(past, c, raw)
            _smooth(raw, row, smooth)
            if d >= days:
                latest[s, c] = row
                continue
            known_days[s, d] = past.tally[KNOWN]
            first, after = d * bins, (d + 1) * bins
            usual[s, first:after] = row
            _quick(row, past.fast[c], recent[s, first:after])
            _quick(row, past.kind_fast[_kind_of(c)], kindred[s, first:after])
            off = _learn_day(past, c, row, counts[s, first:after], clean[s, first:after], hour_bins)
            _follow_step(past, off)
    return clean, usual, recent, kindred, latest, known_days


@inner_kernel
def _kind_of(c):
    """Return the kind of a day of class `c`."""
    return WORKING if c < 5 else (SATURDAY if c == 5 else SUNDAY)


@inner_kernel
def _expect(past, c, raw):
    """Fill `raw` (bins,) with what is usual on a day of class `c`: its mean, shrunk to its kind's, that to all's."""
    kind = _kind_of(c)
    for b in range(raw.size):
        every = 0.0
        weight = 0.0
        for k in range(KINDS):
            every += past.kind_sum[k, b]
            weight += past.kind_weight[k, b]
        mean = every / weight if weight > 0.0 else np.nan
        if past.kind_weight[kind, b] > 0.0:
            mean = (past.kind_sum[kind, b] + KIND_PULL * mean) / (past.kind_weight[kind, b] + KIND_PULL)
        if past.class_weight[c, b] > 0.0:
            mean = (past.class_sum[c, b] + CLASS_PULL * mean) / (past.class_weight[c, b] + CLASS_PULL)
        raw[b] = mean


@inner_kernel
def _smooth(raw, row, smooth):
    """Fill `row` (bins,) with `raw`; if smoothed, a bin takes half its weight from its neighbours, where known."""
    bins = raw.size
    for b in range(bins):
        row[b] = raw[b]
        if smooth and 0 < b < bins - 1:
            smoothed = 0.25 * raw[b - 1] + 0.5 * raw[b] + 0.25 * raw[b + 1]
            if not math.isnan(smoothed):
                row[b] = smoothed


@inner_kernel
def _quick(row, fast, out):
    """Fill `out` (bins,) with a fast profile where it is known, else with the slow one."""
    for b in range(row.size):
        out[b] = row[b] if math.isnan(fast[b]) else fast[b]


@inner_kernel
def _learn_day(past, c, row, veh, clean, hour_bins):
    """Take in the counts `veh` (bins,) of a day of class `c` where `row` was expected; the believed go to `clean`.

    Returns how far the day was off, log(counted / expected) up to its last hour. [-] It is nan where less than half was
    counted, and inf where that is too little to say, or on a public holiday.
    """
    bins = row.size
    highest, known = past.tally[HIGHEST], past.tally[KNOWN]
    seen, counted, expected = 0, 0.0, 0.0
    for b in range(bins):
        value, p = float(veh[b]), row[b]
        if math.isnan(value):
            continue
        if not math.isnan(p):
            if value == 0.0 and p >= LEAST_EXPECTED_VEH:
                continue
            if known >= 7.0 and value > IMPOSSIBLE_RATIO * highest + IMPOSSIBLE_MORE_VEH:
                continue
            highest = max(highest, p)
            if b < bins - hour_bins:
                counted += value
                expected += p
        clean[b] = value
        seen += 1
        _remember(past, c, b, value, p)
    past.tally[HIGHEST] = highest
    if 2 * seen < bins:
        return np.nan
    return math.log(counted / expected) if c != HOLIDAY and expected > bins and counted > 0.0 else np.inf


@inner_kernel
def _remember(past, c, b, value, p):
    """Let a believed count of bin `b` enter the profiles, the slow ones within a bound of the `p` that was expected."""
    kind = _kind_of(c)
    bounded = value
    if not math.isnan(p):
        bound = SURPRISE_SD * math.sqrt(p + 1.0) + SURPRISE_SHARE * p
        bounded = min(max(value, p - bound), p + bound)
    past.class_sum[c, b] = past.class_sum[c, b] * CLASS_KEEP + bounded
    past.class_weight[c, b] = past.class_weight[c, b] * CLASS_KEEP + 1.0
    past.kind_sum[kind, b] = past.kind_sum[kind, b] * KIND_KEEP + bounded
    past.kind_weight[kind, b] = past.kind_weight[kind, b] * KIND_KEEP + 1.0
    if math.isnan(past.fast[c, b]):
        past.fast[c, b] = value
    else:
        past.fast[c, b] += FAST_SHARE * (value - past.fast[c, b])
    if math.isnan(past.kind_fast[kind, b]):
        past.kind_fast[kind, b] = value
    else:
        past.kind_fast[kind, b] += KIND_SHARE * (value - past.kind_fast[kind, b])


@kernel
def _follow_step(past, off):
    """Count an observed day; once the volume was off to one side for days in a row, scale all profiles to it."""
    tally = past.tally
    if math.isnan(off):
        return
    tally[KNOWN] += 1.0
    if math.isinf(off):
        return
    if tally[STEPS] > 0.0 and off * tally[STEP_SUM] < 0.0:
        tally[STEPS], tally[STEP_SUM] = 0.0, 0.0
    if abs(off) < STEP_LOG:
        tally[STEPS], tally[STEP_SUM] = 0.0, 0.0
        return
    tally[STEPS] += 1.0
    tally[STEP_SUM] += off
    if tally[STEPS] >= STEP_DAYS and tally[KNOWN] > 7.0:
        factor = math.exp(tally[STEP_SUM] / tally[STEPS])
        for means in (past.class_sum, past.kind_sum, past.fast, past.kind_fast):
            means *= factor
        tally[STEPS], tally[STEP_SUM] = 0.0, 0.0
