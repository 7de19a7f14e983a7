"""Stages that never ran: all of them by trying every assignment of lamps, and before the independent check."""

from itertools import pairwise, product

import numpy as np
import pytest
from greenband.benchmarks.scenarios import chosen_scenarios
from greenband.engine.check.check import check_junction
from greenband.engine.optimise.junction import new_sequences
from greenband.engine.optimise.junction.few_stages import MOST_STAGES, few_stages
from greenband.engine.optimise.junction.new_sequences import promising_sequences
from greenband.engine.optimise.junction.new_stages import compatible_stages
from greenband.engine.optimise.junction.quick_splits import quick_splits
from greenband.engine.optimise.junction.sequence_options import options_of
from greenband.engine.optimise.junction.splits import best_splits, cost_of
from greenband.engine.optimise.junction.staging import plan_of_stages
from greenband.networks.junction import Movement
from greenband.networks.sumo.net import read_network

from tests.engine.optimise.made_up_junctions import junction
from tests.engine.optimise.test_splits import CASES
from tests.engine.optimise.test_splits import stages as made_stages
from tests.engine.optimise.test_stages import flows, moving

# Two approaches of one street: through 0 and 2 with left turns 1 and 3, which yield to the other's through; cross 4.
FOUR = (
    (30, "GgGgr"), (3, "ygygr"), (8, "rGrGr"), (3, "ryryr"), (20, "rrrrG"), (4, "rrrry"),
)  # fmt: skip
FOES = frozenset({("0", "3"), ("1", "2"), *((k, "4") for k in "0123")})


def street(**kwargs):
    return junction(FOUR, foes=FOES, **kwargs)


def by_trying(own):
    """Every assignment of r, g and G that the rules allow and to which no green can be added, fewest yielding."""
    shown = {plan.group: {w.display for w in plan.windows if w.display in "Gg"} for plan in own.running.groups}
    names = [group.id for group in own.groups]

    def allowed(stage):
        return all(
            a == b or "r" in (stage[a], stage[b]) or (a, b) not in own.foes
            or (a, stage[a], b, stage[b]) in own.together
            for a in names for b in names
        )  # fmt: skip

    every = [dict(zip(names, some, strict=True)) for some in product(*(("r", *sorted(shown[g])) for g in names))]
    valid = [stage for stage in every if allowed(stage)]

    def more(a, b):  # whether b is a with greens added
        return a != b and all(a[g] in ("r", b[g]) for g in names)

    full = [a for a in valid if not any(more(a, b) for b in valid)]

    def freer(a, b):
        return a != b and all((a[g] == "r") == (b[g] == "r") and a[g] in (b[g], "G") for g in names)

    return {"".join(stage.values()) for stage in full if not any(freer(other, stage) for other in full)}


@pytest.mark.parametrize(
    "own",
    [
        street(),
        street(pedestrians=[4]),
        junction([(9, "Ggr"), (3, "yyr"), (9, "rrG"), (3, "rry")], foes=frozenset({("0", "1"), ("0", "2")})),
        junction([(9, "Gr"), (3, "yr"), (9, "rG"), (3, "ry")], foes=frozenset()),
    ],
)
def test_stages_are_all_that_trying_every_lamp_finds(own):
    found = ["".join(stage.values()) for stage in compatible_stages(own)]
    assert sorted(found) == sorted(by_trying(own))
    assert len(found) == len(set(found))


def test_each_approach_of_the_street_may_go_alone():
    found = {"".join(stage.values()) for stage in compatible_stages(street())}
    assert {"GgGgr", "rGrGr", "rrrrG"} < found  # what runs today, and ...
    assert {"GGrgr", "rgGGr"} < found  # ... through and left turn of one approach, the other's left turn yielding


def test_a_lamp_that_shows_more_than_green_leaves_the_junction_its_own_stages():
    assert compatible_stages(junction([(9, "Gs"), (3, "ys"), (9, "rG"), (3, "ry")])) == ()


def test_each_sequence_serves_everybody_and_leaves_no_turn_in_the_yellow_trap():
    own = moving(street())
    found = promising_sequences(own, flows(600, 150, 300, 40, 400), 12)
    assert len(found) == 12
    for order in found:
        assert {g for stage in order for g, shown in stage.items() if shown in "Gg"} == set("01234")
        for before, after in pairwise((*order, order[0])):
            for turn, through in (("1", "2"), ("3", "0")):
                assert not (before[turn] == "g" and after[turn] == "r" and before[through] == after[through] == "G")


def test_an_uneven_street_gets_a_stage_for_its_heavy_approach():
    """A heavy left turn from one side alone wants its own approach green, not both left turns together."""
    own = moving(street())
    (first, *_) = promising_sequences(own, flows(800, 420, 100, 5, 300), 12)
    assert {"0": "G", "1": "G", "2": "r", "3": "g", "4": "r"} in first


def test_without_traffic_nothing_is_promising():
    assert promising_sequences(moving(street()), {}, 12) == ()


