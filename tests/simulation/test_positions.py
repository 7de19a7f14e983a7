"""Where vehicles are, against what can be worked out by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from greenband.simulation.measure.positions import positions
from greenband.simulation.scenario import Scenario

from tests.simulation.streets import program, routes

Write = Callable[[str, str], Path]


def test_a_vehicle_drives_at_the_limit_stands_at_its_red_and_is_seen_on_the_asked_edges_and_seconds_alone(
    crossing: Path, write: Write
) -> None:
    # 10 m/s from 5.1 m on, its own length, the stop line 290.9 m from there, red until 100 s.
    one = routes([(0, "wm me")]).replace("<vehicle ", '<vehicle departSpeed="max" ')
    programs = write("p.add.xml", program([(100, "GGrr"), (200, "rrGG")]))
    scenario = Scenario(network=crossing, routes=(write("one.rou.xml", one),), begin_s=0, end_s=300)
    seen = positions(scenario, ["wm"], seed=1, begin_s=10, end_s=120, programs=programs)
    (places,) = seen.values()
    at = {place.time_s: place.metres for place in places}
    assert {place.edge for place in places} == {"wm"}
    assert min(at) == 10
    assert 99 <= max(at) <= 101  # it starts a metre before the line when its green does
    assert at[20] - at[10] == pytest.approx(100, abs=1)
    assert at[99] == at[60] == pytest.approx(5.1 + 290.9 - 1, abs=1)  # it stops a metre before the line
