"""The verdict as tables: a row for each detector, or for each bin."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from .table import Counts, DetectorVerdict, JudgedCounts
from .table_files import write_table
from .widths import lanes_counted


def verdict_rows(judged: JudgedCounts) -> list[dict[str, Any]]:
    """Return for each detector its coverage, bins by verdict, bins imputed, days by reason, and steps of its level."""
    rows, lanes = [], lanes_counted(judged.counts)
    for place, detector in enumerate(judged.counts.detectors):
        tally = judged.tally(detector.id)
        imputed = tally.pop("imputed")
        rows.append(
            {
                "detector": detector.id,
                "lane": detector.lane,
                "coverage": judged.coverage[detector.id],
                **tally,
                "bins": tally,
                "imputed": imputed,
                "dropped": detector.id in judged.dropped,
                "lanes": int(lanes[place]),
                "unseen": _unseen(judged, detector.id),
                "days": _days(judged, place),
                "steps": [
                    {"day": str(step.day), "ratio": round(step.ratio, 3)}
                    for step in judged.steps
                    if step.detector == detector.id
                ],
            }
        )
    return rows


def _unseen(judged: JudgedCounts, detector: str) -> list[dict[str, Any]]:
    """Return the hours that no day has seen, by the days that lack them, and the detectors that tell them."""
    counts, found = judged.counts, []
    for one in judged.unseen:
        if one.detector == detector:
            at = np.array(one.bins)
            parts = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
            spans = [(_clock(counts, int(part[0])), _clock(counts, int(part[-1]) + 1)) for part in parts]
            found.append({"days": len(one.days), "hours": spans, "told_by": list(one.told_by)})
    return found


def _clock(counts: Counts, place: int) -> str:
    minutes = (counts.begin_s + place * counts.interval_s) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(judged: JudgedCounts, place: int) -> dict[str, list[str]]:
    """Return the days on which each reason to reject was found."""
    found = {}
    for verdict in DetectorVerdict:
        on = (
            (judged.verdicts[place] == verdict).any(axis=1)
            if verdict > DetectorVerdict.MISSING
            else np.zeros(0, dtype=bool)
        )
        if on.any():
            found[verdict.name.lower()] = [str(judged.counts.days[n]) for n in np.flatnonzero(on)]
    return found


def bins_frame(judged: JudgedCounts) -> pl.DataFrame:
    """Return `detector,start,interval_s,count,verdict,state,value`: a row for every bin.

    `state` is observed, imputed, rejected or closed: rejected (or missing) bins without a value have none; `value` is
    what later steps use, none where the street was closed.
    """
    counts = judged.counts
    detectors, days, bins = counts.veh.shape
    starts = [
        datetime.combine(day, time()) + timedelta(seconds=counts.begin_s + b * counts.interval_s)
        for day in counts.days
        for b in range(bins)
    ]
    names = pl.Series([verdict.name.lower() for verdict in DetectorVerdict], dtype=pl.Categorical)
    state = np.where(judged.observed, 0, np.where(judged.imputed, 1, np.where(judged.closed, 3, 2)))
    state = state.reshape(-1).astype(np.uint32)
    states = pl.Series(["observed", "imputed", "rejected", "closed"], dtype=pl.Categorical)
    return pl.DataFrame(
        {
            "detector": pl.Series([detector.id for detector in counts.detectors]).repeat_by(days * bins).explode(),
            "start": pl.concat([pl.Series(starts)] * detectors) if detectors else pl.Series(starts),
            "interval_s": pl.Series(np.full(state.size, counts.interval_s, dtype=np.int32)),
            "count": pl.Series(counts.veh.reshape(-1), nan_to_null=True),
            "verdict": names.gather(judged.verdicts.reshape(-1).astype(np.uint32)),
            "state": states.gather(state),
            "value": pl.Series(np.where(judged.closed, np.nan, judged.veh).reshape(-1), nan_to_null=True),
        }
    )


def write_verdicts(judged: JudgedCounts, path: Path) -> None:
    """Write `bins_frame` as the name ends, whole or not at all. Raises InputError for another ending."""
    write_table(bins_frame(judged), path)
