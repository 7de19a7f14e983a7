"""Files as agencies of several countries publish them, made here: read with their right sums, or refused with a reason.

The right sums are added up by hand from what the file was made of, never by a reader of ours.
"""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from greenband.engine.counts.formats.counts_format import How
from greenband.engine.counts.show import shown
from greenband.networks.errors import InputError

DAY = datetime(2026, 3, 16)
QUARTERS = [DAY + timedelta(minutes=15 * k) for k in range(96 * 3)]
HOURS = [DAY + timedelta(hours=k) for k in range(72)]
HEAD, FORM = ["detector", "start", "count"], "%Y-%m-%d %H:%M"
DAYS = [DAY + timedelta(days=k) for k in range(10)]


def a(t):
    return 1 + t.hour


def b(t):
    return 4 + 2 * t.hour + t.minute // 15


A, B = sum(map(a, QUARTERS)), sum(map(b, QUARTERS))


def text(rows, sep=",", encoding="utf-8"):
    return ("\n".join(sep.join(map(str, row)) for row in rows) + "\n").encode(encoding)


def wide(head, form, *values, end=()):
    return [["timestamp", *head], *([t.strftime(form), *(value(t) for value in values)] for t in QUARTERS), *end]


def long(head, *rows):
    return [head, *(row for t in QUARTERS for row in (make(t) for make in rows))]


def iso(t):
    return t.isoformat()


def ends_of(t):
    e = t + timedelta(minutes=15)
    return f"{t:%d.%m.%Y} 24:00" if (e.hour, e.minute) == (0, 0) else f"{e:%d.%m.%Y %H:%M}"


def through_the_change(first, form):
    """Quarters of three days by the clock on the wall."""
    zone = ZoneInfo("Europe/Berlin")
    begin, end = (first + timedelta(days=k) for k in (0, 3))
    now, found = begin.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")), []
    while now < end.replace(tzinfo=zone):
        found.append(now.astimezone(zone).replace(tzinfo=None))
        now += timedelta(minutes=15)
    return [["timestamp", "L1", "L2"], *([t.strftime(form), k % 40, 2 + k % 30] for k, t in enumerate(found))]


def book(rows, merged=()):
    out = io.BytesIO()
    file = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, stamp = file.add_worksheet("Counts"), file.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(r, c, value, stamp)
            elif value != "":
                sheet.write(r, c, value)
    for place in merged:
        sheet.merge_range(*place)
    file.close()
    return out.getvalue()


def hours_across(names, many, first=0, more=()):
    head = [*names, *(f"{h:02d}:00" for h in range(first, first + 24)), *(["Total"] if more else [])]
    return [head, *([*many, f"{d:%d/%m/%Y}", *range(1, 25), *more] for d in DAYS)]


SPRING, AUTUMN = (through_the_change(datetime(*day), "%d/%m/%Y %H:%M") for day in ((2026, 3, 28), (2026, 10, 24)))

