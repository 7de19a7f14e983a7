"""What loops say of today: the counted days that are like the day to be planned, and simulations beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ...networks.detector import Detector
from ...networks.types import Floats
from ...simulation.loop_runs import LoopRun
from ..counts.day_kinds import day_class
from ..counts.table import JudgedCounts
from ..counts.verdict import period_bins
from ..forecast.calendar import IsHoliday
from ..forecast.day import SUNDAY

LEAST_DAYS = 3  # alike the day to be planned; with fewer all days stand for it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoopsSeen:
    """What each loop says in each interval of the period, over some days or some simulations.

    `veh` and `occupancy` have the shape (detectors, days, intervals), nan where nothing was observed; occupancies are
    shares of the time, all nan where the counts have none.
    """

    detectors: tuple[Detector, ...]
    interval_s: int
    veh: Floats
    occupancy: Floats

    @property
    def flow_veh_h(self) -> Floats:
        """The median over days of each loop's flow in the period, nan where it was never observed."""
        return _median(_over_time(self.veh)) * 3600 / self.interval_s

    @property
    def flow_sd_veh_h(self) -> Floats:
        """How far days lie apart; nan for fewer than two."""
        return _sd(_over_time(self.veh)) * 3600 / self.interval_s

    @property
    def mean_occupancy(self) -> Floats:
        """The median over days of each loop's mean occupancy in the period."""
        return _median(_over_time(self.occupancy))

    @property
    def occupancy_sd(self) -> Floats:
        """How far days lie apart."""
        return _sd(_over_time(self.occupancy))


def counted_days(
    judged: JudgedCounts, detectors: Sequence[Detector], day: date, begin_s: int, end_s: int, is_holiday: IsHoliday
) -> LoopsSeen:
    """Return what the detectors said on the days before `day` that are of its class (working day, Saturday, Sunday).

    Counts that were rejected, and those that stand in for them, are not among them.
    """
    counts = judged.counts
    place = {loop.id: row for row, loop in enumerate(counts.detectors)}
    rows = [place[loop.id] for loop in detectors]
    days = _alike(counts.days, day, is_holiday)
    bins = period_bins(counts, begin_s, end_s)
    observed = judged.observed[rows][:, days][:, :, bins]
    said = counts.signs.occupancy
    occupancy = np.full(observed.shape, np.nan) if said is None else said[rows][:, days][:, :, bins].astype(np.float64)
    return LoopsSeen(
        detectors=tuple(detectors),
        interval_s=counts.interval_s,
        veh=np.where(observed, counts.veh[rows][:, days][:, :, bins], np.nan),
        occupancy=np.where(observed, occupancy, np.nan),
    )


def simulated(runs: Sequence[LoopRun], detectors: Sequence[Detector]) -> LoopsSeen:
    """Return what loops counted in simulations, a run in the place of a day."""
    return LoopsSeen(
        detectors=tuple(detectors),
        interval_s=runs[0].loops.interval_s,
        veh=np.stack([run.loops.counts.T.astype(np.float64) for run in runs], axis=1),
        occupancy=np.stack([run.loops.occupancy.T for run in runs], axis=1),
    )


def late_ratio(counted: LoopsSeen, driven: LoopsSeen) -> float | None:
    """Return the vehicles over all loops in the last quarter of the period, simulated over counted; None for none.

    Loops that were not observed then are left out on both sides.
    """
    late = -max(1, counted.veh.shape[2] // 4)
    seen = _over_days(counted.veh[:, :, late:])
    made = driven.veh[:, :, late:].mean(axis=1)
    known = ~np.isnan(seen)
    total = float(seen[known].sum())
    return float(made[known].sum()) / total if total > 0 else None


def _over_days(veh: Floats) -> Floats:
    """Return the mean over the days on which each loop and interval was observed, nan where none was."""
    known = ~np.isnan(veh)
    sums, days = np.where(known, veh, 0.0).sum(axis=1), known.sum(axis=1)
    return np.asarray(np.where(days > 0, sums / np.maximum(days, 1), np.nan))


def _alike(days: Sequence[date], day: date, is_holiday: IsHoliday) -> list[int]:
    def kind(one: date) -> int:
        return SUNDAY if is_holiday(one) else day_class(one)

    before = [k for k, known in enumerate(days) if known < day]
    same = [k for k in before if kind(days[k]) == kind(day)]
    return same if len(same) >= LEAST_DAYS else before


def _over_time(values: Floats) -> Floats:
    """Return the mean over a day's intervals, nan where fewer than half of them are known."""
    known = ~np.isnan(values)
    enough = known.mean(axis=2) >= 0.5
    sums = np.where(known, values, 0.0).sum(axis=2)
    return np.asarray(np.where(enough, sums / np.maximum(known.sum(axis=2), 1), np.nan))


def _median(values: Floats) -> Floats:
    """Return the medians along the second axis; nan where there is nothing."""
    found = np.full(values.shape[0], np.nan)
    some = ~np.isnan(values).all(axis=1)
    found[some] = np.nanmedian(values[some], axis=1)
    return found


def _sd(values: Floats) -> Floats:
    found = np.full(values.shape[0], np.nan)
    some = (~np.isnan(values)).sum(axis=1) > 1
    found[some] = np.nanstd(values[some], axis=1, ddof=1)
    return found
