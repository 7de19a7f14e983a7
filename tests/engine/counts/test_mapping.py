"""Mapping files and the formats that are mappings: what they take, what they refuse, and in which words."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.networks.errors import InputError

CSV = (
    "Knoten;Datum;Zeit;Kfz;Bel;Stoerung\n7;02.03.2026;00:00;12;5,5;0\n7;02.03.2026;00:15;8;4,0;1\n"
    "7;13.03.2026;24:00;-;;\n"
)
TOML = 'detector = "Knoten"\nstart = ["Datum", "Zeit"]\ncount = "Kfz"\n'


def imported(folder, text, toml=None, **how):
    path = folder / "counts.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if toml is not None:
        (folder / "map.toml").write_text(toml)
        how["mapping"] = folder / "map.toml"
    done = import_counts([path], folder / "out.parquet", How(**how))
    return done, pl.read_parquet(folder / "out.parquet")


def test_a_mapping_says_which_column_is_what(tmp_path):
    more = 'occupancy = "Bel"\noccupancy_unit = "percent"\nfault = "Stoerung"\nmissing = ["-"]\ninterval_s = 900\n'
    done, rows = imported(tmp_path, CSV, TOML + more)
    assert rows["detector"].unique().to_list() == ["7"]
    assert [str(t) for t in rows["start"]] == ["2026-03-02 00:00:00", "2026-03-02 00:15:00", "2026-03-14 00:00:00"]
    assert rows["count"].to_list() == [12.0, None, None]
    assert rows["occupancy"].to_list()[:2] == pytest.approx([0.055, 0.04])
    assert done.formats == ("mapped",)


def test_the_zone_of_a_mapping_is_that_of_its_stamps(tmp_path):
    toml = TOML + 'zone = "UTC"\ninterval_s = 900\nmissing = ["-"]\n'
    _, rows = imported(tmp_path, CSV, toml, tz="Europe/Berlin")
    assert [str(t) for t in rows["start"]][:2] == ["2026-03-02 01:00:00", "2026-03-02 01:15:00"]


def test_a_time_format_decides_where_nothing_else_would(tmp_path):
    text = "id,when,n\nA,04-03-26 07h15,3\nA,04-03-26 07h30,4\n"
    toml = 'detector = "id"\nstart = "when"\ncount = "n"\ntime_format = "%d-%m-%y %Hh%M"\n'
    _, rows = imported(tmp_path, text, toml)
    assert [str(t) for t in rows["start"]] == ["2026-03-04 07:15:00", "2026-03-04 07:30:00"]
    assert rows["interval_s"].to_list() == [900, 900]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('detector = "Knoten"\nstart = "Datum"\n', "names the columns of detector, start and count"),
        (TOML.replace("Kfz", "Pkw"), "no column 'Pkw'; there are Knoten, Datum, Zeit"),
        (TOML + "colour = 3\n", "Extra inputs are not permitted"),
        (TOML + 'unit = "cars"\n', "'veh' or 'veh/h'"),
        (TOML + "wide = true\n", "every detector is a column"),
        (TOML + "interval_s = 700\n", "divide the day"),
        (TOML + "interval_s = 900\n", "a count is 0 or more.*--missing"),
        (TOML.replace("count", "count count"), "broken TOML"),
        (TOML + 'dates = "mdy"\nmissing = ["-"]\n', "a start is month/day/year"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_four_parts(tmp_path, toml, words):
    with pytest.raises(InputError, match=words) as error:
        imported(tmp_path, CSV, toml)
    assert all((error.value.where, error.value.found, error.value.rule, error.value.fix))
    assert not (tmp_path / "out.parquet").exists()


def test_half_days_offsets_and_utc_are_read_in_wide_tables(tmp_path):
    us = "Date,Time,L1,L2\n3/13/2026,11:45 PM,1,2\n3/14/2026,12:00 AM,3,4\n"
    _, rows = imported(tmp_path, us)
    assert [str(t) for t in rows.filter(pl.col("detector") == "L1")["start"]] == [
        "2026-03-13 23:45:00",
        "2026-03-14 00:00:00",
    ]
    zoned = "timestamp,L1,L2\n2026-03-13T06:00:00Z,1,2\n2026-03-13T06:15:00Z,3,4\n"
    with pytest.raises(InputError, match="--tz"):
        imported(tmp_path, zoned)
    _, rows = imported(tmp_path, zoned, tz="Europe/Berlin")
    assert str(rows["start"].min()) == "2026-03-13 07:00:00"


def test_day_and_month_that_nothing_tells_apart_are_asked_for(tmp_path):
    rows = "".join(f"04/03/2026,{h:02d}:00,{h},{h + 1}\n" for h in range(24))
    with pytest.raises(InputError, match="--dates dmy"):
        imported(tmp_path, "Date,Time,L1,L2\n" + rows)
    _, table = imported(tmp_path, "Date,Time,L1,L2\n" + rows, dates="dmy")
    assert {t.month for t in table["start"]} == {3}


def test_utd19_bins_are_as_long_as_each_detectors_stamps_are_apart(tmp_path):
    text = "day,interval,detid,flow,occ,error,city,speed\n"
    text += "".join(f"2026-03-13,{k * 180},a,200,0.1,,luzern,\n" for k in range(4))
    text += "".join(f"2026-03-13,{k * 900},b,400,0.1,{int(k == 2)},bern,\n" for k in range(4))
    _, rows = imported(tmp_path, text)
    told = {n: (s, c) for n, s, c in rows.select("detector", "interval_s", "count").iter_rows() if c is not None}
    assert told == {"luzern/a": (180, 10.0), "bern/b": (900, 100.0)}
    assert rows["count"].null_count() == 1


def test_german_sections_and_cars_with_lorries_are_told(tmp_path):
    text = "mq_name;tag;stunde;qualitaet;q_pkw_mq_hr;v_pkw_mq_hr;q_lkw_mq_hr\nTE1;13.03.2026;8;0.75;90;44;10\n"
    done, rows = imported(tmp_path, text)
    assert rows.select("count", "observed_share", "interval_s").row(0) == (100.0, 0.75, 3600)
    assert str(rows["start"][0]) == "2026-03-13 08:00:00"
    assert any("sections" in note for note in done.told)
    assert any("q_pkw_mq_hr + q_lkw_mq_hr" in note for note in done.told)


def test_dublins_hours_end_at_their_stamp(tmp_path):
    text = "End_Time,Region,Site,Detector,Sum_Volume,Avg_Volume\n"
    text += "20260313080000,CCITY,1,2,120,10\n20260313090000,CCITY,1,2,60,5\n"
    _, rows = imported(tmp_path, text)
    assert [str(t) for t in rows["start"]] == ["2026-03-13 07:00:00", "2026-03-13 08:00:00"]
    assert rows["detector"][0] == "1/2"
    assert rows["count"].to_list() == [120.0, 60.0]


def test_pems_raw_samples_are_brought_together_and_gaps_are_told(tmp_path):
    text = "".join(f"03/13/2026 00:0{k // 2}:{13 + 30 * (k % 2)},400001,3,.02,65,2,.01,66\n" for k in range(10))
    text += "03/13/2026 00:05:13,400001,1,.02,65,,,\n"
    done, rows = imported(tmp_path, text)
    assert done.formats == ("pems-raw",)
    found = {
        (n, str(t)[11:16]): (c, round(o, 3))
        for n, t, c, o in rows.select("detector", "start", "count", "observed_share").iter_rows()
    }
    assert found == {
        ("400001/1", "00:00"): (30.0, 1.0),
        ("400001/2", "00:00"): (20.0, 1.0),
        ("400001/1", "00:05"): (1.0, 0.1),
    }


def test_older_files_of_toronto_name_where_drivers_go(tmp_path):
    text = "count_id,count_date,location_id,location,time_start,time_end,"
    text += "sb_cars_r,sb_cars_t,sb_truck_r,sb_bus_r,nb_cars_l,nx_peds,nx_bike\n"
    text += "1,2026-03-13,55,A / B,2026-03-13T07:30:00,2026-03-13T07:45:00,1,20,2,4,8,50,60\n"
    done, rows = imported(tmp_path, text)
    assert dict(rows.select("detector", "count").iter_rows()) == {"55/SBR": 7.0, "55/SBT": 20.0, "55/NBL": 8.0}
    assert any("classes of motor vehicles are added up" in note for note in done.told)


def test_a_wide_table_of_an_agency_is_read_straight_in_a_study(tmp_path):
    from greenband.engine.chain.prepare import prepare
    from greenband.engine.studies.file import read_study

    arterial = Path(__file__).parents[3] / "networks" / "arterial"
    shutil.copytree(arterial, tmp_path / "long")
    shutil.copytree(arterial, tmp_path / "wide")
    rows = pl.read_parquet(arterial / "counts.parquet")
    wide = rows.pivot("detector", index="start", values="count").sort("start")
    stamps = pl.col("start").dt.to_string("%d/%m/%Y"), pl.col("start").dt.to_string("%H:%M").alias("Time")
    wide.select(stamps[0].alias("Date"), stamps[1], pl.exclude("start")).write_csv(
        tmp_path / "wide" / "counts.csv", separator=";"
    )
    toml = tmp_path / "wide" / "study.toml"
    toml.write_text(toml.read_text().replace("counts.parquet", "counts.csv"))
    demands = []
    for name in ("long", "wide"):
        study = read_study(tmp_path / name)
        demands.append(prepare(study, study.period(None)).demand.flow_veh_h)
    # The long file has signs beside its counts (occupancy), which the wide one has not.
    for turn, flow in demands[0].items():
        assert demands[1][turn] == pytest.approx(flow, rel=0.05, abs=5)
