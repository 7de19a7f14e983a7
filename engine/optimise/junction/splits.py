"""Splits of one junction at a given cycle, by CP-SAT, with the bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, gcd

import numpy as np
from ortools.sat.python import cp_model

from ....kernels.delay import hcm_delay
from ....networks.limits import LONGEST_CYCLE_S
from .hull import lower_hull
from .skeleton import AtLeast, Skeleton
from .streams import FULL_WEIGHT, Stream

# Costs are whole thousandths of a vehicle-second per second.
COST_SCALE = 1000
# A stream that is left with no green has the delay of a tenth of a second, which is finite and terrible.
LEAST_GREEN_TENTHS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The best interval lengths found for a junction at a cycle.

    `cost` is the sum over the lanes of flow times delay [veh s / s]; no plan of these stages at this cycle costs less
    than `bound` under the same formula. `status` is CP-SAT's: OPTIMAL is proven, FEASIBLE is not.
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

    The delay of a lane is uniform plus incremental delay (Highway Capacity Manual 2000, equations 16-11 and 16-12)
    at the green that its intervals are worth; a permitted interval is worth the share that gaps let through.
    """
    model = cp_model.CpModel()
    lengths = _lengths(model, skeleton, cycle_s)
    if lengths is None:
        return None
    for limit in skeleton.limits:
        _keep(model, limit, skeleton, lengths)
    costs = [_cost(model, stream, skeleton, lengths, cycle_s, period_h) for stream in streams]
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.cp_model_presolve = False  # takes two to five times as long as it saves on so small a model
    solver.parameters.max_deterministic_time = 4.0 * effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = tuple(
        float(solver.value(lengths[k])) if fixed is None else float(fixed) for k, fixed in enumerate(skeleton.fixed_s)
    )
    cost = cost_of(skeleton, streams, chosen, period_h)
    return Splits(
        cycle_s=cycle_s,
        lengths_s=chosen,
        cost=cost,
        bound=min(cost, (solver.best_objective_bound - len(streams)) / COST_SCALE),
        status=solver.status_name(status),
    )


def shortest_cycle_s(skeleton: Skeleton) -> int | None:
    """Return the shortest cycle of whole seconds that keeps every limit of these stages, None where none does."""
    model = cp_model.CpModel()
    lengths = {k: model.new_int_var(1, LONGEST_CYCLE_S, f"length{k}") for k in skeleton.free}
    for limit in skeleton.limits:
        _keep(model, limit, skeleton, lengths)
    model.minimize(sum(lengths.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return ceil(round(solver.objective_value + skeleton.lost_s, 3))


Lengths = dict[int, cp_model.IntVar]


def _lengths(model: cp_model.CpModel, skeleton: Skeleton, cycle_s: int) -> Lengths | None:
    """Return the lengths of the intervals that may vary, which fill the cycle; the fixed ones last whole seconds."""
    spare = cycle_s - skeleton.lost_s
    if spare < len(skeleton.free) or not skeleton.free:
        return None
    lengths = {k: model.new_int_var(1, cycle_s, f"length{k}") for k in skeleton.free}
    model.add(sum(lengths.values()) == round(spare))
    return lengths


def _keep(model: cp_model.CpModel, limit: AtLeast, skeleton: Skeleton, lengths: Lengths) -> None:
    """Demand that intervals last long enough in all; what fixed ones take off is exact to the millisecond."""
    left_s = limit.seconds - sum(skeleton.fixed_s[k] or 0.0 for k in limit.intervals)
    model.add(sum(lengths[k] for k in limit.intervals if k in lengths) >= ceil(round(left_s, 3)))


def _cost(
    model: cp_model.CpModel, stream: Stream, skeleton: Skeleton, lengths: Lengths, cycle_s: int, period_h: float
) -> cp_model.IntVar:
    """Return a variable that is at least the stream's cost at the green its intervals are worth.

    The cost falls ever more slowly with the green, so the straight lines through its points hold it up from below;
    where rounding bends it the other way, the lines of its convex hull do, and the bound stays true. The points are
    those that whole seconds can reach: between them, the lines would lie above the cost.
    """
    table = cost_table(stream, cycle_s, period_h)
    cost = model.new_int_var(0, max(table), f"cost_{stream.lane}")
    always = _always_tenths(stream, skeleton)
    worth = sum(stream.weights[k] * length for k, length in lengths.items()) + always
    step = gcd(*(stream.weights[k] for k in lengths)) or len(table)
    corners = lower_hull([(k, table[k]) for k in range(always, len(table), step)])
    if len(corners) == 1:
        model.add(cost >= corners[0][1])
    for (x0, y0), (x1, y1) in pairwise(corners):
        model.add((x1 - x0) * (cost - y0) >= (y1 - y0) * (worth - x0))
    return cost


def _always_tenths(stream: Stream, skeleton: Skeleton) -> int:
    """Return the green that a stream has whatever the lengths: at ends of greens and in fixed intervals, rounded up."""
    fixed = sum(
        weight * length for weight, length in zip(stream.weights, skeleton.fixed_s, strict=True) if length is not None
    )
    return stream.bonus_tenths + ceil(round(fixed, 3))


def cost_of(skeleton: Skeleton, streams: Sequence[Stream], lengths_s: Sequence[float], period_h: float) -> float:
    """Return the cost of given interval lengths, by the formulas and without the rounding to tables."""
    cycle_s = sum(lengths_s)
    green = np.array([_worth_s(stream, lengths_s, cycle_s) for stream in streams])
    flow = np.array([stream.flow_veh_h / 3600 for stream in streams])
    saturation = np.array([stream.saturation_veh_h / 3600 for stream in streams])
    return float(np.sum(flow * hcm_delay(flow, saturation, green, float(cycle_s), period_h))) if streams else 0.0


def saturation_of(stream: Stream, lengths_s: Sequence[float]) -> float:
    """Return the degree of saturation of a lane: its flow over what the greens of these lengths let through."""
    cycle_s = sum(lengths_s)
    return stream.flow_veh_h * cycle_s / (stream.saturation_veh_h * _worth_s(stream, lengths_s, cycle_s))


def _worth_s(stream: Stream, lengths_s: Sequence[float], cycle_s: float) -> float:
    tenths = sum(weight * length for weight, length in zip(stream.weights, lengths_s, strict=True))
    return min(max(tenths + stream.bonus_tenths, LEAST_GREEN_TENTHS) / FULL_WEIGHT, cycle_s - 0.01)


def cost_table(stream: Stream, cycle_s: int, period_h: float) -> list[int]:
    """Return flow times delay for each tenth of a second of green that a stream can be worth, in thousandths."""
    tenths = np.maximum(np.arange(FULL_WEIGHT * cycle_s + stream.bonus_tenths + 1), LEAST_GREEN_TENTHS)
    green = np.minimum(tenths / FULL_WEIGHT, cycle_s - 0.01)
    flow = np.full(green.size, stream.flow_veh_h / 3600)
    saturation = np.full(green.size, stream.saturation_veh_h / 3600)
    delay = hcm_delay(flow, saturation, green, float(cycle_s), period_h)
    return [int(value) for value in np.rint(flow * delay * COST_SCALE)]
