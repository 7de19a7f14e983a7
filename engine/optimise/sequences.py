"""The sequence of a junction's greens, free on the circle: start and length of each signal group, by CP-SAT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations

from ortools.sat.python import cp_model

from .hull import lower_hull

# Costs are whole thousandths of a vehicle-second per second.
COST_SCALE = 1000
# Sets of groups that all conflict give the strongest bound, but the ways round them grow as the factorial.
MOST_IN_CLIQUE = 6
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDemand:
    """A signal group with one green a cycle.

    `cost[g]` is what a green of g seconds costs, in thousandths of a veh s / s; empty where nothing is weighed, as
    for pedestrians.
    """

    name: str
    min_green_s: int
    cost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Greens:
    """The best greens found: of each group the second of the cycle at which it starts, and its length.

    No plan under the same limits costs less than `bound`. [veh s / s] `status` is CP-SAT's word.
    """

    cycle_s: int
    start_s: dict[str, int]
    green_s: dict[str, int]
    cost: float
    bound: float
    status: str


def best_greens(
    groups: Sequence[GroupDemand],
    intergreen_s: Mapping[Pair, int],
    cycle_s: int,
    *,
    deterministic_s: float = 10.0,
    below: float | None = None,
) -> Greens | None:
    """Return the greens of least cost at a cycle, in whatever order they come, or None where the limits leave none.

    Parameters
    ----------
    groups : sequence of GroupDemand
        Each with one green a cycle.
    intergreen_s : mapping of (a, b) to int
        For conflicting groups, both ways round: least time from the end of green of `a` to the start of green of `b`.
    cycle_s : int
        Cycle time, whole seconds.
    deterministic_s : float
        CP-SAT's budget, in its own seconds, which do not depend on the machine.
    below : float or None
        Only plans that cost less are of interest. [veh s / s]

    Notes
    -----
    One boolean per conflicting pair says who starts first after second 0 (G. Improta and G. E. Cantarella, Control
    system design for an individual signalized junction, Transportation Research B 18, 1984). Groups that all conflict
    with each other follow one another around the circle: their greens and the shortest way round their intergreens fit
    into the cycle, which bounds the cost long before the order is known.
    """
    model = cp_model.CpModel()
    start = {group.name: model.new_int_var(0, cycle_s - 1, f"start {group.name}") for group in groups}
    green = {group.name: model.new_int_var(group.min_green_s, cycle_s, f"green {group.name}") for group in groups}
    if any(group.min_green_s > cycle_s for group in groups):
        return None
    for a, b in _pairs(intergreen_s):
        _part(model, start, green, a, b, intergreen_s, cycle_s)
    for clique in _cliques([group.name for group in groups], intergreen_s):
        model.add(sum(green[name] for name in clique) <= cycle_s - _shortest_round_s(clique, intergreen_s))
    _fix_rotation(model, start, groups, intergreen_s)
    total = sum(_cost(model, group, green[group.name], cycle_s) for group in groups if group.cost)
    if below is not None:
        model.add(total <= int(below * COST_SCALE))
    model.minimize(total)
    return _solved(model, groups, start, green, cycle_s, deterministic_s)


def _solved(
    model: cp_model.CpModel,
    groups: Sequence[GroupDemand],
    start: Mapping[str, cp_model.IntVar],
    green: Mapping[str, cp_model.IntVar],
    cycle_s: int,
    deterministic_s: float,
) -> Greens | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = deterministic_s
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = {name: int(solver.value(variable)) for name, variable in green.items()}
    return Greens(
        cycle_s=cycle_s,
        start_s={name: int(solver.value(variable)) for name, variable in start.items()},
        green_s=chosen,
        cost=sum(group.cost[chosen[group.name]] for group in groups if group.cost) / COST_SCALE,
        bound=solver.best_objective_bound / COST_SCALE,
        status=solver.status_name(status),
    )


def _pairs(intergreen_s: Mapping[Pair, int]) -> list[Pair]:
    return sorted({(min(pair), max(pair)) for pair in intergreen_s})


def _part(
    model: cp_model.CpModel,
    start: Mapping[str, cp_model.IntVar],
    green: Mapping[str, cp_model.IntVar],
    a: str,
    b: str,
    intergreen_s: Mapping[Pair, int],
    cycle_s: int,
) -> None:
    """Keep the greens of a conflicting pair apart, both ways round the circle."""
    first = model.new_bool_var(f"{a} before {b}")
    for one, other, wraps in ((a, b, first.negated()), (b, a, first)):
        # From the end of `one` to the start of `other`, which comes a cycle later if it starts before it.
        gap = intergreen_s[(one, other)]
        model.add(start[other] + cycle_s * wraps >= start[one] + green[one] + gap)


def _fix_rotation(
    model: cp_model.CpModel,
    start: Mapping[str, cp_model.IntVar],
    groups: Sequence[GroupDemand],
    intergreen_s: Mapping[Pair, int],
) -> None:
    """Let the group with most conflicts start at second 0: the cost does not depend on where the cycle begins."""
    degree = {group.name: sum(group.name == a for a, _ in intergreen_s) for group in groups}
    model.add(start[max(degree, key=lambda name: (degree[name], name))] == 0)


def _cost(model: cp_model.CpModel, group: GroupDemand, green: cp_model.IntVar, cycle_s: int) -> cp_model.IntVar:
    """Return the cost of a group's green: the table's value, held up from below by the table's convex hull."""
    values = group.cost[: cycle_s + 1]
    cost = model.new_int_var(min(values), max(values), f"cost {group.name}")
    model.add_element(green, list(values), cost)
    corners = lower_hull([(g, values[g]) for g in range(group.min_green_s, len(values))])
    for (x0, y0), (x1, y1) in pairwise(corners):
        model.add((x1 - x0) * (cost - y0) >= (y1 - y0) * (green - x0))
    return cost


def _cliques(names: Sequence[str], intergreen_s: Mapping[Pair, int]) -> Iterator[tuple[str, ...]]:
    """Yield the largest sets of groups that all conflict with each other, cut to a size whose rounds can be counted."""
    around = {name: {b for a, b in intergreen_s if a == name} for name in names}
    seen: set[tuple[str, ...]] = set()
    for clique in _maximal((), set(names), set(), around):
        for part in combinations(sorted(clique), min(len(clique), MOST_IN_CLIQUE)):
            if len(part) > 1 and part not in seen:
                seen.add(part)
                yield part


def _maximal(
    chosen: tuple[str, ...], left: set[str], done: set[str], around: Mapping[str, set[str]]
) -> Iterator[tuple[str, ...]]:
    """Yield maximal cliques (C. Bron and J. Kerbosch, Algorithm 457, Communications of the ACM 16, 1973)."""
    if not left and not done:
        yield chosen
        return
    pivot = max(sorted(left | done), key=lambda name: len(around[name] & left))
    for name in sorted(left - around[pivot]):
        yield from _maximal((*chosen, name), left & around[name], done & around[name], around)
        left = left - {name}
        done = done | {name}


def _shortest_round_s(clique: Sequence[str], intergreen_s: Mapping[Pair, int]) -> int:
    """Return the least sum of intergreens when the groups of a clique follow one another around the circle."""
    first, *others = clique
    return min(sum(intergreen_s[step] for step in pairwise((first, *order, first))) for order in permutations(others))
