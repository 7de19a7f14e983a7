import gzip
from datetime import date, datetime

import numpy as np
import polars as pl
import pytest
from greenband.engine.counts.detectors import read_detectors
from greenband.engine.counts.read import read_counts
from greenband.networks.detector import Detector
from greenband.networks.errors import InputError

from tests.engine.cross import cross_network

HEADER = "detector,start,interval_s,count\n"
LOOPS = tuple(Detector(id=name, lane="Nin_0", position_m=1.0, kind="approach") for name in ("a", "b"))
GOOD = (
    "a,2026-03-02T07:00:00,300,12\n"
    "a,2026-03-02 07:05,300,\n"
    "b,2026-03-02T07:05:00,300,7.5\n"
    "b,2026-03-03T07:00:00,300,0\n"
)


def written(tmp_path, text, name="counts.csv"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["counts.csv", "counts.csv.gz"])
def test_csv_becomes_an_array_of_detector_day_and_bin(tmp_path, name):
    counts = read_counts(written(tmp_path, HEADER + GOOD, name), LOOPS)
    assert counts.days == (date(2026, 3, 2), date(2026, 3, 3))
    assert (counts.begin_s, counts.interval_s, counts.end_s) == (25_200, 300, 25_800)
    nan = np.nan
    np.testing.assert_array_equal(counts.veh, [[[12, nan], [nan, nan]], [[nan, 7.5], [0, nan]]])


def test_parquet_gives_the_same_as_csv(tmp_path):
    path = tmp_path / "counts.parquet"
    pl.DataFrame(
        {
            "detector": ["a", "b"],
            "start": [datetime(2026, 3, 2, 7), datetime(2026, 3, 2, 7, 5)],
            "interval_s": [300, 300],
            "count": [12, 7],
            "occupancy": [0.1, 0.2],
        }
    ).write_parquet(path)
    counts = read_counts(path, LOOPS)
    np.testing.assert_array_equal(counts.veh, [[[12, np.nan]], [[np.nan, 7]]])


BAD = {
    "no such column": ("detector,start,count\na,2026-03-02T07:00:00,1\n", "line 1", "interval_s"),
    "text": (HEADER + GOOD + "a,2026-03-02T07:10:00,300,many\n", "line 6", "count 'many'"),
    "infinite": (HEADER + "a,2026-03-02T07:10:00,300,inf\n", "line 2", "count 'inf'"),
    "negative": (HEADER + GOOD + "a,2026-03-02T07:10:00,300,-1\n", "line 6", "count '-1'"),
    "unknown detector": (HEADER + GOOD + "c,2026-03-02T07:10:00,300,1\n", "line 6", "detector 'c'"),
    "no detector": (HEADER + ",2026-03-02T07:10:00,300,1\n", "line 2", "detector"),
    "off the grid": (HEADER + "a,2026-03-02T07:02:00,300,1\n", "line 2", "07:02"),
    "twice": (HEADER + GOOD + "b,2026-03-03 07:00,300,4\n", "line 6", "2026-03-03 07:00"),
    "no time": (HEADER + "a,seven,300,1\n", "line 2", "start 'seven'"),
    "a zone": (HEADER + "a,2026-03-02T07:00:00+01:00,300,1\n", "line 2", "+01:00"),
    "two intervals": (HEADER + GOOD + "a,2026-03-02T07:10:00,900,1\n", "detector a", "several lengths"),
    "an interval of nought": (HEADER + "a,2026-03-02T07:00:00,0,1\n", "line 2", "interval_s '0'"),
    "an odd interval": (HEADER + "a,2026-03-02T07:00:00,7000,1\n", "line 2", "interval_s '7000'"),
    "no row": (HEADER, "counts.csv", "no row"),
    "nothing": ("", "counts.csv", "no table"),
    "ragged": (HEADER + "a,2026-03-02T07:00:00,300,1,2,3\n", "counts.csv", "no table"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_malformed_table_is_one_error_that_names_the_place(tmp_path, case):
    text, where, found = BAD[case]
    with pytest.raises(InputError) as caught:
        read_counts(written(tmp_path, text), LOOPS)
    assert where in caught.value.where
    assert found in caught.value.found


@pytest.mark.parametrize("content", [b"\x00\xff\xfe\x80" * 50, b"<net/>", b"PAR1"])
def test_a_file_that_is_no_table_is_an_input_error(tmp_path, content):
    for name in ("counts.csv", "counts.parquet", "counts.csv.gz"):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_counts(path, LOOPS)


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_counts(tmp_path / "none.csv", LOOPS)


DETECTORS = "detector,lane,position_m,kind\n"


def test_detectors_are_read_in_the_files_order(tmp_path):
    text = DETECTORS + "x,Nin_1,197,approach\ny,Sout_0,5,exit\n"
    assert read_detectors(written(tmp_path, text), cross_network()) == (
        Detector(id="x", lane="Nin_1", position_m=197.0, kind="approach"),
        Detector(id="y", lane="Sout_0", position_m=5.0, kind="exit"),
    )


def test_a_detector_without_a_position_lies_where_loops_usually_do_and_says_so(tmp_path):
    found = read_detectors(written(tmp_path, DETECTORS + "x,Nin_1,,approach\ny,Sout_0,,exit\n"), cross_network())
    assert [(one.position_m, one.placed) for one in found] == [(197.0, True), (5.0, True)]


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("detector,lane,kind\nx,Nin_1,exit\n", "line 1", "position_m"),
        (DETECTORS + "x,nowhere,1,exit\n", "line 2", "nowhere"),
        (DETECTORS + "x,Nin_0,1,exit\nx,Nin_1,1,exit\n", "line 3", "x again"),
        (DETECTORS + "x,Nin_0,far,exit\n", "line 2", "far"),
        (DETECTORS + "x,Nin_0,200.5,exit\n", "line 2", "200.5"),
        (DETECTORS + "x,Nin_0,nan,exit\n", "line 2", "nan"),
        (DETECTORS + "x,Nin_0,1,camera\n", "line 2", "camera"),
        (DETECTORS + "x\n", "line 2", "lane ''"),
        (DETECTORS + "x,Nin_0,1,exit,more\n", "line 2", ""),
        (DETECTORS, "counts.csv", "no detector"),
    ],
)
def test_a_malformed_list_of_detectors_is_one_error_that_names_the_place(tmp_path, text, where, found):
    with pytest.raises(InputError) as caught:
        read_detectors(written(tmp_path, text), cross_network())
    assert where in caught.value.where
    assert found in caught.value.found
