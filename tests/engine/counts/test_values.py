"""The rules that all readers share: stamps, odd dates, doubled rows, lengths of bins, numbers; against plain Python."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from greenband.engine.counts.values.doubled import Source, once
from greenband.engine.counts.values.lengths import one_length, own_lengths
from greenband.engine.counts.values.numbers import seconds_of
from greenband.engine.counts.values.parts import added_up
from greenband.engine.counts.values.plausible import plausible
from greenband.engine.counts.values.stamps import stamps
from greenband.networks.errors import InputError

MARCH = datetime(2026, 3, 2)


def read(texts, **said):
    rows = pl.LazyFrame({"start": texts}, schema={"start": pl.String})
    found = stamps(rows, "start", where="f.csv", **said)
    return rows.select(found.moment).collect()["start"].to_list(), found.told


@pytest.mark.parametrize(
    "pattern",
    [
        "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S.0", "%d.%m.%Y %H:%M", "%d.%m.%y %H:%M",
        "%d/%m/%Y %H:%M",
        "%m/%d/%Y %H:%M", "%m/%d/%y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M%p", "%d-%m-%Y %H:%M",
        "%Y%m%d %H:%M",
    ],
)  # fmt: skip
def test_a_fortnight_written_in_any_way_is_read_as_it_was(pattern):
    """Two weeks hold days after the 12th: their order is told by the days themselves."""
    said = [MARCH + timedelta(hours=7 * k) for k in range(50)]
    assert read([t.strftime(pattern) for t in said])[0] == said


def test_excel_leaves_noughts_out():
    assert read(["3/2/26 0:00", "3/2/26 13:05", "3/14/26 9:00"])[0] == [
        MARCH, datetime(2026, 3, 2, 13, 5), datetime(2026, 3, 14, 9),
    ]  # fmt: skip


def test_offsets_and_z_are_instants():
    found = read(["2026-03-02T07:00:00+01:00", "2026-03-02T06:15:00Z", "2026-03-02 08:30 +02"])[0]
    assert [t.isoformat() for t in found] == [
        "2026-03-02T06:00:00+00:00", "2026-03-02T06:15:00+00:00", "2026-03-02T06:30:00+00:00",
    ]  # fmt: skip


def test_the_end_of_a_day_may_be_24_00():
    assert read(["2026-03-02 23:45", "2026-03-02 24:00"])[0] == [datetime(2026, 3, 2, 23, 45), datetime(2026, 3, 3)]


def test_the_order_of_days_is_decided_where_only_one_makes_a_calendar():
    days = [MARCH + timedelta(days=k) for k in range(6)]
    found, told = read([t.strftime("%d/%m/%Y %H:%M") for t in days])
    assert found == days
    assert "day/month/year" in told[0]
    found, told = read([t.strftime("%m/%d/%Y %H:%M") for t in days])
    assert found == days
    assert "month/day/year" in told[0]


def test_the_order_of_days_is_asked_where_nothing_decides():
    with pytest.raises(InputError, match="--dates dmy"):
        read(["04/03/2026 00:00", "04/03/2026 00:15"])
    assert read(["04/03/2026 00:00"], dates="dmy")[0] == [datetime(2026, 3, 4)]
    assert read(["04/03/2026 00:00"], dates="mdy")[0] == [datetime(2026, 4, 3)]
    assert read(["04/03/2026 00:00"], usual="mdy")[0] == [datetime(2026, 4, 3)]


@pytest.mark.parametrize("text", ["noon", "", "2026-13-45 00:00", "7", "25:00", "2026-03-02 25:00"])
def test_what_is_no_stamp_is_null(text):
    assert read([text, "2026-03-02 00:00"])[0] == [None, MARCH]


def table(rows, **more):
    names = ("detector", "start", "interval_s", "count")
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("count").cast(pl.Float64), **more)
    return frame.with_row_index("row").lazy()


def quarters(count, name="a", start=MARCH, step=900):
    return [(name, start + timedelta(seconds=step * k), step, count(k)) for k in range(96)]


@pytest.mark.parametrize("odd", [datetime(26, 3, 2), datetime(1970, 1, 1), datetime(2099, 1, 1), datetime(2000, 1, 1)])
def test_dates_far_from_the_rest_are_left_out_and_told(odd):
    rows = table([*quarters(lambda k: k), ("a", odd, 900, 5)])
    kept, told = plausible(rows, "f.csv")
    assert kept.collect().height == 96
    assert str(odd) in told[0]
    assert plausible(table(quarters(lambda k: k)), "f.csv")[1] == ()


def test_a_table_of_odd_dates_alone_is_refused():
    with pytest.raises(InputError, match="1990"):
        plausible(table([("a", datetime(26, 3, 2), 900, 5)]), "f.csv")


def test_true_doubles_count_once_and_an_empty_one_gives_way():
    rows = quarters(lambda k: k)
    kept, told = once(table([*rows, rows[3], ("a", rows[5][1], 900, None)]), Source.of("f.csv", 2))
    assert sorted(kept.collect().select("start", "count").rows()) == [(t, float(c)) for _, t, _, c in rows]
    assert "2 rows" in told[0]


def test_contradictions_are_refused_with_both_rows():
    rows = quarters(lambda k: k)
    with pytest.raises(InputError) as caught:
        once(table([*rows, ("a", rows[3][1], 900, 77)]), Source.of("f.csv", 2))
    assert "3 (line 5) and 77 (line 98)" in caught.value.found


def test_the_hour_that_clocks_repeat_gets_a_fold_and_any_other_is_refused():
    night = datetime(2025, 10, 26)
    rows = quarters(lambda k: k, start=night)
    again = [("a", t, s, c + 50) for _, t, s, c in rows[8:12]]
    kept, told = once(table([*rows[:12], *again, *rows[12:]]), Source.of("f.csv"))
    folds = kept.filter(pl.col("fold") == 1).collect()
    assert sorted(folds["count"]) == [58, 59, 60, 61]
    assert "clocks go back" in told[0]
    for day in (night - timedelta(days=1), datetime(2025, 7, 27)):
        moved = [(n, t - night + day, s, c) for n, t, s, c in [*rows[:12], *again, *rows[12:]]]
        with pytest.raises(InputError, match="one count for a bin"):
            once(table(moved), Source.of("f.csv"))


def test_classes_are_added_up_and_totals_are_not_added_to_their_parts():
    rows = [(n, t, s, c, kind) for kind in ("car", "bus") for n, t, s, c in quarters(lambda k: k + 3)]
    names = ("detector", "start", "interval_s", "count", "class")
    frame = pl.DataFrame(rows, schema=names, orient="row").lazy()
    kept, told = added_up(frame, ["class"])
    assert kept.collect()["count"].to_list() == [2 * k + 6 for k in range(96)]
    assert "bus, car" in told[0]
    total = pl.DataFrame([(n, t, s, 100, "Total") for n, t, s, _ in quarters(int)], schema=names, orient="row").lazy()
    assert added_up(pl.concat([frame, total]), ["class"])[0].collect()["count"].to_list() == [100] * 96


def test_bins_of_two_lengths_make_one_series():
    fine = [("a", datetime(2026, 3, 3) + timedelta(seconds=300 * k), 300, 1) for k in range(288)]
    rows = table([*quarters(lambda k: 7), *fine])
    found, told = one_length(rows, own_lengths(rows))
    assert found.collect().group_by(pl.col("start").dt.day()).agg(pl.len(), pl.col("count").unique().first()).sort(
        "start"
    ).rows() == [(2, 96, 7.0), (3, 96, 3.0)]
    assert "900" in told[0]


@pytest.mark.parametrize(
    "stray", [("a", MARCH, 300, 99), ("a", MARCH, 3600, 99), ("a", MARCH + timedelta(days=1), 300, 99)]
)
def test_a_stray_row_of_another_length_changes_nothing(stray):
    rows = table([*quarters(lambda k: k), stray])
    found, _ = one_length(rows, own_lengths(rows))
    assert found.collect()["count"].to_list() == list(range(96))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("900", 900), ("15 min", 900), ("15min", 900), ("0:15", 900), ("00:05:00", 300), ("PT15M", 900), ("1 h", 3600),
     ("300 s", 300), ("5 minutes", 300), ("a while", None), ("", None)],
)  # fmt: skip
def test_lengths_are_read_as_people_write_them(text, seconds):
    assert seconds_of(text) == seconds
