"""Drawn traffic has a class, and SUMO drives it as if it had been the default one."""

from pathlib import Path

import pytest
from greenband.engine.chain.car_types import car_types
from greenband.engine.movements.sample_trips import SampledTrips, routes_xml
from greenband.networks.errors import InputError
from greenband.simulation.run import run
from greenband.simulation.scenario import Scenario

from tests.simulation.special_streets import ARMS_NODES, BUS_EDGES, convert


def test_naming_the_class_changes_nothing_that_drives(tmp_path: Path) -> None:
    network = convert(tmp_path, ARMS_NODES, BUS_EDGES)
    trips = SampledTrips(tuple(float(t) for t in range(0, 240, 3)), tuple(("WA", "AE") for _ in range(80)))
    lost_s = []
    for types in ((), car_types([])):
        (tmp_path / "r.rou.xml").write_bytes(routes_xml(trips, types))
        done = run(Scenario(network=network, routes=(tmp_path / "r.rou.xml",), begin_s=0, end_s=400), seed=2)
        lost_s.append(done.trips.delay_s.tolist())
    assert lost_s[0] == lost_s[1]
    assert b'vClass="passenger"' in routes_xml(trips, car_types([]))


def test_a_studys_own_default_type_is_left_to_it_unless_it_is_of_another_class(tmp_path: Path) -> None:
    path = tmp_path / "types.add.xml"
    path.write_text('<routes><vType id="DEFAULT_VEHTYPE" length="4.3"/></routes>')
    assert car_types([path]) == ()
    path.write_text('<routes><vType id="DEFAULT_VEHTYPE" vClass="bus"/></routes>')
    with pytest.raises(InputError, match="vClass bus"):
        car_types([path])
