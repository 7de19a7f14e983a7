"""Offsets by elimination, by bands and by bounds, held to every plan of small networks and to others' optima."""

import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from greenband.engine.optimise.offsets import offsets
from greenband.engine.optimise.offsets.elimination import eliminate, elimination_order
from greenband.engine.optimise.offsets.links import LinkTable
from greenband.engine.optimise.offsets.offset_bounds import relaxed
from greenband.engine.optimise.offsets.offsets import best_offsets
from greenband.kernels.cyclic import delay_by_offset

TOP = Path(__file__).parents[3]
SHARED = TOP.parent / "shared" / "oracles"
GARTNER = json.loads((TOP / "tests" / "data" / "platoons.json").read_text(encoding="utf-8"))["network"]


def cost(starts, tables, cycle_s):
    return sum(table[(starts[b] - starts[a]) % cycle_s] for (a, b), table in tables.items())


def least_of_all(count, tables, cycle_s):
    """Try every plan; the first junction's offset is 0, since only differences count."""
    return min(cost((0, *rest), tables, cycle_s) for rest in product(range(cycle_s), repeat=count - 1))


GRAPHS = {
    "a street": (4, [(0, 1), (1, 2), (2, 3)]),
    "a street whose numbers jump": (4, [(1, 3), (0, 3), (0, 2)]),
    "a circle": (4, [(0, 1), (1, 2), (2, 3), (0, 3)]),
    "all with all": (4, list(combinations(range(4), 2))),
    "two parts": (5, [(0, 2), (1, 3), (3, 4), (1, 4)]),
    "one alone": (4, [(1, 2), (2, 3)]),
    "no link": (3, []),
}
EACH_GRAPH = pytest.mark.parametrize(("count", "pairs"), GRAPHS.values(), ids=GRAPHS)


def random_tables(pairs, cycle_s, seed):
    generator = np.random.default_rng(seed)
    return {pair: generator.random(cycle_s) * 10 for pair in pairs}


@EACH_GRAPH
@pytest.mark.parametrize("cycle_s", [2, 5, 6])
def test_elimination_finds_the_least_of_all_plans(count, pairs, cycle_s):
    for seed in range(3):
        tables = random_tables(pairs, cycle_s, seed)
        starts = eliminate(count, tables, cycle_s)
        assert all(0 <= start < cycle_s for start in starts)
        assert cost(starts, tables, cycle_s) == pytest.approx(least_of_all(count, tables, cycle_s))


def test_elimination_gives_up_on_a_graph_that_is_too_wide():
    assert eliminate(6, random_tables(combinations(range(6), 2), 90, 0), 90) is None


def link_tables(tables, flipped):
    """The same tables as links, some of them named from their other end."""
    return [
        LinkTable(from_junction=f"S{b}", to_junction=f"S{a}", delay=table[-np.arange(table.size) % table.size])
        if k in flipped
        else LinkTable(from_junction=f"S{a}", to_junction=f"S{b}", delay=table)
        for k, ((a, b), table) in enumerate(tables.items())
    ]


@EACH_GRAPH
def test_best_offsets_reach_the_least_of_all_plans_and_prove_it(count, pairs):
    tables = random_tables(pairs, 6, 7)
    junctions = [f"S{k}" for k in range(count)]
    found = best_offsets(junctions, link_tables(tables, flipped={1}), 6)
    least = least_of_all(count, tables, 6)
    assert found.status == "OPTIMAL"
    assert found.cost == found.bound == pytest.approx(least)
    assert found.cost == pytest.approx(cost([found.starts_s[name] for name in junctions], tables, 6))


def test_two_links_between_two_junctions_count_both():
    there, back = np.array([0.0, 5.0, 1.0, 9.0]), np.array([9.0, 0.0, 0.5, 0.0])
    tables = [
        LinkTable(from_junction="A", to_junction="B", delay=there),
        LinkTable(from_junction="B", to_junction="A", delay=back),
    ]
    found = best_offsets(["A", "B"], tables, 4)
    by_hand = [there[d] + back[-d % 4] for d in range(4)]
    assert (found.starts_s["B"] - found.starts_s["A"]) % 4 == int(np.argmin(by_hand))
    assert found.cost == pytest.approx(min(by_hand))


@EACH_GRAPH
@pytest.mark.parametrize("effort", [1e-4, 1.0])
def test_where_nothing_is_eliminated_the_bound_stays_below_every_plan(count, pairs, effort, monkeypatch):
    monkeypatch.setattr(offsets, "eliminate", lambda *_: None)
    tables = random_tables(pairs, 6, 11)
    junctions = [f"S{k}" for k in range(count)]
    found = best_offsets(junctions, link_tables(tables, set()), 6, effort)
    least = least_of_all(count, tables, 6)
    assert found.bound <= least + 1e-9
    assert found.cost >= least - 1e-9
    assert found.cost == pytest.approx(cost([found.starts_s[name] for name in junctions], tables, 6))


