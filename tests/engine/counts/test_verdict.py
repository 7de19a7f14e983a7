"""Faults are put into counts that are known, and must be found; busy days and quiet streets must not."""

from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.counts import verdict as judging
from greenband.engine.counts.relations import Relation, Relations, part_of
from greenband.engine.counts.table import DetectorVerdict, taken
from greenband.engine.counts.verdict import judge, network_coverage, require_coverage
from greenband.networks.errors import InputError

from tests.engine.cross import cross_counts, cross_network

LOOP, DAY = 3, 4


def with_fault(change):
    """Return judged counts after `change` has been made to the bins of one detector on one day."""
    counts, _ = cross_counts(cross_network(), days=15, bins=12, seed=1)
    veh = counts.veh.copy()
    change(veh)
    return judge(replace(counts, veh=veh))


def test_sound_counts_are_nearly_all_believed():
    counts, _ = cross_counts(cross_network(), days=15, bins=12, seed=2)
    assert (judge(counts).verdicts == DetectorVerdict.OBSERVED).mean() > 0.995


def test_a_dead_loop_is_silent():
    def dead(veh):
        veh[LOOP, DAY, 2:9] = 0.0

    verdicts = with_fault(dead).verdicts[LOOP, DAY]
    assert (verdicts[2:9] == DetectorVerdict.SILENT).all()
    assert (verdicts[[0, 1, 9, 10, 11]] == DetectorVerdict.OBSERVED).all()


def test_zeros_of_a_quiet_street_are_believed():
    def quiet(veh):
        veh[LOOP] = 0.0
        veh[LOOP, ::3, 5] = 1.0

    assert (with_fault(quiet).verdicts[LOOP] == DetectorVerdict.OBSERVED).all()


def test_a_stuck_loop_is_found_and_a_quiet_streets_ones_are_not():
    def stuck(veh):
        veh[LOOP, DAY, 3:10] = veh[LOOP, DAY, 3]
        veh[LOOP + 1] = 1.0
        veh[LOOP + 1, :, ::7] = 2.0

    verdicts = with_fault(stuck).verdicts
    assert (verdicts[LOOP, DAY, 3:10] == DetectorVerdict.STUCK).all()
    assert (verdicts[LOOP + 1] == DetectorVerdict.OBSERVED).all()


def test_more_than_a_lane_can_carry_is_impossible():
    def flood(veh):
        veh[LOOP, DAY, 6] = 251.0

    verdicts = with_fault(flood).verdicts
    assert verdicts[LOOP, DAY, 6] == DetectorVerdict.IMPOSSIBLE
    assert (verdicts != DetectorVerdict.OBSERVED).sum() <= 3


def test_a_chattering_loop_is_out_of_line_with_other_days():
    def chatter(veh):
        veh[LOOP, DAY, 2:9] *= 3.0

    verdicts = with_fault(chatter).verdicts[LOOP, DAY]
    assert (verdicts[2:9] != DetectorVerdict.OBSERVED).mean() > 0.7


def test_a_busy_day_of_the_whole_network_is_no_fault_but_of_one_loop_it_is():
    def busy(veh):
        veh[:, DAY] = np.rint(2.5 * veh[:, DAY])
        veh[LOOP, DAY + 1] = np.rint(2.5 * veh[LOOP, DAY + 1])

    verdicts = with_fault(busy).verdicts
    assert (verdicts[:, DAY] == DetectorVerdict.OBSERVED).mean() > 0.95
    assert (verdicts[LOOP, DAY + 1] == DetectorVerdict.DAY_TOTAL).all()


