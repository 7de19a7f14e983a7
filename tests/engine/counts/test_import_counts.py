"""Files in the formats of the field, written here as their publishers write them, to one table."""

import gzip
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.formats.recognise import recognise
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.read import read_counts
from greenband.networks.errors import InputError

SHARED = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the development data is not beside the checkout")

BINS = [f"V{k:02d}" for k in range(96)]
SCATS_HEAD = ",".join(["NB_SCATS_SITE", "QT_INTERVAL_COUNT", "NB_DETECTOR", *BINS, "NM_REGION", "CT_RECORDS"])
SCATS = (
    f"{SCATS_HEAD},QT_VOLUME_24HOUR,CT_ALARM_24HOUR\n"
    f"100,2018-01-01 00:00:00,1,{','.join(map(str, range(96)))},REG,96,4560,0\n"
    f"100,2018-01-01 00:00:00,2,-1,{','.join(['3'] * 95)},REG,60,285,12\n"
)
PEMS_FIXED = "02/15/2016 00:05:00,400001,4,101,N,ML,.5,90,{observed},{flow},.0412,65.1"
PEMS = (
    PEMS_FIXED.format(observed=50, flow=52) + ",10,20,.03,66.0,1,10,32,.05,64.2,0,,,,,\n"
    "02/15/2016 00:10:00,400001,4,101,N,ML,.5,90,100,41,.03,65.0,10,18,.03,66.0,1,10,23,.03,64.0,1,,,,,\n"
)
UTDF = (
    "Turning Movement Count\n15 Minute Counts\nDATE,TIME,INTID,NBL,NBT,NBR,SBL,\n"
    '03/02/2026,="0715",5,3,*,7,*,\n03/02/2026,0730,5,4,80,8,*,\n'
)
E1 = """<detector>
  <interval begin="0.00" end="300.00" id="a" nVehContrib="4" flow="48.0" occupancy="12.5" speed="9.1"
            harmonicMeanSpeed="9.0" length="4.6" nVehEntered="5"/>
  <interval begin="0.00" end="300.00" id="b" nVehContrib="0" flow="0.0" occupancy="0.0" speed="-1" nVehEntered="0"/>
  <interval begin="300.00" end="410.00" id="a" nVehContrib="1" flow="9.0" occupancy="1" speed="9" nVehEntered="1"/>
</detector>
"""
EVENT_HEAD = "TimeStamp,DeviceId,EventId,Parameter\n"
AGGREGATES = (
    "TimeStamp,DeviceId,Detector,Total\n"
    "2024-05-01 00:00:00,7,1,5\n2024-05-01 00:00:00,7,2,4\n2024-05-01 00:15:00,7,1,6\n2024-05-01 00:45:00,7,2,2\n"
)


def written(folder, name, text):
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def imported(folder, name, text, **how):
    out = folder / "out.parquet"
    done = import_counts([written(folder, name, text)], out, How(**how))
    return done, pl.read_parquet(out)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("day.csv", SCATS, "scats"),
        ("day.csv.gz", SCATS, "scats"),
        ("station.txt", PEMS, "pems"),
        ("station.txt.gz", PEMS, "pems"),
        ("volumes.csv", UTDF, "utdf"),
        ("loops.xml", E1, "e1"),
        ("loops.xml.gz", E1, "e1"),
        ("counts.csv", AGGREGATES, "aggregates"),
        ("events.csv", "TimeStamp,SignalID,EventCode,EventParam\n2024-05-01 00:00:00.1,7,82,1\n", "events"),
        ("table.csv", "detector,start,interval_s,count\na,2024-05-01 00:00,900,3\n", "table"),
    ],
)
def test_formats_are_recognised_by_what_is_in_them(tmp_path, name, text, kind):
    assert recognise(written(tmp_path, name, text)) == kind


@pytest.mark.parametrize("text", ["<net/>", "a,b,c\n1,2,3\n", "", "hello"])
def test_what_is_no_format_is_refused(tmp_path, text):
    with pytest.raises(InputError, match="line 1"):
        recognise(written(tmp_path, "counts.csv", text))


def test_a_scats_day_has_96_bins_and_its_error_codes_become_empty(tmp_path):
    done, table = imported(tmp_path, "day.csv", SCATS)
    assert (done.rows, done.detectors, done.empty) == (192, 2, 1)
    first = table.filter(pl.col("detector") == "100/1").sort("start")
    assert first["count"].to_list() == list(range(96))
    assert first["start"][95] == datetime(2018, 1, 1, 23, 45)
    assert first["observed_share"].unique().to_list() == [1.0]
    # 60 of 96 records.
    assert table.filter(pl.col("detector") == "100/2")["observed_share"].unique().to_list() == [0.625]


