"""Splits of one junction at a given cycle, by CP-SAT, with the bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from ...kernels.delay import hcm_delay
from .skeleton import Skeleton
from .streams import FULL_WEIGHT, Stream

# Costs are whole thousandths of a vehicle-second per second.
COST_SCALE = 1000
# The first tenth of a second of green that a stream may be left with: its delay is finite and terrible.
LEAST_GREEN_TENTHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The best interval lengths found for a junction at a cycle.

    `cost` is the sum over the lanes of flow times delay [veh s / s]; no plan of these stages at this cycle costs less
    than `bound` under the same formula. `status` is CP-SAT's word: OPTIMAL is proven, FEASIBLE is not.
    """

    cycle_s: int
    lengths_s: tuple[float, ...]
    cost: float
    bound: float
    status: str


def best_splits(
    skeleton: Skeleton, streams: Sequence[Stream], cycle_s: int, period_h: float, effort: float = 1.0
) -> Splits | None:
    """Return the splits of least delay at a cycle, or None where the limits leave no plan at that cycle.

    The delay of a lane is uniform plus incremental delay (Highway Capacity Manual 2010, equations 18-20 and 18-45)
    at the green that its intervals are worth; a permitted interval is worth the share that gaps let through.
    """
    model = cp_model.CpModel()
    lengths = _lengths(model, skeleton, cycle_s)
    if lengths is None:
        return None
    for limit in skeleton.limits:
        model.add(sum(lengths[k] for k in limit.intervals) >= int(np.ceil(limit.seconds)))
    costs = [_cost(model, stream, lengths, cycle_s, period_h) for stream in streams]
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 4.0 * effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = tuple(
        float(solver.value(length)) if skeleton.fixed_s[k] is None else float(skeleton.fixed_s[k] or 0.0)
        for k, length in enumerate(lengths)
    )
    cost = cost_of(skeleton, streams, chosen, period_h)
    return Splits(
        cycle_s=cycle_s,
        lengths_s=chosen,
        cost=cost,
        bound=min(cost, (solver.best_objective_bound - len(streams)) / COST_SCALE),
        status=solver.status_name(status),
    )


def _lengths(model: cp_model.CpModel, skeleton: Skeleton, cycle_s: int) -> list[cp_model.LinearExprT] | None:
    """Return the interval lengths as variables that fill the cycle; fixed blocks last whole seconds in all."""
    spare = cycle_s - skeleton.lost_s
    if spare < len(skeleton.free) or not skeleton.free:
        return None
    lengths: list[cp_model.LinearExprT] = [
        model.new_int_var(1, cycle_s, f"length{k}") if fixed is None else int(np.floor(fixed))
        for k, fixed in enumerate(skeleton.fixed_s)
    ]
    model.add(sum(lengths[k] for k in skeleton.free) == round(spare))
    return lengths


def _cost(
    model: cp_model.CpModel, stream: Stream, lengths: Sequence[cp_model.LinearExprT], cycle_s: int, period_h: float
) -> cp_model.IntVar:
    """Return a variable that is at least the stream's cost at the green its intervals are worth.

    The cost falls ever more slowly with the green, so the straight lines through its points, a second apart, hold it
    up from below; where rounding bends it the other way, the lines of its convex hull do, and the bound stays true.
    """
    table = cost_table(stream, cycle_s, period_h)
    cost = model.new_int_var(0, max(table), f"cost_{stream.lane}")
    worth = sum(weight * lengths[k] for k, weight in enumerate(stream.weights) if weight) + stream.bonus_tenths
    for (x0, y0), (x1, y1) in pairwise(lower_hull(table)):
        model.add((x1 - x0) * (cost - y0) >= (y1 - y0) * (worth - x0))
    return cost


def lower_hull(table: Sequence[int]) -> list[tuple[int, int]]:
    """Return the corners of the lower convex hull of the points (k, table[k]) at whole seconds."""
    corners: list[tuple[int, int]] = []
    for point in [(k, table[k]) for k in range(0, len(table), FULL_WEIGHT)]:
        while len(corners) > 1 and _turns_down(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    return corners


def _turns_down(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])


def cost_of(skeleton: Skeleton, streams: Sequence[Stream], lengths_s: Sequence[float], period_h: float) -> float:
    """Return the cost of given interval lengths, by the formulas and without the rounding to tables."""
    cycle_s = sum(lengths_s)
    green = np.array([_worth_s(stream, lengths_s, cycle_s) for stream in streams])
    flow = np.array([stream.flow_veh_h / 3600 for stream in streams])
    saturation = np.array([stream.saturation_veh_h / 3600 for stream in streams])
    return float(np.sum(flow * hcm_delay(flow, saturation, green, float(cycle_s), period_h))) if streams else 0.0


def _worth_s(stream: Stream, lengths_s: Sequence[float], cycle_s: float) -> float:
    tenths = sum(weight * length for weight, length in zip(stream.weights, lengths_s, strict=True))
    return min(max(tenths + stream.bonus_tenths, LEAST_GREEN_TENTHS) / FULL_WEIGHT, cycle_s - 0.01)


def cost_table(stream: Stream, cycle_s: int, period_h: float) -> list[int]:
    """Return flow times delay for each tenth of a second of green from 0 to the cycle, in thousandths."""
    tenths = np.maximum(np.arange(FULL_WEIGHT * cycle_s + 1), LEAST_GREEN_TENTHS)
    green = np.minimum(tenths / FULL_WEIGHT, cycle_s - 0.01)
    flow = np.full(green.size, stream.flow_veh_h / 3600)
    saturation = np.full(green.size, stream.saturation_veh_h / 3600)
    delay = hcm_delay(flow, saturation, green, float(cycle_s), period_h)
    return [int(value) for value in np.rint(flow * delay * COST_SCALE)]