def grid_tables(rows, columns, cycle_s, seed):
    """Smooth tables, as platoons make them, with two humps of any place and height."""
    generator = np.random.default_rng(seed)
    turn = 2 * np.pi * np.arange(cycle_s) / cycle_s
    pairs = [(k, k + 1) for k in range(rows * columns) if (k + 1) % columns]
    pairs += [(k, k + columns) for k in range((rows - 1) * columns)]
    return {
        pair: 5
        + sum(high * np.cos(n * (turn - at)) for n, (high, at) in enumerate(generator.random((2, 2)) * 3, start=1))
        for pair in pairs
    }


@pytest.mark.parametrize(("rows", "columns", "cycle_s", "seed"), [(4, 6, 20, 1), (4, 6, 20, 2), (3, 8, 30, 3)])
def test_a_wide_grid_gets_the_optimum_and_a_bound_close_to_it(rows, columns, cycle_s, seed, monkeypatch):
    tables = grid_tables(rows, columns, cycle_s, seed)
    junctions = [f"S{k}" for k in range(rows * columns)]
    proven = best_offsets(junctions, link_tables(tables, set()), cycle_s)
    assert proven.status == "OPTIMAL"
    monkeypatch.setattr(offsets, "eliminate", lambda *_: None)
    found = best_offsets(junctions, link_tables(tables, set()), cycle_s)
    lowest = sum(table.min() for table in tables.values())
    assert found.cost <= proven.cost * 1.003
    assert found.bound <= proven.cost + 1e-9
    assert proven.cost - found.bound < 0.25 * (proven.cost - lowest)  # most of what the minima of links leave open


def test_torn_junctions_cost_no_more_than_whole_ones_and_as_much_where_none_is_torn():
    tables = grid_tables(4, 4, 12, 5)
    order = [junction for junction, _ in elimination_order(16, tables)]
    exact = cost(eliminate(16, tables, 12), tables, 12)
    bounds = [relaxed(16, tables, 12, width, order)[0] for width in (1, 2, 3, 4)]
    assert bounds[-1] == pytest.approx(exact)
    assert all(bound <= exact + 1e-9 for bound in bounds)
    for width, bound in zip((1, 2, 3, 4), bounds, strict=True):
        chosen = relaxed(16, tables, 12, width, order)[1]
        assert sum(tables[pair][chosen[pair]] for pair in tables) == pytest.approx(bound)


@pytest.mark.parametrize("name", ["offset_network_arterial_1x10", "offset_network_grid_3x4", "offset_network_grid_4x4"])
def test_elimination_reaches_the_known_optimum_of(name):
    path = SHARED / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    facts = json.loads(path.read_text(encoding="utf-8"))
    inputs = facts["inputs"]
    tables = {(edge["i"], edge["j"]): np.array(edge["table"]) for edge in inputs["edges"]}
    starts = eliminate(len(inputs["nodes"]), tables, inputs["C"])
    least = cost(starts, tables, inputs["C"])
    assert least == pytest.approx(facts["expected"]["optimum"], abs=facts["tolerance"]["optimum_abs"])
    assert cost(facts["expected"]["one_optimal_plan"], tables, inputs["C"]) == pytest.approx(least)


def gartner_tables(steps):
    """The links of the network of 1975 as tables over the starts of phase E, on a grid of `steps` steps a cycle."""
    fine = 800
    step_s = GARTNER["cycle_s"] / fine
    second_phase_s = {int(node): green + GARTNER["lost_s"] for node, green in GARTNER["green_e_s"].items()}
    tables = {}
    for link in GARTNER["links"]:
        length = round(link["p_cycle"] * fine)
        arriving = np.zeros(fine)
        arriving[(round(link["tau_s"] / step_s) + np.arange(length)) % fine] = link["f"] * GARTNER["cycle_s"] / length
        service = np.where(np.arange(fine) < round(link["g_s"] / step_s), link["s"] * step_s, 0.0)
        of_phase = delay_by_offset(arriving[None, :], np.zeros(1), service[None, :])
        shift_s = second_phase_s[link["to"]] - second_phase_s[link["frm"]] if link["phase"] == "N" else 0.0
        of_nodes = np.roll(of_phase, -round(shift_s / step_s))[:: fine // steps]
        a, b = link["frm"] - 1, link["to"] - 1
        pair = (min(a, b), max(a, b))
        values = of_nodes if a < b else of_nodes[-np.arange(steps) % steps]
        tables[pair] = tables.get(pair, np.zeros(steps)) + values
    return tables


def test_elimination_reaches_the_optimum_of_the_network_of_gartner_little_and_gabbay():
    tables = gartner_tables(100)
    starts = eliminate(9, tables, 100)
    tolerance = GARTNER["tolerance"]["least_sum"]
    assert cost(starts, tables, 100) == pytest.approx(GARTNER["least_sum"], abs=tolerance)
    assert cost(starts, tables, 100) < GARTNER["sum_at_printed_offsets"] - tolerance