def test_missing_counts_are_imputed_near_what_they_were():
    truth, _ = cross_counts(cross_network(), days=15, bins=12, seed=1)
    holes = np.zeros(truth.veh.shape, bool)
    holes[::2, DAY, 4:7] = holes[1::3, 2, 1:11] = True

    def lose(veh):
        veh[holes] = np.nan

    judged = with_fault(lose)
    assert (judged.verdicts[holes] == DetectorVerdict.MISSING).all()
    assert judged.imputed[holes].all()
    assert not judged.imputed[~holes].any() or (judged.verdicts[~holes] != DetectorVerdict.OBSERVED).any()
    # Poisson counts of about 14 vehicles cannot be known better than by 0.8 sqrt(14) = 3 each.
    assert abs(judged.veh[holes] - truth.veh[holes]).mean() < 4.5
    assert abs(judged.veh[holes].sum() / truth.veh[holes].sum() - 1) < 0.08


def test_a_short_gap_follows_the_residuals_beside_it():
    counts, _ = cross_counts(cross_network(), days=15, bins=12, seed=1)
    veh = np.full(counts.veh.shape, 20.0) + np.arange(12)
    veh[LOOP, DAY] += 8.0
    veh[LOOP, DAY, 5:7] = np.nan
    judged = judge(replace(counts, veh=veh))
    np.testing.assert_allclose(judged.veh[LOOP, DAY, 5:7], [33.0, 34.0], atol=1e-9)


def test_one_dead_loop_is_dropped_and_the_rest_goes_on():
    def lost(veh):
        veh[LOOP] = np.nan

    judged = with_fault(lost)
    assert judged.dropped == (judged.counts.detectors[LOOP].id,)
    assert judged.coverage[judged.dropped[0]] == 0.0
    assert np.isnan(judged.veh[LOOP]).all()
    assert require_coverage(judged, 25_200, 28_800) > 0.9


def test_counts_with_too_many_holes_are_refused_and_the_worst_detectors_named():
    def lost(veh):
        veh[: len(veh) // 2] = np.nan

    judged = with_fault(lost)
    with pytest.raises(InputError, match=judged.counts.detectors[0].id):
        require_coverage(judged, 25_200, 28_800)


def test_coverage_is_that_of_the_period_alone():
    def lost(veh):
        veh[:, :, :6] = np.nan

    judged = with_fault(lost)
    assert network_coverage(judged, 27_000, 28_800) > 0.99
    assert network_coverage(judged, 25_200, 27_000) == 0.0


@pytest.mark.parametrize("period", [(25_000, 28_800), (25_200, 29_100), (25_250, 28_800), (26_000, 26_000)])
def test_a_period_that_the_counts_do_not_cover_is_refused(period):
    with pytest.raises(InputError, match="whole number of bins"):
        network_coverage(with_fault(lambda veh: None), *period)


def test_the_tally_adds_up():
    def lost(veh):
        veh[LOOP, DAY, :4] = np.nan

    judged = with_fault(lost)
    tally = judged.tally(judged.counts.detectors[LOOP].id)
    assert tally["missing"] == 4
    assert sum(number for name, number in tally.items() if name != "imputed") == 15 * 12
    assert tally["imputed"] == 15 * 12 - tally["observed"]


def test_parts_are_judged_as_they_would_be_alone(monkeypatch):
    counts, _ = cross_counts(cross_network(), days=15, bins=12, seed=1)
    related = Relations(
        pairs=(
            Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(8,), after=(9,)),
            Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(7,), after=(9,)),  # not within one part
        )
    )
    halves = [judge(taken(counts, 0, 8)), judge(taken(counts, 8, 16), part_of(related, 8, 16))]
    assert part_of(related, 8, 16).pairs == (Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(0,), after=(1,)),)
    monkeypatch.setattr(judging, "AT_ONCE", 8)
    whole = judge(counts, related)
    np.testing.assert_array_equal(whole.verdicts, np.concatenate([half.verdicts for half in halves]))
    np.testing.assert_array_equal(whole.veh, np.concatenate([half.veh for half in halves]))


def test_the_refusal_names_the_detector_and_why():
    def lost(veh):
        veh[:] = np.nan
        veh[LOOP, 3:12] = 9.0

    with pytest.raises(InputError, match=r"0% observed, mostly missing"):
        require_coverage(with_fault(lost), 25_200, 28_800)
