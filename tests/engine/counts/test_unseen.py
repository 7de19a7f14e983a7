"""Hours that no day has counted: inferred from a known shape, within honest bounds, and never taken as empty."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from greenband.engine.counts.shapes import Days, completed
from greenband.engine.counts.table import Counts, DetectorVerdict
from greenband.engine.counts.verdict import judge, network_coverage, period_coverage, require_coverage
from greenband.networks.detector import Detector
from greenband.networks.errors import InputError

MONDAY = date(2026, 3, 2)
HOURS = np.arange(24)
# Two peaks and a quiet night, written down here: what the product is to find again.
MORNING, EVENING = (np.exp(-(((HOURS - at) / 2.0) ** 2)) for at in (8, 17))
GAP = slice(7, 9)


def streets(number, seed, days=12, size=60.0):
    """Return counts (number, days, 24) of streets that differ in size and in which peak is higher, and their means."""
    rng = np.random.default_rng(seed)
    level = size * rng.uniform(0.5, 2.0, number)
    peak = rng.uniform(0.5, 3.0, number)
    mean = level[:, None] * (0.1 + 0.5 * np.exp(-(((HOURS - 13) / 6.0) ** 2)) + peak[:, None] * MORNING + EVENING)
    return rng.poisson(mean[:, None, :], (number, days, 24)).astype(float), mean


def table(veh, interval_s=3600):
    return Counts(
        detectors=tuple(Detector(id=f"S/{k}", lane=f"{k}_0", position_m=9.0, kind="approach") for k in range(len(veh))),
        days=tuple(MONDAY + timedelta(days=k) for k in range(veh.shape[1])),
        begin_s=0,
        interval_s=interval_s,
        veh=veh,
    )


def test_hours_that_no_day_counted_are_about_what_was_there():
    veh, mean = streets(20, seed=1)
    gone = veh.copy()
    gone[3, :, GAP] = np.nan
    judged = judge(table(gone))
    working = [one for one in judged.unseen if one.days[0] == MONDAY]
    assert [(one.detector, one.bins) for one in working] == [("S/3", (7, 8))]
    assert judged.veh[3][:, GAP].mean() == pytest.approx(mean[3, GAP].mean(), rel=0.2)
    assert (judged.veh[3][:, GAP] > 0).all()
    assert (judged.verdicts[3, :, GAP] == DetectorVerdict.MISSING).all()
    assert not judge(table(veh)).unseen


def test_the_bounds_hold_the_truth_eight_times_in_ten():
    inside = []
    for seed in range(6):
        veh, _ = streets(24, seed=seed)
        for row in range(0, 24, 2):
            hidden = np.zeros(24, dtype=bool)
            hidden[GAP] = True
            days = veh.mean(axis=1)
            days[row, hidden] = np.nan
            found = completed(Days(veh=days, days=np.full(24, 12.0)), row, hidden)
            low, high = found.veh * np.exp(found.bounds)
            inside += list((low <= veh[row].mean(axis=0)[GAP]) & (veh[row].mean(axis=0)[GAP] <= high))
    assert 0.65 <= np.mean(inside) <= 0.95  # 144 draws: 0.8 +- 0.1, and hours of one gap go together


def test_a_detector_alone_is_filled_between_its_own_hours_with_wide_bounds():
    veh, mean = streets(1, seed=4)
    veh[0, :, GAP] = np.nan
    (one, *_) = judge(table(veh)).unseen
    assert one.told_by == ()
    assert sum(one.low[k] * one.veh[k] for k in range(2)) < mean[0, GAP].sum()
    assert sum(one.high[k] * one.veh[k] for k in range(2)) > mean[0, GAP].sum()


def test_a_detector_counted_six_hours_a_day_is_kept_and_one_never_counted_is_dropped():
    veh, _ = streets(12, seed=5)
    veh[2, :, :6] = veh[2, :, 12:] = np.nan
    veh[5] = np.nan
    judged = judge(table(veh))
    assert judged.dropped == ("S/5",)
    assert np.isfinite(judged.veh[2]).all()


def test_coverage_is_that_of_the_period_by_detector():
    veh, _ = streets(4, seed=6)
    veh[1, :, 7] = np.nan
    judged = judge(table(veh))
    assert period_coverage(judged, 7 * 3600, 9 * 3600)["S/1"] == 0.5
    assert judged.coverage["S/1"] > 0.9
    assert require_coverage(judged, 7 * 3600, 9 * 3600) == network_coverage(judged, 7 * 3600, 9 * 3600) == 0.875
    with pytest.raises(InputError, match="75%"):
        require_coverage(judged, 7 * 3600, 8 * 3600, least=0.8)


def test_an_hour_that_no_detector_counted_is_refused():
    veh, _ = streets(4, seed=7)
    veh[:, :, 8] = np.nan
    with pytest.raises(InputError, match="no detector counted on any day, the first at 08:00"):
        require_coverage(judge(table(veh)), 7 * 3600, 10 * 3600)


def test_days_of_a_closure_are_no_fault_and_are_not_filled_up():
    veh, _ = streets(6, seed=8)
    veh[2, 3:6] = 0.0
    closed = np.zeros(veh.shape[:2], dtype=bool)
    closed[2, 3:6] = True
    judged, silent = judge(table(veh), closed=closed), judge(table(veh))
    assert (silent.verdicts[2, 3:6, 9:20] == DetectorVerdict.SILENT).all()
    assert (judged.verdicts[2, 3:6] == DetectorVerdict.CLOSED).all()
    assert judged.tally("S/2")["imputed"] == 0
    assert not judged.rejected[2].any()
    assert judged.coverage["S/2"] == 1.0
    assert network_coverage(judged, 0, 86_400) == 1.0


def test_a_section_of_several_lanes_keeps_its_peak_and_a_lane_its_limit():
    shape = (1.0 + 3.0 * MORNING + 3.0 * EVENING)[None, None, :]
    veh = np.random.default_rng(9).poisson(1500.0 * shape, (1, 10, 24)).astype(float)
    as_lane = table(veh)
    section = replace(as_lane, detectors=(Detector(id="900001", lane="900001", position_m=0.0, kind="approach"),))
    assert (judge(section).verdicts == DetectorVerdict.OBSERVED).all()
    assert (judge(as_lane).verdicts[0, :, 8] == DetectorVerdict.IMPOSSIBLE).all()
    once = section.veh * 0.3
    once[0, 4, 8] = 9000.0
    assert judge(replace(section, veh=once)).verdicts[0, 4, 8] == DetectorVerdict.IMPOSSIBLE
