"""Queues, spillback and stops by movement, approach and junction, from what vehicles did in the queue model."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...kernels.queue import OUTSIDE
from .log import Log
from .queue_traffic import Traffic
from .standing import DM_PER_M, Legs, QueueStanding
from .streets import TICKS_PER_S, Streets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Queues:
    """Where traffic stands; movements and junctions are those with signals, approaches all streets.

    `elsewhere_stops` were made at stop lines without a signal. `never_inserted` are the vehicles that count and never
    got in, by the edge on which they wait to enter. Vehicles of the warm-up count in queues once the period has begun.
    """

    movements: QueueStanding
    approaches: QueueStanding
    junctions: QueueStanding
    longest_lane_m: NDArray[np.float64]  # largest queue on any one lane of each approach
    elsewhere_stops: int
    never_inserted: dict[str, int]


def queues(streets: Streets, traffic: Traffic, log: Log) -> Queues:
    """Return the figures of a run from the end of the warm-up on."""
    legs = Legs(streets, log, (round((traffic.counted_from_s - traffic.begin_s) * TICKS_PER_S), log.end))
    of_turn, of_edge, edge_of_turn, edge_of_lane = _places(streets)
    junctions = (*(junction.id for junction in streets.network.junctions), "")
    hold_turn = _looked_up(streets.tables.ways["turn"], log.holds["way"])
    hold_edge = _looked_up(edge_of_lane, log.holds["by"])
    approaches = legs.standing(
        [(junctions[of_edge[place]], edge) for place, edge in enumerate(streets.edges)],
        edge_of_turn[legs.turn],
        hold_edge,
    )
    return Queues(
        movements=legs.standing(
            [(junctions[of_turn[place]], *turn) for place, turn in enumerate(streets.turns)],
            np.where(of_turn[legs.turn] >= 0, legs.turn, -1),
            np.where(_looked_up(of_turn, hold_turn) >= 0, hold_turn, -1),
        ),
        approaches=approaches,
        junctions=legs.standing(
            [(junction,) for junction in junctions[:-1]], of_turn[legs.turn], _looked_up(of_edge, hold_edge)
        ),
        longest_lane_m=_longest_lanes_m(streets, legs, edge_of_lane, approaches),
        elsewhere_stops=int((legs.stopped & (of_turn[legs.turn] < 0)).sum()),
        never_inserted=_never_inserted(streets, traffic, log),
    )


def _places(streets: Streets) -> tuple[NDArray[np.int64], ...]:
    """Return the junction of each turn and of each edge, -1 without signal, and the edge of each turn and lane.

    The edge of a place within a junction is -1.
    """
    places = {junction.id: place for place, junction in enumerate(streets.network.junctions)}
    names = [streets.network.signal_of_turn.get(turn) for turn in streets.turns]
    of_turn = np.array([-1 if name is None else places[name] for name in names], dtype=np.int64)
    edge_of_turn = np.array([streets.edge_index[edge] for edge, _ in streets.turns], dtype=np.int64)
    of_edge = np.full(len(streets.edges), -1, dtype=np.int64)
    of_edge[edge_of_turn[of_turn >= 0]] = of_turn[of_turn >= 0]
    edge_of_lane = np.full(streets.tables.lanes.size, -1, dtype=np.int64)
    lanes = streets.tables.edges["lanes"]
    edge_of_lane[: lanes.sum()] = np.repeat(np.arange(lanes.size), lanes)
    return of_turn, of_edge, edge_of_turn, edge_of_lane


def _looked_up(table: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the table's values at some places, -1 where the place is -1."""
    return np.append(table, -1)[places]


def _longest_lanes_m(
    streets: Streets, legs: Legs, edge_of_lane: NDArray[np.int64], approaches: QueueStanding
) -> NDArray[np.float64]:
    _, most_dm = legs.queue(legs.lane, legs.space, streets.tables.lanes.size)
    street = edge_of_lane >= 0
    longest_dm = np.zeros(len(streets.edges), dtype=np.int64)
    np.maximum.at(longest_dm, edge_of_lane[street], most_dm[street])
    places = [streets.edge_index[edge] for _, edge in approaches.names]
    return longest_dm[places] / DM_PER_M


def _never_inserted(streets: Streets, traffic: Traffic, log: Log) -> dict[str, int]:
    outside = log.vehicles[(log.vehicles["phase"] == OUTSIDE) & (log.vehicles["counted"] > 0)]
    edges = traffic.tables.places["edge"][outside["start"]]
    return {streets.edges[place]: number for place, number in sorted(Counter(edges.tolist()).items())}
