"""Traffic demand as a value: how many vehicles make each turn, interval by interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .types import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFlow:
    """The flow from an edge to the next, one value per interval: the mean, and the bounds that hold on 8 days of 10."""

    from_edge: str
    to_edge: str
    flow_veh_h: tuple[float, ...]
    q10_veh_h: tuple[float, ...]
    q90_veh_h: tuple[float, ...]

    @property
    def turn(self) -> Turn:
        """The two edges."""
        return self.from_edge, self.to_edge

    @property
    def mean_veh_h(self) -> float:
        """The flow over the whole period."""
        return sum(self.flow_veh_h) / len(self.flow_veh_h)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeFlow:
    """The flow of the trips that start, or of those that end, on an edge; one value per interval."""

    edge: str
    flow_veh_h: tuple[float, ...]

    @property
    def mean_veh_h(self) -> float:
        """The flow over the whole period."""
        return sum(self.flow_veh_h) / len(self.flow_veh_h)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """The turns that vehicles make between two seconds after midnight, and the edges where trips start and end.

    On each edge, turns into it + source = turns out of it + sink over the whole period; in one interval they differ by
    the vehicles under way. Edges without an entry in `sources` or `sinks` have none. `bunching` tells how unevenly
    vehicles enter: the variance of entering vehicles in a short time over their mean, 1 for Poisson arrivals. The flows
    are means over days that may come, or with `one_day` those of a single day, in which chance has had its say.
    `vehicle_length_m` is the mean length of vehicles where loops told it, None where SUMO's usual car stands for all.
    """

    begin_s: int
    end_s: int
    interval_s: int
    turns: tuple[TurnFlow, ...]
    sources: tuple[EdgeFlow, ...]
    sinks: tuple[EdgeFlow, ...]
    bunching: float = 1.0
    one_day: bool = False
    vehicle_length_m: float | None = None

    @property
    def intervals(self) -> int:
        """How many intervals the period has."""
        return (self.end_s - self.begin_s) // self.interval_s

    @cached_property
    def by_turn(self) -> dict[Turn, TurnFlow]:
        """The turn flows by (from_edge, to_edge)."""
        return {flow.turn: flow for flow in self.turns}

    @cached_property
    def flow_veh_h(self) -> dict[Turn, float]:
        """The mean flow of each turn over the period: what an optimiser asks for."""
        return {flow.turn: flow.mean_veh_h for flow in self.turns}

    @cached_property
    def vehicles(self) -> float:
        """Trips that start in the period."""
        return sum(flow.mean_veh_h for flow in self.sources) * (self.end_s - self.begin_s) / 3600

    def at(self, interval: int) -> dict[Turn, float]:
        """Return the flow of each turn in one interval. [veh/h]"""
        return {flow.turn: flow.flow_veh_h[interval] for flow in self.turns}

    def quantile_veh_h(self, share: float) -> dict[Turn, float]:
        """Return each turn's mean flow on a day as busy as the share 0.1, 0.5 or 0.9 asks; 0.5 gives the mean."""
        if share not in (0.1, 0.5, 0.9):
            raise ValueError(f"quantile {share}: only 0.1, 0.5 and 0.9 are kept")
        if share == 0.5:
            return dict(self.flow_veh_h)
        values = {f.turn: f.q10_veh_h if share == 0.1 else f.q90_veh_h for f in self.turns}
        return {turn: sum(flows) / len(flows) for turn, flows in values.items()}
