"""Paired comparisons against SciPy's own paired t-test."""

import json
from dataclasses import replace

import numpy as np
import pytest
from greenband.networks.errors import InputError
from greenband.simulation.measure.movements import MovementDelays
from greenband.simulation.measure.pairs import compare
from greenband.simulation.measure.trips import Trips
from greenband.simulation.run import Run
from scipy import stats

PLAN = [31.0, 29.5, 33.2, 30.1, 95.0]
RUNNING = [40.2, 38.8, 41.0, 44.4, 39.0]


def made(seed: int, delay_s: float, gridlocked: bool = False) -> Run:
    """A run of two trips, one of which was never inserted."""
    trips = Trips(
        planned_s=np.zeros(2),
        depart_delay_s=np.array([0.0, delay_s]),
        time_loss_s=np.array([delay_s, 0.0]),
        stops=np.array([3, 0]),
        departed=np.array([True, False]),
        arrived=np.array([True, False]),
    )
    none = np.zeros(0)
    return Run(
        seed=seed,
        trips=trips,
        movements=MovementDelays(
            turns=(), crossed=none.astype(int), waiting=none.astype(int), delay_s=none, elsewhere_s=0.0, entry_s=0.0
        ),
        teleports=0,
        collisions=0,
        emergency_brakings=0,
        gridlocked=gridlocked,
        wall_s=0.0,
    )


def runs(delays_s: list[float]) -> list[Run]:
    return [made(seed, delay_s, gridlocked=delay_s > 90) for seed, delay_s in enumerate(delays_s, start=100)]


def test_the_interval_is_that_of_scipys_paired_t_test() -> None:
    result = compare(runs(PLAN), runs(RUNNING))
    oracle = stats.ttest_rel(PLAN, RUNNING).confidence_interval(0.95)
    assert (result.low_s, result.high_s) == pytest.approx((oracle.low, oracle.high))
    assert result.mean_difference_s == pytest.approx(np.mean(PLAN) - np.mean(RUNNING))
    assert not result.clearly_better
    assert not result.clearly_worse


def test_medians_and_gridlocked_seeds_stand_beside_the_mean() -> None:
    result = compare(runs(PLAN), runs(RUNNING))
    assert result.ratio_of_medians == pytest.approx(31.0 / 40.2)
    assert (result.gridlocked_plan, result.gridlocked_running) == ((104,), ())
    assert (result.unserved_plan, result.stops_plan) == (1.0, 1.5)


def test_a_difference_in_every_pair_is_clear() -> None:
    better = compare(runs(PLAN[:4]), runs(RUNNING[:4]))
    assert better.clearly_better
    assert compare(runs(RUNNING[:4]), runs(PLAN[:4])).clearly_worse
    assert json.loads(json.dumps(better.as_dict()))["seeds"] == [100, 101, 102, 103]


def test_one_seed_has_no_interval() -> None:
    result = compare(runs(PLAN[:1]), runs(RUNNING[:1]))
    assert (result.low_s, result.high_s, result.clearly_better) == (None, None, False)


@pytest.mark.parametrize("seeds", [[101, 100], [100], [100, 100], []])
def test_seeds_that_do_not_pair_are_refused(seeds: list[int]) -> None:
    running = [replace(run, seed=seed) for run, seed in zip(runs(RUNNING), seeds, strict=False)]
    with pytest.raises(InputError, match="same seeds"):
        compare(runs(PLAN[:2]), running)
