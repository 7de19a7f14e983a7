"""Field studies: the same seed gives the same bytes, faults are drawn and written down, and no route gets out."""

import csv
import gzip
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from greenband.engine.chain.prepare import prepare
from greenband.engine.studies.file import read_study
from greenband.networks.errors import InputError
from greenband.networks.seeds import FIRST_FIELD_SEED
from greenband.simulation.day_traffic import draw_traffic
from greenband.simulation.days import draw_days
from greenband.simulation.faults import CHANCES, Fault, apply_faults, draw_faults
from greenband.simulation.field import counted_part, run_field
from greenband.simulation.loops import LoopCounts
from greenband.simulation.scenario import Scenario
from lxml import etree

from tests.simulation.streets import routes

Write = Callable[[str, str], Path]
MONDAY = date(2026, 3, 2)
TRIPS = [(float(t), "wm me" if t % 3 else "sm mn") for t in range(25_200, 28_800, 10)]


@pytest.fixture
def chosen(crossing: Path, write: Write) -> Scenario:
    packed = crossing.with_name("packed.net.xml.gz")
    packed.write_bytes(gzip.compress(crossing.read_bytes(), mtime=0))
    return Scenario(network=packed, routes=(write("r.rou.xml", routes(TRIPS)),), begin_s=25_200, end_s=28_800)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_field_study_is_whole_tells_no_routes_and_repeats_byte_for_byte(chosen: Scenario, tmp_path: Path) -> None:
    done: list[date] = []
    run_field(chosen, out=tmp_path / "one", days=3, seed=4, first_day=MONDAY, on_day=done.append)
    run_field(chosen, out=tmp_path / "two", days=3, seed=4, first_day=MONDAY)
    run_field(chosen, out=tmp_path / "three", days=3, seed=5, first_day=MONDAY)
    one, two, three = (files(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["counts.parquet"] != three["counts.parquet"]
    assert set(one) == {"study.toml", "counts.parquet", "detectors.csv", "packed.net.xml.gz", "truth/faults.csv"}
    assert sorted(done) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    assert not any(b"v0000" in content or b"wm me" in content for content in one.values())
    study = tomllib.loads(one["study.toml"].decode())
    assert study["day"] == "2026-03-05"
    assert study["periods"] == [{"name": "period", "begin": "07:00", "end": "08:00"}]
    counts = pl.read_parquet(tmp_path / "one" / "counts.parquet")
    assert counts.columns == ["detector", "start", "interval_s", "count", "occupancy"]
    assert counts["start"].min() == datetime(2026, 3, 2, 7)
    assert counts["start"].max() == datetime(2026, 3, 4, 7, 55)


def test_a_loop_without_faults_counts_the_day_at_its_scale(chosen: Scenario, tmp_path: Path) -> None:
    run_field(chosen, out=tmp_path / "out", days=1, seed=4, first_day=MONDAY)
    with open(tmp_path / "out" / "truth" / "faults.csv") as file:
        faulty = {row["detector"] for row in csv.DictReader(file)}
    assert "wm_0.entry" not in faulty
    counted = pl.read_parquet(tmp_path / "out" / "counts.parquet").filter(pl.col("detector") == "wm_0.entry")
    (day,) = draw_days(chosen, (), interval_s=300, days=1, seed=4, first_day=MONDAY)
    assert 0.7 < day.factor < 1.3
    expected = day.factor * sum(way == "wm me" for _, way in TRIPS)
    assert counted["count"].sum() == pytest.approx(expected, abs=4 * expected**0.5)


def test_days_differ_sundays_are_quieter_and_no_seed_is_one_that_judges(chosen: Scenario) -> None:
    days = draw_days(chosen, (), interval_s=300, days=140, seed=1, first_day=MONDAY)
    scales = np.array([day.factor for day in days]).reshape(20, 7)
    assert scales[:, 6].mean() < 0.75 < scales[:, :5].mean()
    # Twenty weeks of noise of 8 %: the sample's own error is about 8 % / sqrt(2 * 100).
    assert np.log(scales[:, :5]).std() == pytest.approx(0.08, abs=0.02)
    assert scales[:, :5].mean() == pytest.approx(1.0, abs=0.03)
    assert min(day.seed for day in days) >= FIRST_FIELD_SEED
    assert len({day.seed for day in days}) == 140


def test_faults_come_as_often_as_stated_and_one_at_most_per_detector() -> None:
    random = np.random.default_rng(7)
    drawn = [draw_faults(200, 12, random) for _ in range(100)]
    kinds = Counter(fault.kind for day in drawn for fault in day)
    for kind, chance in CHANCES.items():
        expected = 20_000 * chance
        assert kinds[kind] == pytest.approx(expected, abs=4 * expected**0.5)
    assert all(len({fault.detector for fault in day}) == len(day) for day in drawn)
    assert all(0 <= fault.first < fault.last <= 12 for day in drawn for fault in day)


def test_each_fault_does_to_the_counts_what_its_name_says() -> None:
    loops = LoopCounts(
        begin_s=0,
        interval_s=300,
        counts=np.array([[4, 5, 6, 7, 8], [10, 11, 12, 13, 14], [1, 2, 3, 4, 5]]),
        occupancy=np.full((3, 5), 0.1),
    )
    faults = [
        Fault(detector=0, kind="dead", first=1, last=3),
        Fault(detector=1, kind="missing", first=0, last=2),
        Fault(detector=2, kind="stuck", first=0, last=3),
        Fault(detector=3, kind="chatter", first=2, last=3, factor=2.5),
    ]
    told = apply_faults(loops, faults)
    assert told.loops.counts.tolist() == [[4, 5, 6, 7, 8], [0, 11, 6, 13, 14], [0, 2, 6, 10, 5]]
    assert told.reported[:, 1].tolist() == [False, False, True]
    assert told.reported.sum() == 13
    assert loops.counts[1, 0] == 10  # what was counted stays as it was


def counted(folder: Path) -> int:
    return int(pl.read_parquet(folder / "counts.parquet").filter(pl.col("detector") == "wm_0.approach")["count"].sum())


TYPES = """<vTypeDistribution id="mixed"><vType id="small" length="4" probability="0.5"/>
  <vType id="large" length="7" probability="0.5"/></vTypeDistribution>"""


def test_traffic_in_an_additional_file_is_driven_and_stays_out_of_the_study(
    chosen: Scenario, write: Write, tmp_path: Path
) -> None:
    """As in Bologna: types, alone in one file, and buses in another are additional files, whatever their roots."""
    types = write("types.add.xml", f"<routes>{TYPES}</routes>")
    bus = '<flow id="bus" type="mixed" begin="25200" end="28800" number="90" from="wm" to="me"/>'
    buses = write("bus.add.xml", f"<add>{bus}</add>")
    with_buses = replace(chosen, additional=(types, buses))
    run_field(chosen, out=tmp_path / "one", days=1, seed=4, first_day=MONDAY)
    run_field(with_buses, out=tmp_path / "two", days=1, seed=4, first_day=MONDAY)
    assert counted(tmp_path / "two") > counted(tmp_path / "one") + 50
    study = tomllib.loads((tmp_path / "two" / "study.toml").read_text())
    assert study["additional"] == ["types.add.xml"]
    assert not any(b"bus" in content for content in files(tmp_path / "two").values())


def test_route_files_with_types_in_a_file_apart_are_driven(chosen: Scenario, write: Write, tmp_path: Path) -> None:
    types = write("types.rou.xml", f"<routes>{TYPES}</routes>")
    trips = write("trips.rou.xml", routes(TRIPS).replace('type="car"', 'type="mixed"'))
    run_field(replace(chosen, routes=(types, trips)), out=tmp_path / "out", days=1, seed=4, first_day=MONDAY)
    assert counted(tmp_path / "out") > 100


def test_traffic_beside_other_things_in_an_additional_file_is_refused_and_nothing_is_written(
    chosen: Scenario, write: Write, tmp_path: Path
) -> None:
    leak = write(
        "bus.add.xml",
        '<additional><busStop id="s" lane="wm_0" startPos="9" endPos="30"/>'
        '<flow id="bus" begin="0" end="9" number="1" from="wm" to="me"/></additional>',
    )
    with pytest.raises(InputError, match="route files"):
        run_field(replace(chosen, additional=(leak,)), out=tmp_path / "out", days=1)
    assert not (tmp_path / "out").exists()


def test_a_route_that_breaks_leaves_no_folder(chosen: Scenario, write: Write, tmp_path: Path) -> None:
    bad = Scenario(
        network=chosen.network,
        routes=(write("bad.rou.xml", routes([(25_200, "wm nowhere")])),),
        begin_s=25_200,
        end_s=28_800,
    )
    with pytest.raises(InputError, match="nowhere") as error:
        run_field(bad, out=tmp_path / "out", days=2)
    assert not (tmp_path / "out").exists()
    assert str(bad.routes[0]) in error.value.where
    assert "greenband-" not in str(error.value)  # the day's traffic is a scratch file, which is gone by now


def test_drawn_traffic_has_poisson_copies_in_order_within_the_period(write: Write, tmp_path: Path) -> None:
    source = write("r.rou.xml", routes([(float(t), "wm me") for t in range(3600)]))
    (made,) = draw_traffic([source], tmp_path, factor=0.9, period=(0, 3600), random=np.random.default_rng(3))
    root = etree.parse(made).getroot()
    assert [child.tag for child in root][:1] == ["vType"]
    vehicles = root.findall("vehicle")
    assert len(vehicles) == pytest.approx(0.9 * 3600, abs=4 * 3240**0.5)
    copies = Counter(vehicle.get("id").split("*")[0] for vehicle in vehicles)
    # Poisson with mean 0.9: none 40.7 %, once 36.6 %, twice 16.5 %.
    shares = [sum(copies[f"v{place:04d}"] == times for place in range(3600)) / 3600 for times in range(3)]
    assert shares == pytest.approx([0.4066, 0.3659, 0.1647], abs=0.035)
    times_s = [float(vehicle.get("depart")) for vehicle in vehicles]
    assert times_s == sorted(times_s)
    assert 0 <= min(times_s) <= max(times_s) < 3600
    assert len({vehicle.get("id") for vehicle in vehicles}) == len(vehicles)


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ({"vehsPerHour": "600"}, {"vehsPerHour": "300"}),
        ({"probability": "0.2"}, {"probability": "0.1"}),
        ({"number": "11"}, {"number": "6"}),
        ({"period": "8"}, {"period": "16"}),
        ({"period": "exp(0.5)"}, {"period": "exp(0.25)"}),
    ],
)
def test_flows_are_multiplied_however_they_are_given(
    write: Write, tmp_path: Path, size: dict[str, str], becomes: dict[str, str]
) -> None:
    words = " ".join(f'{name}="{value}"' for name, value in size.items())
    source = write("f.rou.xml", f'<routes><flow id="f" from="wm" to="me" begin="0" end="3600" {words}/></routes>')
    (made,) = draw_traffic([source], tmp_path, factor=0.5, period=(0, 3600), random=np.random.default_rng(3))
    flow = etree.parse(made).find("flow")
    assert {name: flow.get(name) for name in size} == becomes


