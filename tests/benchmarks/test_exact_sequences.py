"""Greens in any order: the published instance, and a search over everything on a junction small enough for it."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from greenband.benchmarks.exact.circle_model import GroupDemand
from greenband.benchmarks.exact.sequences import COST_SCALE, best_different, best_greens
from greenband.kernels.delay import hcm_delay
from scipy.optimize import Bounds, LinearConstraint, milp

ORACLE = Path(__file__).parents[3] / "shared" / "oracles" / "group_based_junction_4leg.json"


def demand(name, flow_veh_h, saturation_veh_h, min_green_s, cycle_s):
    if flow_veh_h == 0:
        return GroupDemand(name=name, min_green_s=min_green_s)
    green = np.clip(np.arange(cycle_s + 1.0), 0.1, cycle_s - 0.01)
    flow = np.full(green.size, flow_veh_h / 3600)
    delay = hcm_delay(flow, np.full(green.size, saturation_veh_h / 3600), green, float(cycle_s), 0.25)
    cost = tuple(int(value) for value in np.rint(flow * delay * COST_SCALE))
    return GroupDemand(name=name, min_green_s=min_green_s, cost=cost)


@pytest.mark.skipif(not ORACLE.is_file(), reason="the instance is not beside the checkout")
@pytest.mark.parametrize("cycle_s", [70, 90])
def test_the_junction_of_twelve_groups_is_solved_to_its_known_optimum(cycle_s):
    instance = json.loads(ORACLE.read_text())
    given = instance["inputs"]
    groups = [
        demand(name, given["flow"].get(name, 0), given["sat"].get(name, 1), given["min_green"][name], cycle_s)
        for name in given["groups"]
    ]
    pairs = {(c["a"], c["b"]): c["intergreen_ab"] for c in given["conflicts"]}
    pairs |= {(c["b"], c["a"]): c["intergreen_ba"] for c in given["conflicts"]}
    found = best_greens(groups, pairs, cycle_s, deterministic_s=60)
    assert found.status == "OPTIMAL"
    assert found.cost == pytest.approx(instance["expected"]["min_delay_rate"][str(cycle_s)], abs=0.003)
    assert found.bound == pytest.approx(found.cost)
    assert all(gap(found, a, b) >= seconds for (a, b), seconds in pairs.items())
    assert all(found.green_s[group.name] >= group.min_green_s for group in groups)


def gap(found, a, b):
    return (found.start_s[b] - found.start_s[a] - found.green_s[a]) % found.cycle_s


def test_nothing_that_a_search_over_every_plan_finds_is_better():
    cycle_s = 18
    groups = [demand("a", 500, 1800, 3, cycle_s), demand("b", 300, 1700, 2, cycle_s), demand("c", 0, 1, 4, cycle_s)]
    pairs = {("a", "b"): 2, ("b", "a"): 1, ("b", "c"): 3, ("c", "b"): 2, ("a", "c"): 1, ("c", "a"): 4}
    best = min(
        cost
        for b, c in product(range(cycle_s), repeat=2)
        for lengths in product(range(3, 12), range(2, 12), range(4, 9))
        if (cost := cost_of(groups, pairs, cycle_s, (0, b, c), lengths)) is not None
    )
    found = best_greens(groups, pairs, cycle_s)
    assert found.status == "OPTIMAL"
    assert round(found.cost * COST_SCALE) == best


def cost_of(groups, pairs, cycle_s, starts, lengths):
    """The cost of a plan, or None where greens of a pair overlap or come too close."""
    place = {group.name: k for k, group in enumerate(groups)}
    for (a, b), seconds in pairs.items():
        shown = {(starts[place[a]] + s) % cycle_s for s in range(lengths[place[a]] + seconds)}
        if starts[place[b]] in shown or lengths[place[a]] + seconds > cycle_s:
            return None
    return sum(g.cost[length] for g, length in zip(groups, lengths, strict=True) if g.cost)


def test_a_cycle_too_short_for_the_limits_has_no_plan():
    groups = [demand("a", 500, 1800, 8, 20), demand("b", 300, 1700, 8, 20)]
    assert best_greens(groups, {("a", "b"): 3, ("b", "a"): 3}, 20) is None
    assert best_greens(groups, {("a", "b"): 3, ("b", "a"): 1}, 20) is not None


def test_only_plans_below_a_cost_are_of_interest():
    groups = [demand("a", 500, 1800, 5, 30), demand("b", 300, 1700, 5, 30)]
    pairs = {("a", "b"): 3, ("b", "a"): 3}
    best = best_greens(groups, pairs, 30)
    assert best_greens(groups, pairs, 30, below=best.cost - 0.001) is None
    assert best_greens(groups, pairs, 30, below=best.cost).cost == best.cost


def split_demand(name, flow_veh_s, saturation_veh_s, min_green_s, cycle_s, least_red_s=3):
    """A group that may have two greens: each red of r seconds costs q r^2 / (2 C (1 - q / s)), a queue's triangle."""
    red = np.arange(cycle_s + 1.0)
    red_cost = flow_veh_s * red**2 / (2 * cycle_s * (1 - flow_veh_s / saturation_veh_s))
    least = cycle_s * flow_veh_s / saturation_veh_s  # less green than that serves not everybody
    return GroupDemand(
        name=name,
        min_green_s=min_green_s,
        cost=tuple(int(1e6) if green < least else 0 for green in range(cycle_s + 1)),
        red_cost=tuple(int(value) for value in np.rint(red_cost * COST_SCALE)),
        least_red_s=least_red_s,
    )


