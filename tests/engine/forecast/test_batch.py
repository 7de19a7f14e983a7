from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from greenband.engine.forecast import forecast
from greenband.engine.forecast.calendar import day_classes, holidays_of, twins
from greenband.networks.errors import InputError

FIRST = datetime(2024, 3, 4)  # a Monday
TASKS = ("next15", "next60", "peakAM", "peakPM")


def shape(interval_s):
    hours = np.arange(0, 24, interval_s / 3600)
    return 4.0 + 60.0 * np.exp(-((hours - 8) ** 2) / 4) + 50.0 * np.exp(-((hours - 17) ** 2) / 6)


def table(days=28, names=("a", "b", "c"), interval_s=900, seed=0):
    rng = np.random.default_rng(seed)
    bins = 86_400 // interval_s
    weekday = (np.arange(days) + FIRST.weekday()) % 7
    level = np.where(weekday < 5, 1.0, 0.6)
    mean = (level[:, None] * shape(interval_s)[None, :]).ravel() * interval_s / 900
    start = [FIRST + timedelta(seconds=interval_s * k) for k in range(days * bins)]
    return pl.concat(
        pl.DataFrame({"series": name, "start": start, "interval_s": interval_s, "count": rng.poisson(mean)})
        for name in names
    ).with_columns(pl.col("count").cast(pl.Float64))


def asked(origins, series=("a",), tasks=TASKS):
    rows = [(name, origin, task) for name in series for origin in origins for task in tasks]
    return pl.DataFrame(rows, schema=["series", "origin", "task"], orient="row")


def test_forecasts_of_poisson_counts_come_near_the_floor_and_cover_eight_of_ten():
    counts = table(days=63, names=("a", "b", "c", "d"))
    origins = [FIRST + timedelta(days=49, minutes=15 * k) for k in range(13 * 96)]
    found = forecast(counts, asked(origins, ("a", "b", "c", "d"), ("next15",)))
    true = counts.select("series", pl.col("count").alias("y"), origin="start")
    both = found.join(true, on=["series", "origin"])
    floor = 0.798 * np.sqrt(both["y"].mean())  # mean absolute deviation of a Poisson count, nearly
    assert (both["y"] - both["mean"]).abs().mean() < 1.15 * floor
    assert 0.76 < ((both["y"] >= both["q10"]) & (both["y"] <= both["q90"])).mean() < 0.86


def test_tomorrows_peak_is_the_mean_of_daily_peaks_not_the_peak_of_the_mean():
    names = tuple(f"d{k:02}" for k in range(40))
    found = forecast(table(days=35, names=names), asked([FIRST + timedelta(days=35)], names, ("peakAM",)))
    rng = np.random.default_rng(9)
    days = rng.poisson(np.tile(shape(900)[24:40], (4000, 1)))
    peaks = np.stack([days[:, k : k + 4].sum(axis=1) for k in range(13)]).max(axis=0)
    of_the_mean = max(shape(900)[k : k + 4].sum() for k in range(24, 37))
    assert abs(found["mean"].mean() - peaks.mean()) < 0.5 * (peaks.mean() - of_the_mean)
    assert (found["q10"] < found["q50"]).all()
    assert (found["q50"] < found["q90"]).all()


def test_nothing_after_the_origin_is_used():
    counts = table(days=30)
    origin = FIRST + timedelta(days=20, hours=14, minutes=30)
    items = asked([origin, origin.replace(hour=23, minute=30), datetime(2024, 3, 24)], ("a", "b"))
    last = datetime(2024, 3, 24, 23, 30)
    before = forecast(counts, items)
    for since in (origin, last):
        changed = counts.with_columns(
            count=pl.when(pl.col("start") >= since).then(pl.col("count") * 3 + 11).otherwise(pl.col("count"))
        )
        after = forecast(changed, items)
        kept = pl.col("origin") <= since
        assert before.filter(kept).equals(after.filter(kept))
    assert not forecast(counts.with_columns(pl.col("count") + 1), items).equals(before)


def test_an_item_is_answered_alike_alone_and_among_others():
    counts = table()
    origins = [FIRST + timedelta(days=20, hours=7), FIRST + timedelta(days=21)]
    among = forecast(counts, asked(origins, ("a", "b", "c"))).filter(pl.col("series") == "b")
    alone = forecast(counts, asked(origins, ("b",)))
    for column in ("mean", "q10", "q50", "q90"):
        np.testing.assert_allclose(among[column], alone[column], rtol=1e-5)


