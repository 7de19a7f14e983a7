"""Two crossings in a row: a, b -> m -> c, d. Vehicles are independent, so what two counts share is whom they share."""

import numpy as np
import pytest
from greenband.engine.movements.chance import by_chance
from greenband.engine.movements.unknowns import Unknowns, UnknownStream

WAYS = (("a", "m"), ("b", "m"), ("b", "x"), ("m", "c"), ("m", "d"))
STREETS = Unknowns(
    streams=tuple(
        UnknownStream(from_edge=a, to_edge=b, from_lane=f"{a}_0", to_lane=f"{b}_0", direction="s") for a, b in WAYS
    ),
    edges=("a", "b", "m", "c", "d", "x"),
    entries=frozenset("ab"),
    exits=frozenset("cdx"),
)
MEAN = np.array([300.0, 200.0, 100.0, 400.0, 100.0])


def draws(number, own_sd=0.0, mean=MEAN):
    random = np.random.default_rng(1)
    return np.array([by_chance(STREETS, mean, own_sd, random) for _ in range(number)])


def test_counts_of_every_way_vary_as_poissons():
    found = draws(3000)
    np.testing.assert_allclose(found.mean(axis=0), MEAN, rtol=0.01)
    np.testing.assert_allclose(found.var(axis=0), MEAN, rtol=0.1)


def test_ways_share_the_variance_of_the_vehicles_they_share():
    # Four in five of a's 300 go on to c: the covariance of Poisson counts is the mean of those in both.
    found = np.cov(draws(6000).T)
    assert found[0, 3] == pytest.approx(300 * 0.8, rel=0.12)
    assert found[1, 4] == pytest.approx(200 * 0.2, rel=0.5)
    for one, other in ((0, 1), (1, 2), (3, 4), (2, 3)):
        assert abs(found[one, other]) < 25.0  # nobody is on both


def test_no_vehicle_is_lost_between_the_streets():
    found = draws(50)
    np.testing.assert_allclose(found[:, 0] + found[:, 1], found[:, 3] + found[:, 4], rtol=1e-3)


def test_what_varies_by_itself_varies_more():
    # Starts of 300 +- 10 %: 900 on top of Poisson's 300.
    assert draws(3000, own_sd=0.1)[:, 0].var() == pytest.approx(300 + 900, rel=0.15)


def test_streets_in_a_circle_and_empty_ones_have_an_answer():
    ways = (("a", "m"), ("m", "n"), ("n", "m"), ("n", "c"))
    circle = Unknowns(
        streams=tuple(
            UnknownStream(from_edge=a, to_edge=b, from_lane=f"{a}_0", to_lane=f"{b}_0", direction="s") for a, b in ways
        ),
        edges=("a", "m", "n", "c"),
        entries=frozenset("a"),
        exits=frozenset("c"),
    )
    random = np.random.default_rng(2)
    assert (by_chance(circle, np.zeros(4), 0.2, random) == 0).all()
    round_and_round = by_chance(circle, np.array([0.0, 50.0, 50.0, 0.0]), 0.0, random)
    assert np.isfinite(round_and_round).all()
    found = np.array([by_chance(circle, np.array([50.0, 100.0, 50.0, 50.0]), 0.0, random) for _ in range(500)])
    np.testing.assert_allclose(found.mean(axis=0), [50.0, 100.0, 50.0, 50.0], rtol=0.05)
