"""A verdict on every count: what its detector counts on other days, and what the network did on this one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.screening import repeated_days, silent_runs, stray_stretches, stuck_runs
from .expect import MEDIAN, Expectation, expectation
from .noise import noise_of
from .relations import Relations, broken, by_name
from .signs import doubted_by_signs, held_on
from .table import Counts, Verdict

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Verdicts = NDArray[np.uint8]

# Zeros are doubted when so many vehicles were to be expected in their run: a Poisson count is 0 with e^-7 < 0.1 %.
SILENT_VEH = 7.0
# Days without a vehicle say nothing of a detector that usually counts so many.
DEAD_DAY_VEH = 30.0
# More than one vehicle every 1.2 s on one lane; above what FHWA's quality rules for archived data let through.
MOST_VEH_H = 3000.0
MOST_OVER_BUSY = 3.0
STUCK_RULES = ((4, 1e-7), (6, 1e-5))  # bins, chance
REPEAT_DAYS, REPEAT_BINS, REPEAT_CHANCE = 7, 6, 1e-12
# A table in which so much repeats is made of typical days, on purpose.
TYPICAL_TABLE = 0.3
STRETCH_SIGMAS, LEAST_SIGMAS = 7.5, 4.5  # of 24 hours, of one
STRETCH_RATIOS = np.array([0.6, 1.45])
STRETCH_VEH = 20.0
STRETCHES = 3
LEAST_OUT = 2  # detectors of a signal that must be silent
WHOLE_DAY = 0.75


@dataclass(frozen=True, kw_only=True, eq=False)
class Screened:
    """A `Verdict` for each count, of the shape of the counts, and what the counts should be about."""

    verdicts: Verdicts
    expected: Expectation


def screen(counts: Counts, relations: Relations | None = None) -> Screened:
    """Return the verdicts. The first rule that fires stands.

    Without `relations`, detectors named SIGNAL/CHANNEL are taken to belong to SIGNAL, and no two to tell the same.
    """
    related = relations or by_name(counts.detectors)
    verdicts = _plain(counts)
    rough = expectation(counts, _believed(counts, verdicts), trim=MEDIAN)
    _runs(counts, verdicts, rough)
    expected = expectation(counts, _believed(counts, verdicts))
    _runs(counts, verdicts, expected)
    _mark(verdicts, Verdict.HELD_ON, held_on(counts, expected.veh))
    _outages(counts, verdicts, related.signals)
    _stray(counts, verdicts, expected)
    _related(counts, verdicts, expected, related)
    return Screened(verdicts=verdicts, expected=expected)


def _believed(counts: Counts, verdicts: Verdicts) -> Floats:
    """Return the counts that nothing speaks against yet; whole days of zeros are left out, though they may be true."""
    veh = np.where(verdicts == Verdict.OBSERVED, counts.veh, np.nan)
    totals = np.nansum(veh, axis=2)
    for d in np.flatnonzero((totals == 0).any(axis=1) & (totals > 0).any(axis=1)):
        if np.median(totals[d][totals[d] > 0]) >= DEAD_DAY_VEH:
            veh[d][totals[d] == 0] = np.nan
    return veh


def _mark(verdicts: Verdicts, verdict: Verdict, fires: Flags) -> None:
    verdicts[fires & (verdicts == Verdict.OBSERVED)] = verdict


def _plain(counts: Counts) -> Verdicts:
    """Return the verdicts that need no other day: no count, or more than a lane can carry."""
    verdicts = np.full(counts.veh.shape, Verdict.OBSERVED, dtype=np.uint8)
    _mark(verdicts, Verdict.MISSING, np.isnan(counts.veh))
    _mark(verdicts, Verdict.IMPOSSIBLE, counts.veh > MOST_VEH_H * counts.interval_s / 3600)
    for verdict, fires in doubted_by_signs(counts):
        _mark(verdicts, verdict, fires)
    return verdicts


def _outages(counts: Counts, verdicts: Verdicts, signals: tuple[str, ...]) -> None:
    """Call silence an outage where no detector of the signal said anything."""
    quiet = np.isin(verdicts, (Verdict.SILENT, Verdict.MISSING)) | (counts.veh == 0)
    for signal in sorted(set(signals) - {""}):
        rows = [row for row, name in enumerate(signals) if name == signal]
        silent = verdicts[rows] == Verdict.SILENT
        out = quiet[rows].all(axis=0) & (silent.sum(axis=0) >= LEAST_OUT)
        verdicts[rows] = np.where(silent & out, Verdict.OUTAGE, verdicts[rows])


def _related(counts: Counts, verdicts: Verdicts, expected: Expectation, related: Relations) -> None:
    """Doubt days of detectors that break their relation to others; one that is doubted is left out of the next."""
    for relation in related.pairs:
        veh = np.where(verdicts == Verdict.OBSERVED, counts.veh, np.nan)
        for d, n in broken(counts, veh, expected.level, relation):
            verdicts[d, n][verdicts[d, n] == Verdict.OBSERVED] = relation.verdict


def _runs(counts: Counts, verdicts: Verdicts, expected: Expectation) -> None:
    veh = np.where(verdicts == Verdict.OBSERVED, counts.veh, np.nan)
    _mark(verdicts, Verdict.SILENT, silent_runs(veh, expected.veh, SILENT_VEH))
    for least_bins, chance in STUCK_RULES:
        _mark(verdicts, Verdict.STUCK, stuck_runs(veh, expected.veh, least_bins, chance))
    repeated = repeated_days(veh, expected.veh, REPEAT_DAYS, REPEAT_BINS, REPEAT_CHANCE)
    if repeated.mean() < TYPICAL_TABLE:
        _mark(verdicts, Verdict.FROZEN, repeated)


def _least_sigmas(counts: Counts) -> float:
    """Return how far a stretch must stray: the longer a day is watched, the more often true traffic strays in it.

    The limit of whole days was chosen on real counts; it falls with the logarithm of the hours that are counted.
    """
    hours = counts.bins * counts.interval_s / 3600
    return float(max(LEAST_SIGMAS, STRETCH_SIGMAS + np.log(hours / 24.0)))


def _stray(counts: Counts, verdicts: Verdicts, expected: Expectation) -> None:
    """Doubt stretches far from their expectation; where they are most of what was expected, the whole day."""
    veh = np.where(verdicts == Verdict.OBSERVED, counts.veh, np.nan)
    noise = noise_of(veh, expected.veh, counts.interval_s)
    ratio = stray_stretches(
        veh,
        expected.veh,
        noise.share,
        noise.more,
        noise.bunching,
        STRETCH_RATIOS,
        _least_sigmas(counts),
        STRETCH_VEH,
        STRETCHES,
    )
    off = ~np.isnan(ratio)
    due = np.where(np.isnan(veh), 0.0, expected.veh)
    whole = (due * off).sum(axis=2) > WHOLE_DAY * due.sum(axis=2)
    _mark(verdicts, Verdict.DAY_TOTAL, np.broadcast_to((whole & off.any(axis=2))[:, :, None], off.shape))
    _mark(verdicts, Verdict.OUT_OF_LINE, off)