READ = {
    "Flanders: day and time apart, a column of totals": (
        text(
            [["Datum", "Tijd", "N1", "N2", "Totaal"]]
            + [[f"{t:%d/%m/%Y}", f"{t:%H:%M}", a(t), b(t), a(t) + b(t)] for t in QUARTERS],
            ";",
        ),
        {"N1": A, "N2": B},
        "sums of other columns: Totaal",
    ),
    "China: GBK, a column of totals": (
        text([["时间", "路口东", "路口西", "合计"], *([t, a(t), b(t), a(t) + b(t)] for t in QUARTERS)], encoding="gbk"),
        {"路口东": A, "路口西": B},
        "sums of other columns: 合计",
    ),
    "subtotals beside their lanes, without a word for it": (
        text(
            wide(
                ["NB1", "NB2", "NB", "SB1", "SB2", "SB"],
                "%Y-%m-%d %H:%M",
                *(a, b, lambda t: a(t) + b(t), b, lambda t: 3, lambda t: 3 + b(t)),
            )
        ),
        {"NB1": A, "NB2": B, "SB1": B, "SB2": 3 * 288},
        "sums of other columns: NB, SB",
    ),
    "Australia: hours across, a site and a total": (
        text(hours_across(["Site", "Date"], ["S1"], more=(300,))),
        {"S1": 3000},
        "begins of bins of 3600 s",
    ),
    "hours across, named by their ends": (
        text(hours_across(["Site", "Date"], ["S1"], first=1)),
        {"S1": 3000},
        "ends of bins of 3600 s",
    ),
    "hours across, as numbers": (
        text([["Site", "Date", *range(24)], *(["S1", f"{d:%d/%m/%Y}", *range(1, 25)] for d in DAYS)]),
        {"S1": 3000},
        "begins of bins of 3600 s",
    ),
    "Germany: ends of quarters, 24:00": (
        text([["Zeit", "L1", "L2"], *([ends_of(t), a(t), b(t)] for t in QUARTERS)], ";"),
        {"L1": A, "L2": B},
        "stamps are the ends of bins",
    ),
    "units in the headings": (
        text(wide(["L1 (veh/h)", "L2 [Kfz/h]"], "%Y-%m-%d %H:%M", lambda t: 4 * a(t), lambda t: 4 * b(t))),
        {"L1 (veh/h)": A, "L2 [Kfz/h]": B},
        "vehicles an hour",
    ),
    "occupancy, speed, weather and a running number beside counts": (
        text(
            wide(
                ["ID", "L1", "L2", "L1 occupancy", "L2 v [km/h]", "Temperature", "Rain mm"],
                "%Y-%m-%d %H:%M",
                *(lambda t: t.day, a, b, lambda t: 0.1, lambda t: 50, lambda t: 12, lambda t: 0),
            )
        ),
        {"L1": A, "L2": B},
        "no counts of vehicles by their headings: ID, L1 occupancy, L2 v",
    ),
    "bicycles beside cars": (
        text(wide(["North", "South", "North bikes"], "%Y-%m-%d %H:%M", a, b, lambda t: 9)),
        {"North": A, "South": B},
        "people on foot, bicycles and the like: North bikes",
    ),
    "US: both directions and their total under another name": (
        text(
            long(
                ["detector", "direction", "start", "count"],
                lambda t: ["a", "NB", iso(t), a(t)],
                lambda t: ["a", "SB", iso(t), b(t)],
                lambda t: ["a", "Combined", iso(t), a(t) + b(t)],
            )
        ),
        {"a": A + B},
        "the rows 'Combined' are taken",
    ),
    "classes and their sum, which no word tells": (
        text(
            long(
                ["detector", "class", "start", "count"],
                lambda t: ["a", "cars", iso(t), a(t)],
                lambda t: ["a", "trucks", iso(t), b(t)],
                lambda t: ["a", "motorised", iso(t), a(t) + b(t)],
            )
        ),
        {"a": A + B},
        "the rows 'motorised' are taken",
    ),
    "classes with people among them": (
        text(
            long(
                ["detector", "class", "start", "count"],
                lambda t: ["a", "car", iso(t), a(t)],
                lambda t: ["a", "bicycle", iso(t), b(t)],
                lambda t: ["a", "pedestrian", iso(t), 30],
            )
        ),
        {"a": A},
        "bicycle, pedestrian are left out",
    ),
    "a detector that is the total of all": (
        text(
            long(
                ["detector", "start", "count"],
                lambda t: ["a", iso(t), a(t)],
                lambda t: ["b", iso(t), b(t)],
                lambda t: ["Total", iso(t), a(t) + b(t)],
            )
        ),
        {"a": A, "b": B},
        "'Total' is left out",
    ),
    "names with commas and letters of other alphabets": (
        text(
            long(
                ["detector", "start", "interval_s", "count"],
                lambda t: ['"Main St, NB @ 5th"', iso(t), 900, a(t)],
                lambda t: ["Straße/Östlich №3 路口", iso(t), 900, b(t)],
            )
        ),
        {"Main St, NB @ 5th": A, "Straße/Östlich №3 路口": B},
        "",
    ),
    "US: twelve hours, midnight as 12": (
        text(long(["detector", "start", "count"], lambda t: ["a", f"{t:%m/%d/%Y %I:%M:%S %p}", a(t)])),
        {"a": A},
        "month/day/year",
    ),
    "decimal commas in whole numbers": (
        text(
            long(
                ["detector", "start", "interval_s", "count"], lambda t: ["a", f"{t:%d.%m.%Y %H:%M}", 900, f"{a(t)},0"]
            ),
            ";",
        ),
        {"a": A},
        "decimal comma",
    ),
    "hours as numbers from 1 on": (
        text([["Date", "Hour", "L1", "L2"], *([f"{t:%Y-%m-%d}", t.hour + 1, a(t), b(t)] for t in HOURS)]),
        {"L1": sum(map(a, HOURS)), "L2": sum(map(b, HOURS))},
        "stamps are the ends of bins",
    ),
    "a workbook with a title of merged cells": (
        book(
            [["City counts"], ["March"], [], ["Date/Time", "NB", "SB", "Total"]]
            + [[t, a(t), b(t), a(t) + b(t)] for t in QUARTERS],
            [(0, 0, 0, 3, "City counts")],
        ),
        {"NB": A, "SB": B},
        "sums of other columns: Total",
    ),
}

