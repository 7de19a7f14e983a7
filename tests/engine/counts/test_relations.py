"""Signs beside the counts, and detectors that should tell the same."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from greenband.engine.counts.relations import Relation, Relations, broken, by_network
from greenband.engine.counts.screen import screen
from greenband.engine.counts.steps import levels_between, steps
from greenband.engine.counts.table import Counts, DetectorVerdict, Signs

from tests.engine.cross import MONDAY, cross_counts, cross_detectors, cross_network

DAYS = tuple(MONDAY + timedelta(days=k) for k in range(60))


@pytest.fixture(scope="module")
def sound():
    counts, _ = cross_counts(cross_network(), days=15, bins=24, seed=3)
    return replace(counts, begin_s=0, interval_s=3600)


def signed(counts, name, value, where=(2, 3, slice(5, 8)), other=0.1):
    sign = np.full(counts.veh.shape, other, np.float32)
    sign[where] = value
    return replace(counts, signs=Signs(**{name: sign}))


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [("observed_share", 0.7, DetectorVerdict.DOUBTED_BY_SOURCE), ("held_s", 900.0, DetectorVerdict.HELD_ON),
     ("occupancy", 0.0, DetectorVerdict.CONTRADICTION)],
)  # fmt: skip
def test_each_sign_is_doubted_at_its_published_limit_and_not_before(sound, name, value, verdict):
    other = {"observed_share": 0.76, "held_s": 899.0, "occupancy": 0.001}[name]
    verdicts = screen(signed(sound, name, value, other=other)).verdicts
    fired = verdicts == verdict
    expected = np.zeros_like(fired)
    expected[2, 3, 5:8] = sound.veh[2, 3, 5:8] >= (5 if name == "occupancy" else 0)
    np.testing.assert_array_equal(fired, expected)
    assert fired.any()


def test_chatter_is_2_in_100_and_three_times_the_detectors_own(sound):
    veh = sound.veh * 10
    for usual, day, fires in ((0.0, 0.03, True), (0.0, 0.019, False), (0.1, 0.2, False), (0.1, 0.35, True)):
        counts = signed(replace(sound, veh=veh), "chatter", day, where=(2, 3), other=usual)
        assert (screen(counts).verdicts[2, 3] == DetectorVerdict.CHATTER).all() == fires


def test_a_loop_that_is_always_on_and_counts_nothing_is_held_on(sound):
    counts = signed(sound, "occupancy", 1.0)
    veh = counts.veh.copy()
    veh[2] += 20
    veh[2, 3, 5:8] = 1.0
    assert (screen(replace(counts, veh=veh)).verdicts[2, 3, 5:8] == DetectorVerdict.HELD_ON).all()


def test_silence_of_a_whole_signal_is_an_outage_and_of_one_loop_is_not(sound):
    veh = sound.veh.copy()
    veh[:4, 3, 5:15] = 0.0
    veh[6, 8, 5:15] = 0.0
    signals = tuple("J" if k < 4 else "K" for k in range(len(veh)))
    verdicts = screen(replace(sound, veh=veh), Relations(signals=signals)).verdicts
    assert (verdicts[:4, 3, 5:15] == DetectorVerdict.OUTAGE).all()
    assert (verdicts[6, 8, 5:15] == DetectorVerdict.SILENT).all()


@pytest.mark.parametrize(
    ("verdict", "factor", "fires"),
    [(DetectorVerdict.PAIR_DRIFT, 0.63, True), (DetectorVerdict.PAIR_DRIFT, 0.85, False),
     (DetectorVerdict.UNBALANCED, 0.63, True),
     (DetectorVerdict.UNBALANCED, 0.9, False)],
)  # fmt: skip
def test_the_one_that_drifts_is_doubted_and_its_partner_is_not(sound, verdict, factor, fires):
    """Limits of 30 % for a pair and 20 % for a street; a change too slow or small for the detector's own history."""
    veh = 30 * sound.veh
    veh[1] = veh[0]
    veh[1, 9:] *= factor  # for good: by its own history alone, a new level
    related = Relations(pairs=(Relation(verdict=verdict, before=(0,), after=(1,)),))
    verdicts = screen(replace(sound, veh=np.rint(veh)), related).verdicts
    assert (verdicts[1, 9:] == verdict).all() == fires
    assert not (verdicts[0] == verdict).any()


def test_relations_of_the_cross():
    network = cross_network()
    detectors = cross_detectors(network)
    assert by_network(detectors, network).pairs == ()
    more = (*detectors, replace(detectors[0], id="second", position_m=20.0, kind="entry"))
    pair = by_network(more, network).pairs
    assert [(r.verdict, r.before, r.after) for r in pair] == [(DetectorVerdict.PAIR_DRIFT, (len(detectors),), (0,))]