def test_every_item_is_answered_for_a_new_detector_with_gaps_and_before_its_first_count():
    counts = table()
    new = table(days=2, names=("new",)).with_columns(pl.col("start") + timedelta(days=26))
    counts = pl.concat([counts.filter(pl.col("count") != 5), new])
    origins = [FIRST + timedelta(days=k, hours=9) for k in (0, 10, 26, 27, 28, 40)]
    found = forecast(counts, asked(origins, ("a", "new")))
    values = found.select("mean", "q10", "q50", "q90").to_numpy()
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (found["q10"] <= found["q50"]).all()
    assert (found["q50"] <= found["q90"]).all()
    late = found.filter((pl.col("series") == "new") & (pl.col("origin") == FIRST + timedelta(days=28, hours=9)))
    right = shape(900)[36:40].sum()
    assert abs(late.filter(pl.col("task") == "next60")["mean"][0] / right - 1) < 0.3


@pytest.mark.parametrize("interval_s", [60, 300, 1800, 3600])
def test_every_length_of_bin_answers_every_task(interval_s):
    counts = table(days=21, interval_s=interval_s)
    found = forecast(counts, asked([FIRST + timedelta(days=21)], ("a",)).with_columns(note=pl.lit("kept")))
    quarter, hour = found["mean"][0], found["mean"][1]
    assert found["note"].to_list() == ["kept"] * 4
    assert abs(hour / shape(900)[:4].sum() - 1) < 0.3
    assert abs(quarter / hour - 0.25) < 0.06


def test_bad_tables_say_where_they_are_wrong():
    counts, items = table(days=3), asked([FIRST + timedelta(days=2)])
    wrong = [
        (counts.drop("count"), items, "count"),
        (counts.with_columns(count=pl.lit(-1.0)), items, "count"),
        (counts.with_columns(count=pl.lit("many")), items, "count"),
        (counts.with_columns(interval_s=pl.lit(1000)), items, "1000"),
        (counts.with_columns(pl.col("start") + timedelta(seconds=7)), items, "starts at"),
        (counts, items.with_columns(task=pl.lit("next5")), "next5"),
        (counts, items.with_columns(series=pl.lit("nobody")), "nobody"),
        (counts, items.with_columns(origin=pl.lit("soon")), "origin"),
        (counts, items.with_columns(origin=pl.lit(FIRST)), "before which nothing was counted"),
    ]
    for some, others, word in wrong:
        with pytest.raises(InputError) as error:
            forecast(some, others)
        assert word in str(error.value)


def test_holidays_and_the_turn_of_the_year():
    assert holidays_of("DE-BE")(date(2024, 10, 3))
    assert holidays_of("AU-VIC")(date(2011, 11, 1))  # the Melbourne Cup's Tuesday
    assert not holidays_of(None)(date(2024, 12, 25))
    with pytest.raises(InputError):
        holidays_of("ATLANTIS")
    days = tuple(date(2022, 12, 1) + timedelta(days=k) for k in range(800))
    likened = twins(days, day_classes(days, holidays_of("DE")))
    at = days.index(date(2023, 12, 28))
    assert days[likened[at]] == date(2022, 12, 28)
    assert likened[days.index(date(2023, 12, 26))] == -1  # a public holiday
    assert likened[days.index(date(2023, 6, 28))] == -1


def test_hours_that_no_day_has_seen_are_answered_from_the_shape_of_the_day():
    counts = table(days=26)
    at = FIRST + timedelta(days=24, hours=8)
    minute = pl.col("start").dt.hour().cast(pl.Int32) * 60 + pl.col("start").dt.minute()
    gone = counts.filter(~((pl.col("series") == "a") & (minute >= 7 * 60) & (minute < 9 * 60 + 30)))
    items = asked([at], ("a",)).filter(pl.col("task") == "next60")
    found, right = forecast(gone, items), forecast(counts, items)
    counted = counts.filter((pl.col("series") == "a") & (pl.col("start") >= at)).sort("start")["count"][:4].sum()
    assert found["mean"][0] == pytest.approx(right["mean"][0], rel=0.25)
    assert found["q10"][0] < counted < found["q90"][0]
    assert found["q90"][0] - found["q10"][0] > right["q90"][0] - right["q10"][0]
