"""Greens on the circle as a CP-SAT model: starts, lengths, who comes first, and what each length costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from ortools.sat.python import cp_model

from ...engine.optimise.junction.hull import lower_hull
from .cliques import Pair

IntVar = cp_model.IntVar


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDemand:
    """A signal group with one green a cycle, or with one or two.

    `cost[g]` is what greens of g seconds in all cost, in thousandths of a veh s / s; empty where nothing is weighed, as
    for pedestrians. With `red_cost` a second green is allowed: `red_cost[r]` is added for each red of r seconds. Two
    reds of a group are `least_red_s` long or longer.
    """

    name: str
    min_green_s: int
    cost: tuple[int, ...] = ()
    red_cost: tuple[int, ...] = ()
    least_red_s: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """One green of a group. `there` is None for a green that is always shown."""

    group: str
    start: IntVar
    green: IntVar
    there: IntVar | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Circle:
    """A model of a junction at one cycle. `first[(a, b)]` says that the first green of a starts before that of b."""

    model: cp_model.CpModel
    cycle_s: int
    windows: dict[str, list[Window]] = field(default_factory=dict)
    first: dict[Pair, IntVar] = field(default_factory=dict)
    costs: list[IntVar] = field(default_factory=list)


def add_group(circle: Circle, group: GroupDemand) -> None:
    """Add a group's greens, and what they cost."""
    model, cycle_s, name = circle.model, circle.cycle_s, group.name
    start = model.new_int_var(0, cycle_s - 1, f"start {name}")
    green = model.new_int_var(group.min_green_s, cycle_s, f"green {name}")
    circle.windows[name] = [Window(name, start, green)]
    total = green
    if group.red_cost:
        total = _add_second(circle, group)
    if group.cost:
        circle.costs.append(_cost(model, group, total, cycle_s))


def _add_second(circle: Circle, group: GroupDemand) -> IntVar:
    """Let the group have a second green later in the cycle, weigh each red, and return the greens' sum."""
    model, cycle_s, name = circle.model, circle.cycle_s, group.name
    (window,) = circle.windows[name]
    there = model.new_bool_var(f"second {name}")
    start = model.new_int_var(0, 2 * cycle_s, f"second start {name}")
    green = model.new_int_var(0, cycle_s, f"second green {name}")
    model.add(green >= group.min_green_s).only_enforce_if(there)
    model.add(green == 0).only_enforce_if(there.negated())
    model.add(start <= cycle_s - 1).only_enforce_if(there)  # the first green is the one that starts first
    # Without a second green it has no length and stands at the end of the first, and the first red is none.
    model.add(start >= window.start + window.green + group.least_red_s).only_enforce_if(there)
    model.add(start == window.start + window.green).only_enforce_if(there.negated())
    reds = []
    for place, length in enumerate(
        (start - window.start - window.green, window.start + cycle_s - start - green), start=1
    ):
        red = model.new_int_var(0, cycle_s, f"red {place} {name}")
        model.add(red == length)
        model.add(red >= group.least_red_s).only_enforce_if(there)
        reds.append(red)
        cost = model.new_int_var(0, max(group.red_cost), f"red cost {place} {name}")
        model.add_element(red, list(group.red_cost[: cycle_s + 1]), cost)
        circle.costs.append(cost)
    circle.windows[name].append(Window(name, start, green, there))
    total = model.new_int_var(group.min_green_s, cycle_s, f"greens {name}")
    model.add(total == window.green + green)
    return total


def part(circle: Circle, a: str, b: str, intergreen_s: Mapping[Pair, int]) -> None:
    """Keep the greens of a conflicting pair apart, both ways round the circle."""
    for k, (one, other) in enumerate(product(circle.windows[a], circle.windows[b])):
        first = circle.model.new_bool_var(f"{a} before {b} {k}")
        if k == 0:
            circle.first[(a, b)] = first
        there = [window.there for window in (one, other) if window.there is not None]
        for before, after, name, wraps in ((one, other, (a, b), first.negated()), (other, one, (b, a), first)):
            # From the end of one to the start of the other, which comes a cycle later if it starts before it.
            apart = after.start + circle.cycle_s * wraps >= before.start + before.green + intergreen_s[name]
            circle.model.add(apart).only_enforce_if(there)


def fix_rotation(circle: Circle, groups: Sequence[GroupDemand], intergreen_s: Mapping[Pair, int]) -> None:
    """Let the group with most conflicts start at second 0: the cost does not depend on where the cycle begins."""
    degree = {group.name: sum(group.name == a for a, _ in intergreen_s) for group in groups}
    circle.model.add(circle.windows[max(degree, key=lambda name: (degree[name], name))][0].start == 0)


def _cost(model: cp_model.CpModel, group: GroupDemand, green: IntVar, cycle_s: int) -> IntVar:
    """Return the cost of a group's green: the table's value, held up from below by the table's convex hull."""
    values = group.cost[: cycle_s + 1]
    cost = model.new_int_var(min(values), max(values), f"cost {group.name}")
    model.add_element(green, list(values), cost)
    corners = lower_hull([(g, values[g]) for g in range(group.min_green_s, len(values))])
    for (x0, y0), (x1, y1) in pairwise(corners):
        model.add((x1 - x0) * (cost - y0) >= (y1 - y0) * (green - x0))
    return cost
