"""Values lent by neighbours, against what was hidden and against NumPy's least squares."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from greenband.engine.counts import impute as imputing
from greenband.engine.counts.neighbours import lent
from greenband.engine.counts.table import Counts, DetectorVerdict
from greenband.engine.counts.verdict import judge
from greenband.networks.detector import Detector

from tests.engine.cross import MONDAY

DAYS = tuple(MONDAY + timedelta(days=k) for k in range(28))


def street(seed=0):
    """Three detectors of one street, whose traffic strays together, and nine elsewhere."""
    rng = np.random.default_rng(seed)
    hours = np.arange(96) / 4
    usual = 10 + 60 * np.exp(-((hours - 8) ** 2) / 6) + 50 * np.exp(-((hours - 17) ** 2) / 6)
    stray = rng.standard_normal((28, 96))
    for b in range(1, 96):
        stray[:, b] = 0.9 * stray[:, b - 1] + np.sqrt(1 - 0.81) * stray[:, b]
    mean = np.broadcast_to(usual, (12, 28, 96)).copy()
    mean[:3] *= np.exp(0.25 * stray)
    detectors = tuple(Detector(id=f"d{k}", lane=f"d{k}", position_m=0.0, kind="approach") for k in range(12))
    veh = rng.poisson(mean).astype(float)
    return Counts(detectors=detectors, days=DAYS, begin_s=0, interval_s=900, veh=veh)


def test_hidden_counts_are_nearer_with_the_neighbours_and_are_marked_as_imputed(monkeypatch):
    true = street()
    veh = true.veh.copy()
    hidden = np.zeros(veh.shape, bool)
    hidden[0, 9:12, 24:80] = hidden[1, 20, :] = hidden[5, 3:6, 30:90] = True
    veh[hidden] = np.nan
    with_them = judge(replace(true, veh=veh))
    monkeypatch.setattr(imputing, "lent", lambda veh, _observed, _due: np.zeros(veh.shape))
    without = judge(replace(true, veh=veh))

    def error(judged, rows):
        return np.abs(judged.veh - true.veh)[rows][hidden[rows]].mean()

    assert error(with_them, slice(0, 2)) < 0.9 * error(without, slice(0, 2))
    assert error(with_them, slice(5, 6)) < 1.05 * error(without, slice(5, 6))  # nobody goes with it
    assert with_them.imputed[hidden].all()
    assert (with_them.verdicts[hidden] == DetectorVerdict.MISSING).all()
    assert (with_them.veh >= 0).all()


def test_with_many_bins_what_is_lent_is_numpys_least_squares_on_the_three_neighbours():
    rng = np.random.default_rng(1)
    due = np.full((4, 60, 96), 99.0)
    off = rng.standard_normal((4, 60, 96))
    off[0] = 0.7 * off[1] + 0.4 * off[2] + 0.3 * off[3] + 0.2 * off[0]
    veh, observed = due + 10.0 * np.clip(off, -4, 4), np.ones(due.shape, bool)
    observed[0, 30] = False
    found = lent(veh, observed, due)
    rest = (veh - due) / 10.0
    x = rest[1:].reshape(3, -1).T
    there = observed[0].reshape(-1)
    weights = np.linalg.lstsq(x[there], rest[0].reshape(-1)[there], rcond=None)[0]
    np.testing.assert_allclose(found[0, 30], 10.0 * (rest[1:, 30].T @ weights), rtol=0.05, atol=0.3)
    assert not found[observed].any()


def test_a_neighbour_that_is_silent_at_the_same_time_lends_nothing():
    true = street(2)
    due = np.broadcast_to(true.veh.mean(axis=1, keepdims=True), true.veh.shape)
    observed = np.ones(true.veh.shape, bool)
    observed[:3, 5] = False
    veh = np.where(observed, true.veh, np.nan)
    assert np.abs(lent(veh, observed, due)[0, 5]).max() == 0.0
