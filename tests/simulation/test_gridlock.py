"""A jam whose circle closes inside a junction is known by its size; a short queue behind a shut approach is none."""

import pytest
from greenband.networks.sumo.net import read_network
from greenband.simulation.measure.gridlock import stuck_vehicles
from greenband.simulation.measure.trips import Journey

END_S = 3600.0


def standing(name: str, edges: tuple[str, ...], since_s: float) -> Journey:
    """A vehicle on the first of its edges since a time, with the others still before it."""
    return Journey(
        id=name,
        planned_s=since_s,
        depart_s=since_s,
        depart_delay_s=0.0,
        depart_position_m=0.0,
        arrival_position_m=-1.0,
        duration_s=END_S - since_s,
        driven_m=50.0,
        time_loss_s=END_S - since_s,
        standing_s=0.0,
        arrived=False,
        edges=edges,
        exits_s=(-1.0,) * len(edges),
    )


def chain(length: int, since_s: float = 1000.0, vehicles: int = 10) -> list[Journey]:
    """Queues on edges e0, e1, ... in a row; the last wants onto an edge where nothing stands."""
    return [standing(f"{k}.{n}", (f"e{k}", f"e{k + 1}"), since_s + n) for k in range(length) for n in range(vehicles)]


def flowing(vehicles: int) -> list[Journey]:
    return [standing(f"free.{n}", (f"free{n}", "away"), END_S - 20) for n in range(vehicles)]


def test_a_long_row_of_blocked_edges_is_a_jam_though_no_circle_shows():
    assert stuck_vehicles(chain(6), END_S) == 60


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_shut_approach_and_the_queue_behind_it_is_no_gridlock(length):
    assert stuck_vehicles(chain(length), END_S) == 0


def test_a_jam_is_none_while_most_vehicles_flow():
    assert stuck_vehicles([*chain(6), *flowing(500)], END_S) == 0


def test_edges_that_filled_just_now_are_not_blocked():
    assert stuck_vehicles(chain(6, since_s=END_S - 250), END_S) == 0


def queue(edge: str, ahead: str, vehicles: int) -> list[Journey]:
    return [standing(f"{edge}.{n}", (edge, ahead), 1000.0 + n) for n in range(vehicles)]


def test_two_approaches_that_stand_before_free_streets_are_locked_inside_their_signal(crossing):
    """One vehicle each stands on the streets ahead since long: SUMO counts who waits inside the junction there."""
    network = read_network(crossing)
    inside = [standing("a", ("me",), 1100.0), standing("b", ("mn",), 1100.0)]
    stand = [*queue("wm", "me", 9), *queue("sm", "mn", 8), *inside]
    assert stuck_vehicles(stand, END_S, network) == 17
    assert stuck_vehicles([*queue("wm", "me", 9), *inside], END_S, network) == 0  # one approach that is kept shut


def test_approaches_before_full_streets_are_no_lock_inside_their_signal(crossing):
    full = [standing(f"full{n}", ("me",), 900.0) for n in range(30)]
    stand = [*queue("wm", "me", 9), *queue("sm", "me", 8), *full]
    assert stuck_vehicles([*stand, *flowing(500)], END_S, read_network(crossing)) == 0
