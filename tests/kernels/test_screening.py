"""Each kernel against loops over days and bins that are too plain to be wrong."""

from itertools import groupby, pairwise
from math import log, sqrt

import numpy as np
import pytest
from greenband.kernels.screening import _log_repeat, repeated_days, silent_runs, stray_stretches, stuck_runs
from greenband.kernels.usual import common_factor, typical_counts, usual_counts
from scipy.stats import poisson

RNG = np.random.default_rng(5)
LIMITS = np.array([0.6, 1.45])


def holey(shape, mean=6.0):
    veh = RNG.poisson(mean, shape).astype(float)
    veh[RNG.random(shape) < 0.1] = np.nan
    return veh


def runs(values):
    place = 0
    for value, same in groupby(values, key=lambda v: v):
        length = len(list(same))
        yield value, place, place + length
        place += length


def test_silent_runs_are_those_of_zeros_with_enough_expected_over_midnight_too():
    veh = RNG.choice([0.0, 0.0, 0.0, 3.0, np.nan], (3, 4, 10))
    expected = RNG.uniform(0, 4, veh.shape)
    found = silent_runs(veh, expected, 7.0).reshape(3, -1)
    for d in range(3):
        slow = np.zeros(40, bool)
        for value, first, last in runs(veh[d].reshape(-1)):
            slow[first:last] = value == 0 and expected[d].reshape(-1)[first:last].sum() >= 7.0
        np.testing.assert_array_equal(found[d], slow)
    assert found.any()
    assert not found.all()


def test_stuck_runs_are_those_that_poisson_hardly_gives():
    veh = RNG.choice([0.0, 1.0, 9.0, np.nan], (2, 30, 12), p=[0.1, 0.4, 0.45, 0.05])
    expected = np.full(veh.shape, 1.5)
    found = stuck_runs(veh, expected, 4, 1e-7).reshape(2, -1)
    for d in range(2):
        slow = np.zeros(360, bool)
        line = [(k, value) for k, value in enumerate(veh[d].reshape(-1)) if not np.isnan(value)]
        groups = [[line[0]]]
        for (before, old), (k, value) in pairwise(line):
            if value == old and k - before <= 3:
                groups[-1].append((k, value))
            else:
                groups.append([(k, value)])
        for group in groups:
            (first, value), (last, _) = group[0], group[-1]
            if value > 0 and len(group) >= 4 and poisson.logpmf(value, 1.5) * len(group) < log(1e-7):
                slow[first : last + 1] = True
        np.testing.assert_array_equal(found[d], slow)
    assert found.any()


def test_a_day_sent_twice_is_found_and_two_alike_quiet_days_are_not():
    veh = RNG.poisson(40.0, (2, 9, 24)).astype(float)
    veh[0, 6, 5:20] = veh[0, 3, 5:20]
    veh[1] = 1.0
    found = repeated_days(veh, np.full(veh.shape, 40.0), 7, 6, 1e-9)
    assert found[0, 6, 5:20].all()
    assert found[0].sum() <= 17
    assert not found[1].any()


def test_the_stretch_is_the_one_that_trying_all_of_them_finds():
    expected = np.full((1, 1, 24), 30.0)
    veh = expected.copy()
    veh[0, 0, 6:14] = 66.0
    veh[0, 0, 9] = np.nan
    share = np.full((1, 24), 0.1)
    found = stray_stretches(veh, expected, share, np.zeros(1), np.ones(1), LIMITS, 5.0, 20.0, 3)
    best = max(
        ((i, j) for i in range(24) for j in range(i + 1, 25)),
        key=lambda p: abs(sigmas(veh[0, 0, p[0] : p[1]], expected[0, 0, p[0] : p[1]])),
    )
    assert best == (6, 14)
    np.testing.assert_array_equal(~np.isnan(found[0, 0]), ~np.isnan(veh[0, 0]) & (veh[0, 0] != 30.0))
    np.testing.assert_allclose(found[0, 0, 6], 66 / 30)


