"""Half cycles as starts, held to every plan of small networks and to queues counted second by second."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from greenband.engine.optimise.candidates.candidates import common_cycle, problem_of, scan, with_offsets
from greenband.engine.optimise.candidates.half_choice import Halving, _descended, cost_of_choice, who_to_halve
from greenband.engine.optimise.candidates.half_cycles import half_cycle_candidates, halving_of, with_halves
from greenband.engine.optimise.junction.splits import Splits, best_splits
from greenband.engine.optimise.offsets.links import exit_profiles, junction_of_approach, link_tables, paths_from
from greenband.engine.optimise.offsets.offsets import best_offsets
from greenband.engine.optimise.why.why_network import network_why
from greenband.networks.junction import Movement

from tests.engine.optimise.made_up_junctions import junction
from tests.engine.optimise.test_links import edge, network
from tests.engine.optimise.test_links import two_junctions as one_way_street

CYCLE_S = 40
GREEN = [(20.0, "Gr"), (3.0, "yr"), (2.0, "rr"), (20.0, "rG"), (3.0, "ry"), (2.0, "rr")]


def street(lengths_m=(200.0, 250.0)):
    """A one-way street through junctions A, B, C, each with a side street that crosses it."""
    junctions, turns, edges = [], [], [edge("e0")]
    for place, name in enumerate("ABC"):
        come, go, side, away = f"e{place}", f"e{place + 1}", f"side{name}", f"away{name}"
        movements = tuple(
            Movement(from_edge=a, to_edge=b, direction="s", lanes=(f"{a}_0",), groups=(str(group),))
            for group, (a, b) in enumerate(((come, go), (side, away)))
        )
        junctions.append(junction(GREEN, id_=name, movements=movements, foes=frozenset({("0", "1")})))
        turns += [(come, go, name), (side, away, name)]
        edges += [edge(go, (*lengths_m, 100.0)[place], 12.5), edge(side), edge(away)]
    return network(edges, turns, junctions)


def flows(main, sides):
    return {(f"e{k}", f"e{k + 1}"): main for k in range(3)} | {
        (f"side{name}", f"away{name}"): side for name, side in zip("ABC", sides, strict=True)
    }


BUSY = flows(600.0, (650.0, 90.0, 650.0))


LIGHT = flows(400.0, (300.0, 90.0, 300.0))  # all of it fits into half cycles


def problem(flow=BUSY):
    return problem_of(street(), flow, 1.0, sequences=False)


def mixed(problem, halved, cycle_s=CYCLE_S):
    """Splits in which these junctions have half the cycle."""
    return {
        junction: best_splits(skeleton, problem.streams[junction], cycle_s // (1 + (junction in halved)), 1.0)
        for junction, skeleton in problem.skeletons.items()
    }


def tables_of(problem, splits):
    lengths = {junction: own.lengths_s for junction, own in splits.items()}
    return link_tables(problem.network, problem.skeletons, lengths, problem.streams, problem.flow_veh_h)


def green_at(problem, junction, lengths_s, second):
    """What the street's lane may send in a second of the junction's own clock, by looking up its interval."""
    left = second % sum(lengths_s) + 0.5
    for k, length in enumerate(lengths_s):
        if left < length:
            return problem.streams[junction][0].weights[k] / 10 * problem.streams[junction][0].saturation_veh_h / 3600
        left -= length
    raise AssertionError


def queued(problem, splits, a, b, offset_s, cycles=12):
    """Mean queue at b of the vehicles from a when b's clock starts `offset_s` later: second by second."""
    (path,) = paths_from(problem.network, f"e{'ABC'.index(a) + 1}", LIGHT, junction_of_approach(problem.network))
    first, second = splits[a].lengths_s, splits[b].lengths_s
    factor, head = 1 / (1 + 0.35 * 0.8 * path.travel_s), round(0.8 * path.travel_s)
    waiting, leaving, arriving, queue, seen = 0.0, [], [], 0.0, []
    for t in range(cycles * CYCLE_S):
        waiting += 400 / 3600
        leaving.append(min(waiting, green_at(problem, a, first, t)))
        waiting -= leaving[-1]
        come = leaving[t - head] if t >= head else 0.0
        arriving.append(factor * come + (1 - factor) * (arriving[-1] if arriving else 0.0))
        queue += arriving[-1]
        queue -= min(queue, green_at(problem, b, second, t - offset_s))
        seen.append(queue)
    return np.mean(seen[-CYCLE_S:])


