"""Holes are drawn where they are said to be, and the score compares what was counted with what was forecast."""

from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.unknowns.plant import HOURS_MORE, KINDS, Hole, holes, with_hole
from greenband.benchmarks.unknowns.score import Item, Tried, by_kind
from greenband.engine.counts.detectors import read_detectors
from greenband.engine.studies.file import read_study
from greenband.engine.studies.network import network_of

ARTERIAL = Path(__file__).parents[2] / "networks" / "arterial"
PERIODS = [(26_100, 29_700)]


@pytest.fixture(scope="module")
def bundled():
    study = read_study(ARTERIAL)
    network = network_of(study)
    return network, read_detectors(study.detectors, network)


def test_holes_of_each_kind_hold_whole_streets_and_hours_about_the_period(bundled):
    network, detectors = bundled
    found = [hole for seed in range(20) for hole in holes(network, detectors, [7, 8], PERIODS, seed)]
    streets = [loop.lane.rsplit("_", 1)[0].removesuffix("_pocket") for loop in detectors]
    assert [hole.kind for hole in found[:4]] == list(KINDS)
    for hole in found:
        named = {streets[row] for row in hole.rows}
        assert set(hole.rows) == {row for row, street in enumerate(streets) if street in named}
        if "junction" in hole.kind:
            (junction,) = set.intersection(*(set(street.split("_")) for street in named))
            assert named == {street for street in streets if junction in street.split("_")}
        else:
            assert len(named) == 1
        if hole.kind in ("street", "junction"):
            assert (hole.begin_s, hole.end_s) == (0, 86_400)
        else:
            assert hole.begin_s < PERIODS[0][1] <= hole.end_s
            assert hole.begin_s >= PERIODS[0][0] - HOURS_MORE[1] * 3600 - 900
    assert len({hole.rows for hole in found}) > 4
    assert found[:4] == holes(network, detectors, [7, 8], PERIODS, 0)


def test_a_hole_takes_its_rows_and_hours_and_the_days_to_come():
    hole = Hole(kind="hours", rows=(1,), begin_s=3600, end_s=7200, day=2, period=0)
    veh = with_hole(np.ones((3, 5, 24)), hole, 3600)
    assert veh.shape == (3, 2, 24)
    assert np.argwhere(np.isnan(veh)).tolist() == [[1, 0, 1], [1, 1, 1]]


def test_errors_and_bounds_by_hand():
    def item(counted):
        return Item(kind="a", hole=0, where="x", flow=100.0, q10=80.0, q90=130.0, counted=counted, told=True)

    assert item(125.0).error == pytest.approx(0.2)
    assert [item(counted).inside for counted in (79.0, 80.0, 130.0, 131.0)] == [False, True, True, False]
    rows = {kind: (len(items), refused) for kind, items, refused in by_kind(
        [Tried(kind="a", items=(item(1.0),)), Tried(kind="b", items=(), refused="too little")]
    )}  # fmt: skip
    assert rows == {"a": (1, 0), "b": (0, 1), "all": (1, 1)}
