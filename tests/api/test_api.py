"""The API against the engine's own values, and what it refuses."""

import subprocess
import sys
from dataclasses import replace

import greenband as gb
import polars as pl
import pytest
from greenband.engine.check.findings import PlanRefused
from greenband.networks.errors import InputError
from lxml import html

SHORT = ("07:30", "07:45")


@pytest.fixture(scope="module")
def study() -> gb.OpenStudy:
    return gb.bundled_study()


@pytest.fixture(scope="module")
def later(study) -> gb.PlanView:
    """The running plan with one offset moved and a name that tries to get out of its element."""
    first = study.running_plan.value.junctions[0]
    plan = study.running_plan.value.with_junction(first.with_offset(first.offset_s + 20))
    return gb.PlanView(value=replace(plan, name="<script>alert('x')</script>&{0}"), network=study.network)


@pytest.fixture(scope="module")
def simulations(study, later) -> tuple[gb.Simulation, gb.Simulation]:
    both = [gb.simulate(study, plan, period=SHORT, seeds=(100, 101)) for plan in (later, study.running_plan)]
    return both[0], both[1]


def test_everything_promised_is_there():
    assert {name for name in gb.__all__ if getattr(gb, name, None) is None} == set()
    with pytest.raises(AttributeError, match="no attribute 'sumulate'"):
        gb.sumulate  # noqa: B018


def test_a_function_stays_one_when_every_module_is_loaded():
    load = "import greenband as gb; [getattr(gb, name) for name in gb.__all__]"
    probe = f"{load}; assert all(callable(vars(gb)[name]) for name in gb.__all__)"
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=120)


def test_importing_takes_a_fifth_of_a_second_at_most():
    probe = "import time; t = time.process_time(); import greenband; print(time.process_time() - t)"
    taken = [
        float(subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    assert min(taken) <= 0.2


def test_the_forecast_is_made_once_and_has_every_movement(study):
    assert study.prepared(SHORT) is study.prepared(SHORT)
    frame = study.forecast(SHORT).movements
    assert frame.height == sum(len(junction.movements) for junction in study.network.junctions)
    means = study.forecast(SHORT).intervals.group_by("from_edge", "to_edge").agg(pl.col("flow_veh_h").mean().alias("m"))
    joined = frame.join(means, on=["from_edge", "to_edge"])
    assert joined.height > 0
    assert (joined["flow_veh_h"] - joined["m"]).abs().max() < 1e-9


def test_the_same_seeds_give_the_same_runs_and_the_traffic_is_the_trials(study, simulations):
    from greenband.engine.chain.plan_study import try_on_forecast

    trial = try_on_forecast(study.prepared(SHORT), simulations[0].plan.value, seeds=2)
    assert simulations[0].seeds["mean_delay_s"].to_list() == list(trial.comparison.plan_s)
    assert simulations[1].seeds["mean_delay_s"].to_list() == list(trial.comparison.running_s)
    found = gb.compare(*simulations)
    assert found.pairs == trial.comparison
    assert found.seeds["difference_s"].mean() == pytest.approx(trial.comparison.mean_difference_s)


def test_simulations_of_different_traffic_or_seeds_are_not_compared(study, simulations):
    busier = gb.simulate(study, study.running_plan, period=SHORT, seeds=[100, 101], scale=0.5)
    with pytest.raises(InputError, match="different traffic"):
        gb.compare(simulations[0], busier)
    with pytest.raises(InputError, match="same seeds"):
        gb.compare(simulations[0], replace(simulations[1], runs=simulations[1].runs[::-1]))
    with pytest.raises(InputError, match="each once"):
        gb.simulate(study, study.running_plan, seeds=[1, 1])


def test_given_routes_are_those_that_are_driven(study):
    found = gb.simulate(study, study.running_plan, period=SHORT, seeds=[100], routes=study.true_routes)
    assert found.seeds["trips"][0] > 100
    assert found.seeds["co2_g"][0] is None


def test_an_unsafe_plan_is_found_and_not_exported(study, tmp_path):
    running = study.running_plan.value
    first = running.junctions[0]
    groups = tuple(replace(group, windows=running.junctions[0].groups[0].windows) for group in first.groups)
    unsafe = running.with_junction(replace(first, groups=groups))
    found = gb.check(study, unsafe)
    assert "error" in found["severity"].to_list()
    assert found.schema == gb.check(study, study.running_plan).schema
    with pytest.raises(PlanRefused):
        gb.export(study, unsafe, "sumo", tmp_path / "x.add.xml")
    assert list(tmp_path.iterdir()) == []


def test_a_plan_written_is_the_plan_read(study, later, tmp_path):
    path = gb.write_plan(later, tmp_path / "plan.json")
    again = gb.read_plan(path, study)
    assert again.value == later.value
    assert again.greens.equals(later.greens)
    gb.export(study, later, "sumo", tmp_path / "p.add.xml")
    assert gb.read_plan(tmp_path / "p.add.xml", study).greens.equals(later.greens)


def test_what_a_notebook_shows_has_the_stages_and_no_name_gets_out(later, simulations):
    for text in (later._repr_html_(), gb.compare(*simulations)._repr_html_()):
        page = html.fromstring(text)
        assert not page.xpath("//script")
        assert "alert('x')" in page.text_content()
        assert page.xpath("//svg[@class='stages']//path[contains(@class, 'go')]")
        assert page.xpath("//svg[@class='timing']")
    assert page.xpath("//svg[@class='seeds']//circle")
    (style,) = page.xpath("//style/text()")
    assert style.startswith(".greenband {")
    assert style.count("{") == style.count("}")


@pytest.mark.parametrize("period", [("7", "8"), ("08:00", "25:00"), "noon"])
def test_a_period_that_is_none_is_one_clear_error(study, period):
    with pytest.raises(InputError):
        study.period(period)


def test_unknown_options_of_a_plan_are_refused_before_any_work(study):
    with pytest.raises(InputError, match="plan\\(\\)"):
        study.plan(SHORT, efort=1)


def test_a_plan_is_made_and_says_what_the_engine_says(study):
    small = {"effort": 0.01, "seeds": 2, "most_seeds": 2, "cycles_s": (60, 60), "pedestrians_h": None, "warm_up_s": 0}
    result = study.plan(SHORT, **small)
    assert result.verdict is result.outcome.verdict
    assert result.plan.value == result.outcome.found.plan
    assert result.seeds["a_delay_s"].to_list() == list(result.outcome.trial.comparison.plan_s)
    assert html.fromstring(result._repr_html_()).xpath("//svg[@class='stages']")
    assert result.plan.about["seeds"] == (100, 101)
