"""The forecast flow of every movement through a signal, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from .prepare import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A movement and its flow over the period: the mean, and the bounds that hold on 8 days of 10. [veh/h]"""

    junction: str
    from_edge: str
    to_edge: str
    flow_veh_h: float
    q10_veh_h: float
    q90_veh_h: float


def flow_rows(prepared: Prepared) -> tuple[FlowRow, ...]:
    """Return every movement of every junction, in the network's order; one that nobody makes has 0."""
    demand = prepared.demand
    q10, q90 = demand.quantile_veh_h(0.1), demand.quantile_veh_h(0.9)
    return tuple(
        FlowRow(
            junction=junction.id,
            from_edge=movement.from_edge,
            to_edge=movement.to_edge,
            flow_veh_h=demand.flow_veh_h.get(turn, 0.0),
            q10_veh_h=q10.get(turn, 0.0),
            q90_veh_h=q90.get(turn, 0.0),
        )
        for junction in prepared.network.junctions
        for movement in junction.movements
        for turn in [(movement.from_edge, movement.to_edge)]
    )