def levels(*parts):
    rng = np.random.default_rng(1)
    return np.concatenate([size * np.exp(0.08 * rng.standard_normal(days)) for size, days in parts])[None]


def test_a_step_is_found_on_its_day_with_its_ratio():
    found = steps(levels((1.0, 33), (0.6, 27)), DAYS)
    assert [(place.detector, place.day) for place in found] == [(0, 33)]
    assert abs(found[0].ratio - 0.6) < 0.05
    flat = levels_between(found, levels((1.0, 33), (0.6, 27)))[0]
    np.testing.assert_allclose(flat[:33], 1.0, atol=0.05)
    np.testing.assert_allclose(flat[33:], 0.6, atol=0.05)


@pytest.mark.parametrize("parts", [((1.0, 60),), ((1.0, 30), (1.1, 30)), ((1.0, 30), (0.5, 4), (1.0, 26))])
def test_noise_a_tenth_and_a_few_days_are_no_step(parts):
    assert steps(levels(*parts), DAYS) == []


def test_counts_after_a_step_are_believed(sound):
    rng = np.random.default_rng(2)
    veh = rng.poisson(60.0, (5, 60, 24)).astype(float)
    veh[2, 30:] = rng.poisson(25.0, (30, 24))
    counts = Counts(detectors=sound.detectors[:5], days=DAYS, begin_s=0, interval_s=3600, veh=veh)
    found = screen(counts)
    assert [(step.detector, step.day) for step in found.expected.steps] == [(sound.detectors[2].id, DAYS[30])]
    assert (found.verdicts == DetectorVerdict.OBSERVED).mean() > 0.999


def test_of_two_on_a_lane_the_one_whose_street_does_not_add_up_either_is_blamed(sound):
    """By their own history the wrong one would be: as it begins to drift, its true traffic falls."""
    rng = np.random.default_rng(3)
    veh = rng.poisson(60.0, (3, 16, 24)).astype(float)
    veh[1], veh[2] = veh[0], veh[0] + 1.0
    veh[:, 9:12] = np.rint(0.62 * veh[:, 9:12])
    veh[1, 9:12] = np.rint(veh[1, 9:12] / 0.62)
    counts = Counts(detectors=sound.detectors[:3], days=DAYS[:16], begin_s=0, interval_s=3600, veh=veh)
    pair = Relation(verdict=DetectorVerdict.PAIR_DRIFT, before=(0,), after=(1,))
    street = Relation(verdict=DetectorVerdict.UNBALANCED, before=(2,), after=(0,))
    for relations, blamed in (((pair,), 0), ((pair, street), 1)):
        level = np.ones((3, 16))
        level[[0, 2], 9:12] = 0.62
        found = broken(counts.veh, level, relations)
        assert found == [(blamed, n, DetectorVerdict.PAIR_DRIFT) for n in (9, 10, 11)]


def test_hours_in_which_a_neighbour_strays_too_are_no_fault_and_silence_is_one(sound):
    """Four streets, one of them closed for three hours: the next takes its vehicles."""
    rng = np.random.default_rng(4)
    sound_veh = rng.poisson(120.0, (5, 21, 24)).astype(float)
    for streets, factors, doubted in (((0,), (0.3,), {0}), ((0, 1), (0.3, 1.9), set()), ((0, 1), (0.0, 1.9), {0, 1})):
        veh = sound_veh.copy()
        for street, factor in zip(streets, factors, strict=True):
            veh[street, 10, 9:13] = np.rint(factor * veh[street, 10, 9:13])
        counts = Counts(detectors=sound.detectors[:5], days=DAYS[:21], begin_s=0, interval_s=3600, veh=veh)
        verdicts = screen(counts).verdicts
        assert {d for d in range(5) if (verdicts[d, 10, 9:13] != DetectorVerdict.OBSERVED).any()} == doubted


def test_a_detector_of_few_vehicles_that_counts_a_quarter_all_day_is_doubted(sound):
    rng = np.random.default_rng(5)
    usual = np.where(np.arange(24) > 6, 9.0, 0.5)
    veh = rng.poisson(usual, (4, 28, 24)).astype(float)
    veh[1, 20] = rng.poisson(0.3 * usual)
    counts = Counts(detectors=sound.detectors[:4], days=DAYS[:28], begin_s=0, interval_s=3600, veh=veh)
    verdicts = screen(counts).verdicts
    assert (verdicts[1, 20] != DetectorVerdict.OBSERVED).all()
    assert (verdicts == DetectorVerdict.OBSERVED).mean() > 0.98
