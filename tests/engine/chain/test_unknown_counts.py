"""A study some of whose hours and streets nobody counted: what is forecast there, and what is told."""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from greenband.engine.chain.prepare import prepare
from greenband.engine.chain.told_counts import counts_told
from greenband.engine.results.evidence_parts import data_part
from greenband.engine.studies.closures import Closure
from greenband.engine.studies.file import read_study
from greenband.networks.errors import InputError

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial"
CLOSED = '\n[[closures]]\nedges = ["S3_J3"]\nfrom = 2026-03-04\nto = 2026-03-06\n'
MINUTE = pl.col("start").dt.hour().cast(pl.Int32) * 60 + pl.col("start").dt.minute()


def study_without(folder, *gone, more=""):
    """Return a copy of the bundled study without the rows that any of these expressions is true for."""
    shutil.copytree(ARTERIAL, folder, ignore=shutil.ignore_patterns("truth"))
    rows = pl.read_parquet(folder / "counts.parquet")
    for one in gone:
        rows = rows.filter(~one)
    rows.write_parquet(folder / "counts.parquet")
    text = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(text.replace('routes = ["truth/day.rou.xml.gz"]', "") + more)
    return read_study(folder)


def of(edge):
    return pl.col("detector").str.starts_with(f"{edge}_")


def out_of(prepared, edge):
    return sum(flow for (origin, _), flow in prepared.demand.flow_veh_h.items() if origin == edge)


@pytest.fixture(scope="module")
def whole():
    study = read_study(ARTERIAL)
    return prepare(study, study.period(None))


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    """07:00 to 08:30 of a side street, the time before 07:30 of a main entry, and all of another street, uncounted."""
    study = study_without(
        tmp_path_factory.mktemp("part") / "study",
        of("N1_J1") & (MINUTE >= 420) & (MINUTE < 510),
        of("W_J1") & (MINUTE < 450),
        of("S6_J6"),
        more=CLOSED,
    )
    return prepare(study, study.period(None))


def test_with_all_hours_counted_nothing_is_inferred_or_told(whole):
    assert whole.inferred == ()
    assert whole.told == ()


@pytest.mark.parametrize(("edge", "most"), [("N1_J1", 0.25), ("W_J1_pocket", 0.05), ("S6_J6", 0.25)])
def test_what_nobody_counted_is_forecast_about_as_with_all_counts(whole, part, edge, most):
    assert out_of(part, edge) == pytest.approx(out_of(whole, edge), rel=most)


def test_what_was_inferred_stands_in_the_evidence_with_bounds_and_source(whole, part):
    found = {one["where"]: one for one in data_part(part)["inferred"]}
    assert set(found) == {
        "approach N1_J1", "entry N1_J1", "entry W_J1", "approach W_J1_pocket", "approach S6_J6", "entry S6_J6",
    }  # fmt: skip
    side = found["approach N1_J1"]
    assert side["q10_veh_h"] < out_of(whole, "N1_J1") < side["q90_veh_h"]
    assert side["spans_s"] == ((26_100, 29_700),)
    assert side["told_by"]
    assert found["entry W_J1"]["spans_s"] == ((26_100, 27_000),)
    assert found["approach S6_J6"]["told_by"] == ()
    assert data_part(part)["coverage_by_detector"]["N1_J1_1.approach"] == 0.0


def test_a_reader_is_told_of_hours_streets_and_closures(part):
    told = " ".join(part.told)
    assert "approach N1_J1 at 07:15–08:15 (N1_J1_1.approach)" in told
    assert "entry W_J1 at 07:15–07:30" in told
    assert "from the streets around and others like it" in told
    assert "S3_J3: closed from 2026-03-04 to 2026-03-06; 3 days of counts are left out there." in told


def test_a_closure_of_an_edge_that_is_not_there_is_refused(tmp_path):
    study = study_without(tmp_path / "study", more=CLOSED.replace("S3_J3", "S3_J9"))
    with pytest.raises(InputError, match="closure of 'S3_J9'"):
        prepare(study, study.period(None))


def test_a_closure_that_ends_before_it_begins_is_refused(tmp_path):
    with pytest.raises(InputError, match="ends on the day it begins"):
        study_without(tmp_path / "study", more=CLOSED.replace("to = 2026-03-06", "to = 2026-03-03"))


def test_counts_years_before_the_day_are_told():
    days = [date(2021, 3, 1), date(2021, 3, 2), date(2026, 6, 1)]
    (sentence,) = counts_told((), (), days, date(2026, 3, 2))
    assert sentence == (
        "The last counts before 2026-03-02 are of 2021-03-02, 5.0 years earlier: streets may have changed since."
    )
    assert counts_told((), (), days, date(2021, 3, 3)) == ()


def test_a_closure_on_the_day_that_is_planned_is_told():
    closure = Closure.model_validate({"edges": ["a"], "from": date(2026, 3, 2), "to": date(2026, 3, 2)})
    (sentence,) = counts_told((), [closure], [date(2026, 3, 1)], date(2026, 3, 2))
    assert sentence.startswith("a: closed on 2026-03-02, the day that is planned: no traffic there")
    assert "Nobody knows which way that traffic goes instead" in sentence
    closed, without = counts_told((), [closure], [date(2026, 3, 1)], date(2026, 3, 2), ["a"])
    assert closed == sentence
    assert without.startswith("a: closed on 2026-03-02, and without a detector")


def test_a_street_closed_on_the_day_that_is_planned_has_no_traffic_and_is_not_filled_up(whole, tmp_path):
    day = read_study(ARTERIAL).file.day
    more = f'\n[[closures]]\nedges = ["S3_J3", "J3_S3"]\nfrom = {day}\nto = {day}\n'
    study = study_without(tmp_path / "study", more=more)
    closed = prepare(study, study.period(None))
    assert out_of(whole, "S3_J3") > 50
    assert out_of(closed, "S3_J3") < 2
    into = sum(flow for (_, end), flow in closed.demand.flow_veh_h.items() if end == "J3_S3")
    assert into < 2
    assert out_of(closed, "N1_J1") == pytest.approx(out_of(whole, "N1_J1"), rel=0.02)
    place = closed.forecast.place
    rows = [k for name, k in place.items() if name.startswith(("S3_J3", "J3_S3"))]
    assert closed.forecast.total.q90[rows].max() == 0.0
    assert "S3_J3, J3_S3: closed on" in " ".join(closed.told)
    assert closed.inferred == ()


def test_a_junction_that_nobody_counted_has_no_traffic_across_out_of_thin_air(whole, tmp_path):
    around = [of(edge) for edge in ("J4_J5", "J5_J4", "J5_J6", "J6_J5", "N5_J5", "S5_J5", "J5_N5", "J5_S5")]
    study = study_without(tmp_path / "study", *around)
    prepared = prepare(study, study.period(None))
    for edge in ("N5_J5", "S5_J5"):
        assert out_of(whole, edge) / 2.5 < out_of(prepared, edge) < 2.5 * out_of(whole, edge)
    assert out_of(prepared, "J4_J5_pocket") == pytest.approx(out_of(whole, "J4_J5_pocket"), rel=0.1)
