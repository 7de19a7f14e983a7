"""Who gains and who loses: movements before and after."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .data import MovementRow

# Changes smaller than this are called even: they are within what a new set of seeds would move.
EVEN_S = 1.0
LARGE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How much traffic waits longer, shorter or about as long as under the running plan."""

    losing: int
    losing_veh_h: float
    gaining: int
    gaining_veh_h: float
    even: int
    even_veh_h: float


def change_s(row: MovementRow) -> float:
    """Return the change in delay per vehicle; nan where either side was not measured."""
    return row.plan_delay_s - row.running_delay_s


def total_change_min_h(row: MovementRow) -> float:
    """Return the change of all the movement's vehicles together: minutes of waiting per hour."""
    return row.flow_veh_h * change_s(row) / 60


def verdict_class(change: float) -> str:
    """Return the class of a change for colours: loss-2, loss-1, even, gain-1, gain-2, or unknown."""
    if not math.isfinite(change):
        return "unknown"
    if abs(change) < EVEN_S:
        return "even"
    size = 2 if abs(change) >= LARGE_S else 1
    return f"loss-{size}" if change > 0 else f"gain-{size}"


def by_loss(rows: Iterable[MovementRow]) -> list[MovementRow]:
    """Return measured movements, the greatest loss of all vehicles together first."""
    return sorted(rows, key=lambda row: -total_change_min_h(row))


def balance(rows: Sequence[MovementRow]) -> Balance:
    """Return how many measured movements and vehicles lose, gain, or neither."""
    losing = [row.flow_veh_h for row in rows if change_s(row) >= EVEN_S]
    gaining = [row.flow_veh_h for row in rows if change_s(row) <= -EVEN_S]
    even = [row.flow_veh_h for row in rows if abs(change_s(row)) < EVEN_S]
    return Balance(
        losing=len(losing),
        losing_veh_h=sum(losing),
        gaining=len(gaining),
        gaining_veh_h=sum(gaining),
        even=len(even),
        even_veh_h=sum(even),
    )