@pytest.mark.parametrize("halved", ["A", "B", "AB", ""])
def test_folded_tables_are_the_queues_counted_second_by_second_at_every_offset(halved):
    made = problem(LIGHT)
    splits = mixed(made, halved)
    table = next(one for one in tables_of(made, splits) if (one.from_junction, one.to_junction) == ("A", "B"))
    assert table.delay.size == CYCLE_S
    counted = [queued(made, splits, "A", "B", offset) for offset in range(CYCLE_S)]
    np.testing.assert_allclose(table.delay, counted, rtol=1e-6, atol=1e-9)
    if halved:
        np.testing.assert_allclose(table.delay[: CYCLE_S // 2], table.delay[CYCLE_S // 2 :], rtol=1e-9)
    else:
        assert np.ptp(table.delay - np.roll(table.delay, CYCLE_S // 2)) > 0.03


@pytest.mark.parametrize("halved", ["A", "B", "C", "AC", "AB"])
def test_the_optimum_with_half_cycles_is_the_least_of_all_offsets_of_three_junctions(halved):
    made = problem()
    splits = mixed(made, halved)
    tables = tables_of(made, splits)
    found = best_offsets(list("ABC"), tables, CYCLE_S)
    range_of = {junction: range(CYCLE_S // (1 + (junction in halved))) for junction in "ABC"}

    def cost(starts):
        at = dict(zip("ABC", starts, strict=True))
        return sum(t.delay[(at[t.to_junction] - at[t.from_junction]) % CYCLE_S] for t in tables)

    least = min(cost(starts) for starts in product(*range_of.values()))
    assert found.status == "OPTIMAL"
    assert found.cost == found.bound == pytest.approx(least)
    assert cost([start % range_of[junction].stop for junction, start in found.starts_s.items()]) == pytest.approx(least)


def test_a_candidate_says_what_its_plan_costs_by_tables_made_anew():
    made = problem()
    splits = mixed(made, "B")
    found = with_offsets(made, splits, CYCLE_S, 1.0, "x")
    assert {own.junction: own.cycle_s for own in found.plan.junctions} == {"A": 40, "B": 20, "C": 40}
    assert found.proven
    assert found.bound <= found.cost
    tables = tables_of(made, splits)
    zero = {s: made.skeletons[s].plan(own.lengths_s, 0).offset_s for s, own in splits.items()}
    at = {own.junction: own.offset_s - zero[own.junction] for own in found.plan.junctions}
    links = sum(t.delay[round(at[t.to_junction] - at[t.from_junction]) % CYCLE_S] - t.delay.mean() for t in tables)
    assert found.cost == pytest.approx(sum(own.cost for own in splits.values()) + links)


def best_of_all_choices(made, whole, cycle_s):
    """The least cost of all choices of who is halved, each with its best offsets."""
    found = {}
    for choice in product((False, True), repeat=3):
        halved = "".join(s for s, is_half in zip("ABC", choice, strict=True) if is_half)
        splits = {s: own or whole.splits[s] for s, own in mixed(made, halved, cycle_s).items()}
        if len({own.cycle_s for own in splits.values()}) == 2:
            found[halved] = with_offsets(made, splits, cycle_s, 1.0, "x").cost
    return min(found.items(), key=lambda item: item[1])


@pytest.mark.parametrize("side", [20.0, 90.0, 250.0])
@pytest.mark.parametrize("cycle_s", [48, 60, 70])
def test_the_descent_halves_whom_trying_all_choices_halves(side, cycle_s):
    made = problem_of(street(), flows(550.0, (650.0, side, 600.0)), 1.0, sequences=False)
    whole = common_cycle(made, cycle_s)
    halved, least = best_of_all_choices(made, whole, cycle_s)
    found = with_halves(made, whole, 1.0)
    if found is None:
        assert least >= whole.cost or len(who_to_halve(halving_of(made, whole, 1.0))) == 3
    else:
        assert found.cost == pytest.approx(least)
        assert "".join(found.halved) == halved
        assert found.cost < whole.cost


def test_the_tables_of_each_choice_are_those_of_its_splits():
    made = problem()
    whole = common_cycle(made, 60)
    halving = halving_of(made, whole, 1.0)
    assert list(halving.half) == ["A", "B", "C"]
    for choice in product((False, True), repeat=3):
        halved = dict(zip("ABC", choice, strict=True))
        if all(choice):
            continue
        splits = {s: (halving.half if halved[s] else halving.whole)[s] for s in "ABC"}
        found = with_offsets(made, splits, 60, 1.0, "x")
        starts = best_offsets(list("ABC"), tables_of(made, splits), 60).starts_s
        assert cost_of_choice(halving, halved, starts) == pytest.approx(found.cost)


def splits_of(cost, cycle_s):
    return Splits(cycle_s=cycle_s, lengths_s=(float(cycle_s),), cost=cost, bound=cost, status="OPTIMAL")


@pytest.mark.parametrize("seed", range(6))
def test_a_descent_ends_where_no_change_of_one_junction_is_cheaper(seed):
    """On tables of chance with links both ways, every other cycle and start of one junction is tried."""
    generator, cycle_s = np.random.default_rng(seed), 6
    pairs = [("A", "B"), ("B", "A"), ("C", "B"), ("A", "C"), ("C", "D")]
    halving = Halving(
        cycle_s=cycle_s,
        whole={junction: splits_of(float(generator.random()), cycle_s) for junction in "ABCD"},
        half={junction: splits_of(float(generator.random()), cycle_s // 2) for junction in "ABD"},
        tables={pair: {both: generator.random(cycle_s) for both in product((False, True), repeat=2)} for pair in pairs},
    )
    end = _descended(halving, {"A": True, "B": False, "C": False, "D": False})
    least = cost_of_choice(halving, end.halved, end.starts_s)
    for name, is_half, start in product("ABCD", (False, True), range(cycle_s)):
        if not is_half or name in halving.half:
            other = cost_of_choice(halving, {**end.halved, name: is_half}, {**end.starts_s, name: start})
            assert other >= least - 1e-9


def test_a_light_junction_between_busy_ones_comes_out_halved_and_coordinated():
    made = problem_of(street(), flows(450.0, (650.0, 90.0, 650.0)), 1.0, sequences=False)
    scanned = scan(made, (70, 70), 1.0)
    (found,) = half_cycle_candidates([(made, scanned)], 1.0)
    assert found.halved == ("B",)
    assert {own.junction: own.cycle_s for own in found.plan.junctions} == {"A": 70, "B": 35, "C": 70}
    assert found.plan.name == "cycle 70 s, 1 of 3 signals at 35 s"
    assert found.cost < scanned[0].cost
    assert half_cycle_candidates([(made, scanned)], 1.0)[0] == found


class NoModel:
    """A queue model to which all plans are alike."""

    def delays_s(self, plans, seeds):
        return [[1.0 for _ in seeds] for _ in plans]


def test_offsets_of_a_plan_with_half_cycles_are_explained_by_what_the_candidate_cost():
    made = problem_of(street(), flows(450.0, (650.0, 90.0, 650.0)), 1.0, sequences=False)
    found = with_halves(made, common_cycle(made, 70), 1.0)
    why = network_why(made, found.plan, NoModel(), (1,))
    even = sum(float(table.delay.mean()) for table in tables_of(made, found.splits))
    links = found.cost - sum(own.cost for own in found.splits.values()) + even
    assert (why.cycle_s, why.offsets.proven) == (70, True)
    assert why.offsets.cost == why.offsets.bound == pytest.approx(links)
    late = found.plan.by_junction["B"]
    worse = network_why(made, found.plan.with_junction(late.with_offset(late.offset_s + 17)), NoModel(), (1,))
    assert worse.offsets.cost > why.offsets.cost == pytest.approx(worse.offsets.best_cost)
    unlike = found.plan.with_junction(common_cycle(made, 60).plan.by_junction["B"])
    assert network_why(made, unlike, NoModel(), (1,)) is None


def test_an_odd_cycle_one_junction_and_a_street_of_light_junctions_have_no_halves():
    made = problem()
    assert half_cycle_candidates([(made, scan(made, (61, 61), 1.0))], 1.0) == []
    alone = replace(made, **{part: {"B": getattr(made, part)["B"]} for part in ("skeletons", "streams", "options")})
    assert half_cycle_candidates([(alone, scan(alone, (60, 60), 1.0))], 1.0) == []
    light = problem_of(street(), flows(100.0, (90.0, 90.0, 90.0)), 1.0, sequences=False)
    assert half_cycle_candidates([(light, scan(light, (80, 80), 1.0))], 1.0) == []
    assert with_halves(light, common_cycle(light, 80), 1.0) is None


def test_a_cycle_that_does_not_go_into_the_common_one_is_refused():
    made = problem_of(one_way_street(200.0), {("in", "mid"): 500.0, ("mid", "out"): 500.0}, 1.0)
    with pytest.raises(ValueError, match="50 s does not go into one of 60 s"):
        exit_profiles(made.skeletons["A"], made.skeletons["A"].running_s, made.streams["A"], 60)
