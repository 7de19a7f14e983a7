"""Loops in a simulation count the period's own intervals, however long they and the warm-up are."""

from pathlib import Path

import pytest
from greenband.networks.detector import Detector
from greenband.simulation.loop_runs import run_with_loops
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import routes


@pytest.mark.parametrize(("interval_s", "warm_up_s"), [(300, 600), (900, 600), (900, 0), (600, 100)])
def test_each_interval_has_the_vehicles_that_pass_in_it(crossing: Path, write, interval_s: int, warm_up_s: int) -> None:
    # A vehicle every 20 s, warm-up included, past a loop 20 m into the street: 3 a minute, known without a simulator.
    trips = [(float(at), "wm me") for at in range(25_200 - warm_up_s, 27_000, 20)]
    scenario = Scenario(
        network=crossing,
        routes=(write("r.rou.xml", routes(trips)),),
        begin_s=25_200,
        end_s=27_000,
        warm_up_s=warm_up_s,
    )
    loop = Detector(id="a", lane="wm_0", position_m=20.0, kind="entry")
    (found,) = run_with_loops({1: scenario}, [loop], interval_s)
    counts = found.loops.counts[:, 0].tolist()
    assert len(counts) == 1800 // interval_s
    assert all(abs(count - interval_s / 20) <= 1 for count in counts), counts
    assert found.run.trips.planned_s.size == 90  # the warm-up's vehicles are driven and not counted as trips


def test_a_period_that_begins_at_midnight_has_no_warm_up(crossing: Path, write) -> None:
    trips = [(float(at), "wm me") for at in range(0, 900, 20)]
    scenario = Scenario(
        network=crossing, routes=(write("r.rou.xml", routes(trips)),), begin_s=0, end_s=900, warm_up_s=600
    )
    loop = Detector(id="a", lane="wm_0", position_m=20.0, kind="entry")
    (found,) = run_with_loops({1: scenario}, [loop], 900)
    assert abs(int(found.loops.counts[0, 0]) - 45) <= 2
