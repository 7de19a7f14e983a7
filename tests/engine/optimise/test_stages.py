"""Stages in other orders: by hand on small junctions, and before the independent check on real ones."""

from dataclasses import replace

import pytest
from greenband.benchmarks.scenarios import chosen_scenarios
from greenband.engine.check.check import check_junction
from greenband.engine.optimise.junction.sequence_options import best_option, options_of, structure_of, with_option
from greenband.engine.optimise.junction.stages import lost_s, sequences_of, stages_of
from greenband.engine.optimise.junction.staging import plan_of_stages
from greenband.engine.optimise.junction.switching import switching
from greenband.networks.junction import Movement
from greenband.networks.plan import Plan
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.program import intervals

from tests.engine.optimise.made_up_junctions import junction

# Through (0) with a left turn that yields (1), the left turn alone, then the cross street (2).
LEFT_STAGE = ((30, "Ggr"), (3, "ygr"), (8, "rGr"), (3, "ryr"), (20, "rrG"), (4, "rry"))
FOES = frozenset({("0", "1"), ("0", "2"), ("1", "2")})


def with_left_stage(**kwargs):
    return junction(LEFT_STAGE, foes=FOES, **kwargs)


def states(plan, own):
    return [(part.length_s, part.state) for part in intervals(plan, own)]


def test_the_stages_are_what_stands_between_changes():
    shown = [dict(zip("012", state, strict=True)) for state in ("Ggr", "rGr", "rrG")]
    assert list(stages_of(with_left_stage())) == shown


def test_a_walk_that_ends_before_its_traffic_is_no_stage_of_its_own():
    own = junction([(20, "GGr"), (10, "Grr"), (3, "yrr"), (15, "rrG"), (3, "rry")], pedestrians=[1])
    assert [("".join(stage.values())) for stage in stages_of(own)] == ["GGr", "rrG"]


def test_the_running_sequence_comes_back_second_for_second():
    own = with_left_stage()
    assert states(plan_of_stages(own, stages_of(own), [30, 8, 20]), own) == list(LEFT_STAGE)


def test_a_protected_left_turn_may_go_where_it_yields_in_another_stage():
    own = with_left_stage()
    (without,) = [s for s in sequences_of(own) if len(s) == 2]
    assert states(plan_of_stages(own, without, [30, 20]), own) == [
        (30, "Ggr"), (3, "yyr"), (20, "rrG"), (4, "rry"),
    ]  # fmt: skip


def test_a_stage_that_alone_serves_a_group_stays():
    own = junction([(30, "Grr"), (3, "yrr"), (8, "rGr"), (3, "ryr"), (20, "rrG"), (4, "rry")], foes=FOES)
    assert {len(stages) for stages in sequences_of(own)} == {3}


def test_walks_end_early_so_that_the_next_stage_waits_for_the_traffic_only():
    """Traffic needs 4 s to the cross street, the walk beside it 12 s: the walk ends 8 s before the traffic does."""
    own = junction(
        [(20, "GGr"), (8, "Grr"), (3, "yrr"), (1, "rrr"), (15, "rrG"), (4, "rry")],
        foes=frozenset({("0", "2"), ("1", "2")}),
        pedestrians=[1],
    )
    change = switching(own, *stages_of(own))
    assert change.ends_s == {"0": 0.0, "1": -8.0}
    assert (change.starts_s, change.length_s) == ({"2": 4.0}, 4.0)


def test_a_leading_protected_left_turn_yields_before_the_opposing_traffic_starts():
    """From its protected green the left turn needs 3 s to the through traffic: so much before it yields."""
    own = with_left_stage()
    ahead, left, _ = stages_of(own)
    change = switching(own, left, ahead)
    assert (change.ends_s, change.starts_s) == ({"1": -3.0}, {"0": 0.0, "1": -3.0})


@pytest.fixture(scope="module", params=["cologne3", "cologne8", "ingolstadt7", "ingolstadt21"])
def network(request):
    scenario = chosen_scenarios([request.param], False)[request.param]
    return read_network(scenario.network, scenario.additional)


