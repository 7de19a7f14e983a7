"""Every text of a column of stamps is parsed once; columns with very many texts are parsed row by row, alike."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from greenband.engine.counts.values import stamps as module
from greenband.engine.counts.values.stamps import stamps

FIRST = datetime(2026, 3, 1)
FORMS = (
    "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H%M", "%d/%m/%y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
)  # fmt: skip


def read(rows, **said):
    when = stamps(rows.lazy(), "t", where="a.csv", **said)
    return rows.lazy().select(t=when.moment).collect(engine="streaming")["t"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("odd", [[], ["", "x", "31.02.2026 24:00", None, "2026-03-02 24:00"]])
def test_both_ways_give_the_same_stamps(monkeypatch, form, odd):
    texts = [(FIRST + timedelta(minutes=15 * (k % 3000))).strftime(form) for k in range(6000)]
    rows = pl.DataFrame({"t": texts + odd}, schema={"t": pl.String})
    dates = "dmy" if form.startswith("%d/") else None
    once = read(rows, dates=dates)
    monkeypatch.setattr(module, "MOST_TEXTS", 0)
    assert once.equals(read(rows, dates=dates))
    right = [datetime.strptime(text, form) for text in texts]
    assert once.head(6000).dt.replace_time_zone(None).to_list() == right


def test_a_column_without_any_stamp_gives_none():
    assert read(pl.DataFrame({"t": ["99.99.2026 10:00", "98.99.2026 10:00"]})).to_list() == [None, None]


def test_a_text_is_parsed_once_however_many_rows_have_it(monkeypatch):
    parsed = []
    plain = module._parsed
    monkeypatch.setattr(
        module, "_parsed", lambda *given: plain(*given).map_batches(lambda s: parsed.append(s.len()) or s)
    )
    rows = pl.DataFrame({"t": ["02.03.2026 07:00", "02.03.2026 07:15"] * 50_000})
    assert read(rows).null_count() == 0
    assert max(parsed) == 2
