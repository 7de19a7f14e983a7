"""A legal plan passes the check; each rule, broken once, is found with its numbers."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband.engine.check.check import check, checked
from greenband.engine.check.findings import CheckedPlan, PlanRefused
from greenband.networks.junction import Junction, SignalGroup
from greenband.networks.network import Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan, Window
from greenband.networks.safety import derive_safety
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network

# A junction of four groups: "main" with a left turn "left" that yields to it, a side street, a walk across "main".
# The side street has a red-amber; "bus" is off all day.
KINDS = {"main": "vehicle", "left": "vehicle", "side": "vehicle", "walk": "pedestrian", "bus": "vehicle"}
LEGAL = {
    "main": ((0, 41, "G"), (41, 4, "y")),
    "left": ((0, 34, "g"), (34, 4, "y")),
    "side": ((45, 1, "u"), (46, 20, "G"), (66, 3, "y")),
    "walk": ((46, 12, "G"),),
    "bus": (),
}
PAIRS = (("main", "left"), ("main", "side"), ("left", "side"), ("main", "walk"), ("left", "walk"), ("bus", "side"))


def group_plans(rows: dict[str, tuple[tuple[float, float, str], ...]]) -> tuple[GroupPlan, ...]:
    return tuple(
        GroupPlan(group=name, windows=tuple(Window(start_s=s, length_s=n, display=d) for s, n, d in sorted(windows)))
        for name, windows in rows.items()
    )


def junction_plan(**changes: object) -> JunctionPlan:
    fields = {"junction": "J12", "cycle_s": 70, "offset_s": 5, "coordinated": "main", "groups": group_plans(LEGAL)}
    return JunctionPlan(**{**fields, **changes})


def plan_with(**windows: tuple[tuple[float, float, str], ...]) -> Plan:
    return one(junction_plan(groups=group_plans({**LEGAL, **windows})))


def one(*plans: JunctionPlan) -> Plan:
    return Plan(name="am-peak", junctions=plans)


def make_network(running: JunctionPlan | None = None) -> Network:
    running = running or junction_plan()
    groups = tuple(
        SignalGroup(id=name, kind=kind, links=(k,), from_edges=(name,)) for k, (name, kind) in enumerate(KINDS.items())
    )
    foes = frozenset(PAIRS) | frozenset((b, a) for a, b in PAIRS)
    safety = derive_safety(running, groups, foes)
    junction = Junction(
        id="J12",
        size=5,
        groups=groups,
        movements=(),
        foes=foes,
        together=safety.together,
        intergreen_s={**safety.intergreen_s, ("main", "side"): 5.0},
        yellow_s=safety.yellow_s,
        min_green_s=safety.min_green_s,
        running=running,
    )
    return Network(path=Path("small.net.xml"), edges={}, connections=(), junctions=(junction,), positions={})


NETWORK = make_network()


def only(plan: Plan, network: Network = NETWORK):
    """The one finding in a plan."""
    (finding,) = check(plan, network)
    return finding


def test_a_legal_plan_passes():
    assert check(one(junction_plan()), NETWORK) == ()
    assert checked(one(junction_plan()), NETWORK).plan.name == "am-peak"


def test_the_text_says_where_what_which_rule_and_what_to_do():
    plan = plan_with(side=((42, 1, "u"), (43, 20, "G"), (63, 3, "y")))
    (finding,) = (f for f in check(plan, NETWORK) if f.groups == ("main", "side"))
    assert finding.text == (
        "junction J12, plan 'am-peak': groups main and side conflict. main ends at 41 s, side starts at 43 s, "
        "the intergreen matrix asks for 5 s. Start side at 46 s or later."
    )
    assert (finding.second_s, finding.found, finding.required) == (43.0, 2.0, 5.0)


BROKEN = {
    "conflict across the end of the cycle": (
        plan_with(main=((65, 46, "G"), (41, 4, "y"))),
        {"conflict", "intergreen", "coordinated"},
    ),
    "conflict": (plan_with(left=((0, 47, "g"), (47, 4, "y"))), {"conflict", "yellow_on_walk"}),
    "intergreen across the end of the cycle": (
        plan_with(side=((45, 1, "u"), (46, 22, "G"), (68, 3, "y"))),
        {"intergreen"},
    ),
    "yellow longer than the intergreen": (
        plan_with(main=((0, 40, "G"), (40, 7, "y"))),
        {"intergreen", "yellow_on_walk"},
    ),
    "pedestrian clearance": (plan_with(walk=((46, 20, "G"),)), {"intergreen"}),
    "protected where it yields today": (plan_with(left=((0, 34, "G"), (34, 4, "y"))), {"conflict"}),
    "who yields is swapped": (
        plan_with(left=((0, 34, "G"), (34, 4, "y")), main=((0, 41, "g"), (41, 4, "y"))),
        {"conflict"},
    ),
    "green too short": (plan_with(side=((45, 1, "u"), (46, 4, "G"), (50, 3, "y"))), {"min_green"}),
    "walk too short": (plan_with(walk=((46, 6.9, "G"),)), {"min_green"}),
    "yellow too short": (plan_with(main=((0, 41, "G"), (41, 3.9, "y"))), {"yellow"}),
    "yellow apart from the green": (
        plan_with(main=((0, 41, "G"), (42, 4, "y"))),
        {"yellow", "yellow_order", "short_red"},
    ),
    "no red-amber": (plan_with(side=((46, 20, "G"), (66, 3, "y"))), {"red_amber"}),
    "never green": (plan_with(side=()), {"served"}),
    "green though red all day": (plan_with(bus=((0, 10, "G"),)), {"served"}),
    "a lamp off": (plan_with(walk=((46, 12, "G"), (60, 2, "O"))), {"display"}),
    "off the grid": (plan_with(left=((0, 34, "g"), (34, 4.05, "y"))), {"grid"}),
    "green at a tenth": (plan_with(walk=((46.5, 11, "G"),)), {"split"}),
    "cycle in tenths": (one(junction_plan(cycle_s=70.5)), {"cycle"}),
    "cycle too long": (one(junction_plan(cycle_s=256)), {"cycle"}),
    "offset in tenths": (one(junction_plan(offset_s=17.5)), {"offset"}),
    "cycle starts elsewhere": (one(junction_plan(coordinated="walk")), {"coordinated"}),
    "a group missing": (one(junction_plan(groups=group_plans(LEGAL)[:-1])), {"presence"}),
    "a group too many": (one(junction_plan(groups=group_plans({**LEGAL, "tram": ()}))), {"presence"}),
    "a group twice": (one(junction_plan(groups=(*group_plans(LEGAL), *group_plans({"bus": ()})))), {"presence"}),
    "a junction missing": (one(), {"presence"}),
    "a junction twice": (one(junction_plan(), junction_plan()), {"presence"}),
    "a junction too many": (one(junction_plan(), junction_plan(junction="J13")), {"presence"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_broken_once_is_found(name):
    plan, rules = BROKEN[name]
    findings = check(plan, NETWORK)
    assert {finding.rule for finding in findings} == rules
    if rules != {"split"}:
        with pytest.raises(PlanRefused) as refused:
            checked(plan, NETWORK)
        assert refused.value.findings == findings


def test_the_limits_themselves_pass():
    at_limit = plan_with(
        side=((45, 1, "u"), (46, 5, "G"), (51, 3, "y")), walk=((46, 7, "G"),), main=((0, 41, "g"), (41, 4, "y"))
    )
    assert check(at_limit, NETWORK) == ()


def test_a_cycle_that_is_no_part_of_the_common_one_is_a_warning():
    network = make_network()
    other = replace(network.junctions[0], id="J13")
    third = replace(network.junctions[0], id="J14")
    network = replace(network, junctions=(network.junctions[0], other, third))
    plans = [junction_plan(), junction_plan(junction="J13"), junction_plan(junction="J14", cycle_s=72)]
    finding = only(one(*plans), network)
    assert (finding.junction, finding.rule, finding.severity) == ("J14", "coordination", "warning")


def test_signals_at_twice_the_cycle_of_most_are_in_step_with_them():
    junctions = [replace(make_network().junctions[0], id=name) for name in ("J12", "J13", "J14")]
    plans = [junction_plan(junction=j.id, cycle_s=c) for j, c in zip(junctions, (72, 72, 144), strict=True)]
    network = replace(make_network(), junctions=tuple(junctions))
    assert [f.text for f in check(one(*plans), network) if f.rule == "coordination"] == []


def test_what_a_controller_cannot_hold_but_runs_today_is_a_warning_only():
    running = junction_plan(cycle_s=300.5, offset_s=17.5)
    network = make_network(running)
    assert {(f.rule, f.severity) for f in check(one(running), network)} == {("cycle", "warning"), ("offset", "warning")}
    moved = running.with_offset(18.5)
    assert {(f.rule, f.severity) for f in check(one(moved), network)} == {("cycle", "warning"), ("offset", "error")}


def test_a_checked_plan_cannot_be_made_past_the_check():
    with pytest.raises(TypeError, match=r"findings\.seal alone"):
        CheckedPlan(plan=one(junction_plan()), findings=(), _seal=None)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_running_plans_of_the_scenario_networks_pass_as_they_are(name):
    network = read_network(scenario_network(name))
    assert [f.text for f in check(network.running_plan, network) if f.is_error] == []
