"""Cyclic flow, held to a printed platoon, a queue watched every hundredth of a second, and a network of 1975."""

import json
from pathlib import Path

import numpy as np
import pytest
from greenband.kernels.cyclic import delay_by_offset, departures, disperse, mean_queue

FACTS = json.loads((Path(__file__).parents[1] / "data" / "platoons.json").read_text(encoding="utf-8"))
FINE = 100  # steps a second


def watched_queue(arrivals, service, cycles=4):
    """Watch a queue in short steps, from empty, and return what left in each second and the mean queue of the last
    cycle: slow, and too simple to be wrong."""
    queue, left, area = 0.0, np.zeros(len(arrivals)), 0.0
    for cycle in range(cycles):
        for second, (come, room) in enumerate(zip(arrivals, service, strict=True)):
            for _ in range(FINE):
                queue += come / FINE
                out = min(queue, room / FINE)
                queue -= out
                if cycle == cycles - 1:
                    left[second] += out
                    area += queue / FINE
    return left, area / len(arrivals)


def random_signal(generator, cycle=30, load=0.8):
    service = np.zeros(cycle)
    service[: cycle // 2] = 0.5
    service = np.roll(service, int(generator.integers(cycle)))
    arrivals = generator.random(cycle) ** 4
    return arrivals * load * service.sum() / arrivals.sum(), service


def test_disperse_gives_the_printed_platoon_of_the_nptel_example():
    facts = FACTS["platoon"]
    flow = np.zeros(80)  # so long a cycle that the tail of the platoon does not come round
    flow[: len(facts["upstream"])] = facts["upstream"]
    arriving = disperse(flow, 1, facts["factor"])
    np.testing.assert_allclose(arriving[: len(facts["downstream"])], facts["downstream"], atol=facts["tolerance"])


def test_disperse_on_the_circle_is_what_a_long_row_of_cycles_settles_to():
    flow = np.random.default_rng(3).random(12)
    last, settled = 0.0, np.zeros(12)
    for time in range(12 * 200):
        last = 0.3 * flow[(time - 17) % 12] + 0.7 * last
        settled[time % 12] = last
    np.testing.assert_allclose(disperse(flow, 17, 0.3), settled, rtol=1e-12)


def test_disperse_keeps_every_vehicle_and_with_factor_one_only_shifts():
    flow = np.random.default_rng(4).random(50)
    assert disperse(flow, 23, 0.2).sum() == pytest.approx(flow.sum())
    np.testing.assert_allclose(disperse(flow, 3, 1.0), np.roll(flow, 3))


@pytest.mark.parametrize("seed", range(5))
def test_departures_and_queue_are_those_of_a_queue_watched_closely(seed):
    arrivals, service = random_signal(np.random.default_rng(seed))
    left, queue = watched_queue(arrivals, service)
    np.testing.assert_allclose(departures(arrivals, service), left, atol=1e-9)
    # The one second in which the queue runs empty is counted as if it emptied at its end.
    assert mean_queue(arrivals, service) == pytest.approx(queue, abs=0.5 * service.max() / service.size)


def test_mean_queue_gives_the_total_wait_of_the_published_sheet():
    facts = FACTS["uniform_delay"]
    cycle = facts["cycle_s"]
    service = np.where(np.arange(cycle) >= cycle - facts["green_s"], facts["service_veh_h"] / 3600, 0.0)
    wait = cycle * mean_queue(np.full(cycle, facts["arrivals_veh_h"] / 3600), service)
    assert wait == pytest.approx(facts["wait_veh_s_per_cycle"], rel=0.002)


def test_departures_beyond_the_capacity_fill_the_green_and_no_more():
    service = np.array([0.0, 0.0, 0.0, 0.5, 0.5, 0.5])
    np.testing.assert_allclose(departures(np.full(6, 0.4), service), service)


def test_mean_queue_beyond_the_capacity_is_that_at_98_percent_of_it():
    arrivals, service = random_signal(np.random.default_rng(1), load=1.0)
    assert mean_queue(arrivals * 1.7, service) == pytest.approx(mean_queue(arrivals * 0.98, service))


def test_delay_by_offset_is_flat_when_arrivals_are_even():
    _, service = random_signal(np.random.default_rng(2))
    table = delay_by_offset(np.full((1, 30), 0.1), np.array([0.05]), service[None, :])
    np.testing.assert_allclose(table, table[0])


def test_delay_by_offset_is_that_of_two_signals_run_on_one_clock():
    generator = np.random.default_rng(6)
    lanes = [random_signal(generator, cycle=12, load=0.6) for _ in range(2)]
    platoons, service = np.array([lane[0] for lane in lanes]), np.array([lane[1] for lane in lanes])
    even = np.array([0.02, 0.05])
    table = delay_by_offset(platoons, even, service)
    for offset in range(12):
        waiting = 0.0
        for lane in range(2):
            queue, area = 0.0, 0.0
            for time in range(12 * 6):
                queue += platoons[lane, time % 12] + even[lane]
                queue -= min(queue, service[lane, (time - offset) % 12])
                area += queue if time >= 12 * 5 else 0.0
            waiting += area / 12
        assert table[offset] == pytest.approx(waiting)


def test_mean_queue_gives_the_delays_of_the_network_of_gartner_little_and_gabbay():
    facts, steps = FACTS["network"], 800
    step_s = facts["cycle_s"] / steps
    for link in facts["links"]:
        # The platoon as it arrives, in upstream time: it leaves from second 0 and travels tau.
        arriving = np.zeros(steps)
        head = round(link["tau_s"] / step_s)
        length = round(link["p_cycle"] * steps)
        arriving[(head + np.arange(length)) % steps] = link["f"] * facts["cycle_s"] / length
        service = np.where(np.arange(steps) < round(link["g_s"] / step_s), link["s"] * step_s, 0.0)
        offset = round(facts["printed_offsets_s"][str(link["id"])] / step_s)
        expected = facts["delay_at_printed_offsets_s"][str(link["id"])]
        delay = mean_queue(np.roll(arriving, -offset), service) / link["f"]
        assert delay == pytest.approx(expected, abs=facts["tolerance"]["delay_s"]), link["id"]
