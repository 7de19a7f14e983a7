"""The made city: its loops count whom the traffic brings, and the chain finds that demand again."""

from pathlib import Path

import polars as pl
import pytest
from greenband.benchmarks.city.city_counts import DAY_FACTORS, FLOW_VEH_H, make_city
from greenband.engine.chain.prepare import prepare
from greenband.engine.studies.file import read_study

SIDE, DAYS = 3, 3
STREETS_IN = 4 * SIDE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(SIDE, DAYS, 1, tmp_path_factory.mktemp("city") / "study")


def test_who_comes_in_is_who_is_counted_at_the_entries(folder: Path) -> None:
    counts = pl.read_parquet(folder / "counts.parquet")
    by_day = (
        counts.filter(pl.col("detector").str.ends_with(".entry"))
        .group_by(pl.col("start").dt.date().alias("day"))
        .agg(pl.col("count").sum())
        .sort("day")["count"]
        .to_list()
    )
    wanted = [STREETS_IN * FLOW_VEH_H * factor for factor in DAY_FACTORS[:DAYS]]
    assert by_day == [pytest.approx(veh, rel=0.02) for veh in wanted]


def test_who_comes_in_goes_out(folder: Path) -> None:
    counts = pl.read_parquet(folder / "counts.parquet")
    inner = set(counts["detector"].str.extract(r"^(.*)_\d+\.approach$").drop_nulls())
    exits = counts.filter(
        pl.col("detector").str.ends_with(".exit")
        & ~pl.col("detector").str.extract(r"^(.*)_\d+\.exit$").is_in(sorted(inner))
    )
    wanted = STREETS_IN * FLOW_VEH_H * sum(DAY_FACTORS[:DAYS])
    assert exits["count"].sum() == pytest.approx(wanted, rel=0.05)  # those of the edges of the hour apart


def test_the_chain_finds_the_demand_again(folder: Path) -> None:
    study = read_study(folder)
    prepared = prepare(study, study.period(None))
    assert prepared.demand.vehicles == pytest.approx(STREETS_IN * FLOW_VEH_H, rel=0.1)