def test_pems_lanes_and_what_pems_filled_in(tmp_path):
    done, table = imported(tmp_path, "station.txt", PEMS)
    assert done.detectors == 2  # the third lane does not exist
    rows = table.sort("start", "detector")
    assert rows["detector"].to_list() == ["400001/1", "400001/2"] * 2
    assert rows["count"].to_list() == [20, 32, 18, 23]
    assert rows["observed_share"].to_list() == [1, 0, 1, 1]
    assert rows["start"][0] == datetime(2016, 2, 15, 0, 5)


def test_a_pems_station_without_lanes_is_one_detector(tmp_path):
    _, table = imported(tmp_path, "station.txt", PEMS_FIXED.format(observed=50, flow=52) + "\n")
    assert table.select("detector", "count", "observed_share").rows() == [("400001", 52.0, 0.5)]


def test_utdf_volumes_name_node_and_movement(tmp_path):
    _, table = imported(tmp_path, "volumes.csv", UTDF)
    rows = {(d, s.minute): c for d, s, c in table.select("detector", "start", "count").iter_rows()}
    assert rows == {("5/NBL", 15): 3, ("5/NBL", 30): 4, ("5/NBT", 15): None, ("5/NBT", 30): 80, ("5/NBR", 15): 7,
                    ("5/NBR", 30): 8}  # fmt: skip
    assert table["interval_s"].unique().to_list() == [900]


def test_sumo_loops_need_a_day_and_leave_the_last_part_out(tmp_path):
    with pytest.raises(InputError, match="--day"):
        imported(tmp_path, "loops.xml", E1)
    _, table = imported(tmp_path, "loops.xml", E1, day=date(2026, 3, 2))
    assert table.select("detector", "start", "count").rows() == [
        ("a", datetime(2026, 3, 2), 5.0),
        ("b", datetime(2026, 3, 2), 0.0),
    ]
    assert table["occupancy"].to_list() == [0.125, 0.0]
    assert table["speed"].to_list()[1] is None


def test_aggregates_without_zeros_get_them_where_the_device_spoke(tmp_path):
    _, table = imported(tmp_path, "counts.csv", AGGREGATES)
    rows = {(d, s.minute): c for d, s, c in table.select("detector", "start", "count").iter_rows()}
    assert rows == {("7/1", 0): 5, ("7/2", 0): 4, ("7/1", 15): 6, ("7/2", 15): 0, ("7/1", 45): 0, ("7/2", 45): 2}


def test_aggregates_with_zeros_are_left_alone(tmp_path):
    done, _ = imported(tmp_path, "counts.csv", AGGREGATES + "2024-05-01 00:30:00,7,1,0\n")
    assert done.rows == 5


