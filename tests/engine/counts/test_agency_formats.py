"""Files as agencies have them: written here, read by the import and straight as counts, equal row for row."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from greenband.engine.counts.import_files import import_counts
from greenband.engine.counts.read import read_counts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.counts import write_counts as w

TURNS = ("77/NBL", "77/NBT", "77/SBR", "77/WBT")
WRITERS = [*w.ANY_BIN, *w.HOURS_ALONE]
names_of = [writer.__name__ for writer in WRITERS]


def put(folder, writer, content):
    written = writer(content)
    path = folder / written.name
    path.write_bytes(written.data)
    how = written.how
    if writer is w.as_mapped:
        (folder / "counts.toml").write_text(w.COUNTS_TOML.format(interval_s=content.interval_s))
        how = replace(how, mapping=folder / "counts.toml")
    return path, how


def expected(content):
    rows = [(n, t, content.interval_s, float(v)) for n, t, v in content.rows()]
    return sorted(rows)


def found_by_import(folder, path, how):
    import_counts([path], folder / "out.parquet", how)
    table = pl.read_parquet(folder / "out.parquet").select("detector", "start", "interval_s", "count")
    return sorted((n, t, s, round(v, 6)) for n, t, s, v in table.iter_rows())


def found_straight(path, how):
    counts = read_counts(path, None, how)
    rows = []
    for k, loop in enumerate(counts.detectors):
        for d, day in enumerate(counts.days):
            for b in range(counts.bins):
                if not np.isnan(counts.veh[k, d, b]):
                    second = counts.begin_s + b * counts.interval_s
                    stamp = datetime(day.year, day.month, day.day, second // 3600, second % 3600 // 60)
                    rows.append((loop.id, stamp, counts.interval_s, round(float(counts.veh[k, d, b]), 6)))
    return sorted(rows)


@st.composite
def contents(draw, interval_s):
    start = datetime(2026, draw(st.integers(1, 12)), draw(st.integers(13, 28)), draw(st.integers(0, 10)))
    bins = draw(st.integers(3, 13))
    names = draw(st.lists(st.sampled_from(TURNS), min_size=3, max_size=4, unique=True))
    counts = st.lists(st.integers(0, 400), min_size=bins, max_size=bins)
    return w.Content(start=start, interval_s=interval_s, veh={name: draw(counts) for name in names})


@pytest.mark.parametrize("writer", WRITERS, ids=names_of)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_written_in_a_format_is_read_back_by_the_import_and_straight(writer, data, tmp_path):
    steps = st.just(3600) if writer in w.HOURS_ALONE else st.sampled_from([300, 900, 3600])
    content = data.draw(steps.flatmap(contents))
    path, how = put(tmp_path, writer, content)
    assert found_by_import(tmp_path, path, how) == expected(content)
    assert found_straight(path, how) == expected(content)
