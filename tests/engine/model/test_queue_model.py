import numpy as np
import pytest
from greenband.engine.model.behaviour import Behaviour
from greenband.engine.model.estimate import estimate
from greenband.engine.model.queue_traffic import load
from greenband.engine.model.streets import TICKS_PER_S, build_streets
from greenband.kernels.delay import uniform_delay

from tests.engine.model.small_streets import PLAIN, junction_plan, network, plan, vehicles
from tests.engine.model.twin_run import simulate_tick_by_tick

HOUR_S = 3600
HEADWAY_S = PLAIN.reaction_s + 7.5 / 10.0


def run(net, traffic, the_plan, end_s=HOUR_S, behaviour=PLAIN, spread=0.0):
    streets = build_streets(net, behaviour)
    return estimate(streets, load(streets, traffic, 0, end_s, speed_spread=spread), the_plan, end_s)


def one_signal(length_m=500.0):
    return network({"in": length_m, "out": 100.0}, [("in", "out")], {("in", "out"): ("J", 0)})


@pytest.mark.parametrize("gap_s", [12.0, 8.0, 5.0])
def test_even_arrivals_wait_as_the_closed_form_says(gap_s):
    # D/D/1 with a red of 31 s in 61 s: 61 and the gaps have no common rhythm, so arrivals see every second alike.
    depart = np.arange(0, 61 * 4 * gap_s, gap_s)
    found = run(one_signal(), vehicles(depart, [("in", "out")]), plan(junction_plan("J", 61, {"g0": (0, 30)})))
    exact = uniform_delay(np.array([1 / gap_s]), np.array([1 / HEADWAY_S]), np.array([30.0]), 61.0)[0]
    # The fluid of the formula leaves evenly from the start of green on, whole vehicles up to half a headway earlier.
    assert 0 <= exact - found.mean_delay_s <= HEADWAY_S / 2


def test_queue_above_capacity_grows_by_what_cannot_be_served():
    # Green of 30 s lets 15 vehicles pass, 20 arrive: those of the end wait for what could not be served before them.
    found = run(
        one_signal(5000.0),
        vehicles(np.arange(0, 1800, 3.0), [("in", "out")]),
        plan(junction_plan("J", 60, {"g0": (0, 30)})),
    )
    overflow_s = 900 * (1 / 3 - 15 / 60) / (15 / 60)  # mean over the arrivals
    assert overflow_s <= found.mean_delay_s <= overflow_s + 30 / 2  # and up to half a red on top


def test_nothing_is_lost_on_an_empty_street():
    net = network({"in": 500.0, "out": 100.0}, [("in", "out")])
    found = run(net, vehicles([0, 60, 120], [("in", "out")]), plan())
    assert found.delay_s == pytest.approx(0, abs=0.2)
    assert found.stops.sum() == found.unserved == found.unfinished == 0


def test_a_street_that_never_gets_green_keeps_everybody():
    never = plan(junction_plan("J", 60, {"g0": (0, 30)}, "r"))
    found = run(one_signal(75.0), vehicles(np.arange(0, 100, 5.0), [("in", "out")]), never, 600)
    assert found.unfinished == 10  # 75 m hold ten vehicles of 7.5 m
    assert found.unserved == 10
    free_s = 7.5
    expected = np.mean([600 - depart - (free_s if depart < 50 else 0) for depart in range(0, 100, 5)])
    assert found.mean_delay_s == pytest.approx(expected, abs=0.5)


def ring():
    """Four streets in a circle, each with a way in and out; who comes in goes before who is in the ring."""
    lengths = {f"{name}{k}": m for name, m in (("in", 200.0), ("r", 40.0), ("out", 100.0)) for k in range(4)}
    turns = [(f"r{k}", f"r{(k + 1) % 4}") for k in range(4)]
    turns += [(f"r{k}", f"out{k}") for k in range(4)] + [(f"in{k}", f"r{k}") for k in range(4)]
    return network(lengths, turns)


def ring_traffic(gap_s, rounds_of, seconds=1200):
    ways = [[f"r{(k + step) % 4}" for step in range(rounds_of)] for k in range(4)]
    routes = [(f"in{k}", *ways[k], f"out{(k + rounds_of - 1) % 4}") for k in range(4)]
    depart = np.repeat(np.arange(0, seconds, gap_s), 4)
    return vehicles(depart, routes, np.arange(depart.size) % 4)