def test_no_sequence_breaks_a_rule_of_the_independent_check(network):
    tried = 0
    for own in network.junctions:
        today = {finding.rule for finding in check_junction("running", own.running, own) if finding.is_error}
        for stages in sequences_of(own):
            plan = plan_of_stages(own, stages, [25.0] * len(stages))
            found = [f for f in check_junction("tried", plan, own) if f.is_error and f.rule not in today]
            assert not found, (own.id, stages, found[0].text)
            tried += 1
    assert tried > 2 * len(network.junctions)


def test_the_sequence_that_runs_today_loses_no_more_time_than_today(network):
    for own in network.junctions:
        parts = intervals(own.running, own)
        changing = sum(
            part.length_s for part in parts if set(part.state) & set("yYu") or not set(part.state) & set("Gg")
        )
        assert lost_s(own, sequences_of(own)[0]) <= changing + 1


def moving(own):
    movements = tuple(
        Movement(from_edge=f"approach{k}", to_edge="out", direction="s", lanes=(f"approach{k}_0",), groups=(str(k),))
        for k in range(own.size)
    )
    return replace(own, movements=movements)


def flows(*flow_veh_h):
    return {(f"approach{k}", "out"): flow for k, flow in enumerate(flow_veh_h)}


def test_options_start_with_the_running_sequence_and_respect_what_may_not_change():
    own = moving(with_left_stage())
    found = options_of(own, flows(600, 50, 300), sequences=True, permitted=True)
    assert found[0].skeleton.states == tuple(state for _, state in LEFT_STAGE)
    assert len({option.skeleton.states for option in found}) == len(found) > 2
    kept = options_of(own, flows(600, 50, 300), sequences=True, permitted=False)
    assert all(any(state[1] == "G" for state in option.skeleton.states) for option in kept)
    assert len(options_of(own, flows(600, 50, 300), sequences=False, permitted=True)) == 1


def test_few_left_turns_need_no_stage_and_many_do():
    own = moving(with_left_stage())
    for left_veh_h, stages in ((20, 2), (450, 3)):
        options = options_of(own, flows(700, left_veh_h, 250), sequences=True, permitted=True)
        best = best_option(options, (60, 80, 100), 1.0)
        assert sum(not set(state) & set("y") for state in best.skeleton.states) == stages


def test_another_sequence_keeps_cycle_and_coordination():
    own = moving(with_left_stage(offset_s=17.0))
    options = options_of(own, flows(600, 50, 300), sequences=True, permitted=True)
    plan = Plan(name="running", junctions=(own.running,))
    new, lengths_s = with_option(plan, options[-1], 1.0)
    assert sum(lengths_s) == new.by_junction["J"].cycle_s
    before, after = plan.by_junction["J"], new.by_junction["J"]
    assert (after.cycle_s, after.offset_s, after.coordinated) == (before.cycle_s, before.offset_s, before.coordinated)
    assert structure_of(new, {"J": options}) == {"J": options[-1].skeleton}
    assert structure_of(plan, {"J": options}) == {"J": options[0].skeleton}


def test_a_program_of_very_many_stages_keeps_its_order_and_may_drop_what_others_serve():
    """Eleven streams one after the other, two of them once more together: stages of these may go, no others."""

    def shown(k, letter):
        return "".join(letter if lamp == k else "r" for lamp in range(11))

    states = [part for k in range(11) for part in ((9, shown(k, "G")), (3, shown(k, "y")))]
    both = "GrrrrGrrrrr"
    own = junction([*states[:16], (9, both), (3, both.replace("G", "y")), *states[16:]])
    stages = stages_of(own)
    found = sequences_of(own)
    assert len(stages) == 12
    assert found[0] == stages
    places = [[stages.index(stage) for stage in order] for order in found]
    assert all(order == sorted(order) and len(order) >= 9 for order in places)
    for order in found:
        assert {g for stage in order for g, display in stage.items() if display == "G"} == set(map(str, range(11)))
    assert len(found) > 1
