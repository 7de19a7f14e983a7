"""Trips, flows and named routes become vehicles that name their edges."""

from collections.abc import Callable
from pathlib import Path

import pytest
from greenband.networks.errors import InputError
from greenband.simulation.explicit import explicit_routes
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.simulation.streets import routes

Write = Callable[[str, str], Path]


def made_of(network: Path, folder: Path, *files: Path) -> list[tuple[float, str]]:
    path = explicit_routes(Scenario(network=network, routes=files, begin_s=0, end_s=300), folder)
    return [
        (float(vehicle.get("depart")), vehicle.find("route").get("edges"))
        for vehicle in etree.parse(str(path)).getroot().iter("vehicle")
    ]


def test_vehicles_that_name_their_edges_are_left_alone(crossing: Path, write: Write, tmp_path: Path) -> None:
    given = write("cars.rou.xml", routes([(0, "wm me")]))
    scenario = Scenario(network=crossing, routes=(given,), begin_s=0, end_s=300)
    assert explicit_routes(scenario, tmp_path) == given.resolve()


def test_trips_flows_and_named_routes_get_the_only_way_there_is(crossing: Path, write: Write, tmp_path: Path) -> None:
    trips = '<routes><trip id="t" depart="0:00:07" from="sm" to="mn"/></routes>'
    flows = '<routes><flow id="f" begin="0" end="100" number="4" from="wm" to="me"/></routes>'
    named = '<routes><route id="r" edges="wm me"/><vehicle id="v" depart="9" route="r"/></routes>'
    files = [write("t.rou.xml", trips), write("f.rou.xml", flows), write("n.rou.xml", named)]
    made = made_of(crossing, tmp_path, *files)
    assert sorted(made) == [
        (0, "wm me"),
        (7, "sm mn"),
        (9, "wm me"),
        (25, "wm me"),
        (50, "wm me"),
        (75, "wm me"),
    ]


def test_a_trip_without_a_way_is_refused_and_leaves_nothing(crossing: Path, write: Write, tmp_path: Path) -> None:
    lost = write("lost.rou.xml", '<routes><trip id="t" depart="0" from="mn" to="wm"/></routes>')
    with pytest.raises(InputError, match=r"lost\.rou\.xml"):
        made_of(crossing, tmp_path, lost)
    assert not list(tmp_path.glob("explicit*"))


def test_trips_out_of_order_are_refused_not_dropped(crossing: Path, write: Write, tmp_path: Path) -> None:
    text = "".join(f'<trip id="{k}" depart="{depart}" from="wm" to="me"/>' for k, depart in enumerate((1000, 1)))
    with pytest.raises(InputError, match="order"):
        made_of(crossing, tmp_path, write("mixed.rou.xml", f"<routes>{text}</routes>"))
