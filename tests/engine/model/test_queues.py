import numpy as np
import pytest
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import build_streets
from greenband.kernels.delay import uniform_delay

from tests.engine.model.small_streets import PLAIN, junction_plan, network, plan, vehicles

HEADWAY_S = PLAIN.reaction_s + 7.5 / 10.0


def run(net, traffic, the_plan, end_s, counted_from_s=None):
    streets = build_streets(net, PLAIN)
    loaded = load(streets, traffic, 0, end_s, speed_spread=0.0, counted_from_s=counted_from_s)
    return estimate(streets, loaded, the_plan, end_s, with_queues=True)


def one_signal():
    return network({"in": 500.0, "out": 100.0}, [("in", "out")], {("in", "out"): ("J", 0)})


@pytest.mark.parametrize("gap_s", [10.0, 6.0, 5.0, 3.0])
def test_a_red_lets_a_queue_grow_by_flow_times_red(gap_s):
    # A cycle of 61 s has no common rhythm with the arrivals: they see every second alike.
    end_s = 61 * 60
    found = run(
        one_signal(), vehicles(np.arange(0.0, end_s, gap_s), [("in", "out")]),
        plan(junction_plan("J", 61, {"g0": (0, 45)})), end_s,
    ).queues.movements  # fmt: skip
    assert found.names == (("J", "in", "out"),)
    assert found.queue_max[0] == pytest.approx(16 / gap_s, abs=1)
    assert found.queue_max_m[0] == 7.5 * found.queue_max[0]
    delay_s = uniform_delay(np.array([1 / gap_s]), np.array([1 / HEADWAY_S]), np.array([45.0]), 61.0)[0]
    # Little's law; whole vehicles leave up to half a headway earlier than the fluid of the formula.
    assert 0 <= delay_s / gap_s - found.queue_mean[0] <= HEADWAY_S / 2 / gap_s
    assert found.queue_mean_m[0] == pytest.approx(7.5 * found.queue_mean[0])
    assert found.spillback_s[0] == 0


def full_street():
    """One street of ten vehicles that nobody may leave, 10 m of the way onto it included, and one that leads there."""
    net = network(
        {"a": 500.0, "b": 65.0, "end": 100.0}, [("a", "b"), ("b", "end")],
        {("a", "b"): ("J", 0), ("b", "end"): ("K", 0)},
    )  # fmt: skip
    never = plan(junction_plan("J", 60, {"g0": (0, 60)}), junction_plan("K", 60, {"g0": (0, 30)}, "r"))
    return net, vehicles(np.arange(0.0, 100.0, 5.0), [("a", "b", "end")]), never


def test_a_full_street_spills_back_from_its_eleventh_vehicle_on():
    found = run(*full_street(), 600.0).queues
    eleventh_s = 10 * 5.0 + 50.0  # departs, and drives 500 m
    spillback_s = dict(zip(found.approaches.names, found.approaches.spillback_s.tolist(), strict=True))
    assert spillback_s[("K", "b")] == pytest.approx(600 - eleventh_s, abs=1)
    assert spillback_s[("J", "a")] == 0
    by_movement = dict(zip(found.movements.names, found.movements.spillback_s.tolist(), strict=True))
    assert by_movement[("J", "a", "b")] == spillback_s[("K", "b")]
    assert by_movement[("K", "b", "end")] == 0
    by_junction = dict(zip(found.junctions.names, found.junctions.spillback_s.tolist(), strict=True))
    assert by_junction == {("J",): 0, ("K",): spillback_s[("K", "b")]}
    longest_m = dict(zip(found.approaches.names, found.longest_lane_m.tolist(), strict=True))
    assert longest_m == {("J", "a"): 75.0, ("K", "b"): 75.0}


def test_those_who_cannot_enter_are_told_by_entry():
    net, traffic, never = full_street()
    many = vehicles(np.arange(0.0, 500.0, 5.0), [("a", "b", "end")])
    found = run(net, many, never, 900.0)
    room = 10 + 66  # 75 m and 500 m of 7.5 m each
    assert found.queues.never_inserted == {"a": pytest.approx(100 - room, abs=1)}
    assert found.queues.never_inserted["a"] == found.unserved
    assert run(net, traffic, never, 600.0).queues.never_inserted == {}


def test_stops_by_movement_add_up_to_those_of_the_vehicles():
    net = network(
        {"a": 300.0, "b": 100.0, "c": 100.0, "end": 100.0}, [("a", "b"), ("b", "c"), ("c", "end")],
        {("a", "b"): ("J", 0), ("c", "end"): ("K", 0)},
    )  # fmt: skip
    two = plan(junction_plan("J", 60, {"g0": (0, 40)}), junction_plan("K", 60, {"g0": (30, 22)}))
    found = run(net, vehicles(np.arange(0.0, 1200.0, 3.0), [("a", "b", "c", "end")]), two, 1800.0)
    stops = dict(zip(found.queues.movements.names, found.queues.movements.stops.tolist(), strict=True))
    assert min(stops.values()) > 50
    assert found.queues.elsewhere_stops > 10  # b has no signal: its vehicles stop when c is full
    assert sum(stops.values()) + found.queues.elsewhere_stops == found.stops.sum()


def test_figures_are_those_of_the_period_after_the_warm_up():
    # The only vehicles stand at the first red, from 30 to 60 s; the period begins in the middle of it.
    traffic = vehicles([0.0, 0.0], [("in", "out")])
    the_plan = plan(junction_plan("J", 120, {"g0": (60, 60)}))
    late = run(one_signal(), traffic, the_plan, 120.0, counted_from_s=55.0)
    whole = run(one_signal(), traffic, the_plan, 120.0)
    assert late.queues.movements.queue_max.tolist() == whole.queues.movements.queue_max.tolist() == [2]
    # They could pass at 50 s and leave at 60 s, the second a headway later.
    assert whole.queues.movements.queue_mean[0] == pytest.approx((2 * 10 + HEADWAY_S) / 120, abs=0.01)
    assert late.queues.movements.queue_mean[0] == pytest.approx((2 * 5 + HEADWAY_S) / 65, abs=0.01)
    assert late.queues.movements.stops.tolist() == [0]
    assert late.vehicles == 0


def test_asking_for_queues_changes_nothing_else():
    net, traffic, never = full_street()
    streets = build_streets(net)
    loaded = load(streets, traffic, 0, 600)
    with_queues, without = (estimate(streets, loaded, never, 600, with_queues=asked) for asked in (True, False))
    assert without.queues is None
    assert with_queues.delay_s.tolist() == without.delay_s.tolist()
    assert with_queues.stops.tolist() == without.stops.tolist()
    assert with_queues.by_turn == without.by_turn