def test_protected_turns_stay_protected_where_that_is_asked():
    own = moving(street())
    for option in options_of(own, flows(600, 150, 300, 40, 400), sequences=True, permitted=False):
        assert all(any(state[turn] == "G" for state in option.skeleton.states) for turn in (1, 3))


@pytest.mark.parametrize("name", ["cologne1", "cologne8", "ingolstadt21"])
def test_no_new_sequence_breaks_a_rule_of_the_independent_check(name):
    scenario = chosen_scenarios([name], False)[name]
    network, tried = read_network(scenario.network, scenario.additional), 0
    for own in network.junctions:
        flow = {(m.from_edge, m.to_edge): 100.0 + 37 * k % 300 for k, m in enumerate(own.movements)}
        today = {finding.rule for finding in check_junction("running", own.running, own) if finding.is_error}
        for stages in promising_sequences(own, flow, 6):
            plan = plan_of_stages(own, stages, [25.0] * len(stages))
            if plan is not None:
                found = [f for f in check_junction("tried", plan, own) if f.is_error and f.rule not in today]
                assert not found, (own.id, stages, found[0].text)
                tried += 1
    assert tried >= 5 * len(network.junctions) / 2


@pytest.mark.parametrize("name", CASES)
def test_quick_splits_are_as_good_as_those_that_the_solver_proves(name):
    count, streams, cycle_s = CASES[name][:3]
    skeleton = made_stages(count)
    best = best_splits(skeleton, streams, cycle_s, 0.25)
    lengths = quick_splits(skeleton, streams, cycle_s, 0.25)
    assert sum(lengths) == cycle_s
    assert cost_of(skeleton, streams, lengths, 0.25) <= best.cost * 1.001 + 1e-9


def test_quick_splits_keep_every_limit_and_say_where_there_is_no_room():
    own = moving(street())
    (option, *_) = options_of(own, flows(900, 10, 20, 5, 10), sequences=False, permitted=True)
    least = None
    for cycle_s in range(20, 60):
        lengths = quick_splits(option.skeleton, option.streams, cycle_s, 1.0)
        assert (lengths is None) == (best_splits(option.skeleton, option.streams, cycle_s, 1.0) is None)
        if lengths is not None:
            least = least or cycle_s
            assert all(sum(lengths[k] for k in limit.intervals) >= limit.seconds for limit in option.skeleton.limits)
    # Greens of 5 s for through and cross traffic; the left turns were green before, so 1 s of their own; 3, 3 and 4 s.
    assert least == 5 + 3 + 1 + 3 + 5 + 4


# Six pairs of streams that cross, all else apart: 2^6 stages, of which 60 are looked at, so 3.1 million rounds.
MANY = (
    (30, "GGGGGGrrrrrr"),
    (3, "yyyyyyrrrrrr"),
    (2, "r" * 12),
    (20, "rrrrrrGGGGGG"),
    (3, "rrrrrryyyyyy"),
    (2, "r" * 12),
)


def many():
    foes = frozenset((str(k), str(k + 6)) for k in range(6))
    moves = [
        Movement(from_edge=f"f{k}", to_edge=f"t{k}", direction="s", lanes=(f"f{k}_0",), groups=(str(k),))
        for k in range(12)
    ]
    return junction(MANY, foes=foes, movements=tuple(moves))


def test_a_junction_of_very_many_stages_is_looked_at_in_bounded_time(monkeypatch):
    tried = []
    monkeypatch.setattr(new_sequences._Table, "cost", lambda table, order: tried.append(order) or float(len(tried)))
    flow = {(f"f{k}", f"t{k}"): 100.0 + k for k in range(12)}
    found = promising_sequences(many(), flow, 12)
    assert len(found) == 12
    assert len(tried) <= 7917
    assert all(
        {g for stage in order for g, shown in stage.items() if shown == "G"} == set(map(str, range(12)))
        for order in found
    )


def test_of_many_stages_those_are_kept_that_serve_the_heavy_streams_and_those_of_today():
    stages = compatible_stages(many())
    assert len(stages) == 60
    greens = [{int(g) for g, shown in stage.items() if shown == "G"} for stage in stages]
    heavy = next(green for green in greens[20:] if len(green & {0, 1, 2, 3, 4, 5}) == 3)
    weight = np.array([[k in green for green in greens] for k in range(12)], dtype=float)
    load = np.array([0.4 if k in heavy else 0.05 for k in range(12)])
    kept = few_stages(stages, 2, weight, load)
    assert len(kept) == MOST_STAGES
    assert {0, 1} <= set(kept)
    assert heavy in [greens[k] for k in kept]
    assert set().union(*(greens[k] for k in kept)) == set(range(12))


def test_no_stage_is_left_out_where_there_are_few():
    stages = compatible_stages(street())
    assert few_stages(stages, 0, np.zeros((0, len(stages))), np.zeros(0)) == tuple(range(len(stages)))
