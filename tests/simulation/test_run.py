"""What a run measures, against what can be worked out by hand or what SUMO says elsewhere."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.scenarios import scenario_of_configuration
from greenband.networks.errors import InputError
from greenband.simulation.run import run, simulate
from greenband.simulation.scenario import Scenario, departure_window
from lxml import etree

from tests.conftest import scenario_network
from tests.simulation.streets import program, routes

Write = Callable[[str, str], Path]
WEST_GREEN, SOUTH_GREEN = "rrGG", "GGrr"


def scenario(network: Path, demand: Path, end_s: int = 300, **more: object) -> Scenario:
    return Scenario(network=network, routes=(demand,), begin_s=0, end_s=end_s, **more)  # type: ignore[arg-type]


def test_a_vehicle_that_never_meets_red_has_no_delay(crossing: Path, write: Write) -> None:
    one = routes([(0, "wm me")]).replace("<vehicle ", '<vehicle departSpeed="max" ')
    result = run(
        scenario(crossing, write("one.rou.xml", one)), seed=1, programs=write("p.add.xml", program([(300, WEST_GREEN)]))
    )
    assert result.mean_delay_s == pytest.approx(0, abs=0.1)
    assert (result.unserved, result.unfinished, result.stops_per_vehicle) == (0, 0, 0)


def test_a_vehicle_stopped_at_red_loses_the_red_braking_and_starting(crossing: Path, write: Write) -> None:
    # It would reach the stop line 290.9 m on after 29.1 s, and may drive at 100 s. Braking from 10 m/s at 4.5 m/s2 and
    # starting at 2.6 m/s2 cost 10/2/4.5 + 10/2/2.6 = 3.0 s; half of the braking lies before 29.1 s.
    one = routes([(0, "wm me")]).replace("<vehicle ", '<vehicle departSpeed="max" ')
    programs = write("p.add.xml", program([(100, SOUTH_GREEN), (200, WEST_GREEN)]))
    result = run(scenario(crossing, write("one.rou.xml", one)), seed=1, programs=programs)
    assert result.mean_delay_s == pytest.approx(100 - 29.1 + 10 / 2 / 2.6, abs=1.5)
    assert result.stops_per_vehicle == 1
    assert result.movements.turns == (("m", "wm", "me"),)
    assert result.movements.crossed.tolist() == [1]
    assert result.movements.delay_s[0] == pytest.approx(100 - 29.1, abs=1.5)  # the starting is paid past the line


def test_vehicles_that_never_get_in_wait_from_their_planned_departure_to_the_end(crossing: Path, write: Write) -> None:
    # 296 m hold 39 cars of 7.5 m; with one every 2 s and no green, the 40th (planned at 78 s) may get in, the rest not.
    demand = write("many.rou.xml", routes([(2.0 * place, "wm me") for place in range(100)] + [(300, "wm me")]))
    result = run(scenario(crossing, demand), seed=1, programs=write("p.add.xml", program([(300, SOUTH_GREEN)])))
    assert result.trips.planned_s.tolist() == [2.0 * place for place in range(100)]  # 300 s is not before the end
    assert result.unserved == 100 - 39 - int(result.trips.departed[39])
    assert result.unfinished == 100 - result.unserved
    waits_s = [300 - 2.0 * place for place in range(100 - result.unserved, 100)]
    assert result.trips.delay_s[~result.trips.departed].tolist() == waits_s
    assert result.movements.entry_s == pytest.approx(sum(waits_s))
    assert result.movements.waiting.tolist() == [result.unfinished]
    assert not result.gridlocked  # a signal that stays red is no gridlock


def test_trips_planned_before_the_period_drive_but_do_not_count(crossing: Path, write: Write) -> None:
    demand = write("r.rou.xml", routes([(t, "wm me") for t in (0, 90, 100, 110, 190)]))
    chosen = Scenario(network=crossing, routes=(demand,), begin_s=100, end_s=190, warm_up_s=100)
    result = run(chosen, seed=1)
    assert result.trips.planned_s.tolist() == [100, 110]


def test_movement_delays_agree_with_the_time_loss_that_sumo_sums_up_by_edge(
    crossing: Path, write: Write, tmp_path: Path
) -> None:
    trips = [(float(t), "wm me" if t % 5 else "sm mn") for t in range(0, 600, 3)]
    meter = write("meter.add.xml", '<additional><edgeData id="all" file="edges.xml"/></additional>')
    chosen = scenario(crossing, write("r.rou.xml", routes(trips)), end_s=1200)
    result = run(chosen, seed=3)
    simulate(chosen, tmp_path, seed=3, loops=meter)
    assert result.unfinished == 0
    lost_s = {
        edge.get("id"): float(edge.get("timeLoss")) for edge in etree.parse(meter.with_name("edges.xml")).iter("edge")
    }
    for (_, from_edge, _), delay_s, crossed in zip(
        result.movements.turns, result.movements.delay_s, result.movements.crossed, strict=True
    ):
        # Departure delays are ours alone: SUMO's edges know nothing of vehicles that are not on them.
        waited_s = sum(
            result.trips.depart_delay_s[place] for place, trip in enumerate(trips) if trip[1].startswith(from_edge)
        )
        assert delay_s - waited_s == pytest.approx(lost_s[from_edge], abs=0.6 * crossed)  # exits are whole seconds
        assert crossed == sum(trip[1].startswith(from_edge) for trip in trips)


def test_the_parts_of_the_delay_add_up(crossing: Path, write: Write) -> None:
    demand = write("r.rou.xml", routes([(float(t), "wm me" if t % 3 else "sm mn") for t in range(300)]))
    result = run(scenario(crossing, demand), seed=1)
    parts = result.movements
    assert result.unserved > 0
    assert result.unfinished > 0
    assert parts.delay_s.sum() + parts.elsewhere_s + parts.entry_s == pytest.approx(result.trips.delay_s.sum())


def test_the_same_seed_gives_the_same_run_and_another_one_does_not(crossing: Path, write: Write) -> None:
    noisy = routes([(float(t), "wm me") for t in range(0, 200, 4)]).replace('speedDev="0"', 'speedDev="0.1"')
    chosen = scenario(crossing, write("r.rou.xml", noisy))
    first, again, other = (run(chosen, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.trips.delay_s, again.trips.delay_s)
    assert not np.array_equal(first.trips.delay_s, other.trips.delay_s)


def test_cars_that_circle_in_a_full_block_are_a_gridlock_and_few_cars_are_none(ring: Path, write: Write) -> None:
    entries = [("Aa", "ab bc cd da"), ("Bb", "bc cd da ab"), ("Cc", "cd da ab bc"), ("Dd", "da ab bc cd")]
    endless = [f"{entry} {' '.join([round_] * 30)}" for entry, round_ in entries]
    full = routes([(float(4 * place), way) for place in range(40) for way in endless])
    assert run(scenario(ring, write("full.rou.xml", full), end_s=1500), seed=1).gridlocked
    few = routes([(float(60 * place), "Bb bc cd da aA") for place in range(20)])
    assert not run(scenario(ring, write("few.rou.xml", few), end_s=1500), seed=1).gridlocked


def test_an_oversaturated_approach_is_no_gridlock(crossing: Path, write: Write) -> None:
    demand = write("r.rou.xml", routes([(float(t), "wm me" if t % 2 else "sm mn") for t in range(900)]))
    result = run(scenario(crossing, demand, end_s=900), seed=1)
    assert result.unserved > 50
    assert not result.gridlocked


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<routes>\n<trip", "At line/column"),
        ("<rou", "At line/column"),
        (routes([(0, "wm nowhere")]), "nowhere"),
        (routes([(0, "me wm")]), "me"),
        (routes([(50, "wm me"), (10, "wm me")]), "sorted"),
        ("<net/>", "<net>"),
        (routes([(400, "wm me")]), "no trip"),
    ],
)
def test_routes_that_sumo_cannot_use_are_the_users_to_correct(
    crossing: Path, write: Write, content: str, says: str
) -> None:
    with pytest.raises(InputError) as caught:
        run(scenario(crossing, write("bad.rou.xml", content)), seed=1)
    assert says in str(caught.value)
    assert "bad.rou.xml" in str(caught.value)


def test_a_missing_file_is_named(crossing: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.rou\.xml"):
        run(scenario(crossing, tmp_path / "absent.rou.xml"), seed=1)


def test_times_of_a_configuration_and_of_route_files_are_read(write: Write) -> None:
    demand = write("r.rou.xml", routes([(25_300, "wm me"), (28_799, "wm me")]).replace("28799", "07:59:59"))
    assert departure_window([demand]) == (25_200, 28_800)
    configuration = write(
        "c.sumocfg",
        '<configuration><net-file value="n.net.xml"/><route-files value="r.rou.xml, s.rou.xml"/>'
        '<begin value="07:00:00"/><end value="28800"/></configuration>',
    )
    read = scenario_of_configuration(configuration)
    assert (read.begin_s, read.end_s, len(read.routes), read.additional) == (25_200, 28_800, 2, ())


def test_a_configuration_may_leave_out_the_end_and_name_its_routes_among_the_additional_files(write: Write) -> None:
    write("r.rou.xml", routes([(10, "wm me"), (1300, "wm me")]))
    configuration = write(
        "c.sumocfg",
        '<configuration><net-file value="n.net.xml"/><additional-files value="t.add.xml,r.rou.xml"/></configuration>',
    )
    read = scenario_of_configuration(configuration)
    assert (read.begin_s, read.end_s) == (0, 1500)
    assert [[file.name for file in files] for files in (read.routes, read.additional)] == [["r.rou.xml"], ["t.add.xml"]]


@pytest.mark.parametrize(("name", "seed", "delay_s"), [("cologne8", 1, 49.00), ("ingolstadt1", 2, 29.14)])
def test_running_programs_of_real_streets_have_the_delay_measured_before(name: str, seed: int, delay_s: float) -> None:
    # Measured apart from this code, with SUMO 1.28.0 and RESCO's definition of delay.
    chosen = scenario_of_configuration(scenario_network(name).with_name(f"{name}.sumocfg"))
    assert run(chosen, seed=seed).mean_delay_s == pytest.approx(delay_s, abs=0.01)
