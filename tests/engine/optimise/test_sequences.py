"""Greens in any order: the published instance, and a search over everything on a junction small enough for it."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.optimise.sequences import COST_SCALE, GroupDemand, best_greens
from greenband.kernels.delay import hcm_delay

ORACLE = Path(__file__).parents[4] / "shared" / "oracles" / "group_based_junction_4leg.json"


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