ODD = [(50_300, 54_100), (50_300, 50_599), (25_201, 25_500), (25_260, 25_379), (0, 301), (25_199, 36_100)]


@pytest.mark.parametrize(("begin_s", "end_s"), ODD)
@pytest.mark.parametrize("step_s", [1.0, 0.7])
def test_no_count_that_is_written_is_refused_whatever_the_period(
    crossing: Path, write: Write, tmp_path: Path, begin_s: int, end_s: int, step_s: float
) -> None:
    moments = range(begin_s, end_s, 5)
    path = write("r.rou.xml", routes([(float(t), "wm me" if t % 3 else "sm mn") for t in moments]))
    chosen = Scenario(network=crossing, routes=(path,), begin_s=begin_s, end_s=end_s, step_s=step_s)
    run_field(chosen, out=tmp_path / "out", days=3, first_day=MONDAY)
    study = read_study(tmp_path / "out")
    prepared = prepare(study, study.period(None))
    assert begin_s <= prepared.demand.begin_s < prepared.demand.end_s <= end_s
    # What the loops count is what drives: a trip every 5 s, but for the weekday, chance, and streets empty at first.
    seconds = prepared.demand.end_s - prepared.demand.begin_s
    assert (0.2 if seconds < 300 else 0.5) < prepared.demand.vehicles / (seconds / 5) < 1.5


def test_bins_are_whole_intervals_of_the_day(chosen: Scenario) -> None:
    part, interval_s = counted_part(replace(chosen, begin_s=50_300, end_s=54_100))
    assert (part.begin_s, part.end_s, interval_s) == (50_400, 54_000, 300)
    assert (part.begin_s - part.warm_up_s) % 300 == 0
    assert counted_part(chosen) == (chosen, 300)
    with pytest.raises(InputError, match="holds none"):
        counted_part(replace(chosen, begin_s=50_310, end_s=50_390))
