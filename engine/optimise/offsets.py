"""Offsets of a network at given splits: proven where the streets form a narrow graph, else CP-SAT with its bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from .elimination import eliminate
from .links import LinkTable

COST_SCALE = 1000
DESCENTS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Offsets:
    """When each signal's first interval starts, modulo the cycle, and what the links then cost.

    `cost` and `bound` are in veh s / s and speak of the tables alone.
    """

    starts_s: dict[str, int]
    cost: float
    bound: float
    status: str


def best_offsets(signals: Sequence[str], tables: Sequence[LinkTable], cycle_s: int, effort: float = 1.0) -> Offsets:
    """Return the offsets of least delay for a common cycle.

    Narrow graphs are solved to the optimum by elimination. Else a local search from several starts gives a plan at
    once, and CP-SAT improves it if it can and gives the bound. Signals that no platoon links to the others get 0.
    """
    folded = _folded(signals, tables, cycle_s)
    exact = eliminate(len(signals), folded, cycle_s)
    if exact is not None:
        cost = _cost(exact, folded, cycle_s)
        return Offsets(starts_s=dict(zip(signals, exact, strict=True)), cost=cost, bound=cost, status="OPTIMAL")
    start = _descend(len(signals), folded, cycle_s)
    status, starts, bound = _solve(len(signals), folded, cycle_s, start, effort)
    cost = _cost(starts, folded, cycle_s)
    return Offsets(
        starts_s={signal: int(value) for signal, value in zip(signals, starts, strict=True)},
        cost=cost,
        bound=min(bound, cost),
        status=status,
    )


Folded = dict[tuple[int, int], np.ndarray]


def _folded(signals: Sequence[str], tables: Sequence[LinkTable], cycle_s: int) -> Folded:
    """Add up the tables of each pair of signals, both ways, as functions of (second's start - first's start)."""
    place = {signal: k for k, signal in enumerate(signals)}
    folded: Folded = {}
    for table in tables:
        a, b = place[table.from_signal], place[table.to_signal]
        values = table.delay if a < b else np.roll(table.delay[::-1], 1)
        pair = (min(a, b), max(a, b))
        folded[pair] = folded.get(pair, np.zeros(cycle_s)) + values
    return folded


def _cost(starts: Sequence[int], folded: Folded, cycle_s: int) -> float:
    return float(sum(table[(starts[b] - starts[a]) % cycle_s] for (a, b), table in folded.items()))


def _descend(count: int, folded: Folded, cycle_s: int) -> list[int]:
    """Return the best of several descents that move one signal at a time to its best offset."""
    generator = np.random.default_rng(1)
    best, best_cost = [0] * count, np.inf
    for attempt in range(DESCENTS):
        starts = [0] * count if attempt == 0 else [int(v) for v in generator.integers(0, cycle_s, count)]
        cost = _descend_from(starts, folded, cycle_s)
        if cost < best_cost - 1e-9:
            best, best_cost = list(starts), cost
    return best


def _descend_from(starts: list[int], folded: Folded, cycle_s: int) -> float:
    cost = _cost(starts, folded, cycle_s)
    while True:
        for k in range(len(starts)):
            around = _around(k, starts, folded, cycle_s)
            if around is not None:
                starts[k] = int(np.argmin(around))
        after = _cost(starts, folded, cycle_s)
        if after >= cost - 1e-9:
            return after
        cost = after


def _around(k: int, starts: Sequence[int], folded: Folded, cycle_s: int) -> np.ndarray | None:
    """Return the cost of a signal's links for each of its starts, the others staying."""
    parts = []
    for (a, b), table in folded.items():
        if b == k:
            parts.append(np.roll(table, starts[a]))
        elif a == k:
            parts.append(np.roll(table[::-1], starts[b] + 1))
    return np.sum(parts, axis=0) if parts else None


def _solve(
    count: int, folded: Folded, cycle_s: int, start: Sequence[int], effort: float
) -> tuple[str, list[int], float]:
    model = cp_model.CpModel()
    starts = [model.new_int_var(0, cycle_s - 1, f"start{k}") for k in range(count)]
    linked = {k for pair in folded for k in pair}
    for k in range(count):
        if k not in linked or k == min(linked):
            model.add(starts[k] == start[k])  # only differences count
    costs = [_link_cost(model, starts[a], starts[b], table, cycle_s) for (a, b), table in sorted(folded.items())]
    for variable, value in zip(starts, start, strict=True):
        model.add_hint(variable, value)
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 2.0 * effort
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "FEASIBLE", list(start), sum(float(table.min()) for table in folded.values())
    found = [solver.value(variable) for variable in starts]
    best = found if _cost(found, folded, cycle_s) < _cost(start, folded, cycle_s) else list(start)
    # Tables were rounded to whole thousandths, each by at most half of one.
    return solver.status_name(status), best, (solver.best_objective_bound - 0.5 * len(folded)) / COST_SCALE


def _link_cost(
    model: cp_model.CpModel, a: cp_model.IntVar, b: cp_model.IntVar, table: np.ndarray, cycle_s: int
) -> cp_model.IntVar:
    values = [int(value) for value in np.rint(table * COST_SCALE)]
    place = model.new_int_var(0, 2 * cycle_s - 2, "")
    model.add(place == b - a + cycle_s - 1)
    cost = model.new_int_var(min(values), max(values), "")
    model.add_element(place, [values[(d - cycle_s + 1) % cycle_s] for d in range(2 * cycle_s - 1)], cost)
    return cost
