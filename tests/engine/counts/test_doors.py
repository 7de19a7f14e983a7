"""Tables as agencies send them, which were once misread: what comes in by every door, and what is refused."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from greenband.engine.cli import main
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.read import read_counts
from greenband.engine.forecast.tables import counts_of, typed_counts
from greenband.networks.detector import Detector
from greenband.networks.errors import InputError

MARCH = datetime(2026, 3, 2)
LONG = "detector,start,interval_s,count"
AUTO = How()


def text(folder, lines, name="f.csv"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def quarters(days=2, count=lambda k: 10 + k % 7, name="a", first=MARCH):
    return [(name, first + timedelta(minutes=15 * k), 900, count(k)) for k in range(96 * days)]


def lines(rows, form="%Y-%m-%dT%H:%M:%S", length=None):
    return [LONG, *(f"{n},{t.strftime(form)},{length or s},{c}" for n, t, s, c in rows)]


def doors(path, how=AUTO):
    """Return what the import, the study and the batch read: (detector, start, length, count), sorted."""
    out = path.parent / "out.parquet"
    import_counts([path], out, how)
    table = pl.read_parquet(out)
    if "fold" in table.columns:
        table = table.filter(pl.col("fold") == 0)
    by_import = sorted(table.select("detector", "start", "interval_s", "count").drop_nulls("count").iter_rows())
    counts = read_counts(path, None, how)
    straight = []
    for d, n, b in zip(*np.nonzero(np.isfinite(counts.veh)), strict=True):
        at = datetime.combine(counts.days[n], datetime.min.time()) + timedelta(
            seconds=int(counts.begin_s + b * counts.interval_s)
        )
        straight.append((counts.detectors[d].id, at, counts.interval_s, float(counts.veh[d, n, b])))
    batch, _ = counts_of(path, how)
    by_batch = sorted(batch.select("series", "start", "interval_s", "count").drop_nulls("count").iter_rows())
    assert by_batch == by_import
    return by_import, sorted(straight)


def read(path, how=AUTO):
    by_import, straight = doors(path, how)
    assert straight == by_import
    return by_import


def floats(rows):
    return sorted((n, t, s, float(c)) for n, t, s, c in rows)


def refused(path, how=AUTO):
    """Return the error of all three doors."""
    found = []
    for door in (lambda: import_counts([path], path.parent / "o.csv", how), lambda: read_counts(path, None, how),
                 lambda: counts_of(path, how)):  # fmt: skip
        with pytest.raises(InputError) as caught:
            door()
        found.append(str(caught.value))
    assert len(set(found)) == 1
    return found[0]


# Row 3: bins of several lengths.


def test_a_series_that_changes_its_bins_is_one_series(tmp_path):
    coarse, later = quarters(6), MARCH + timedelta(days=6)
    fine = [("a", later + timedelta(minutes=5 * k), 300, k % 4) for k in range(288 * 2)]
    found = read(text(tmp_path, lines([*coarse, *fine])))
    assert found[: len(coarse)] == floats(coarse)
    sums = [sum(c for _, _, _, c in fine[3 * k : 3 * k + 3]) for k in range(192)]
    assert [c for *_, c in found[len(coarse) :]] == sums


@pytest.mark.parametrize("stray", [("a", MARCH, 300, 12), ("a", MARCH, 3600, 12)])
def test_a_stray_row_of_another_length_does_not_take_the_place_of_a_count(tmp_path, stray):
    rows = quarters(3)
    assert read(text(tmp_path, lines([*rows, stray]))) == floats(rows)


# Row 4: zones.


def test_a_zone_in_parquet_is_converted_by_every_door_or_asked(tmp_path):
    path = tmp_path / "utc.parquet"
    rows = [(n, t + timedelta(hours=4), s, c) for n, t, s, c in quarters()]  # New York in summer
    frame = pl.DataFrame(rows, schema=LONG.split(","), orient="row").with_columns(
        (pl.col("start") + pl.duration(days=60)).dt.replace_time_zone("UTC")
    )
    frame.write_parquet(path)
    assert read(path, How(tz="America/New_York"))[0][:2] == ("a", MARCH + timedelta(days=60))
    said = refused(path)
    assert "--tz" in said
    assert "2026-05-01 04:00:00+00:00" in said
    with pytest.raises(InputError, match="--tz"):
        typed_counts(frame)


def test_stamps_said_to_be_universal_are_converted_by_every_door(tmp_path):
    path = text(tmp_path, lines([(n, t + timedelta(hours=7), s, c) for n, t, s, c in quarters()]))
    assert read(path, How(tz="America/Phoenix", stamps="UTC")) == floats(quarters())
    assert "--tz" in refused(path, How(stamps="UTC"))


def test_an_event_log_in_a_zone_asks_for_that_of_the_streets(tmp_path):
    rows = [(MARCH + timedelta(minutes=k), "7", code, 1) for k in range(60) for code in (82, 81)]
    frame = pl.DataFrame(rows, schema=["TimeStamp", "DeviceId", "EventId", "Parameter"], orient="row")
    path = tmp_path / "log.parquet"
    frame.with_columns(pl.col("TimeStamp").dt.replace_time_zone("UTC")).write_parquet(path)
    assert "--tz" in refused(path)
    assert read(path, How(tz="America/Phoenix"))[0][1] == MARCH - timedelta(hours=7)


# Row 5: years of two digits and odd dates.


@pytest.mark.parametrize("form", ["%m/%d/%y %H:%M", "%d.%m.%y %H:%M", "%d/%m/%y %H:%M"])
def test_years_of_two_digits_are_of_this_century(tmp_path, form):
    assert read(text(tmp_path, lines(quarters(15), form))) == floats(quarters(15))


@pytest.mark.parametrize("odd", ["1970-01-01T00:00:00", "0026-03-02T00:00:00", "2099-12-31T00:00:00"])
def test_one_odd_date_is_left_out_told_and_sizes_no_calendar(tmp_path, odd):
    path = text(tmp_path, [*lines(quarters()), f"a,{odd},900,5"])
    assert read(path) == floats(quarters())
    counts = read_counts(path, None, AUTO)
    assert counts.days == (date(2026, 3, 2), date(2026, 3, 3))
    assert "1 rows are left out" in " ".join(counts.told)


# Row 6: PeMS.


def station(step_s, width, bins=48):
    rows = []
    for k in range(bins):
        t = MARCH + timedelta(seconds=step_s * k)
        fixed = f"{t:%m/%d/%Y %H:%M:%S},9,4,80,W,ML,.5,90,100,{3 * k + 3},.05,62"
        if step_s == 3600:
            lanes = ",0,0,0,0,0,0" + "".join(f",{k + j},.05,61" for j in range(3))
        else:
            lanes = "".join(f",30,{k + j},.05,61,1" for j in range(3))
        row = fixed + lanes
        rows.append(row + "," * (width - row.count(",") - 1))
    return rows


@pytest.mark.parametrize(("step_s", "widths"), [(3600, (27, 42)), (300, (27, 42, 52))])
def test_pems_hours_and_five_minutes_are_told_by_steps_and_sums(tmp_path, step_s, widths):
    for width in widths:
        found = read(text(tmp_path, station(step_s, width), "s.txt"))
        assert {s for _, _, s, _ in found} == {step_s}
        assert sum(c for *_, c in found) == sum(3 * k + 3 for k in range(48))


def test_pems_steps_that_contradict_the_sums_are_refused(tmp_path):
    rows = [row.replace("03/02/2026", f"03/{2 + k:02d}/2026") for k, row in enumerate(station(300, 42, 12))]
    spread = [f"{row[:11]}{k % 24:02d}:00:00{row[19:]}" for k, row in enumerate(station(300, 42, 24))]
    assert "3600 s apart" in refused(text(tmp_path, spread, "s.txt"))
    assert len(rows) == 12


# Row 8: rows that stand twice.


@pytest.mark.parametrize("column", ["class", "Vehicle_Type", "direction", "Dir"])
def test_classes_and_directions_are_added_up_and_told(tmp_path, column):
    rows = quarters()
    some = [f"a,{part},{t:%Y-%m-%dT%H:%M:%S},{s},{c + k}" for n, t, s, c in rows for k, part in enumerate(("NB", "SB"))]
    path = text(tmp_path, [f"detector,{column},start,interval_s,count", *some])
    assert read(path) == floats((n, t, s, 2 * c + 1) for n, t, s, c in rows)
    assert "NB, SB" in " ".join(read_counts(path, None, AUTO).told)


def test_contradictions_are_refused_with_both_rows_and_true_doubles_count_once(tmp_path):
    rows = quarters()
    assert read(text(tmp_path, lines([*rows, rows[4]]))) == floats(rows)
    said = refused(text(tmp_path, lines([*rows, ("a", rows[4][1], 900, 999)])))
    assert all(word in said for word in ("14 (line 6)", "999 (line 194)", "f.csv, line 194"))


def test_a_contradiction_in_a_frame_is_refused_in_batch(tmp_path):
    rows = [*quarters(), ("a", MARCH, 900, 999)]
    with pytest.raises(InputError, match="999"):
        typed_counts(pl.DataFrame(rows, schema=LONG.split(","), orient="row"))


# Row 9: folds.


def test_rows_with_a_fold_are_not_used_by_any_door(tmp_path):
    rows = lines(quarters())
    folded = [f"{rows[0]},fold", *(f"{row},0" for row in rows[1:]), f"a,{MARCH:%Y-%m-%dT%H:%M:%S},900,77,1"]
    assert read(text(tmp_path, folded)) == floats(quarters())


# Row 10 and 12: aggregates.


def test_zeros_are_filled_in_device_by_device(tmp_path):
    rows = ["TimeStamp,DeviceId,Detector,Total"]
    for k in range(96):
        t = MARCH + timedelta(minutes=15 * k)
        rows.append(f"{t:%Y-%m-%d %H:%M:%S},1,1,{3 + k % 2}")
        if k % 5:
            rows.append(f"{t:%Y-%m-%d %H:%M:%S},1,2,4")  # device 1 leaves zeros out
        rows.append(f"{t:%Y-%m-%d %H:%M:%S},2,1,{k % 3}")
        if k % 5:
            rows.append(f"{t:%Y-%m-%d %H:%M:%S},2,2,{k % 3}")  # device 2 does not: what it lacks is unknown
    found = {(n, t): c for n, t, _, c in read(text(tmp_path, rows))}
    assert found["1/2", MARCH] == 0
    assert ("2/2", MARCH) not in found


def test_each_detector_of_an_aggregate_has_its_own_bins(tmp_path):
    rows = [
        f"{MARCH + timedelta(seconds=step * k):%Y-%m-%d %H:%M:%S},7,{channel},{k % 5}"
        for channel, step in ((1, 300), (2, 900), (3, 3600))
        for k in range(86_400 // step)
    ]
    found, straight = doors(text(tmp_path, ["TimeStamp,SignalId,Channel,Volume", *rows]))
    assert {(n, s) for n, _, s, _ in found} == {("7/1", 300), ("7/2", 900), ("7/3", 3600)}
    # A study has one length: the longest that somebody needs.
    assert {s for _, _, s, _ in straight} == {3600}
    assert sum(c for *_, c in straight) == sum(c for *_, c in found)


# Row 11: a log in two files.


def test_an_event_log_in_two_files_is_one_log(tmp_path):
    events = [
        (MARCH + timedelta(seconds=10 * k, milliseconds=500 * off), 81 if off else 82)
        for k in range(6 * 60)
        for off in (0, 1)
    ]
    rows = [f"{t:%Y-%m-%d %H:%M:%S.%f},7,{code},1" for t, code in events]
    head, cut = "TimeStamp,DeviceId,EventId,Parameter", 433  # within a bin
    whole = text(tmp_path, [head, *rows], "whole.csv")
    parts = [text(tmp_path, [head, *rows[cut:]], "b.csv"), text(tmp_path, [head, *rows[:cut]], "a.csv")]
    tables = []
    for files in ([whole], parts):
        import_counts(files, tmp_path / "o.parquet", AUTO)
        tables.append(sorted(pl.read_parquet(tmp_path / "o.parquet").select("start", "count").iter_rows()))
    assert tables[0] == tables[1]
    assert sum(c for _, c in tables[1]) == 360


# Row 13: names' endings.


@pytest.mark.parametrize("name", ["c.csv", "c.csv.gz", "c.parquet"])
def test_every_table_is_written_as_its_name_ends(tmp_path, name):
    path, out = text(tmp_path, lines(quarters())), tmp_path / name
    import_counts([path], out, AUTO)
    found = pl.read_parquet(out) if name.endswith("parquet") else pl.read_csv(out)
    assert found["count"].sum() == sum(c for *_, c in quarters())
    assert out.read_bytes()[:4] == {"c.csv": b"dete", "c.csv.gz": b"\x1f\x8b\x08\x00", "c.parquet": b"PAR1"}[name]


def test_another_ending_is_refused_and_nothing_written(tmp_path):
    path = text(tmp_path, lines(quarters()))
    with pytest.raises(InputError, match=r"\.csv\.gz"):
        import_counts([path], tmp_path / "new" / "c.xlsx", AUTO)
    assert not (tmp_path / "new").exists()


# Row 14: lengths in words, orders of dates, ends of bins.


@pytest.mark.parametrize("length", ["15 min", "0:15", "PT15M", "900 s", "900.0"])
def test_lengths_may_be_written_in_words(tmp_path, length):
    assert read(text(tmp_path, lines(quarters(), length=length))) == floats(quarters())


def test_an_order_of_dates_that_nothing_tells_is_asked(tmp_path):
    path = text(tmp_path, lines([*quarters(1, first=datetime(2026, 3, 4))], "%d/%m/%Y %H:%M"))
    assert "--dates dmy" in refused(path)
    assert read(path, How(dates="dmy"))[0][1] == datetime(2026, 3, 4)
    assert read(path, How(dates="mdy"))[0][1] == datetime(2026, 4, 3)


def test_stamps_of_ends_are_taken_as_said_or_where_only_they_make_whole_days(tmp_path):
    later = [(n, t + timedelta(minutes=15), s, c) for n, t, s, c in quarters()]
    assert read(text(tmp_path, lines(later)), How(edge="end")) == floats(quarters())
    rows = [f"{t:%Y-%m-%d %H:%M:%S},7,1,{c}" for _, t, _, c in later]
    path = text(tmp_path, ["TimeStamp,DeviceId,Detector,Total", *rows])
    assert [row[1] for row in read(path)] == [t for _, t, _, _ in quarters()]
    assert "ends of bins" in " ".join(read_counts(path, None, AUTO).told)
    assert [row[1] for row in read(path, How(edge="begin"))] == [t for _, t, _, _ in later]


# Row 15: what to type.


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: [rows[0].title(), *rows[1:]], None),
        (lambda rows: [row.replace(",16", ',"1,101"') for row in rows], ("1,101", "1101", "thousands")),
        (lambda rows: [rows[0], *(row.replace(":00,", ":00Z,") for row in rows[1:])], ("00Z", "--tz")),
        (lambda rows: [row.replace(",16", ",-1") for row in rows], ("-1", "--missing")),
        (lambda rows: [row.replace(",900,", ",a while,") for row in rows], ("a while", "15 min")),
    ],
    ids=["capital headers", "thousands", "Z", "error codes", "length"],
)
def test_messages_say_what_was_found_and_what_to_type(tmp_path, change, words):
    path = text(tmp_path, change(lines(quarters())))
    if words is None:
        assert read(path) == floats(quarters())
    else:
        said = refused(path)
        assert all(word in said for word in words), said


def test_detectors_that_match_nothing_are_shown_from_both_sides(tmp_path):
    rows = ["TimeStamp,DeviceId,Detector,Total", *(f"{t:%Y-%m-%d %H:%M:%S},007,1,{c}" for _, t, _, c in quarters())]
    loops = (Detector(id="7/1", lane="x_0", position_m=1.0, kind="approach"),)
    with pytest.raises(InputError) as caught:
        read_counts(text(tmp_path, rows), loops, AUTO)
    said = str(caught.value)
    assert all(word in said for word in ("007/1", "7/1", "detectors.csv", "may be"))


@pytest.mark.parametrize(
    ("name", "word"), [("Berlin", "Europe/Berlin"), ("Pacific", "US/Pacific"), ("UTC+1", "Etc/GMT-1")]
)
def test_an_odd_zone_gets_the_names_that_are_like_it(tmp_path, name, word):
    assert word in refused(text(tmp_path, lines(quarters())), How(tz=name))


def test_the_command_line_takes_the_same_words_everywhere(tmp_path, monkeypatch, capsys):
    path = text(tmp_path, lines([*quarters(5, first=datetime(2026, 3, 4))], "%d/%m/%Y %H:%M"))
    items = text(tmp_path, ["series,origin,task", "a,2026-03-08T08:00:00,next60"], "items.csv")
    for words in (
        ["counts", str(path), "--dates", "dmy", "--stamps", "begin"],
        ["counts", "import", str(path), "--dates", "dmy", "--stamps", "begin", "--out", str(tmp_path / "o.csv")],
        ["forecast", "--counts", str(path), "--items", str(items), "--dates", "dmy", "--out", str(tmp_path / "p.csv")],
    ):
        monkeypatch.setattr("sys.argv", ["greenband", *words])
        with suppress(SystemExit):
            main()
        assert "rror" not in capsys.readouterr().err
    assert (tmp_path / "p.csv").read_text().startswith("series,origin,task,mean")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has it")
def test_a_file_that_cannot_be_read_and_a_line_without_an_end_are_refused(tmp_path):
    """Found by fuzzing: both ended in a traceback."""
    (tmp_path / "m.csv").symlink_to("/proc/self/mem")
    assert "cannot be read" in refused(tmp_path / "m.csv")
    with open(tmp_path / "z.csv", "wb") as file:
        file.truncate(64 << 20)
    assert "a line of more than" in refused(tmp_path / "z.csv")


def test_a_table_none_of_whose_detectors_the_study_has_says_so_and_not_of_the_first_alone(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("detector,start,interval_s,count\nL1,2026-03-02T07:00:00,900,5\nL2,2026-03-02T07:00:00,900,5\n")
    theirs = [Detector(id=name, lane=name, position_m=0.0, kind="approach") for name in ("a", "b")]
    with pytest.raises(InputError, match=r"the detectors L1, L2, and in detectors.csv a, b: none is in both"):
        read_counts(path, theirs)
    with pytest.raises(InputError, match="line 3: detector 'L2'"):
        read_counts(path, [Detector(id="L1", lane="L1", position_m=0.0, kind="approach")])
