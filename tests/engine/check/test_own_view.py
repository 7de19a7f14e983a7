"""The check works conflicts and times out for itself; where the plan was made with less, it says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from greenband import networks
from greenband.engine.check.check import check
from greenband.engine.check.own.limits import own_limits
from greenband.engine.rules.derive import with_rules
from greenband.engine.rules.pack import BUNDLED, Limits, read_pack
from greenband.networks.junction import Junction
from greenband.networks.network import Network
from greenband.networks.sumo.net import read_network

from tests.conftest import SCENARIOS, scenario_network

BUNDLED_NET = Path(networks.__file__).parent / "arterial" / "arterial.net.xml"
NONE = read_pack("none")
NETWORK = read_network(BUNDLED_NET)


def known(key: object, junction: Junction) -> bool:
    """Whether it is known what the lamps govern: with the others the planner is as strict as it can be."""
    names = key if isinstance(key, tuple) else (key,)
    return all(junction.by_group[name].kind != "unused" for name in names)


def views_differ(network: Network, pack_name: str) -> list[object]:
    pack = read_pack(pack_name)
    strict = network if pack.is_empty else with_rules(network, pack)
    differing: list[object] = []
    for junction, own in zip(strict.junctions, own_limits(strict, (), pack), strict=True):
        for name in ("foes", "together", "yellow_s", "min_green_s", "intergreen_s"):
            seen, wanted = (steered(getattr(view, name), own.unsteered) for view in (junction, own))
            same = seen == (pytest.approx(wanted) if isinstance(wanted, dict) else wanted)
            differing += [] if same else [(junction.id, name)]
    return differing


def steered(values: object, unsteered: frozenset[tuple[str, str]]) -> object:
    """The values without those of lamps of which nobody knows what they steer."""
    if isinstance(values, dict):
        return {key: value for key, value in values.items() if key not in unsteered}
    return {value for value in values if (value[0], value[-1 if len(value) == 2 else 2]) not in unsteered}


@pytest.mark.parametrize("pack", BUNDLED)
def test_both_views_of_the_bundled_arterial_are_the_same(pack):
    assert views_differ(NETWORK, pack) == []


@pytest.mark.parametrize("name", [name for name in SCENARIOS if "4x4" not in name])
@pytest.mark.parametrize("pack", BUNDLED)
def test_both_views_of_real_networks_are_the_same(name, pack):
    assert views_differ(read_network(scenario_network(name)), pack) == []


def made_laxer(**fields: object) -> Network:
    return replace(NETWORK, junctions=(replace(NETWORK.junctions[0], **fields), *NETWORK.junctions[1:]))


J = NETWORK.junctions[0]
PAIR = min(pair for pair, seconds in J.intergreen_s.items() if seconds >= 3)
GROUP = PAIR[0]
LAXER = {
    "a conflict left out": {"foes": J.foes - {PAIR, PAIR[::-1]}},
    "a shorter yellow": {"yellow_s": {**J.yellow_s, GROUP: J.yellow_s[GROUP] - 0.1}},
    "a shorter green": {"min_green_s": {**J.min_green_s, GROUP: J.min_green_s[GROUP] - 1}},
    "a shorter intergreen": {"intergreen_s": {**J.intergreen_s, PAIR: J.intergreen_s[PAIR] - 0.1}},
    "displays together": {"together": J.together | {(PAIR[0], "G", PAIR[1], "G"), (PAIR[1], "G", PAIR[0], "G")}},
    "another program": {"size": J.size + 1},
}


@pytest.mark.parametrize("name", LAXER)
def test_a_laxer_view_is_an_error_though_the_plan_is_legal(name):
    network = made_laxer(**LAXER[name])
    own = own_limits(NETWORK, (), NONE)
    assert [f.text for f in check(network.running_plan, network) if f.is_error] == []
    findings = [f for f in check(network.running_plan, network, own) if f.is_error]
    assert {f.rule for f in findings} == {"view"}
    assert all(f.junction == J.id and (set(f.groups) <= set(PAIR)) for f in findings)


def test_a_stricter_view_is_none_of_its_business():
    stricter = made_laxer(intergreen_s={**J.intergreen_s, PAIR: J.intergreen_s[PAIR] + 0.1})
    assert {f.rule for f in check(stricter.running_plan, stricter, own_limits(NETWORK, (), NONE))} <= {"intergreen"}


def test_a_plan_that_a_laxer_view_lets_pass_is_refused_by_the_check_s_own():
    """Two groups that conflict are green at once: the network that forgot the conflict sees nothing wrong."""
    network = made_laxer(**LAXER["a conflict left out"])
    a, b = PAIR
    running = J.running
    overlaid = tuple(
        replace(group, windows=running.by_group[a].windows) if group.group == b else group for group in running.groups
    )
    plan = network.running_plan.with_junction(replace(running, groups=overlaid))
    own = own_limits(NETWORK, (), NONE)
    assert not [f for f in check(plan, network) if set(f.groups) == {a, b}]
    assert {f.rule for f in check(plan, network, own) if set(f.groups) == {a, b}} >= {"view", "conflict"}


def test_lines_that_cross_on_the_map_are_a_conflict_though_no_table_says_so(tmp_path):
    """All tables of right of way emptied: ways that cross or merge are still kept apart, and told as a warning."""
    path = tmp_path / "silent.net.xml"
    text = BUNDLED_NET.read_text()
    silent = "\n".join(
        f'        <request index="{line.split(chr(34))[1]}" response="0" foes="0" cont="0"/>'
        if "<request " in line
        else line
        for line in text.splitlines()
    )
    path.write_text(silent)
    network = read_network(path)
    for own, junction in zip(own_limits(network, (), NONE), NETWORK.junctions, strict=True):
        known = {pair for pair in junction.foes if own.drawn >= {pair}}
        assert len(known) > 0.8 * len(junction.foes)
    findings = check(network.running_plan, network, own_limits(network, (), NONE))
    assert {(f.rule, f.severity) for f in findings} <= {("view", "warning")}
    blind = replace(network, junctions=tuple(replace(j, foes=frozenset()) for j in network.junctions))
    findings = check(network.running_plan, blind, own_limits(network, (), NONE))
    assert {(f.rule, f.severity) for f in findings} == {("view", "warning")}


def test_the_running_program_of_an_additional_file_is_the_one_that_counts(tmp_path):
    """Every yellow one second longer in the additional file: the check wants that second of every plan."""
    more = tmp_path / "more.add.xml"
    logics = BUNDLED_NET.read_text().split("<tlLogic")[1:]
    slower = "".join("<tlLogic" + logic.split("</tlLogic>")[0] + "</tlLogic>" for logic in logics)
    slower = slower.replace('duration="3" ', 'duration="4" ').replace('programID="0"', 'programID="slower"')
    more.write_text(f"<additional>{slower}</additional>")
    both = read_network(BUNDLED_NET, (more,))
    assert [f for f in check(both.running_plan, both, own_limits(both, (more,), NONE)) if f.is_error] == []
    findings = check(NETWORK.running_plan, NETWORK, own_limits(NETWORK, (more,), NONE))
    assert {"view", "yellow"} <= {f.rule for f in findings if f.is_error}


def test_cycle_and_red_keep_to_the_pack():
    pack = NONE.model_copy(update={"limits": Limits(cycle_s=60, red_s=30)})
    own = own_limits(NETWORK, (), pack)
    as_today = check(NETWORK.running_plan, NETWORK, own)
    assert {(f.rule, f.severity) for f in as_today} >= {("cycle", "warning"), ("red", "warning")}
    assert not [f for f in as_today if f.is_error]
    longer = replace(J.running, cycle_s=J.running.cycle_s + 10)
    findings = check(NETWORK.running_plan.with_junction(longer), NETWORK, own)
    assert {"cycle", "red"} <= {f.rule for f in findings if f.is_error}
    red = next(f for f in findings if f.rule == "red" and f.is_error)
    green = longer.greens(red.groups[0])
    assert red.found == pytest.approx(longer.cycle_s - green[0].length_s if len(green) == 1 else red.found)
    assert red.required == 30
