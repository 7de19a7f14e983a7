"""The planner keeps to the check where the check is the stricter, junction by junction, and says what stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband import networks
from greenband.engine.chain.as_checked import as_it_runs_where_refused, errors_of, lawful_problem, with_own_shelters
from greenband.engine.check.check import check
from greenband.engine.check.own.limits import OwnLimits, own_limits
from greenband.engine.optimise.candidates.candidates import problem_of
from greenband.engine.optimise.junction.new_sequences import promising_sequences
from greenband.engine.optimise.search import lawful
from greenband.engine.rules.pack import read_pack
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.engine.optimise.test_new_sequences import street
from tests.engine.optimise.test_stages import flows, moving

NETWORK = read_network(Path(networks.__file__).parent / "arterial" / "arterial.net.xml")
TURN = "g6"  # at J1: protected and permitted today


def volumes(veh_h: float) -> dict[tuple[str, str], float]:
    return {(m.from_edge, m.to_edge): veh_h for j in NETWORK.junctions for m in j.movements}


def views(veh_h: float) -> tuple[OwnLimits, ...]:
    return own_limits(NETWORK, (), read_pack("none"), None, volumes(veh_h))


def problem(network: Network = NETWORK):
    return problem_of(network, volumes(200.0), 1.0)


def stricter(junction: str, s: float) -> tuple[OwnLimits, ...]:
    """The check's views, one of which asks for so long a yellow at a junction."""
    return tuple(
        replace(view, yellow_s=dict.fromkeys(view.yellow_s, s)) if view.junction == junction else view
        for view in views(50.0)
    )


def test_the_planner_takes_over_the_protected_time_that_the_check_alone_asks_for():
    assert not any(junction.sheltered for junction in NETWORK.junctions)
    bound = with_own_shelters(NETWORK, views(250.0)).by_junction["J1"]
    assert TURN in bound.sheltered  # 250 x 500 is more than 90,000
    assert TURN not in with_own_shelters(NETWORK, views(50.0)).by_junction["J1"].sheltered


def test_with_them_every_sequence_of_the_search_keeps_the_check_s_rule_on_turns():
    own = {view.junction: view for view in views(250.0)}
    bound = problem(with_own_shelters(NETWORK, tuple(own.values())))
    kept, stays = lawful_problem(bound, tuple(own.values()))
    assert stays == ()
    for junction, options in kept.options.items():
        assert options
        for option in options:
            lengths = [20.0 if fixed is None else fixed for fixed in option.skeleton.fixed_s]
            errors = errors_of(option.skeleton.plan(lengths, 0.0), option.skeleton.junction, own[junction])
            assert not [error for error in errors if error.rule == "left_turn"]


def test_sequences_that_the_check_refuses_leave_the_search_and_a_junction_without_one_is_named():
    whole = problem()
    assert lawful_problem(whole, views(50.0))[0].options.keys() == whole.options.keys()
    kept, stays = lawful_problem(whole, stricter("J2", 9.0))
    assert kept.options.keys() == kept.skeletons.keys() == kept.streams.keys() == whole.options.keys() - {"J2"}
    [told] = stays
    assert "J2" in str(told)
    assert "yellow" in str(told)


def test_an_option_is_refused_alone():
    """Of a planner that knows nothing of the rule on turns, the sequences go that take protected time away."""
    whole = problem()
    kept, stays = lawful_problem(whole, views(250.0))
    assert stays == ()
    assert 0 < len(kept.options["J1"]) < len(whole.options["J1"])
    assert all(option in whole.options["J1"] for option in kept.options["J1"])
    assert kept.skeletons["J1"] is kept.options["J1"][0].skeleton


def shortened(junction: str):
    """The running plan with a green of a second at one junction, and other offsets at all."""
    plan = NETWORK.running_plan
    moved = replace(
        plan,
        name="tried",
        junctions=tuple(replace(j, offset_s=(j.offset_s + 7) % j.cycle_s) for j in plan.junctions),
    )
    own = moved.by_junction[junction]
    cut = [
        replace(g, windows=tuple(replace(w, length_s=1.0) if w.display in "Gg" else w for w in g.windows))
        for g in own.groups
    ]
    return moved.with_junction(replace(own, groups=tuple(cut)))


def test_of_a_plan_with_errors_at_one_junction_the_others_are_left():
    own = views(50.0)
    tried = shortened("J2")
    errors = [finding for finding in check(tried, NETWORK, own) if finding.is_error]
    assert {error.junction for error in errors} == {"J2"}
    mended = as_it_runs_where_refused(tried, NETWORK, errors)
    assert mended.by_junction["J2"] == NETWORK.running_plan.by_junction["J2"]
    assert mended.by_junction["J1"] == tried.by_junction["J1"]
    assert not [finding for finding in check(mended, NETWORK, own) if finding.is_error]


@pytest.mark.parametrize("helps", [True, False])
def test_what_may_not_run_goes_on_mended_once_or_not_at_all(helps):
    own, running = views(50.0), NETWORK.running_plan

    def allowed(plan):
        return not any(finding.is_error for finding in check(plan, NETWORK, own))

    def mended(plan):
        errors = [finding for finding in check(plan, NETWORK, own) if finding.is_error]
        return as_it_runs_where_refused(plan, NETWORK, errors) if helps else plan

    tried = shortened("J2")
    found = lawful([running, tried, replace(tried, name="again")], running, allowed, mended)
    assert found[0] is running
    assert len(found) == (2 if helps else 1)
    assert all(allowed(plan) for plan in found)
    assert lawful([running, replace(running, name="same")], running, allowed, mended) == [running]


def test_promising_sequences_keep_protected_time_that_the_rules_keep():
    free = moving(street())
    bound = replace(free, sheltered={"1": frozenset({"2"}), "3": frozenset({"0"})})
    traffic = flows(600, 150, 300, 40, 400)

    def keeps(stages):
        return all(
            any(stage[turn] in "Gg" and stage[against] == "r" for stage in stages)
            for turn, against in (("1", "2"), ("3", "0"))
        )

    assert not all(keeps(stages) for stages in promising_sequences(free, traffic, 12))
    found = promising_sequences(bound, traffic, 12)
    assert found
    assert all(keeps(stages) for stages in found)