REFUSED = {
    "a row of totals below": (
        text(wide(["L1", "L2"], "%Y-%m-%d %H:%M", a, b, end=[["Total", A, B]])),
        "line 290.*Total",
    ),
    "a sentence below": (
        text([*long(["detector", "start", "interval_s", "count"], lambda t: ["a", iso(t), 900, 1]), ["Source: X"]]),
        "line 290",
    ),
    "vehicles an hour beside counts": (
        text(wide(["L1 (veh/h)", "L2", "L3"], "%Y-%m-%d %H:%M", a, b, a)),
        "vehicles an hour in the column 'L1 .veh/h.', and no unit in 'L2'",
    ),
    "two columns of one name": (text(wide(["L1", "L1"], "%Y-%m-%d %H:%M", a, b)), "two columns 'L1'"),
    "marks of thousands": (
        text(long(["detector", "start", "count"], lambda t: ["a", iso(t), f'"1,{100 + a(t)}"'])),
        "no mark of thousands",
    ),
    "seconds since 1970": (
        text(long(HEAD, lambda t: ["a", int(t.timestamp()), 1])),
        "a start is",
    ),
    "days since 1900": (text(long(HEAD, lambda t: ["a", 46097.25, 1])), "a start is"),
    "merged cells above two lines of headings": (
        book(
            [["Time", "Northbound", "", "Southbound", ""], ["", "Cars", "Trucks", "Cars", "Trucks"]]
            + [[t, a(t), 2, b(t), 3] for t in QUARTERS],
            [(0, 1, 0, 2, "Northbound"), (0, 3, 0, 4, "Southbound")],
        ),
        "--mapping",
    ),
    "a column of Dutch vehicles an hour that no reader knows": (
        text([["Meetpunt", "Tijdstip", "Mvt/h"], *(["A", t, a(t)] for t in QUARTERS)], ";"),
        "--mapping",
    ),
}


def looked_at(tmp_path, content, **said):
    path = tmp_path / ("file.xlsx" if content.startswith(b"PK") else "file.csv")
    path.write_bytes(content)
    (one,) = shown([path], How(**said))
    return one, {row["detector"]: row["vehicles"] for row in one.sums}


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_with_its_right_sums_and_what_was_taken_for_what_is_told(tmp_path, name):
    content, sums, told = READ[name]
    one, found = looked_at(tmp_path, content)
    assert found == sums
    assert told in "\n".join(one.told)
    first = datetime.fromisoformat(one.begin)
    assert first == DAY


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_a_sentence_that_helps(tmp_path, name):
    content, found = REFUSED[name]
    with pytest.raises(InputError, match=found):
        looked_at(tmp_path, content)


def test_the_hour_that_clocks_skip_is_no_gap_and_no_shift(tmp_path):
    for said in ({}, {"tz": "Europe/Berlin"}):
        one, found = looked_at(tmp_path, text(SPRING), **said)
        assert found == {name: sum(row[k] for row in SPRING[1:]) for k, name in ((1, "L1"), (2, "L2"))}
        assert one.rows == 2 * (len(SPRING) - 1)


def test_the_hour_that_clocks_repeat_counts_once_in_a_day_and_both_passes_are_kept_apart(tmp_path):
    one, found = looked_at(tmp_path, text(AUTUMN), tz="Europe/Berlin")
    assert found == {name: sum(row[k] for row in AUTUMN[1:]) for k, name in ((1, "L1"), (2, "L2"))}
    assert one.rows == 2 * (len(AUTUMN) - 1)
    one, found = looked_at(tmp_path, text(AUTUMN))
    assert found == {name: sum(row[k] for row in AUTUMN[1:]) for k, name in ((1, "L1"), (2, "L2"))}
    assert "stands twice, as when clocks go back" in "\n".join(one.told)


def test_columns_that_only_look_like_others_stay_detectors(tmp_path):
    """Streets named after weather, totals that are none, and sums that are so by chance in rows that never change."""
    names = ["Snow Hill", "Allen St", "All Saints Rd", "Idaho Ave", "Radford", "Peddie St"]
    values = [a, b, lambda t: 7, lambda t: a(t) + 1, lambda t: 2 * b(t) + 1, lambda t: 5]
    _, found = looked_at(tmp_path, text(wide(names, "%Y-%m-%d %H:%M", *values)))
    assert set(found) == set(names)
    same = wide(["L1", "L2", "L3"], "%Y-%m-%d %H:%M", lambda t: 1, lambda t: 2, lambda t: 3)
    assert set(looked_at(tmp_path, text(same))[1]) == {"L1", "L2", "L3"}


def test_two_classes_that_count_the_same_are_added_up(tmp_path):
    rows = long(
        ["detector", "class", "start", "count"],
        lambda t: ["a", "car", iso(t), a(t)],
        lambda t: ["a", "truck", iso(t), a(t)],
    )
    assert looked_at(tmp_path, text(rows))[1] == {"a": 2 * A}


def test_a_total_that_is_not_the_sum_of_the_others_stays_a_detector(tmp_path):
    rows = long(
        ["detector", "start", "count"],
        lambda t: ["a", iso(t), a(t)],
        lambda t: ["b", iso(t), b(t)],
        lambda t: ["Total", iso(t), a(t)],
    )
    assert looked_at(tmp_path, text(rows))[1] == {"a": A, "b": B, "Total": A}
