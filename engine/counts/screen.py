"""A verdict on every count: what its detector counts on other days, and what the network did on this one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.screening import repeated_days, silent_runs, stray_stretches, stuck_runs
from ...networks.types import Floats
from .bin_signs import doubted_by_signs, held_on
from .expect import MEDIAN, Expectation, expectation
from .noise import Noise, noise_of
from .relations import Relations, broken, by_name
from .table import Counts, DetectorVerdict
from .widths import MOST_VEH_H, lanes_counted

Flags = NDArray[np.bool_]
Verdicts = NDArray[np.uint8]

# Zeros are doubted when so many vehicles were to be expected in their run: a Poisson count is 0 with e^-7 < 0.1 %.
SILENT_VEH = 7.0
# Days without a vehicle say nothing of a detector that usually counts so many.
DEAD_DAY_VEH = 30.0
STUCK_RULES = ((4, 1e-7), (6, 1e-5))  # bins, chance
REPEAT_DAYS, REPEAT_BINS, REPEAT_CHANCE = 7, 6, 1e-12
# A table in which so much repeats is made of typical days, on purpose.
TYPICAL_TABLE = 0.3
# On `benchmark counts --part dev`, the largest at which no kind of 50 faults or more loses 2 points of what 7.5 finds:
# at 10, Berlin's days with 20 to 45 % of their total lose 9.
STRETCH_SIGMAS, LEAST_SIGMAS = 9.0, 4.5  # of 24 hours, of one
STRETCH_RATIOS = np.array([0.6, 1.45])
STRETCH_VEH = 20.0
STRETCHES = 3
DAY_SIGMAS, DAY_RATIOS, MOST_DAY_VEH = 5.0, (0.55, 1.7), 700.0
EXCUSED_FROM, SAME_HOURS, LEAST_ASKED, ASKED_FOR_ONE = 0.1, 0.5, 3, 6
LEAST_OUT = 2  # detectors of a signal that must be silent
WHOLE_DAY = 0.75


@dataclass(frozen=True, kw_only=True, eq=False)
class Screened:
    """A `Verdict` for each count, of the shape of the counts, and what the counts should be about."""

    verdicts: Verdicts
    expected: Expectation


def screen(counts: Counts, relations: Relations | None = None, closed: Flags | None = None) -> Screened:
    """Return the verdicts. The first rule that fires stands; where a street was `closed` (D, N) none is asked.

    Without `relations`, detectors named SIGNAL/CHANNEL are taken to belong to SIGNAL, and no two to tell the same.
    """
    related = relations or by_name(counts.detectors)
    verdicts = _plain(counts, closed)
    rough = expectation(counts, _believed(counts, verdicts), trim=MEDIAN)
    _runs(counts, verdicts, rough)
    expected = expectation(counts, _believed(counts, verdicts))
    _runs(counts, verdicts, expected)
    _mark(verdicts, DetectorVerdict.HELD_ON, held_on(counts, expected.veh))
    _outages(counts, verdicts, related.signals)
    _stray(counts, verdicts, expected, related.signals)
    _related(counts, verdicts, expected, related)
    return Screened(verdicts=verdicts, expected=expected)


def _believed(counts: Counts, verdicts: Verdicts) -> Floats:
    """Return the counts that nothing speaks against yet; whole days of zeros are left out, though they may be true."""
    veh = np.where(verdicts == DetectorVerdict.OBSERVED, counts.veh, np.nan)
    totals = np.nansum(veh, axis=2)
    for d in np.flatnonzero((totals == 0).any(axis=1) & (totals > 0).any(axis=1)):
        if np.median(totals[d][totals[d] > 0]) >= DEAD_DAY_VEH:
            veh[d][totals[d] == 0] = np.nan
    return veh


def _mark(verdicts: Verdicts, verdict: DetectorVerdict, fires: Flags) -> None:
    verdicts[fires & (verdicts == DetectorVerdict.OBSERVED)] = verdict


def _plain(counts: Counts, closed: Flags | None) -> Verdicts:
    """Return the verdicts that need no other day: closed, no count, or more than its lanes can carry."""
    verdicts = np.full(counts.veh.shape, DetectorVerdict.OBSERVED, dtype=np.uint8)
    if closed is not None:
        verdicts[closed] = DetectorVerdict.CLOSED
    _mark(verdicts, DetectorVerdict.MISSING, np.isnan(counts.veh))
    most_veh = MOST_VEH_H * counts.interval_s / 3600 * lanes_counted(counts)
    _mark(verdicts, DetectorVerdict.IMPOSSIBLE, counts.veh > most_veh[:, None, None])
    for verdict, fires in doubted_by_signs(counts):
        _mark(verdicts, verdict, fires)
    return verdicts


def _outages(counts: Counts, verdicts: Verdicts, signals: tuple[str, ...]) -> None:
    """Call silence an outage where no detector of the signal said anything."""
    quiet = np.isin(verdicts, (DetectorVerdict.SILENT, DetectorVerdict.MISSING)) | (counts.veh == 0)
    for signal in sorted(set(signals) - {""}):
        rows = [row for row, name in enumerate(signals) if name == signal]
        silent = verdicts[rows] == DetectorVerdict.SILENT
        out = quiet[rows].all(axis=0) & (silent.sum(axis=0) >= LEAST_OUT)
        verdicts[rows] = np.where(silent & out, DetectorVerdict.OUTAGE, verdicts[rows])


def _related(counts: Counts, verdicts: Verdicts, expected: Expectation, related: Relations) -> None:
    """Doubt days of detectors that break their relation to others."""
    veh = np.where(verdicts == DetectorVerdict.OBSERVED, counts.veh, np.nan)
    for d, n, verdict in broken(veh, expected.level, related.pairs):
        verdicts[d, n][verdicts[d, n] == DetectorVerdict.OBSERVED] = verdict


def _runs(counts: Counts, verdicts: Verdicts, expected: Expectation) -> None:
    veh = np.where(verdicts == DetectorVerdict.OBSERVED, counts.veh, np.nan)
    _mark(verdicts, DetectorVerdict.SILENT, silent_runs(veh, expected.veh, SILENT_VEH))
    for least_bins, chance in STUCK_RULES:
        _mark(verdicts, DetectorVerdict.STUCK, stuck_runs(veh, expected.veh, least_bins, chance))
    repeated = repeated_days(veh, expected.veh, REPEAT_DAYS, REPEAT_BINS, REPEAT_CHANCE)
    if repeated.mean() < TYPICAL_TABLE:
        _mark(verdicts, DetectorVerdict.FROZEN, repeated)


def _least_sigmas(counts: Counts) -> float:
    """Return how far a stretch must stray: the longer a day is watched, the more often true traffic strays in it.

    The limit of whole days was chosen on real counts; it falls with the logarithm of the hours that are counted.
    """
    hours = counts.bins * counts.interval_s / 3600
    return float(max(LEAST_SIGMAS, STRETCH_SIGMAS + np.log(hours / 24.0)))


def _stray(counts: Counts, verdicts: Verdicts, expected: Expectation, signals: tuple[str, ...]) -> None:
    """Doubt stretches far from their expectation; where they are most of what was expected, the whole day."""
    veh = np.where(verdicts == DetectorVerdict.OBSERVED, counts.veh, np.nan)
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
    off &= whole[:, :, None] | ~_shared(ratio, signals)
    fires = np.where(off.any(axis=2), whole, _far_days(veh, expected.veh, noise))
    _mark(verdicts, DetectorVerdict.DAY_TOTAL, np.broadcast_to(fires[:, :, None], off.shape))
    _mark(verdicts, DetectorVerdict.OUT_OF_LINE, off)


def _far_days(veh: Floats, expected: Floats, noise: Noise) -> Flags:
    """Return the days (D, N) of few vehicles whose total is too far off.

    A day has one total but thousands of stretches, so less is asked of it; where there are many vehicles the stretches
    find all that this would, and it would only accuse more.
    """
    seen = ~np.isnan(veh)
    counted, due = np.where(seen, veh, 0.0).sum(axis=2), np.where(seen, expected, 0.0).sum(axis=2)
    own = np.where(seen, noise.share[:, None, :] * expected, 0.0).sum(axis=2)
    spread = np.sqrt(noise.bunching[:, None] * due + own**2 + (noise.more[None, :] * due) ** 2 + 1.0)
    down = (due + 1.0) / spread * np.log((counted + 1.0) / (due + 1.0))
    sigmas = np.where(counted >= due, (counted - due) / spread, down)
    ratio = counted / np.maximum(due, 1.0)
    few = (due >= STRETCH_VEH) & (due <= MOST_DAY_VEH)
    return few & (np.abs(sigmas) >= DAY_SIGMAS) & ((ratio < DAY_RATIOS[0]) | (ratio > DAY_RATIOS[1]))


def _shared(ratio: Floats, signals: tuple[str, ...]) -> Flags:
    """Return where others stray in the same hours, up or down: a closure or an incident, not faulty detectors.

    Asked are the detectors of the same signal, or all where a signal has few; one in six of them must say so. A
    stretch in which next to nothing was counted is not excused.
    """
    off = ratio > EXCUSED_FROM
    excused = np.zeros(ratio.shape, dtype=np.bool_)
    names = np.array(signals)
    for n in np.flatnonzero(off.any(axis=2).sum(axis=0) > 1):
        here = off[:, n]
        stray = np.flatnonzero(here.any(axis=1))
        both = (here[stray][:, None, :] & here[stray][None, :, :]).sum(axis=2)
        either = (here[stray][:, None, :] | here[stray][None, :, :]).sum(axis=2)
        alike = (both >= SAME_HOURS * either) & ~np.eye(stray.size, dtype=np.bool_)
        for k, d in enumerate(stray):
            near = (names == names[d]) & (names != "")
            if near.sum() <= LEAST_ASKED:
                near = np.ones(names.size, dtype=np.bool_)
            asked = near.sum() - 1
            if asked >= LEAST_ASKED and (alike[k] & near[stray]).sum() >= max(1, asked / ASKED_FOR_ONE):
                excused[d, n] = here[d]
    return excused
