from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from greenband.engine.counts.table import Counts
from greenband.engine.counts.verdict import judge
from greenband.engine.forecast.day_types import day_types
from greenband.engine.forecast.typical import types_of_counts, types_of_study
from greenband.engine.report.pictures.day_type_charts import day_type_picture
from greenband.networks.errors import InputError
from lxml import etree

from tests.engine.cross import MONDAY, cross_detectors, cross_network

HOURS = np.arange(24)
WORK = np.select([HOURS < 6, HOURS < 10, HOURS < 15, HOURS < 19], [40.0, 900.0, 500.0, 1000.0], 200.0)
FREE = np.select([HOURS < 8, HOURS < 20], [60.0, 450.0], 150.0)


def weeks(count=6, seed=0, series=2):
    rng = np.random.default_rng(seed)
    classes = np.tile(np.arange(7), count)
    mean = np.where((classes < 5)[:, None], WORK, FREE)
    return rng.poisson(np.tile(mean, (series, 1, 1))).astype(float), classes


def test_working_days_and_weekends_are_told_apart_and_plans_change_where_the_flow_does():
    working, weekend = day_types(*weeks(), 3600)
    assert (working.name, working.days) == ("Mon–Fri", 30)
    assert (weekend.name, weekend.days) == ("Sat–Sun", 12)
    assert [span.begin_s // 3600 for span in working.spans] == [0, 6, 10, 15, 19]
    assert [span.begin_s // 3600 for span in weekend.spans] == [0, 8, 20]
    np.testing.assert_allclose(working.mean_veh_h, 2 * WORK, rtol=0.05)
    assert (working.q10_veh_h < working.mean_veh_h).all()


def test_the_cost_of_a_switch_decides_how_many_plans_there_are():
    counts = {
        share: [len(kind.spans) for kind in day_types(*weeks(), 3600, switch_share=share)]
        for share in (0.0005, 0.005, 0.05, 1.0)
    }
    assert counts[1.0] == [1, 1]
    assert counts[0.0005] >= counts[0.005] >= counts[0.05] > [1, 1]


def test_stretches_that_are_alike_share_a_plan():
    flow = np.where((HOURS >= 7) & (HOURS < 19), 600.0, 50.0)
    (only,) = day_types(np.tile(flow, (1, 10, 1)), np.zeros(10, dtype=np.int64), 3600)
    assert [(span.begin_s // 3600, span.end_s // 3600, span.plan) for span in only.spans] == [
        (0, 7, 1),
        (7, 19, 2),
        (19, 24, 1),
    ]
    assert only.misfit[2] < 1e-9 < only.misfit[1]


def test_one_kind_of_day_is_one_type():
    rng = np.random.default_rng(3)
    veh = rng.poisson(np.tile(WORK, (1, 30, 1))).astype(float)
    assert len(day_types(veh, np.arange(30) % 5, 3600)) == 1
    with pytest.raises(InputError):
        day_types(veh[:, :1], np.zeros(1, dtype=np.int64), 3600)


def test_a_table_with_a_dead_day_and_holidays_gives_the_types_and_a_picture():
    veh, _ = weeks(series=1)
    first = datetime(2024, 9, 9)
    veh[0, 24] = FREE  # Thursday, 3 October 2024, the Day of German Unity
    veh[0, 3] = 0.0
    table = pl.DataFrame(
        {
            "series": "a",
            "start": [first + timedelta(hours=k) for k in range(veh[0].size)],
            "interval_s": 3600,
            "count": veh[0].ravel(),
        }
    )
    working, free = types_of_counts(table, "DE-BE")
    assert (working.name, free.name) == ("Mon–Fri", "Sat–Sun, holiday")
    assert working.days == 29 - 1  # 30 without the holiday, the dead day and none else
    root = etree.fromstring(day_type_picture((working, free)))
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{*}rect")) == len(working.spans) + len(free.spans)


def test_a_studys_counts_must_span_whole_days():
    detectors = cross_detectors(cross_network())[:2]
    veh, _ = weeks(count=3)
    days = tuple(MONDAY + timedelta(days=k) for k in range(21))
    whole = Counts(detectors=detectors, days=days, begin_s=0, interval_s=3600, veh=veh)
    assert types_of_study(judge(whole))[0].name.startswith("Mon")
    part = Counts(detectors=detectors, days=days, begin_s=25_200, interval_s=3600, veh=veh[:, :, 7:10])
    with pytest.raises(InputError, match="whole days"):
        types_of_study(judge(part))
    assert isinstance(days[0], date)