def seconds(start, length, cycle_s):
    return {(start + s) % cycle_s for s in range(length)}


def runs(seconds_on, cycle_s):
    """The stretches of a set of seconds around the circle, as (start, length)."""
    found = []
    for start in sorted(s for s in seconds_on if (s - 1) % cycle_s not in seconds_on):
        length = 1
        while (start + length) % cycle_s in seconds_on:
            length += 1
        found.append((start, length))
    return found


def cost_by_looking(group, green, cycle_s):
    """The cost of the seconds in which a group has green."""
    reds = runs(set(range(cycle_s)) - green, cycle_s)
    return group.cost[len(green)] + sum(group.red_cost[length] for _, length in reds)


def test_two_greens_of_a_busy_group_are_found_where_they_are_best_of_all():
    """The quiet groups' greens are tried everywhere; the busy group takes whatever they and 1 s on each side leave."""
    cycle_s = 24
    wide = range(cycle_s)
    busy = split_demand("busy", 0.1, 0.5, 2, cycle_s)
    left, right = (split_demand(name, 0.01, 0.5, 4, cycle_s, least_red_s=cycle_s) for name in ("left", "right"))
    names = ["busy", "left", "right"]
    found = best_greens([busy, left, right], {(a, b): 1 for a in names for b in names if a != b}, cycle_s)
    assert found.status == "OPTIMAL"
    assert list(found.second) == ["busy"]
    costs = []
    for start, one, other in product(wide, range(4, 12), range(4, 12)):
        greens = seconds(0, one, cycle_s), seconds(start, other, cycle_s)
        kept = seconds(-1, one + 2, cycle_s), seconds(start - 1, other + 2, cycle_s)
        rest = set(wide) - kept[0] - kept[1]
        if greens[0] & kept[1] or greens[1] & kept[0] or not rest or any(n < 2 for _, n in runs(rest, cycle_s)):
            continue
        parts = zip((busy, left, right), (rest, *greens), strict=True)
        costs.append(sum(cost_by_looking(group, green, cycle_s) for group, green in parts))
    assert round(found.cost * COST_SCALE) == min(costs)


RINGS = (("1", "2", "3", "4"), ("5", "6", "7", "8"))
SIDES = (("1", "2", "5", "6"), ("3", "4", "7", "8"))


