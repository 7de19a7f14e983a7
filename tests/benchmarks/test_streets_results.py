"""The figures of the streets benchmark, held to printed and to hand-made numbers."""

from dataclasses import replace

import pytest
from greenband.benchmarks.streets.bars import BARS, verdicts
from greenband.benchmarks.streets.judge import Failure, Outcome
from greenband.benchmarks.streets.results import Result, Row, geometric_mean, summarise, with_figures

# Student (The Probable Error of a Mean, Biometrika 6, 1908), hours of sleep gained by ten patients with two drugs.
DEXTRO = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
LAEVO = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)


def outcome(seed: int, delay_s: float, *, gridlocked: bool = False, unserved: int = 0) -> Outcome:
    return Outcome(
        seed=seed,
        mean_delay_s=delay_s,
        stops_per_vehicle=1.5,
        trips=10,
        unserved=unserved,
        unfinished=0,
        gridlocked=gridlocked,
        teleports=0,
        collisions=0,
        wall_s=1.0,
    )


def outcomes(delays_s: tuple[float, ...]) -> list[Outcome]:
    return [outcome(100 + place, delay_s) for place, delay_s in enumerate(delays_s)]


def row(peer: str = "x") -> Row:
    return Row(peer=peer, title=f"title of {peer}", sees="–", planning_s=1.0)


def test_the_paired_interval_is_that_of_students_sleep_data() -> None:
    found = with_figures(row(), outcomes(LAEVO), outcomes(DEXTRO))
    assert found.difference_s == pytest.approx(1.58)
    assert found.low_s == pytest.approx(0.7001, abs=1e-4)  # as R prints it for its data set `sleep`
    assert found.high_s == pytest.approx(2.4599, abs=1e-4)


def test_the_ratio_is_of_the_medians_so_that_one_gridlock_does_not_decide() -> None:
    found = with_figures(row(), outcomes((10, 20, 900)), outcomes((30, 40, 50)))
    assert (found.median_s, found.mean_s, found.ratio) == (20, 310, 0.5)


def test_gridlocked_seeds_and_unserved_vehicles_are_told() -> None:
    plan = [outcome(100, 1.0), outcome(101, 9.0, gridlocked=True, unserved=5)]
    found = with_figures(row(), plan, outcomes((1, 1)))
    assert (found.gridlocked, found.unserved) == ((101,), 2.5)


def test_a_peer_that_fails_with_one_seed_has_crashed_and_shows_no_figures() -> None:
    found = with_figures(row(), [outcome(100, 1.0), Failure(seed=101, reason="out of road")], outcomes((1, 1)))
    assert found.crashed == "out of road (seed 101)"
    assert found.median_s is None
    assert found.delays_s == ()


def test_other_seeds_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="same seeds"):
        with_figures(row(), [outcome(101, 1.0)], [outcome(100, 1.0)])


def test_the_geometric_mean_of_halving_and_doubling_is_one() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert geometric_mean([1.0, 8.0, 27.0]) == pytest.approx(6.0)
    assert geometric_mean([]) is None


def result(scenario: str, *rows: Row) -> Result:
    return Result(scenario=scenario, seeds=(100, 101), trips=10, rows=rows)


def greenband(ratio: float | None, *, planning_s: float = 10.0, crashed: str | None = None) -> Row:
    return Row(peer="greenband", title="Greenband", sees="–", planning_s=planning_s, ratio=ratio, crashed=crashed)


def test_a_summary_counts_the_crash_beside_the_mean_of_what_is_left() -> None:
    better = with_figures(row(), outcomes((10.0, 11.0)), outcomes((20.0, 21.1)))
    crashed = Row(peer="x", title="title of x", sees="–", planning_s=None, crashed="no road")
    (found,) = summarise([result("a", better), result("b", crashed)])
    assert (found.scenarios, found.crashed, found.clearly_better, found.clearly_worse) == (1, 1, 1, 0)
    assert found.ratio == pytest.approx(10.5 / 20.55)


@pytest.mark.parametrize(("ratio", "met"), [(0.61, True), (0.62, True), (0.63, False)])
def test_a_bar_is_met_up_to_its_value(ratio: float, met: bool) -> None:
    (found,) = verdicts([result("ingolstadt1", greenband(ratio))])
    assert found.met is met


@pytest.mark.parametrize(("plan", "running", "more"), [((), (), 0), ((3,), (4,), 0), ((3, 5), (3,), 1), ((3,), (), 1)])
def test_a_plan_that_locks_up_more_often_than_today_meets_no_ratio(
    plan: tuple[int, ...], running: tuple[int, ...], more: int
) -> None:
    own = replace(greenband(0.3), gridlocked=plan)
    today = Row(peer="running", title="running", sees="–", planning_s=0.0, ratio=1.0, gridlocked=running)
    (found,) = verdicts([result("ingolstadt1", today, own)])
    assert (found.met, found.more_locked) == (more == 0, more)


def test_a_plan_in_time_meets_the_second_bar_of_cologne8_and_a_late_one_misses_it() -> None:
    met = [[v.met for v in verdicts([result("cologne8", greenband(0.5, planning_s=s))])] for s in (120.0, 121.0)]
    assert met == [[True, True], [True, False]]


def test_a_crash_misses_every_bar_of_its_scenario() -> None:
    found = verdicts([result("cologne8", greenband(None, crashed="boom"))])
    assert len(found) == sum((bar.scenario, bar.peer) == ("cologne8", "greenband") for bar in BARS) == 2
    assert not any(verdict.met for verdict in found)


@pytest.mark.parametrize(("median_s", "met"), [(14.6, True), (14.7, False)])
def test_the_actuated_plan_is_held_to_seconds(median_s: float, met: bool) -> None:
    (found,) = verdicts([result("ingolstadt1", replace(greenband(1.0), peer="greenband-actuated", median_s=median_s))])
    assert (found.met, found.measured) == (met, median_s)


def test_scenarios_without_greenband_are_held_to_nothing() -> None:
    assert verdicts([result("cologne8", row())]) == []
