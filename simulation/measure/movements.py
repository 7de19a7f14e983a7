"""Where the delay arises: per junction and movement, from the seconds at which vehicles crossed the stop lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...networks.network import Connection, Network
from ...networks.types import JunctionTurn
from .trips import Journey

Way = tuple[str, str]  # from an edge to the next


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovementDelays:
    """Delay by movement; `turns` has (junction, approach edge, exit edge) in sorted order, the arrays shape (M,).

    `crossed` vehicles passed the stop line, `waiting` ones were on their way to it at the end. `delay_s` is the sum
    over both. `elsewhere_s` arose after the last signal or on ways without any, `entry_s` outside the network, by
    vehicles that never got in. All of it together is the delay of all trips.
    """

    turns: tuple[JunctionTurn, ...]
    crossed: NDArray[np.int64]
    waiting: NDArray[np.int64]
    delay_s: NDArray[np.float64]
    elsewhere_s: float
    entry_s: float

    @property
    def mean_delay_s(self) -> NDArray[np.float64]:
        """Delay per vehicle of each movement, those that still waited included; 0 where nobody came."""
        vehicles = self.crossed + self.waiting
        return self.delay_s / np.maximum(vehicles, 1)


def movement_delays(journeys: Iterable[Journey], network: Network, entry_s: float = 0.0) -> MovementDelays:
    """Return the delay of each movement through a signal.

    A vehicle's delay at a signal is the time from leaving the signal before (or its planned departure) until it
    crosses the stop line, less the time that the same stretch takes undisturbed. The undisturbed time of its whole
    way so far is what SUMO's own account leaves of the trip (duration - planned stops - time loss: its own desired
    speed is in it); it is spread over edges and junctions in proportion to length over speed limit. So the parts of a
    trip add up to its time loss plus its departure delay. Vehicles with planned stops count as `elsewhere_s`: where
    they stood is not known.
    """
    crossed: dict[JunctionTurn, int] = defaultdict(int)
    waiting: dict[JunctionTurn, int] = defaultdict(int)
    delay_s: dict[JunctionTurn, float] = defaultdict(float)
    elsewhere_s = 0.0
    ways = {(c.from_edge, c.to_edge): c for c in network.connections if c.speed_m_s > 0}
    for journey in journeys:
        rest_s = journey.time_loss_s + journey.depart_delay_s
        for turn, part_s, done in _parts(journey, network, ways):
            delay_s[turn] += part_s
            (crossed if done else waiting)[turn] += 1
            rest_s -= part_s
        elsewhere_s += rest_s
    turns = tuple(sorted(delay_s))
    return MovementDelays(
        turns=turns,
        crossed=np.array([crossed[turn] for turn in turns], dtype=np.int64),
        waiting=np.array([waiting[turn] for turn in turns], dtype=np.int64),
        delay_s=np.array([delay_s[turn] for turn in turns], dtype=np.float64),
        elsewhere_s=elsewhere_s,
        entry_s=entry_s,
    )


def _parts(
    journey: Journey, network: Network, ways: dict[Way, Connection]
) -> Iterable[tuple[JunctionTurn, float, bool]]:
    """Give, for each signal that the vehicle crossed or waits for, its turn, the delay there, and if it crossed."""
    if journey.standing_s > 0 or any(edge not in network.edges for edge in journey.edges):
        return
    edges_s = _nominal_times(journey, network, ways)
    nominal_s = sum(edge_s + way_s for edge_s, way_s in edges_s)
    factor = (journey.duration_s - journey.time_loss_s) / nominal_s if nominal_s > 0 else 0.0
    since_s, free_s = journey.planned_s, 0.0
    turns = zip(journey.edges, journey.edges[1:], journey.exits_s, edges_s, strict=False)
    for from_edge, to_edge, exit_s, (edge_s, way_s) in turns:
        free_s += factor * edge_s
        signal = network.signal_of_turn.get((from_edge, to_edge))
        done = exit_s >= 0
        if signal is not None:
            until_s = exit_s if done else journey.depart_s + journey.duration_s
            yield (signal, from_edge, to_edge), until_s - since_s - free_s, done
            if not done:
                return
            since_s, free_s = exit_s, 0.0
        free_s += factor * way_s


def _nominal_times(journey: Journey, network: Network, ways: dict[Way, Connection]) -> list[tuple[float, float]]:
    """Return length over speed limit [s] of what the vehicle drove of each edge, and of the junction behind it."""
    times, driven_m = [], 0.0
    for place, name in enumerate(journey.edges):
        edge, done = network.edges[name], journey.exits_s[place] >= 0
        start_m, end_m = journey.depart_position_m if place == 0 else 0.0, edge.length_m
        if not done:
            end_m = min(end_m, start_m + max(journey.driven_m - driven_m, 0.0))
        elif journey.arrived and place == len(journey.edges) - 1:
            end_m = journey.arrival_position_m
        length_m = max(end_m - start_m, 0.0)
        driven_m += length_m
        following = journey.edges[place + 1 : place + 2]
        way = ways.get((name, following[0])) if done and following else None
        driven_m += way.length_m if way else 0.0
        times.append((length_m / edge.speed_m_s, way.length_m / way.speed_m_s if way else 0.0))
    return times