def sigmas(veh, due):
    seen = ~np.isnan(veh)
    counted, total = veh[seen].sum(), due[seen].sum()
    if total < 20 and counted < 20:
        return 0.0
    noise = sqrt(total + (0.1 * total) ** 2 + 1)
    return (counted - total) / noise if counted >= total else (total + 1) / noise * log((counted + 1) / (total + 1))


@pytest.mark.parametrize(("factor", "fires"), [(1.3, False), (1.6, True), (0.7, False), (0.5, True), (1.0, False)])
def test_only_stretches_outside_the_ratios_are_doubted(factor, fires):
    expected = np.full((1, 1, 24), 200.0)
    found = stray_stretches(
        factor * expected, expected, np.full((1, 24), 0.02), np.zeros(1), np.ones(1), LIMITS, 5.0, 20.0, 3
    )
    assert (~np.isnan(found)).all() == fires
    assert (~np.isnan(found)).any() == fires


def test_a_larger_share_lets_more_pass():
    expected = np.full((1, 1, 24), 200.0)
    for share, fires in ((0.05, True), (0.3, False)):
        found = stray_stretches(
            1.6 * expected, expected, np.full((1, 24), share), np.zeros(1), np.ones(1), LIMITS, 5.0, 20.0, 3
        )
        assert (~np.isnan(found)).any() == fires


def slow_usual(veh, number, kind, reach, least, trim):
    out = np.full(veh.shape, np.nan)

    def middle(values):
        values = np.sort(values)
        first = min(int(trim * values.size), (values.size - 1) // 2)
        return values[first : values.size - first].mean()

    for d, n, b in np.ndindex(veh.shape):
        seen = ~np.isnan(veh[d, :, b])
        alike = seen & (kind == kind[n])
        near = alike & (abs(number - number[n]) <= reach)
        for chosen, enough in ((near, least), (alike, least), (seen, 1)):
            if chosen.sum() >= enough:
                out[d, n, b] = middle(veh[d, chosen, b])
                break
    return out


@pytest.mark.parametrize("trim", [0.5, 0.25])
def test_usual_counts_are_trimmed_means_over_like_days_near_by(trim):
    veh = holey((2, 40, 3))
    veh[1, :, 2] = np.nan
    number = np.sort(RNG.choice(60, 40, replace=False)).astype(np.int64)
    kind = (number % 7 // 5).astype(np.int64)
    np.testing.assert_allclose(
        usual_counts(veh, number, kind, 10, 3, trim), slow_usual(veh, number, kind, 10, 3, trim), rtol=1e-12
    )


def test_typical_counts_are_medians_over_all_days_of_a_kind():
    veh = holey((2, 20, 3))
    kind = np.array([0, 0, 0, 0, 0, 1, 1, 0, 0, 2] * 2)
    found = typical_counts(veh, kind, 3, 3)
    for k in (0, 1):
        np.testing.assert_allclose(found[:, k], np.nanmedian(veh[:, kind == k], axis=1))
    np.testing.assert_allclose(found[:, 2], np.nanmedian(veh, axis=1))  # two days only


def test_the_common_factor_is_the_median_over_the_others():
    veh, usual = holey((6, 5, 8), 40.0), RNG.uniform(30, 50, (6, 5, 8))
    usual[5] = 0.1  # too quiet to vote
    found = common_factor(veh, usual, 1, 60.0, 3)
    for d, n, b in np.ndindex(veh.shape):
        ratios = []
        for other in set(range(6)) - {d}:
            near = slice(max(0, b - 1), b + 2)
            seen = ~np.isnan(veh[other, n, near])
            due = usual[other, n, near][seen].sum()
            if due >= 60.0:
                ratios.append(veh[other, n, near][seen].sum() / due)
        expected = np.median(ratios) if len(ratios) >= 3 else np.nan
        np.testing.assert_allclose(found[d, n, b], expected, rtol=1e-12)


def test_the_chance_of_two_equal_poisson_counts_is_near_its_closed_form():
    from scipy.special import ive

    for mean in (0.0, 0.3, 1.0, 5.0, 40.0, 400.0):
        assert -0.01 < log(ive(0, 2 * mean)) - _log_repeat(mean) < 0.29