BAD = {
    "a volume of text": ("scats", SCATS.replace(",95,REG", ",many,REG"), "line 2", "V95 'many'"),
    "no date": ("scats", SCATS.replace("2018-01-01 00:00:00,2", "yesterday,2"), "line 3", "yesterday"),
    "a flow of text": ("pems", PEMS.replace(",18,", ",lots,"), "line 2", "lots"),
    "no time": ("pems", PEMS.replace("02/15/2016 00:10:00", "noon"), "line 2", "noon"),
    "too few columns": ("pems", "1,2,3\n", "line 1", "3 columns"),
    "a movement of text": ("utdf", UTDF.replace(",80,", ",x,"), "line 5", "NBT 'x'"),
    "no bins": ("utdf", UTDF.replace("15 Minute", "Hourly"), "line 2", "Hourly"),
    "an hour of 25": ("utdf", UTDF.replace("0730", "2530"), "line 5", "2530"),
    "no number": ("e1", E1.replace('nVehEntered="0"', 'nVehEntered="none"'), "line 4", "none"),
    "cut off": ("e1", E1[:300], "line", "broken XML"),
    "a total of text": ("aggregates", AGGREGATES.replace(",6\n", ",six\n"), "line 4", "count 'six'"),
    "a negative total": ("aggregates", AGGREGATES.replace(",6\n", ",-6\n"), "line 4", "count '-6'"),
    "no stamp": ("aggregates", AGGREGATES.replace("2024-05-01 00:15:00", "later"), "line 4", "later"),
    "ragged": ("aggregates", AGGREGATES + "2024-05-01 00:30:00,7,1,0,9,9\n", "line 6", "no table"),
    "no code": ("events", EVENT_HEAD + "2024-05-01 00:00:00.1,7,on,1\n", "line 2", "code 'on'"),
    "no detector": ("events", EVENT_HEAD + "2024-05-01 00:00:00.1,7,1,1\n", "counts", "no detector"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_wrong_file_is_one_error_with_the_line_and_nothing_is_written(tmp_path, case):
    kind, text, where, found = BAD[case]
    with pytest.raises(InputError) as caught:
        imported(tmp_path, "counts.csv", text, format=kind, day=date(2026, 3, 2))
    assert where in caught.value.where
    assert found in caught.value.found
    assert [path.name for path in tmp_path.iterdir()] == ["counts.csv"]


def test_two_files_that_say_the_same_of_a_day_count_once(tmp_path):
    paths = [written(tmp_path, name, SCATS) for name in ("one.csv", "two.csv")]
    done = import_counts(paths, tmp_path / "out.parquet", How())
    assert done.rows == 192
    assert "192 rows stand twice" in done.told[-1]


def test_two_files_that_contradict_each_other_are_refused_with_both_rows(tmp_path):
    paths = [written(tmp_path, "one.csv", SCATS), written(tmp_path, "two.csv", SCATS.replace(",95,REG", ",94,REG"))]
    with pytest.raises(InputError) as caught:
        import_counts(paths, tmp_path / "out.parquet", How())
    assert "detector 100/1" in caught.value.found
    assert all(name in str(caught.value) for name in ("one.csv, line 2", "two.csv, line 2"))
    assert not (tmp_path / "out.parquet").exists()


# The nights of 2024 in Berlin: 31 March, 02:00 becomes 03:00; 27 October, 03:00 becomes 02:00.
LONG = "detector,start,interval_s,count\n"


def bins_of(*starts, zone=""):
    return LONG + "".join(f"a,{start}{zone},3600,{k}\n" for k, start in enumerate(starts))


def folds(table):
    return [(s.strftime("%d %H"), f) for s, f in table.sort("count").select("start", "fold").iter_rows()]


def test_the_repeated_hour_of_local_stamps_is_told_by_the_order(tmp_path):
    text = bins_of("2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00")
    done, table = imported(tmp_path, "t.csv", text, tz="Europe/Berlin")
    assert folds(table) == [("27 01", 0), ("27 02", 0), ("27 02", 1), ("27 03", 0)]
    assert done.in_repeated_hour == 1


def test_the_repeated_hour_of_universal_stamps_is_told_by_the_offset(tmp_path):
    text = bins_of(*(f"2024-10-26 {h}:00" for h in (22, 23)), *(f"2024-10-27 0{h}:00" for h in range(3)))
    _, table = imported(tmp_path, "t.csv", text, tz="Europe/Berlin", stamps="UTC")
    assert folds(table) == [("27 00", 0), ("27 01", 0), ("27 02", 0), ("27 02", 1), ("27 03", 0)]


def test_the_skipped_hour_is_not_made_of_universal_stamps(tmp_path):
    text = bins_of("2024-03-31 00:00", "2024-03-31 01:00")
    _, table = imported(tmp_path, "t.csv", text, tz="Europe/Berlin", stamps="UTC")
    assert folds(table) == [("31 01", 0), ("31 03", 0)]


def test_rows_of_the_skipped_hour_are_kept_apart(tmp_path):
    text = bins_of("2024-03-31 01:00", "2024-03-31 02:00", "2024-03-31 03:00")
    done, table = imported(tmp_path, "t.csv", text, tz="Europe/Berlin")
    assert folds(table) == [("31 01", 0), ("31 02", -1), ("31 03", 0)]
    assert done.in_skipped_hour == 1


def test_an_unknown_zone_and_stamps_without_one_are_refused(tmp_path):
    with pytest.raises(InputError, match="IANA"):
        imported(tmp_path, "t.csv", bins_of("2024-03-31 01:00"), tz="Berlin")
    with pytest.raises(InputError, match="--tz"):
        imported(tmp_path, "t.csv", bins_of("2024-03-31 01:00"), stamps="UTC")


def night(hours, per_hour=4):
    """Return a log in which a detector counts `per_hour` vehicles in each hour named, and a bit after."""
    lines = [
        f"{day} {hour}:{minute:02d}:{second:02d}.0,7,{code},1\n"
        for day, hour in hours
        for minute in range(0, 60, 60 // per_hour)
        for second, code in ((0, 82), (1, 81))
    ]
    lines += [f"{day} {hour}:59:59.9,7,81,1\n" for day, hour in hours[-1:]]
    return EVENT_HEAD + "".join(lines)


def test_an_event_log_that_jumps_back_counts_both_passes(tmp_path):
    day = "2024-10-27"
    text = night([(day, h) for h in ("01", "02", "02", "03")])
    done, table = imported(tmp_path, "log.csv", text, tz="Europe/Berlin", interval_s=3600)
    assert table.sort("start", "fold").select(pl.col("start").dt.hour(), "fold", "count").rows() == [
        (1, 0, 4.0), (2, 0, 4.0), (2, 1, 4.0), (3, 0, 4.0),
    ]  # fmt: skip
    assert done.blurred_hours == 0


def test_an_event_log_that_was_sorted_through_the_repeated_hour_leaves_it_out(tmp_path):
    day = "2024-10-27"
    head, *lines = night([(day, h) for h in ("01", "02", "02", "03")]).splitlines(keepends=True)
    done, table = imported(tmp_path, "log.csv", head + "".join(sorted(lines)), tz="Europe/Berlin", interval_s=3600)
    assert sorted(table["start"].dt.hour()) == [1, 3]
    assert done.blurred_hours == 1


def test_an_event_log_through_the_night_in_spring_has_no_skipped_hour(tmp_path):
    text = night([("2024-03-31", h) for h in ("00", "01", "03")])
    _, table = imported(tmp_path, "log.csv", text, tz="Europe/Berlin", interval_s=3600)
    assert table.sort("start").select(pl.col("start").dt.hour(), "count").rows() == [(0, 4.0), (1, 4.0), (3, 4.0)]


def test_without_a_zone_a_log_that_goes_back_is_refused(tmp_path):
    with pytest.raises(InputError, match="time goes back"):
        imported(tmp_path, "log.csv", night([("2024-10-27", h) for h in ("01", "02", "02")]), interval_s=3600)


@needs_data
def test_the_utah_hour_counts_what_was_published(tmp_path):
    """Stop-bar counts of signal 7185, northbound, and what its advance and presence zones count: a plain tally."""
    config = SHARED / "udot_7185_detector_config.csv"
    out, phases = tmp_path / "out.parquet", tmp_path / "phases.parquet"
    log = SHARED / "udot_7185_hires_events.parquet"
    import_counts([log], out, How(roles=config, tz="America/Denver"), phases)
    sums = dict(pl.read_parquet(out).group_by("detector").agg(pl.col("count").sum()).iter_rows())
    assert [sums[f"7185/{k}"] for k in (10, 11, 12, 13, 14, 18, 3)] == [84, 418, 435, 461, 121, 1393, 366]
    green = pl.read_parquet(phases).filter(pl.col("phase") == 2)
    events = pl.read_parquet(log)
    assert green["greens"].sum() == events.filter((pl.col("EventId") == 1) & (pl.col("Parameter") == 2)).height


@needs_data
def test_a_log_of_several_signals_one_after_the_other_is_read_and_only_count_zones_kept(tmp_path):
    out = tmp_path / "out.parquet"
    how = How(
        roles=SHARED / "odot_hires_detector_config.csv", tz="America/Los_Angeles", only=frozenset({"stopbar_count"})
    )
    import_counts([SHARED / "odot_hires_events.parquet"], out, how)
    sums = dict(pl.read_parquet(out).group_by("detector").agg(pl.col("count").sum()).iter_rows())
    events = pl.read_parquet(SHARED / "odot_hires_events.parquet").unique()
    for name in ("227/31", "452/19", "227/30"):
        device, channel = map(int, name.split("/"))
        ons = (pl.col("DeviceId") == device) & (pl.col("EventId") == 82) & (pl.col("Parameter") == channel)
        assert sums[name] == events.filter(ons).height
    assert "227/3" not in sums


def test_a_damaged_parquet_file_is_one_clear_error_wherever_the_damage_is(tmp_path):
    """Found by fuzzing: an index out of bounds showed only when rows were collected."""
    whole, path = tmp_path / "whole.parquet", tmp_path / "day.parquet"
    pl.DataFrame(
        {
            "detector": ["a", "b"] * 48,
            "start": [f"2026-03-02T{k // 4:02d}:{15 * (k % 4):02d}:00" for k in range(96)],
            "interval_s": [900] * 96,
            "count": list(range(96)),
        }
    ).write_parquet(whole)
    content, refused = whole.read_bytes(), 0
    for place in range(0, len(content), 23):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            read_counts(path, None, How(format=None, tz="UTC"))
        except InputError:
            refused += 1
    assert refused > 5