def dual_ring(flows, cycle_s):
    """Eight phases: those of a ring conflict, and those of different sides of the barrier; clearances differ."""
    groups = [demand(str(k + 1), flow, 1800, 5, cycle_s) for k, flow in enumerate(flows)]
    conflicts = {(a, b) for ring in RINGS for a in ring for b in ring if a != b}
    conflicts |= {pair for a in SIDES[0] for b in SIDES[1] for pair in ((a, b), (b, a))}
    return groups, {(a, b): 3 + (3 * int(a) + int(b)) % 4 for a, b in sorted(conflicts)}


def least_of_order(groups, pairs, cycle_s, place):
    """The least cost where it is known who comes before whom, by HiGHS: whole starts and greens, costs by a hull."""
    names = [group.name for group in groups]
    at = {name: k for k, name in enumerate(names)}
    n = len(names)
    rows, least = [], []

    def row(values, at_least):
        line = np.zeros(3 * n)  # starts, greens, costs
        for k, value in values:
            line[k] += value
        rows.append(line)
        least.append(at_least)

    for a, b in pairs:
        late = place[a] > place[b]
        row([(at[b], 1), (at[a], -1), (n + at[a], -1)], pairs[(a, b)] - (cycle_s if late else 0))
    for k, group in enumerate(groups):
        for g in range(group.min_green_s, cycle_s):
            slope = group.cost[g + 1] - group.cost[g]
            row([(2 * n + k, 1), (n + k, -slope)], group.cost[g] - slope * g)
    found = milp(
        np.repeat([0, 0, 1], n),
        constraints=LinearConstraint(np.array(rows), np.array(least), np.inf),
        integrality=np.repeat([1, 1, 0], n),
        bounds=Bounds(
            np.array([0] * n + [group.min_green_s for group in groups] + [0] * n),
            np.array([2 * cycle_s] * n + [cycle_s] * n + [np.inf] * n),
        ),
    )
    return found.fun if found.success else np.inf


@pytest.mark.parametrize("flows", [(150, 500, 90, 300, 200, 450, 120, 350), (260, 300, 200, 250, 60, 620, 180, 200)])
def test_a_dual_ring_has_the_best_of_all_its_leads_and_lags(flows):
    cycle_s = 70
    groups, pairs = dual_ring(flows, cycle_s)
    costs = []
    for turned in product((1, -1), repeat=4):
        place = {}
        for k, turn in enumerate(turned):
            ring, side = divmod(k, 2)
            for step, name in enumerate(RINGS[ring][2 * side : 2 * side + 2][::turn]):
                place[name] = 2 * side + step
        costs.append(least_of_order(groups, pairs, cycle_s, place))
    found = best_greens(groups, pairs, cycle_s, sides=SIDES, deterministic_s=60)
    assert found.status == "OPTIMAL"
    assert found.cost * COST_SCALE == pytest.approx(min(costs), abs=len(groups))  # costs are rounded to whole numbers
    ends = {name: found.start_s[name] + found.green_s[name] for name in found.start_s}
    assert max(ends[name] for name in SIDES[0]) <= min(found.start_s[name] for name in SIDES[1])


def test_different_plans_have_different_orders_and_come_cheapest_first():
    cycle_s = 40
    groups = [demand(name, flow, 1800, 4, cycle_s) for name, flow in zip("abc", (400, 300, 200), strict=True)]
    gaps = {"ab": 2, "bc": 5, "ca": 3, "ba": 4, "cb": 2, "ac": 6}
    pairs = {(a, b): gap for (a, b), gap in gaps.items()}
    found = best_different(groups, pairs, cycle_s, 5)
    assert len(found) == 2  # three groups that all conflict have two orders around the circle
    assert found[0].cost < found[1].cost
    assert {tuple(sorted(one.start_s, key=one.start_s.__getitem__)) for one in found} == {
        ("c", "a", "b"),
        ("c", "b", "a"),
    }
