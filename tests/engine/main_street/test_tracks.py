"""Trajectories on the main street: by hand on a street of three junctions, and thinned out without getting lost."""

import random
from dataclasses import replace

import numpy as np
import pytest
from greenband.engine.main_street.street import main_street
from greenband.engine.main_street.tracks import back_metres, forth_metres, simplified, tracks_of
from greenband.engine.main_street.trajectories import Tracks
from greenband.engine.report.pictures.time_space import LEFT, RIGHT, WIDTH, time_space_diagram, ways
from greenband.simulation.measure.positions import Place
from lxml import etree

from tests.engine.report.made_up import three_junctions


@pytest.fixture
def street():
    found = main_street(three_junctions(), {"WA": 100.0, "AB": 100.0, "BC": 100.0})
    assert found.junctions == ("A", "B", "C")
    return found


def drive(edges, start_s=0.0, speed_m_s=10.0):
    """Return places each second along edges of (name, length)."""
    places, time_s = [], start_s
    for edge, length_m in edges:
        for second in range(round(length_m / speed_m_s)):
            places.append(Place(time_s + second, edge, speed_m_s * second))
        time_s += length_m / speed_m_s
    return places


def test_metres_run_from_the_first_junction_to_the_last_on_the_way_there_and_back(street):
    assert forth_metres(street) == {"AB": (0.0, 1.0), "BC": (300.0, 1.0)}
    assert back_metres(street) == {"BA": (300.0, -1.0), "CB": (500.0, -1.0)}


def test_a_way_back_of_another_length_is_stretched_between_the_junctions(street):
    longer = replace(street.back[0], length_m=600.0, edge_lengths_m=(600.0,))
    assert back_metres(replace(street, back=(longer, street.back[1])))["BA"] == (300.0, -0.5)


def test_vehicles_at_constant_speed_are_straight_lines_in_their_direction(street):
    found = tracks_of(street, {"up": drive([("AB", 300), ("BC", 200)]), "down": drive([("CB", 200), ("BA", 300)], 7.0)})
    assert found == Tracks(forth=(((0.0, 0.0), (49.0, 490.0)),), back=(((7.0, 500.0), (56.0, 10.0)),))


def test_a_vehicle_that_comes_again_is_two_lines_and_one_seen_once_is_none(street):
    again = [*drive([("AB", 300)]), *drive([("AB", 300)], 100.0)]
    found = tracks_of(street, {"again": again, "once": [Place(5.0, "AB", 3.0)], "elsewhere": drive([("sA", 120)])})
    assert [[t for t, _ in track] for track in found.forth] == [[0.0, 29.0], [100.0, 129.0]]
    assert not found.back


def test_a_stop_is_a_flat_stretch(street):
    waiting = [*drive([("AB", 300)]), *(Place(30.0 + k, "AB", 295.0) for k in range(20)), *drive([("BC", 200)], 50.0)]
    (track,) = tracks_of(street, {"one": waiting}).forth
    at = np.interp([32.0, 48.0], [t for t, _ in track], [m for _, m in track])
    assert np.allclose(at, 295.0, atol=3.0)


@pytest.mark.parametrize("seed", range(20))
def test_a_thinned_line_stays_within_the_tolerance_of_every_point_and_keeps_only_given_ones(seed):
    chance = random.Random(seed)
    points = [(0.0, 0.0)]
    for second in range(1, 200):
        points.append((float(second), points[-1][1] + chance.choice((0.0, 0.0, 3.0, 14.0))))
    kept = simplified(points, 3.0)
    assert set(kept) <= set(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    drawn = np.interp([t for t, _ in points], [t for t, _ in kept], [m for _, m in kept])
    assert np.abs(drawn - [m for _, m in points]).max() <= 3.0 + 1e-9
    assert len(kept) < len(points)


def test_the_diagram_draws_one_line_for_each_vehicle_between_its_junctions(street):
    network = three_junctions()
    both = ways(network, street, {})
    tracks = tracks_of(street, {"a": drive([("AB", 300), ("BC", 200)]), "b": drive([("AB", 300)], 20.0)})
    drawn = etree.fromstring(
        time_space_diagram(network, network.running_plan, street, both, (0.0, 120.0), "title", tracks)
    )
    (forth,) = drawn.findall("path[@class='track forth']")
    assert forth.findtext("title") == "simulated vehicles up: 2"
    lines = [[tuple(map(float, p.split())) for p in run.split("L")] for run in forth.get("d").split("M")[1:]]
    per_second = (WIDTH - LEFT - RIGHT) / 120
    assert [round((x - LEFT) / per_second) for line in lines for x, _ in (line[0], line[-1])] == [0, 49, 20, 49]
    labels = [float(text.get("y")) for text in drawn.xpath(".//text[@class='row-label']")]
    # The last junction is drawn above the first; the vehicle nearly reaches it.
    assert lines[0][0][1] == pytest.approx(max(labels), abs=8)
    assert lines[0][-1][1] == pytest.approx(min(labels), abs=14)
