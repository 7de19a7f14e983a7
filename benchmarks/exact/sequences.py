"""The sequence of a junction's greens, free on the circle: start and length of each signal group, by CP-SAT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from .circle_model import Circle, GroupDemand, add_group, fix_rotation, part
from .cliques import Pair, cliques, shortest_round_s

# Costs are whole thousandths of a vehicle-second per second.
COST_SCALE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Greens:
    """The best greens found: of each group the second of the cycle at which it starts, and its length.

    `second` has start and length of the second green of those groups that have one. `first` tells of each conflicting
    pair which of the two starts first. No plan under the same limits costs less than `bound`. [veh s / s] `status` is
    CP-SAT's word.
    """

    cycle_s: int
    start_s: dict[str, int]
    green_s: dict[str, int]
    cost: float
    bound: float
    status: str
    second: dict[str, tuple[int, int]] = field(default_factory=dict)
    first: dict[Pair, bool] = field(default_factory=dict)


def best_greens(
    groups: Sequence[GroupDemand],
    intergreen_s: Mapping[Pair, int],
    cycle_s: int,
    *,
    sides: tuple[Sequence[str], Sequence[str]] | None = None,
    unlike: Iterable[Greens] = (),
    deterministic_s: float = 10.0,
    below: float | None = None,
) -> Greens | None:
    """Return the greens of least cost at a cycle, in whatever order they come, or None where the limits leave none.

    Parameters
    ----------
    groups : sequence of GroupDemand
        Each with one green a cycle, or two where it may have two.
    intergreen_s : mapping of (a, b) to int
        For conflicting groups, both ways round: least time from the end of green of `a` to the start of green of `b`.
    cycle_s : int
        Cycle time, whole seconds.
    sides : two sequences of names, optional
        The groups on either side of a barrier (NEMA TS 2: phases 1, 2, 5, 6 and 3, 4, 7, 8): all of the first side have
        their greens before any of the second, and who leads and who lags within a side is free. Groups of different
        sides conflict; none may have two greens.
    unlike : Greens
        Plans found before: the order of at least one conflicting pair differs from each of them.
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
    if any(group.min_green_s > cycle_s for group in groups):
        return None
    circle = Circle(model=cp_model.CpModel(), cycle_s=cycle_s)
    for group in groups:
        add_group(circle, group)
    for a, b in sorted({(min(pair), max(pair)) for pair in intergreen_s}):
        part(circle, a, b, intergreen_s)
    for clique in cliques([group.name for group in groups], intergreen_s):
        greens = sum(window.green for name in clique for window in circle.windows[name])
        circle.model.add(greens <= cycle_s - shortest_round_s(clique, intergreen_s))
    if sides is None:
        fix_rotation(circle, groups, intergreen_s)
    else:
        _keep_barrier(circle, *sides)
    for other in unlike:
        _differ(circle, other)
    if below is not None:
        circle.model.add(sum(circle.costs) <= int(below * COST_SCALE))
    circle.model.minimize(sum(circle.costs))
    return _solved(circle, deterministic_s)


def best_different(
    groups: Sequence[GroupDemand],
    intergreen_s: Mapping[Pair, int],
    cycle_s: int,
    number: int,
    *,
    sides: tuple[Sequence[str], Sequence[str]] | None = None,
    deterministic_s: float = 10.0,
) -> list[Greens]:
    """Return up to so many plans, the cheapest first, no two with the same order of all conflicting pairs."""
    found: list[Greens] = []
    while len(found) < number:
        after = best_greens(groups, intergreen_s, cycle_s, sides=sides, unlike=found, deterministic_s=deterministic_s)
        if after is None:
            break
        found.append(after)
    return found


def _keep_barrier(circle: Circle, early: Sequence[str], late: Sequence[str]) -> None:
    """Let the groups of one side all come before those of the other, beginning with the cycle."""
    for (a, b), first in circle.first.items():
        if a in early and b in late:
            circle.model.add(first == 1)
        elif a in late and b in early:
            circle.model.add(first == 0)


def _differ(circle: Circle, other: Greens) -> None:
    same = [
        first if other.first[pair] else first.negated() for pair, first in circle.first.items() if pair in other.first
    ]
    circle.model.add_bool_or([literal.negated() for literal in same])


def _solved(circle: Circle, deterministic_s: float) -> Greens | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = deterministic_s
    status = solver.solve(circle.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    windows = {
        name: [(int(solver.value(w.start)), int(solver.value(w.green))) for w in found]
        for name, found in circle.windows.items()
    }
    return Greens(
        cycle_s=circle.cycle_s,
        start_s={name: found[0][0] for name, found in windows.items()},
        green_s={name: found[0][1] for name, found in windows.items()},
        second={
            name: (start % circle.cycle_s, green)
            for name, ((start, green),) in (
                (name, found[1:]) for name, found in windows.items() if len(found) > 1 and found[1][1] > 0
            )
        },
        cost=sum(solver.value(cost) for cost in circle.costs) / COST_SCALE,
        bound=solver.best_objective_bound / COST_SCALE,
        status=solver.status_name(status),
        first={pair: bool(solver.value(first)) for pair, first in circle.first.items()},
    )
