"""Delay by movement and by junction under two plans, over all seeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ...networks.types import JunctionTurn
from ...simulation.run import Run

Booked = Mapping[JunctionTurn, tuple[int, float]]  # of one run: vehicles and summed delay [s] of each turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A movement (or with `from_edge` and `to_edge` empty, a junction) under both plans.

    Vehicles are means over the seeds, delays per vehicle are medians over the seeds in which anybody came: one
    gridlocked seed would drown a mean. None where nobody came.
    """

    junction: str
    from_edge: str
    to_edge: str
    vehicles_plan: float
    vehicles_running: float
    delay_plan_s: float | None
    delay_running_s: float | None

    @property
    def loss_s(self) -> float | None:
        """How much more delay per vehicle there is under the plan than under the running one."""
        if self.delay_plan_s is None or self.delay_running_s is None:
            return None
        return self.delay_plan_s - self.delay_running_s


@dataclass(frozen=True, slots=True)
class _Side:
    """One plan: for each turn, vehicles and delay per vehicle, a value for each seed in which anybody came."""

    seeds: int
    vehicles: dict[JunctionTurn, list[int]]
    delays_s: dict[JunctionTurn, list[float]]

    def mean_vehicles(self, turn: JunctionTurn) -> float:
        return sum(self.vehicles.get(turn, ())) / max(self.seeds, 1)

    def median_delay_s(self, turn: JunctionTurn) -> float | None:
        delays_s = self.delays_s.get(turn)
        return median(delays_s) if delays_s else None


def movement_rows(plan: Sequence[Run], running: Sequence[Run]) -> tuple[Row, ...]:
    """Return every movement through a signal that anybody made, in the order of their names."""
    return turn_rows([_of_movements(run) for run in plan], [_of_movements(run) for run in running])


def junction_rows(plan: Sequence[Run], running: Sequence[Run]) -> tuple[Row, ...]:
    """Return every signal that anybody passed, in the order of their names."""
    return turn_rows(
        [by_junction(_of_movements(run)) for run in plan], [by_junction(_of_movements(run)) for run in running]
    )


def turn_rows(plan: Sequence[Booked], running: Sequence[Booked]) -> tuple[Row, ...]:
    """Return a row for every turn that anybody made in some run, SUMO's or the queue model's."""
    return _rows(_side(plan), _side(running))


def by_junction(booked: Booked) -> dict[JunctionTurn, tuple[int, float]]:
    """Return what was booked at each junction, whose name comes with two empty edges."""
    found: dict[JunctionTurn, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for (junction, _, _), (vehicles, delay_s) in booked.items():
        so_far = found[(junction, "", "")]
        found[(junction, "", "")] = (so_far[0] + vehicles, so_far[1] + delay_s)
    return dict(found)


def _of_movements(run: Run) -> dict[JunctionTurn, tuple[int, float]]:
    found = run.movements
    vehicles = (found.crossed + found.waiting).tolist()
    return {turn: (n, s) for turn, n, s in zip(found.turns, vehicles, found.delay_s.tolist(), strict=True)}


def _side(runs: Sequence[Booked]) -> _Side:
    vehicles: dict[JunctionTurn, list[int]] = defaultdict(list)
    delays_s: dict[JunctionTurn, list[float]] = defaultdict(list)
    for found in runs:
        for turn, (number, delay_s) in found.items():
            if number > 0:
                vehicles[turn].append(number)
                delays_s[turn].append(delay_s / number)
    return _Side(len(runs), dict(vehicles), dict(delays_s))


def _rows(plan: _Side, running: _Side) -> tuple[Row, ...]:
    return tuple(
        Row(
            junction=turn[0],
            from_edge=turn[1],
            to_edge=turn[2],
            vehicles_plan=plan.mean_vehicles(turn),
            vehicles_running=running.mean_vehicles(turn),
            delay_plan_s=plan.median_delay_s(turn),
            delay_running_s=running.median_delay_s(turn),
        )
        for turn in sorted({*plan.vehicles, *running.vehicles})
    )
