import numpy as np
import pytest
from greenband.engine.movements.beliefs import SHARE_BY_DIRECTION, letter_weights, usual_shares
from greenband.engine.movements.unknowns import unknowns_of

from tests.engine.cross import ARMS, cross_network

UNKNOWNS = unknowns_of(cross_network())


def turn_matrix(by_turn):
    return np.array([[by_turn.get((f"{a}in", f"{b}out"), 0.0) for b in ARMS] for a in ARMS])


def flows(seed):
    return np.random.default_rng(seed).uniform(5.0, 100.0, len(UNKNOWNS.streams))


def test_without_flows_shares_are_those_of_the_letters():
    shares = usual_shares(UNKNOWNS, SHARE_BY_DIRECTION)
    assert shares["Nin", "Sout"] == pytest.approx(0.7)
    assert shares["Nin", "Wout"] == pytest.approx(0.15)


@pytest.mark.parametrize("seed", range(3))
def test_balanced_shares_meet_the_flows_in_and_out_and_keep_the_letters_odds(seed):
    # Balancing multiplies rows and columns: the odds of any two by two of the table stay those of the letters.
    veh = flows(seed)
    out = np.array([veh[UNKNOWNS.out_of[f"{arm}in"]].sum() for arm in ARMS])
    into = np.array([veh[UNKNOWNS.into[f"{arm}out"]].sum() for arm in ARMS])
    table = turn_matrix(usual_shares(UNKNOWNS, SHARE_BY_DIRECTION, veh)) * out[:, None]
    np.testing.assert_allclose(table.sum(axis=1), out, rtol=1e-6)
    np.testing.assert_allclose(table.sum(axis=0), into, rtol=1e-4)
    seed_table = turn_matrix(usual_shares(UNKNOWNS, SHARE_BY_DIRECTION))
    for t in (table, seed_table):
        t[t == 0] = np.nan
    odds = [t[0, 2] * t[1, 3] / (t[0, 3] * t[1, 2]) for t in (table, seed_table)]
    assert odds[0] == pytest.approx(odds[1], rel=1e-6)


def test_letters_that_are_taken_more_often_gain_weight():
    veh = np.array([100.0 if s.direction == "l" else 10.0 for s in UNKNOWNS.streams]) * 20
    letters = dict(SHARE_BY_DIRECTION)
    for _ in range(50):
        letters = letter_weights(UNKNOWNS, letters, veh)
    assert letters["l"] / letters["r"] > 5.0
    assert letter_weights(UNKNOWNS, SHARE_BY_DIRECTION, veh)["t"] == SHARE_BY_DIRECTION["t"]
