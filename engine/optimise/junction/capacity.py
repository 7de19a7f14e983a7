"""How well a junction can be served at best: the least possible highest degree of saturation, over all plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from ortools.linear_solver import pywraplp

from ....networks.junction import Junction
from ....networks.limits import LONGEST_CYCLE_S
from ....networks.network import Network
from ....networks.sentence import Sentence
from ....networks.types import Turn
from .streams import saturation_veh_h

# So many sets of compatible groups are looked at; a junction with more is judged by its conflicting groups alone.
MOST_SETS = 4000
SMALLEST_SHARE = 0.02  # of the cause: movements below are not named


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What is possible at a junction.

    No plan, whatever its stages, their order, its splits and its cycle up to 255 s, has a highest degree of
    saturation below `least_saturation`. `causes` are the movements (with their flow [veh/h]) that make it so: any other
    could grow a little and it would stay.
    """

    junction: str
    least_saturation: float
    causes: tuple[tuple[Turn, float], ...]

    @property
    def is_overloaded(self) -> bool:
        """Whether some movement's queue must grow whatever is done with the lamps."""
        return self.least_saturation > 1.0


def in_words(capacity: Capacity) -> Sentence:
    """Return what a junction's capacity means for its demand, as a sentence for people who need not know the model."""
    causes = [
        Sentence("{from_edge} to {to_edge} with {flow_veh_h:.0f} veh/h", from_edge=a, to_edge=b, flow_veh_h=flow)
        for (a, b), flow in capacity.causes
    ]
    return Sentence(
        "Junction {junction} cannot serve its demand with any plan: the fullest lanes would need {saturation:.0f} % of "
        "what can pass at best. It is because of {causes}.",
        junction=capacity.junction,
        saturation=100 * capacity.least_saturation,
        causes=reduce(lambda one, more: Sentence("{one}; {more}", one=one, more=more), causes) if causes else "",
    )


