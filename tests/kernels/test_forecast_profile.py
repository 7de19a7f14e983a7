import numpy as np
from greenband.kernels.forecast_profile import CLASS_PULL, KIND_PULL, profiles

WEEK = np.array([0, 1, 2, 3, 4, 5, 6], dtype=np.int64)
BINS = 24


def expected(veh, classes, smooth=False):
    return profiles(veh.astype(np.float32), classes, BINS, 1, smooth)


def a_year(seed=0, weeks=30):
    rng = np.random.default_rng(seed)
    shape = 40.0 + 30.0 * np.sin(np.arange(BINS) / BINS * 2 * np.pi)
    level = np.where(np.tile(WEEK, weeks) < 5, 1.0, 0.6)
    return shape, rng.poisson((level[:, None] * shape).ravel()[None, :]).astype(float), np.tile(WEEK, weeks)


def test_a_weekly_pattern_is_found_to_within_the_noise_of_a_fading_mean():
    shape, veh, classes = a_year()
    _, usual, _, _, latest, known = expected(veh, classes)
    assert abs(usual[0, -BINS:] / (0.6 * shape) - 1).mean() < 0.1
    assert abs(latest[0, 2] / shape - 1).mean() < 0.06
    assert known[0, -1] == len(classes) - 1


def test_the_second_week_is_the_shrunk_mean_by_hand():
    veh = np.full((1, 8 * BINS), 10.0)
    veh[0, :BINS] = 30.0  # a Monday of 30, then Tuesday to Friday and a weekend of 10
    _, usual, *_ = expected(veh, np.array([0, 1, 2, 3, 4, 5, 6, 0], dtype=np.int64))
    keep = 0.5 ** (1 / 24.0)
    # Each Tuesday to Friday is forecast near 30 at first, and a surprise enters bounded: redo it slowly.
    total, weight, free, free_weight = 0.0, 0.0, 0.0, 0.0
    first = np.nan
    for day in range(7):
        value = veh[0, day * BINS]
        every = (total + free) / (weight + free_weight) if day else np.nan
        p = (total + KIND_PULL * every) / (weight + KIND_PULL) if 0 < day < 5 else every  # Saturday, Sunday: the first
        if day:
            bound = 4.0 * np.sqrt(p + 1.0) + 0.5 * p
            value = min(max(value, p - bound), p + bound)
        if day == 0:
            first = value
        if day < 5:
            total, weight = total * keep + value, weight * keep + 1.0
        else:
            free, free_weight = free + value, free_weight + 1.0
    every = (total + free) / (weight + free_weight)
    kind = (total + KIND_PULL * every) / (weight + KIND_PULL)
    np.testing.assert_allclose(usual[0, 7 * BINS], (first + CLASS_PULL * kind) / (1.0 + CLASS_PULL), rtol=1e-5)


def test_zeros_where_vehicles_were_sure_and_impossible_counts_are_missing():
    _, veh, classes = a_year()
    veh[0, 100 * BINS : 101 * BINS] = 0.0
    veh[0, 120 * BINS + 9] = 5000.0
    clean, *_ = expected(veh, classes)
    assert np.isnan(clean[0, 100 * BINS : 101 * BINS]).all()
    assert np.isnan(clean[0, 120 * BINS + 9])
    assert np.isnan(clean).sum() == BINS + 1


def test_zeros_of_a_quiet_night_are_counts():
    veh = np.zeros((1, 30 * BINS))
    clean, usual, *_ = expected(veh, np.tile(WEEK, 5)[:30])
    assert not np.isnan(clean).any()
    assert usual[0, -1] == 0.0


def test_a_lasting_step_moves_the_profile_within_four_days_and_a_holiday_does_not():
    shape, veh, classes = a_year()
    step = veh.copy()
    step[0, 150 * BINS :] *= 2.0
    classes = classes.copy()
    classes[160] = 7
    _, usual, *_ = expected(step, classes)
    day = 154
    level = 2.0 if classes[day] < 5 else 1.2
    assert abs(usual[0, day * BINS : (day + 1) * BINS].mean() / (level * shape.mean()) - 1) < 0.15


def test_no_profile_knows_its_own_day_or_a_later_one():
    _, veh, classes = a_year()
    later = veh.copy()
    later[0, 101 * BINS :] = 7.0
    for before, after in zip(expected(veh, classes)[1:4], expected(later, classes)[1:4], strict=True):
        np.testing.assert_array_equal(before[:, : 102 * BINS - 1], after[:, : 102 * BINS - 1])
        assert (before[:, 102 * BINS :] != after[:, 102 * BINS :]).any()


def test_short_bins_are_smoothed_over_their_neighbours():
    veh = np.tile(np.where(np.arange(BINS) % 2 == 0, 20.0, 40.0), 14)[None, :]
    _, rough, *_ = expected(veh, np.tile(WEEK, 2))
    _, smooth, *_ = expected(veh, np.tile(WEEK, 2), smooth=True)
    np.testing.assert_allclose(rough[0, -BINS + 1 : -1 : 2], 40.0, rtol=1e-5)
    np.testing.assert_allclose(smooth[0, -BINS + 1 : -1], 30.0, rtol=1e-5)
