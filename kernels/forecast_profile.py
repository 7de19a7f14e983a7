"""Time-of-week profiles of many series, each day's from the days before it.

Counts are arrays (S, T): series, bins in a row without gaps from a midnight on, B to a day; nan where nothing was
counted. Day classes: 0 to 4 Monday to Friday, 5 Saturday, 6 Sunday, 7 public holiday.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import kernel

CLASSES = 8
WORKING, SATURDAY, SUNDAY = 0, 1, 2  # kinds of day: a public holiday is of Sunday's kind
WEEK_HALF_LIFE = 6.0  # in days of the class: an average over about two months
KIND_HALF_LIFE = 24.0  # in days of the kind: the same time, since a week has five working days
FAST_SHARE, KIND_SHARE = 0.3, 0.25  # of a new day in the fast profiles
CLASS_PULL, KIND_PULL = 3.0, 1.0  # days of its own that outweigh what a class borrows from its kind, a kind from all
SURPRISE_SD, SURPRISE_SHARE = 4.0, 0.5  # a count further off is moved to this bound before it enters a slow profile
LEAST_EXPECTED_VEH = 5.0  # a 0 where more is expected counts as missing: Poisson gives it in fewer than 1 of 100 bins
IMPOSSIBLE_RATIO, IMPOSSIBLE_MORE_VEH = 3.0, 20.0
STEP_DAYS, STEP_LOG = 3, 0.25  # a level counts as changed after so many days off by at least this, on one side


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
    class_decay, kind_decay = 0.5 ** (1.0 / WEEK_HALF_LIFE), 0.5 ** (1.0 / KIND_HALF_LIFE)
    for s in range(series):
        class_sum, class_weight = np.zeros((CLASSES, bins)), np.zeros((CLASSES, bins))
        kind_sum, kind_weight = np.zeros((3, bins)), np.zeros((3, bins))
        fast, kind_fast = np.full((CLASSES, bins), np.nan), np.full((3, bins), np.nan)
        raw, row = np.empty(bins), np.empty(bins)
        highest, known, steps, step_sum = 0.0, 0.0, 0, 0.0
        for d in range(days + CLASSES):
            c = day_class[d] if d < days else d - days
            kind = WORKING if c < 5 else (SATURDAY if c == 5 else SUNDAY)
            for b in range(bins):
                every = 0.0
                weight = 0.0
                for k in range(3):
                    every += kind_sum[k, b]
                    weight += kind_weight[k, b]
                mean = every / weight if weight > 0.0 else np.nan
                if kind_weight[kind, b] > 0.0:
                    mean = (kind_sum[kind, b] + KIND_PULL * mean) / (kind_weight[kind, b] + KIND_PULL)
                if class_weight[c, b] > 0.0:
                    mean = (class_sum[c, b] + CLASS_PULL * mean) / (class_weight[c, b] + CLASS_PULL)
                raw[b] = mean
            for b in range(bins):
                row[b] = raw[b]
                if smooth and 0 < b < bins - 1:
                    smoothed = 0.25 * raw[b - 1] + 0.5 * raw[b] + 0.25 * raw[b + 1]
                    if not math.isnan(smoothed):
                        row[b] = smoothed
            if d >= days:
                for b in range(bins):
                    latest[s, c, b] = row[b]
                continue
            known_days[s, d] = known
            seen, counted, expected = 0, 0.0, 0.0
            for b in range(bins):
                at = d * bins + b
                usual[s, at] = row[b]
                recent[s, at] = row[b] if math.isnan(fast[c, b]) else fast[c, b]
                kindred[s, at] = row[b] if math.isnan(kind_fast[kind, b]) else kind_fast[kind, b]
                value = float(counts[s, at])
                if math.isnan(value):
                    continue
                p = row[b]
                if not math.isnan(p):
                    if value == 0.0 and p >= LEAST_EXPECTED_VEH:
                        continue
                    if known >= 7.0 and value > IMPOSSIBLE_RATIO * highest + IMPOSSIBLE_MORE_VEH:
                        continue
                    highest = max(highest, p)
                    if b < bins - hour_bins:
                        counted += value
                        expected += p
                clean[s, at] = value
                seen += 1
                bounded = value
                if not math.isnan(p):
                    bound = SURPRISE_SD * math.sqrt(p + 1.0) + SURPRISE_SHARE * p
                    bounded = min(max(value, p - bound), p + bound)
                class_sum[c, b] = class_sum[c, b] * class_decay + bounded
                class_weight[c, b] = class_weight[c, b] * class_decay + 1.0
                kind_sum[kind, b] = kind_sum[kind, b] * kind_decay + bounded
                kind_weight[kind, b] = kind_weight[kind, b] * kind_decay + 1.0
                if math.isnan(fast[c, b]):
                    fast[c, b] = value
                else:
                    fast[c, b] += FAST_SHARE * (value - fast[c, b])
                if math.isnan(kind_fast[kind, b]):
                    kind_fast[kind, b] = value
                else:
                    kind_fast[kind, b] += KIND_SHARE * (value - kind_fast[kind, b])
            if 2 * seen >= bins:
                known += 1.0
                if c != 7 and expected > bins and counted > 0.0:
                    off = math.log(counted / expected)
                    if steps > 0 and off * step_sum < 0.0:
                        steps, step_sum = 0, 0.0
                    if abs(off) >= STEP_LOG:
                        steps += 1
                        step_sum += off
                    else:
                        steps, step_sum = 0, 0.0
                    if steps >= STEP_DAYS and known > 7.0:
                        factor = math.exp(step_sum / steps)
                        class_sum *= factor
                        kind_sum *= factor
                        fast *= factor
                        kind_fast *= factor
                        steps, step_sum = 0, 0.0
    return clean, usual, recent, kindred, latest, known_days
