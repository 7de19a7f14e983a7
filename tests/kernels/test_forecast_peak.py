import numpy as np
import pytest
from greenband.kernels.forecast_lags import FEATURES, STATES, Known, lag_features
from greenband.kernels.forecast_peak import Calendar, day_base, day_bounds, day_features, day_levels, day_values

BINS, HOUR = 96, 4
WINDOWS = np.array([[24, 40, 1], [60, 76, 1], [24, 88, 0], [76, 96, 0]], dtype=np.int64)


def room():
    return np.full(2 * 9 * BINS * FEATURES * 8, np.nan, dtype=np.float32)


def calendar(days, twin=(), kind=(), prior=0.0, classes=None):
    twins, kinds = np.full(days, -1), np.zeros(days, dtype=np.int64)
    for day, other in twin:
        twins[day] = other
    kinds[list(kind)] = 1
    classes = np.zeros(days, dtype=np.int64) if classes is None else classes
    return Calendar(classes, twins, kinds, np.array([[0.0] * 4, [prior] * 4]))


def counts(days=40, series=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.poisson(50.0, (series, days * BINS)).astype(np.float32)


def test_the_busiest_hour_is_that_of_numpys_windows():
    veh = counts(days=3)
    values = day_values(veh, veh, BINS, WINDOWS, HOUR)
    for s in range(3):
        for d in range(3):
            day = veh[s, d * BINS : (d + 1) * BINS]
            sums = np.lib.stride_tricks.sliding_window_view(day[24:40], HOUR).sum(axis=1)
            assert np.exp(values[0, s, d]) - 2 == pytest.approx(sums.max())
            assert np.exp(values[2, s, d]) - 2 == pytest.approx(day[24:88].mean() * HOUR)


def test_a_window_with_a_gap_leans_on_the_usual_and_one_with_more_is_not_known():
    veh = counts(days=2, series=1)
    usual = np.full_like(veh, 50.0)
    veh[0, 25] = np.nan
    veh[0, BINS + 25 : BINS + 30] = np.nan
    values = day_values(veh, usual, BINS, WINDOWS, HOUR)
    filled = np.where(np.isnan(veh), usual, veh)[0]
    sums = np.lib.stride_tricks.sliding_window_view(filled[24:40], HOUR).sum(axis=1)
    assert np.exp(values[0, 0, 0]) - 2 == pytest.approx(sums.max())
    assert np.isnan(values[0, 0, 1])


@pytest.mark.parametrize("lead", [1, 2])
def test_a_day_is_foretold_from_days_at_least_its_lead_before(lead):
    rng = np.random.default_rng(1)
    values = np.log(rng.uniform(80, 120, (4, 3, 40)))
    later = values.copy()
    later[:, :, 25:] += 0.3
    classes = np.arange(40) % 7
    ahead = calendar(40, twin=[(33, 24)], kind=[4, 24, 25, 30], prior=-2.0, classes=classes)

    def known(some):
        base, hoped, twins = day_base(some, ahead, lead)
        by_day = [day_features(some, base, 0, classes, lead), day_levels(some[0], base[0], classes, lead)]
        return base, hoped, twins, *by_day, day_bounds(some[0], base[0], classes, lead)

    for before, after in zip(known(values), known(later), strict=True):
        axis = 1 if before.shape[1] == 40 else before.ndim - 1
        kept = [np.take(x, range(25 + lead), axis=axis) for x in (before, after)]
        np.testing.assert_array_equal(*kept)
    assert (known(values)[0][:, :, 25 + lead :] != known(later)[0][:, :, 25 + lead :]).any()


def test_saturdays_are_usual_for_saturdays_from_the_second_on():
    classes = np.arange(28) % 7
    values = np.log(np.where(classes < 5, 600.0, 200.0))[None, None, :]
    base, _, _ = day_base(values, calendar(28, classes=classes), 1)
    assert np.exp(base[0, 0, 26]) == pytest.approx(200.0, rel=0.1)  # the fourth
    assert np.exp(base[0, 0, 25]) == pytest.approx(600.0, rel=1e-6)


def test_a_twin_lets_expect_most_of_its_deviation():
    rng = np.random.default_rng(2)
    values = np.log(rng.uniform(99, 101, (4, 2, 60)))
    values[:, :, 20] -= 0.3
    _, hoped, twins = day_base(values, calendar(60, twin=[(40, 20)]), 1)
    assert hoped[0, 0, 40] == pytest.approx(-0.7 * 3, rel=0.1)
    assert twins[0, 0, 40] == pytest.approx(-3, rel=0.1)
    assert np.count_nonzero(hoped) == 8


def test_days_of_a_kind_are_told_beforehand_then_as_they_were_and_do_not_move_what_is_usual():
    values = np.full((4, 2, 60), np.log(100.0))
    special = [20, 21, 22, 40]
    values[:, :, special] -= 0.4
    base, hoped, _ = day_base(values, calendar(60, kind=special, prior=-3.0), 1)
    assert hoped[0, 0, 20] == -3.0
    assert hoped[0, 0, 40] == pytest.approx((1.5 * -3.0 + 3 * -4.0) / 4.5, abs=0.1)
    assert np.exp(base[0, 0, 23]) == pytest.approx(100.0, rel=0.03)
    lowered, _, _ = day_base(values, calendar(60), 1)
    assert np.exp(lowered[0, 0, 23]) < 0.95 * np.exp(base[0, 0, 23])


def test_levels_are_medians_of_the_last_working_days():
    rng = np.random.default_rng(5)
    values, classes = np.log(rng.uniform(90, 110, (1, 60))), np.arange(60) % 7
    values[0, 50] = np.nan
    base = np.full((1, 60), np.log(100.0))
    working = [d for d in range(58) if d % 7 < 5 and d != 50]  # with a lead of 2, what is known for day 59
    found = day_levels(values, base, classes, 2)[0, 59]
    right = [(np.median(values[0, working[-n:]]) - base[0, 59]) / 0.1 for n in (5, 20)]
    np.testing.assert_allclose(found, right, rtol=1e-5)


def test_bounds_of_days_cover_eight_of_ten_once_they_have_seen_some():
    rng = np.random.default_rng(3)
    spread = rng.uniform(0.02, 0.2, 30)
    values = 6.0 + spread[:, None] * rng.standard_normal((30, 300))
    q = day_bounds(values, np.full(values.shape, 6.0), np.zeros(300, dtype=np.int64), 1)
    inside = ((values >= q[0]) & (values <= q[2]))[:, 60:]
    assert abs(inside.mean() - 0.8) < 0.02
    assert inside.mean(axis=1).min() > 0.65  # each series has a spread of its own


def test_the_features_of_an_origin_are_its_residuals_by_hand():
    rng = np.random.default_rng(4)
    clean = rng.poisson(40.0, (2, 10 * BINS)).astype(np.float32)
    usual = np.full_like(clean, 40.0)
    residual = (clean - 40.0) / np.sqrt(41.0)
    state = np.zeros((2, STATES))
    others = np.stack([residual.sum(axis=0), np.full(10 * BINS, 2.0)]).astype(np.float32)
    known, reach = Known(clean, usual, usual, usual, others), np.array([1, 4])
    features, targets, expected = lag_features(known, reach, (0, 9 * BINS), BINS, state, room())
    assert features.shape == (2, 2, 9 * BINS, FEATURES)
    t = 8 * BINS
    np.testing.assert_allclose(features[1, 0, t, :4], residual[0, t - np.arange(4)], rtol=1e-4)
    np.testing.assert_allclose(features[1, 0, t, 15], residual[1, t], rtol=1e-4)  # the other series
    assert expected[1, 0, t] == 160.0
    assert targets[1, 0, t] == pytest.approx((clean[0, t + 1 : t + 5].sum() - 160) / np.sqrt(161), rel=1e-4)
    day_ago = clean[0, t + 1 - BINS : t + 5 - BINS].sum()
    assert features[1, 0, t, 12] == pytest.approx((day_ago - 160) / np.sqrt(161), rel=1e-4)
    # In two calls as in one.
    state = np.zeros((2, STATES))
    first, *_ = lag_features(known, reach, (0, 500), BINS, state, room())
    second, *_ = lag_features(known, reach, (500, 9 * BINS), BINS, state, room())
    np.testing.assert_array_equal(np.concatenate([first, second], axis=2), features)