def capacities(network: Network, flow_veh_h: Mapping[Turn, float]) -> tuple[Capacity, ...]:
    """Return the capacity of every junction that has traffic, at one flow for each turn. [veh/h]"""
    found = (capacity_of(network, junction, flow_veh_h) for junction in network.junctions)
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A turn on a lane: the groups that let it go there, any of which will do."""

    turn: Turn
    lane: int
    groups: frozenset[str]
    saturation_veh_h: float


def capacity_of(network: Network, junction: Junction, flow_veh_h: Mapping[Turn, float]) -> Capacity | None:
    """Return the capacity of a junction, or None where no traffic passes it.

    A linear programme: the flows, all times the same factor, are spread over their lanes, and shares of the cycle are
    given to sets of groups that may be green together, so that the factor is largest; the degree of saturation is its
    inverse (R. E. Allsop, Estimating the traffic capacity of a signalized road junction, Transportation Research 6,
    1972). Groups of which each conflicts with each other share the cycle less the intergreens from one to the next.
    What could only make it worse is left out, so that the bound holds: groups that yield today in each other's green
    are taken not to hinder each other, and minimum greens and pedestrians are not asked.
    """
    uses = _uses(network, junction, flow_veh_h)
    if not uses:
        return None
    solver = pywraplp.Solver.CreateSolver("GLOP")
    factor = solver.NumVar(0, solver.infinity(), "factor")
    green = _greens(solver, junction, sorted({group for use in uses for group in use.groups}))
    rows = _serve(solver, uses, green, factor, flow_veh_h)
    solver.Maximize(factor)
    if solver.Solve() != pywraplp.Solver.OPTIMAL or factor.solution_value() <= 0:
        return None
    weights = {turn: abs(row.dual_value()) * flow_veh_h[turn] for turn, row in rows.items()}
    total = sum(weights.values()) or 1.0
    named = sorted((turn for turn in weights if weights[turn] > SMALLEST_SHARE * total), key=lambda t: -weights[t])
    return Capacity(
        junction=junction.id,
        least_saturation=1.0 / factor.solution_value(),
        causes=tuple((turn, flow_veh_h[turn]) for turn in named),
    )


def _uses(network: Network, junction: Junction, flow_veh_h: Mapping[Turn, float]) -> list[_Use]:
    group_of = {link: group.id for group in junction.groups for link in group.links}
    found: dict[tuple[Turn, int], set[str]] = defaultdict(set)
    directions: dict[Turn, str] = {}
    for c in network.connections:
        turn = (c.from_edge, c.to_edge)
        if c.signal == junction.id and c.link in group_of and flow_veh_h.get(turn, 0.0) > 0:
            found[(turn, c.from_lane)].add(group_of[c.link])
            directions[turn] = c.direction
    return [
        _Use(turn=turn, lane=lane, groups=frozenset(groups), saturation_veh_h=saturation_veh_h(directions[turn]))
        for (turn, lane), groups in sorted(found.items())
    ]


def _greens(solver: pywraplp.Solver, junction: Junction, groups: Sequence[str]) -> dict[str, Any]:
    """Return, for each group, its share of the cycle: no more than conflicts and intergreens leave."""
    apart = {
        (a, b)
        for a in groups
        for b in groups
        if (a, b) in junction.foes and not any(pair[0] == a and pair[2] == b for pair in junction.together)
    }
    green = {group: solver.NumVar(0, 1, f"green {group}") for group in groups}
    for clique in _maximal(groups, apart):
        if len(clique) > 1:
            lost_s = sum(min(junction.intergreen_s.get((a, b), 0.0) for b in clique if b != a) for a in clique)
            solver.Add(sum(green[group] for group in clique) <= 1 - lost_s / LONGEST_CYCLE_S)
    compatible = {(a, b) for a in groups for b in groups if a != b and (a, b) not in apart}
    sets = [chosen for chosen, _ in zip(_maximal(groups, compatible), range(MOST_SETS + 1), strict=False)]
    if len(sets) <= MOST_SETS:
        share = [solver.NumVar(0, 1, f"set {place}") for place in range(len(sets))]
        solver.Add(sum(share) <= 1)
        for group in groups:
            solver.Add(green[group] <= sum(part for part, chosen in zip(share, sets, strict=True) if group in chosen))
    return green


def _serve(
    solver: pywraplp.Solver,
    uses: Sequence[_Use],
    green: Mapping[str, Any],
    factor: Any,
    flow_veh_h: Mapping[Turn, float],
) -> dict[Turn, Any]:
    """Demand that each lane sends its part of the flows within its greens; returns the row of each turn's flow."""
    by_turn: dict[Turn, list[Any]] = defaultdict(list)
    by_lane: dict[tuple[str, int], list[tuple[Any, _Use]]] = defaultdict(list)
    for use in uses:
        time = solver.NumVar(0, solver.infinity(), "")  # share of the cycle that it takes at saturation flow
        solver.Add(time <= sum(green[group] for group in use.groups))
        by_turn[use.turn].append(time * use.saturation_veh_h)
        by_lane[(use.turn[0], use.lane)].append((time, use))
    for of_lane in by_lane.values():
        groups = {group for _, use in of_lane for group in use.groups}
        solver.Add(sum(time for time, _ in of_lane) <= sum(green[group] for group in groups))
        solver.Add(sum(time for time, _ in of_lane) <= 1)
    return {turn: solver.Add(sum(flows) >= factor * flow_veh_h[turn]) for turn, flows in by_turn.items()}


def _maximal(names: Sequence[str], linked: set[tuple[str, str]]) -> Iterator[frozenset[str]]:
    """Yield the largest sets in which all are linked with each other.

    C. Bron and J. Kerbosch, Algorithm 457: finding all cliques of an undirected graph, Communications of the ACM 16,
    1973; with a pivot.
    """
    near = {a: {b for b in names if (a, b) in linked} for a in names}

    def grow(chosen: frozenset[str], open_: set[str], done: set[str]) -> Iterator[frozenset[str]]:
        if not open_ and not done:
            yield chosen
            return
        pivot = max(sorted(open_ | done), key=lambda one: len(near[one] & open_))
        for one in sorted(open_ - near[pivot]):
            yield from grow(chosen | {one}, open_ & near[one], done & near[one])
            open_ = open_ - {one}
            done = done | {one}

    yield from grow(frozenset(), set(names), set())
