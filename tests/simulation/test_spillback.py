"""How long streets are full: by hand, and against a twin that looks at every second."""

from pathlib import Path

import numpy as np
import pytest
from greenband.networks.junction import Lane
from greenband.networks.network import Edge, Network
from greenband.simulation.measure.spillback import spillback_s
from greenband.simulation.measure.trips import Journey


def street(name: str, length_m: float, lanes: int = 1) -> Edge:
    return Edge(
        id=name,
        from_node="a",
        to_node="b",
        lanes=tuple(
            Lane(id=f"{name}_{k}", edge=name, index=k, length_m=length_m, speed_m_s=13.9, vehicles=True)
            for k in range(lanes)
        ),
        shape=(),
    )


def network(*edges: Edge) -> Network:
    return Network(path=Path("x"), edges={e.id: e for e in edges}, connections=(), junctions=(), positions={})


def journey(edges: str, exits_s: tuple[float, ...], depart_s: float = 0.0) -> Journey:
    return Journey(
        id="v",
        planned_s=depart_s,
        depart_s=depart_s,
        depart_delay_s=0,
        depart_position_m=0,
        arrival_position_m=-1,
        duration_s=0,
        driven_m=0,
        time_loss_s=0,
        standing_s=0,
        arrived=False,
        edges=tuple(edges.split()),
        exits_s=exits_s,
    )


def test_a_street_for_four_cars_is_full_while_four_are_on_it():
    streets = network(street("in", 500), street("mid", 30))
    cars = [journey("in mid", (10.0 * k, 100.0 + 10 * k)) for k in range(1, 6)]  # 4 from 40 s, 5 from 50, 3 from 120
    assert spillback_s(cars, streets, 0, 300) == {"mid": 80.0}
    assert spillback_s(cars, streets, 60, 300) == {"mid": 60.0}  # only what lies in the period
    assert spillback_s(cars[:3], streets, 0, 300) == {}


def test_who_never_leaves_counts_to_the_end_and_two_lanes_hold_twice_as_many():
    stuck = [journey("mid", (-1.0,), depart_s=5.0 * k) for k in range(4)]
    assert spillback_s(stuck, network(street("mid", 30)), 0, 100) == {"mid": 85.0}
    assert spillback_s(stuck, network(street("mid", 30, lanes=2)), 0, 100) == {}
    assert spillback_s(stuck, network(street("mid", 14)), 0, 100) == {}  # too short to speak of


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_looking_at_every_second(seed):
    rng = np.random.default_rng(seed)
    streets = network(street("a", 45), street("b", 60, lanes=2), street("c", 20))
    cars = []
    for _ in range(60):
        depart_s, *exits_s = np.sort(rng.integers(0, 200, 4)).astype(float)
        done = int(rng.integers(0, 4))
        cars.append(journey("a b c", (*exits_s[:done], *[-1.0] * (3 - done)), depart_s))
    room = {"a": 6, "b": 16, "c": 20 / 7.5}

    def on(car: Journey, edge: str, second: int) -> bool:
        came = (car.depart_s, *car.exits_s)["abc".index(edge)]
        left = car.exits_s["abc".index(edge)]
        return 0 <= came <= second < (left if left >= 0 else 250)

    begin_s, end_s = 30, 250
    seconds = {
        edge: sum(sum(on(car, edge, t) for car in cars) >= limit for t in range(begin_s, end_s))
        for edge, limit in room.items()
    }
    assert spillback_s(cars, streets, begin_s, end_s) == {edge: s for edge, s in sorted(seconds.items()) if s}