def test_a_ring_that_fills_locks_and_stays_locked():
    # Nobody wants out before 100 streets: once every street of the ring is full, no vehicle can move ever again.
    early, late = (run(ring(), ring_traffic(4.0, 100), plan(), end_s) for end_s in (1200, 2400))
    assert early.stops.tolist() == late.stops.tolist()
    standing = (late.delay_s - early.delay_s)[:40]
    assert standing == pytest.approx(1200, abs=0.2)


def test_the_same_ring_lets_everybody_through_when_few_come():
    found = run(ring(), ring_traffic(40.0, 7), plan(), 2400)
    assert found.unfinished == found.unserved == 0
    assert found.mean_delay_s < 15


def test_a_permitted_turn_waits_for_gaps_and_a_protected_one_does_not():
    turns = [("left", "out"), ("main", "end")]
    net = network(
        {"left": 300.0, "main": 300.0, "out": 100.0, "end": 100.0}, turns,
        {turns[0]: ("J", 0), turns[1]: ("J", 1)}, {turns[0]: [turns[1]]},
    )  # fmt: skip
    traffic = vehicles(np.repeat(np.arange(0, 1800, 5.0), 2), [("left", "out"), ("main", "end")], np.tile([0, 1], 360))
    green = {"g0": (0, 30), "g1": (0, 30)}
    waits = {display: run(net, traffic, plan(junction_plan("J", 60, green, display))).mean_delay_s for display in "Gg"}
    assert waits["g"] > waits["G"] + 2


@pytest.mark.parametrize("seed", range(4))
def test_equal_to_the_slow_twin_vehicle_for_vehicle(seed):
    # Two side streets meet an arterial of three signals with short blocks that spill back; one branch leaves it.
    lengths = {"a": 120.0, "b": 45.0, "c": 60.0, "d": 90.0, "s": 70.0, "t": 35.0, "x": 50.0, "end": 80.0, "off": 60.0}
    turns = [("a", "b"), ("s", "b"), ("b", "c"), ("t", "c"), ("c", "d"), ("c", "x"), ("d", "end"), ("x", "off")]
    lamps = {("a", "b"): ("J", 0), ("s", "b"): ("J", 1), ("b", "c"): ("K", 0), ("t", "c"): ("K", 1)}
    lamps |= {("c", "d"): ("L", 0), ("c", "x"): ("L", 1)}
    net = network(lengths, turns, lamps)
    random = np.random.default_rng(seed)
    routes = [
        ("a", "b", "c", "d", "end"),
        ("s", "b", "c", "x", "off"),
        ("t", "c", "d", "end"),
        ("a", "b", "c", "x", "off"),
    ]
    depart = np.sort(random.uniform(0, 900, 420))
    traffic = vehicles(depart, routes, random.integers(0, 4, depart.size), 7.0)
    cycle_s = int(random.integers(30, 70))
    the_plan = plan(
        *(
            junction_plan(name, cycle_s, {"g0": (0, cycle_s // 2), "g1": (cycle_s // 2 + 3, cycle_s // 2 - 6)},
                          offset_s=int(random.integers(0, cycle_s)))
            for name in "JKL"
        )
    )  # fmt: skip
    streets = build_streets(net, Behaviour())
    loaded = load(streets, traffic, 0, 1500, seed=seed)
    found = estimate(streets, loaded, the_plan, 1500)
    town = simulate_tick_by_tick(streets, loaded, the_plan, 1500 * TICKS_PER_S)
    assert found.delay_s.tolist() == pytest.approx([car.loss / TICKS_PER_S for car in town.cars], abs=1e-9)
    assert town.seen["spillback"] > 0
    assert found.mean_delay_s > 20  # there was something to compare


def test_every_vehicle_is_somewhere_and_turns_add_up():
    lengths = {"a": 120.0, "b": 45.0, "end": 100.0}
    net = network(lengths, [("a", "b"), ("b", "end")], {("a", "b"): ("J", 0), ("b", "end"): ("K", 0)})
    traffic = vehicles(np.arange(0, 600, 2.5), [("a", "b", "end")])
    found = run(
        net, traffic, plan(junction_plan("J", 60, {"g0": (0, 40)}), junction_plan("K", 60, {"g0": (30, 20)})), 500
    )
    assert found.delay_s.size == 200  # those that leave in the period
    assert (found.delay_s >= -0.2).all()
    first, second = found.turn_vehicles
    assert first == 200 - found.unserved
    at_b = first - second  # made the first turn or wait for it, but not for the second
    assert 0 <= at_b <= found.unfinished
