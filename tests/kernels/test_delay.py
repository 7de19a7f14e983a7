import json
from pathlib import Path

import numpy as np
import pytest
from greenband.kernels import delay

PRINTED = json.loads((Path(__file__).parents[1] / "data" / "delay_formulas.json").read_text(encoding="utf-8"))


def one(value):
    return np.array([float(value)])


def waiting_by_the_millisecond(flow, saturation, green_s, cycle_s):
    """The area under a queue fed evenly, second cycle of two, per arrival: no formula, just adding up."""
    step, queue, area = 0.001, 0.0, 0.0
    for lap in range(2):
        for tick in range(round(cycle_s / step)):
            serving = tick * step >= cycle_s - green_s
            queue = max(0.0, queue + (flow - saturation * serving) * step)
            area += queue * step * lap
    return area / (flow * cycle_s)


def test_uniform_delay_of_the_asu_spreadsheet():
    case = PRINTED["uniform"]["inputs"]
    found = delay.uniform_delay(one(case["lambda_vph"] / 3600), one(case["mu_vph"] / 3600), one(case["g"]), case["C"])
    assert found[0] == pytest.approx(PRINTED["uniform"]["mean_delay_s"], rel=1e-6)


def test_uniform_delay_is_the_area_under_the_queue():
    found = delay.uniform_delay(one(0.2), one(0.5), one(30), 60.0)[0]
    assert found == pytest.approx(waiting_by_the_millisecond(0.2, 0.5, 30, 60), rel=1e-3)


def test_uniform_delay_with_green_all_the_time_is_nothing_even_when_saturated():
    assert delay.uniform_delay(one(0.5), one(0.5), one(60), 60.0)[0] == 0.0


@pytest.mark.parametrize("row", PRINTED["hcm"]["rows"], ids=lambda row: row["mvmt"])
def test_hcm_delay_terms_of_the_sigma_x_cases(row):
    if "d1" in row:
        flow, full = row["X"] * row["g_eff"] / row["C"], 1.0
        assert delay.uniform_delay(one(flow), one(full), one(row["g_eff"]), row["C"])[0] == pytest.approx(
            row["d1"], abs=0.06
        )
    d2 = delay.incremental_delay(one(row["X"]), one(row["cap"] / 3600), 0.25, 0.5, 1.0)[0]
    assert d2 == pytest.approx(row["d2"], rel=0.01, abs=0.06)


def test_hcm_delay_of_a_whole_row_of_sigma_x_case_3():
    row = next(row for row in PRINTED["hcm"]["rows"] if row["mvmt"] == "SBT")
    found = delay.hcm_delay(one(row["volume"] / 3600), one(row["sat"] / 3600), one(row["g_eff"]), row["C"], 0.25)
    assert found[0] == pytest.approx(15.4, abs=0.11)


def test_webster_delay_of_the_worked_example_on_page_8():
    case = PRINTED["webster"]["case"]
    given, printed = case["inputs"], case["expected"]
    found = delay.webster_delay(one(given["q"] / 3600), one(given["s"] / 3600), one(given["g"]), given["c"])
    assert found[0] == pytest.approx(printed["d"], abs=case["tolerance"]["d"])


def test_webster_delay_has_no_value_at_saturation():
    assert np.isnan(delay.webster_delay(one(0.25), one(0.5), one(30), 60.0)[0])


@pytest.mark.parametrize("row", PRINTED["overflow"]["rows"], ids=lambda row: f"S={row['S']}")
def test_overflow_queue_stays_near_wormleightons_table_over_a_long_time(row):
    # Akçelik's straight-line start x0 is an approximation: within half a vehicle or 15 % of the exact queues.
    for x, exact in zip(PRINTED["overflow"]["x"], row["queue_veh"], strict=True):
        if exact is None or x < 0.8:
            continue
        green_s, cycle_s = row["S"] / 0.5, 100.0
        found = delay.overflow_queue(one(x * row["S"] / cycle_s), one(0.5), one(green_s), cycle_s, 1e5)[0]
        assert found == pytest.approx(exact, rel=0.15, abs=0.5), x


def test_overflow_queue_far_above_capacity_is_half_of_what_arrives_too_much():
    found = delay.overflow_queue(one(0.5), one(0.5), one(30), 60.0, 1.0)[0]
    assert found == pytest.approx((0.5 - 0.25) * 3600 / 2, rel=0.02)


def test_initial_queue_delay_is_the_area_that_the_queue_adds():
    flow, capacity, queue = 0.2, 0.25, 10.0
    area, waiting = 0.0, queue
    for _ in range(900 * 100):
        area += waiting * 0.01
        waiting = max(0.0, waiting + (flow - capacity) * 0.01)
    found = delay.initial_queue_delay(one(flow), one(capacity), one(queue), 0.25)[0]
    assert found == pytest.approx(area / (flow * 900), rel=1e-3)
